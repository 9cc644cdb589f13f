"""The content of an EPC QR code: a SEPA credit transfer that a bank app fills in by itself."""

from __future__ import annotations

import re
import string
import unicodedata
from decimal import Decimal
from functools import lru_cache

from stdnum import iban as iban_number
from stdnum import iso11649

from engine.errors import PaymentError
from engine.model.money import Money, Sum

MAX_BYTES = 331
MAX_NAME = 70
MAX_TEXT = 140
LEAST = Decimal("0.01")
MOST = Decimal("999999999.99")

_EEA = frozenset(
    ["AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
     "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"]
)  # fmt: skip
# Inside SEPA, outside the EEA: there the BIC stays mandatory (EPC069-12, AT-23; EPC409-09 lists the countries).
_SEPA_ONLY = frozenset(["AD", "AL", "CH", "GB", "GI", "MC", "MD", "ME", "MK", "RS", "SM", "VA"])
_BIC = re.compile(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
_RF = re.compile(r"[ .,/:-]*R[ .,/:-]*F", re.IGNORECASE).match
_PLAIN_RF = re.compile(r"RF[0-9A-Z]{3,23}").fullmatch
_VALUES = {ord(character): str(int(character, 36)) for character in string.digits + string.ascii_uppercase}
_PURPOSE = re.compile(r"[A-Z0-9]{1,4}")


def epc_payload(
    name: str,
    iban: str,
    amount: Money | Sum,
    *,
    reference: str = "",
    bic: str = "",
    purpose: str = "",
    version: str = "002",
) -> bytes:
    """Return the bytes that an EPC QR code carries for a SEPA credit transfer.

    `amount` is in EUR, 0.01 to 999,999,999.99. `reference` goes into the structured field when it is a
    creditor reference (RF, ISO 11649), else into the text for the payee, at most 140 characters.
    Version 002 needs no BIC inside the EEA, version 001 always does. The text is UTF-8, at most 331
    bytes, lines ended by LF, empty lines at the end left out. Raises `PaymentError`: P210 another
    currency, P211 an IBAN whose check digits fail or that is outside SEPA, P212 amount, P213 name,
    P214 control character, P215 BIC, P216 reference or purpose, P217 more than 331 bytes.
    Source: EPC069-12 v3.1, section 2.
    """
    if version not in ("001", "002"):
        raise ValueError(f"version {version} of the EPC QR code is not known")
    account = _account(iban)
    structured, text = remittance(reference)
    head = _head(version, bic, name, account)
    lines = f"{head}\n{_amount(amount)}\n{_purpose(purpose)}\n{structured}\n{text}"
    payload = lines.rstrip("\n").encode("utf-8")
    if len(payload) > MAX_BYTES:
        raise PaymentError("P217", f"the bank code has {len(payload)} bytes, {MAX_BYTES} are allowed",
                           hint="shorten the payee's name or the reference")  # fmt: skip
    return payload


@lru_cache(maxsize=256)  # a cycle has few payees
def is_sepa_iban(account: str) -> bool:
    """True if `account` is an IBAN with right check digits in a country of the SEPA area."""
    compact = _compact(account)
    return compact.isascii() and bool(iban_number.is_valid(compact)) and compact[:2] in _EEA | _SEPA_ONLY


def needs_bic(account: str) -> bool:
    """True if a transfer to the IBAN `account` must name the BIC: in SEPA, outside the EEA."""
    return _compact(account)[:2] in _SEPA_ONLY


def remittance(reference: str) -> tuple[str, str]:
    """Return `reference` as (creditor reference, text): one of the two is empty.

    Raises `PaymentError` (P214, P216).
    """
    _refuse_controls(reference, "the reference")
    plain = reference.strip()
    if _PLAIN_RF(plain):  # as the whole check does, of what it has nothing to tidy in
        rest = plain[2:]
        # Mostly R and F, which are 27 and 15, are the only letters.
        number = f"{plain[4:]}2715{plain[2:4]}" if rest.isdigit() else f"{plain[4:]}{plain[:4]}".translate(_VALUES)
        if int(number) % 97 == 1:
            return plain, ""
    elif (_RF(plain) or not plain.isascii()) and iso11649.is_valid(plain):  # told sooner than by the whole check
        return str(iso11649.compact(plain)), ""
    if len(plain) > MAX_TEXT:
        raise PaymentError("P216", f"the reference has {len(plain)} characters, {MAX_TEXT} are allowed",
                           hint="use a creditor reference (RF) or a shorter text")  # fmt: skip
    return "", plain


@lru_cache(maxsize=256)
def _head(version: str, bic: str, name: str, account: str) -> str:
    """Return what all codes of one payee begin with; 1 is the character set UTF-8."""
    return "\n".join(["BCD", version, "1", "SCT", _bic(bic, account[:2], version), _name(name), account])


def _account(iban: str) -> str:
    if not is_sepa_iban(iban):
        raise PaymentError("P211", "the account is not an IBAN with right check digits in the SEPA area",
                           hint="check the payee's account, or let the QR code carry the pay link")  # fmt: skip
    return _compact(iban)


@lru_cache(maxsize=256)
def _compact(account: str) -> str:
    return str(iban_number.compact(account))


def _amount(amount: Money | Sum) -> str:
    if amount.currency != "EUR":
        raise PaymentError("P210", f"the currency is {amount.currency}",
                           hint="an EPC QR code is for EUR; let the QR code carry the pay link")  # fmt: skip
    if not LEAST <= amount.amount <= MOST:
        raise PaymentError("P212", f"the amount is outside {LEAST} to {MOST}",
                           hint="pay in parts, or leave the bank code out")  # fmt: skip
    minor = amount.amount_minor  # refuses spare decimals (M104)
    whole, cents = divmod(minor, 100)
    return f"EUR{whole}.{cents:02d}".rstrip("0") if cents else f"EUR{whole}"  # as the examples of the source do


def _name(name: str) -> str:
    _refuse_controls(name, "the payee's name")
    plain = name.strip()
    if not 1 <= len(plain) <= MAX_NAME:
        raise PaymentError("P213", f"the payee's name has {len(plain)} characters, 1 to {MAX_NAME} are allowed",
                           hint="use the short name of the account holder")  # fmt: skip
    return plain


def _bic(bic: str, country: str, version: str) -> str:
    plain = bic.replace(" ", "").upper()
    if not plain and (version == "001" or country in _SEPA_ONLY):
        raise PaymentError("P215", f"accounts of {country} need the BIC in version {version} of the bank code",
                           hint="give the payee's BIC")  # fmt: skip
    if plain and not _BIC.fullmatch(plain):
        raise PaymentError("P215", "the BIC is malformed", hint="a BIC has 8 or 11 letters and digits (ISO 9362)")
    return plain


def _purpose(purpose: str) -> str:
    if purpose and not _PURPOSE.fullmatch(purpose):
        raise PaymentError("P216", "the purpose code is malformed", hint="up to 4 capitals or digits, as in GDDS")
    return purpose


def _refuse_controls(text: str, what: str) -> None:
    # Cc: a line feed would start the next field. Zl, Zp: some readers take them for one. Cs: not UTF-8.
    # None of them is printable.
    if not text.isprintable() and any(
        unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs") for character in text
    ):
        raise PaymentError("P214", f"{what} contains a control character", hint="write it in one line of plain text")
