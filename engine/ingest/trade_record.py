"""What the two syntaxes of EN 16931 share on their way into a record."""

from __future__ import annotations

import re
from typing import Any

from stdnum import iban  # pydantic would take any text as an account

from engine.errors import Problem
from engine.ingest.xml import figure
from engine.model.bill import is_iban

NAME_LIMIT, NOTE_LIMIT = 400, 4000
_BIC = re.compile(r"^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$")
_IBAN_LIKE = re.compile(r"^[A-Z]{2}\d{2}[A-Z0-9]{11,}$")


def compact_iban(account: str) -> str:
    """Return an IBAN without its blanks."""
    return str(iban.compact(account))


def looks_like_iban(account: str) -> bool:
    """True if `account` is written as an IBAN, whether its check digits hold or not."""
    return _IBAN_LIKE.match(account) is not None


def bic_or_none(text: str | None) -> str | None:
    """Return `text` if it is a BIC."""
    return text if text and _BIC.match(text) else None


def allowance_record(amount: str | None, reason: str | None, *, is_charge: bool) -> dict[str, Any]:
    """Return an allowance or charge of the document (BG-20, BG-21); an allowance lowers the bill."""
    number = figure(amount)
    if number is not None and not is_charge:
        amount = str(-number)
    label = reason or ("Charge" if is_charge else "Allowance")
    return {"label": label[:NAME_LIMIT], "amount": amount}


def accounts_record(numbers: list[str], place: str, warnings: list[Problem], *, claims_iban: bool) -> dict[str, Any]:
    """Return where is paid (BG-17): the first account leads. Warns where it `claims_iban` and is none."""
    account = numbers[0] if numbers else None
    is_valid = account is not None and is_iban(account)
    if claims_iban and not is_valid:
        fact = "the account is written as an IBAN but its check digits fail; no bank code is made from it"
        warnings.append(Problem("I104", fact, place, "have the account checked"))
    return {
        "account": compact_iban(account) if account and is_valid else account,
        "is_iban": is_valid,
        "other_accounts": numbers[1:],
    }


DEBIT_CODES = frozenset({"49", "59"})  # UNTDID 4461: direct debit, SEPA direct debit


def debit_record(code: str | None, mandate: str | None, creditor: str | None, account: str | None) -> Any:
    """Return by which mandate a bill is taken (BG-19), None where it is not; an account that is no IBAN is left out."""
    if code not in DEBIT_CODES and not mandate:
        return None
    plain = compact_iban(account) if account and is_iban(account) else None
    return {"mandate": mandate, "creditor_id": creditor, "account": plain}


def shortened(text: str | None, limit: int, what: str, source: str, warnings: list[Problem]) -> str:
    """Return `text` with at most `limit` characters, with a warning where some were cut; nothing for None."""
    if text is None or len(text) <= limit:
        return text or ""
    warnings.append(Problem("I117", f"the {what} has {len(text)} characters, the first {limit - 1} are kept", source))
    return f"{text[: limit - 1]}…"


def without_none(node: Any) -> Any:
    """Return `node` without the fields that have no value."""
    if isinstance(node, dict):
        return {name: without_none(value) for name, value in node.items() if value is not None}
    return [without_none(value) for value in node] if isinstance(node, list) else node
