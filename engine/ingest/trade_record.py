"""What the two syntaxes of EN 16931 share on their way into a record."""

from __future__ import annotations

import re
from typing import Any

from stdnum import iban  # pydantic would take any text as an account

from engine.errors import Problem

NAME_LIMIT, NOTE_LIMIT = 400, 4000
_BIC = re.compile(r"^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$")
_IBAN_LIKE = re.compile(r"^[A-Z]{2}\d{2}[A-Z0-9]{11,}$")


def is_iban(account: str | None) -> bool:
    """True if `account` is an IBAN whose check digits hold."""
    return account is not None and bool(iban.is_valid(account, check_country=False))


def compact_iban(account: str) -> str:
    """Return an IBAN without its blanks."""
    return str(iban.compact(account))


def looks_like_iban(account: str) -> bool:
    """True if `account` is written as an IBAN, whether its check digits hold or not."""
    return _IBAN_LIKE.match(account) is not None


def bad_iban(place: str) -> Problem:
    """Return the warning for an account that is written as an IBAN and is none."""
    fact = "the account is written as an IBAN but its check digits fail; no bank code is made from it"
    return Problem("I104", fact, place, "have the account checked")


def bic_or_none(text: str | None) -> str | None:
    """Return `text` if it is a BIC."""
    return text if text and _BIC.match(text) else None


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
