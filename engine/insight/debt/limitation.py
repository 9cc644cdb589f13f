"""Limitation: the last day on which a claim may be asked for, by the law's rule.

The rules are data, `laws.toml` beside this module, with their sources; a policy may set its own months.
What stops or restarts the period (a lawsuit, an acknowledgement) is not known here: a claim may be held too
early, never asked for too late.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path

from engine.errors import InsightError
from engine.insight.debt.calendar import months_after
from engine.model.bill import Bill
from engine.model.customer import Customer, CustomerKind
from engine.model.policy.debt import DebtTerms

_FILE = Path(__file__).with_name("laws.toml")


@dataclass(frozen=True)
class FeeLimit:
    """The most that reminding may cost a household: `at_most` in `currency`."""

    at_most: Decimal
    currency: str
    source: str


@dataclass(frozen=True)
class Law:
    """What a country's law says of claims for energy and water."""

    code: str
    household_months: int
    business_months: int
    runs_from: str  # due | service: the due date, or the end of the days billed
    ends_with_year: bool
    source: str
    fee_limit: FeeLimit | None = None

    def months(self, kind: CustomerKind) -> int:
        """Return the length of the period for a customer of `kind`."""
        return self.business_months if kind is CustomerKind.BUSINESS else self.household_months


@cache
def laws() -> Mapping[str, Law]:
    """Return the known laws by code. Raises `InsightError` (D101) if their file is damaged."""
    try:
        rows = tomllib.loads(_FILE.read_text(encoding="utf-8"), parse_float=Decimal)["law"]
        return {row["code"]: _law(row) for row in rows}
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ArithmeticError) as error:
        raise InsightError("D101", "the laws' file can't be read", hint="install billcast anew") from error


def _law(row: dict[str, object]) -> Law:
    given = dict(row)
    limit = given.pop("fee_limit", None)
    fee = None
    if isinstance(limit, dict):
        fee = FeeLimit(Decimal(limit["at_most"]), limit["currency"], limit["source"])
    return Law(**given, fee_limit=fee)  # type: ignore[arg-type]


def law_fault(terms: DebtTerms) -> tuple[str, str] | None:
    """Return what is wrong with the law that `terms` name, and how to mend it; None where it has rules."""
    if not terms.law or terms.limitation_months is not None or terms.law in laws():
        return None
    return (
        f"no rules are known for the law `{terms.law}`",
        f"take one of {', '.join(laws())}, or set `limitation_months`",
    )


def law_of(customer: Customer, terms: DebtTerms) -> Law | None:
    """Return the law of the customer's contracts; none if that of their country is not known.

    Raises `InsightError` (D100) if the terms name a law that is not known, and set no months of their own.
    """
    if terms.law:
        if (fault := law_fault(terms)) is not None:
            raise InsightError("D100", fault[0], place="policy.toml [debt] law", hint=fault[1])
        return laws().get(terms.law)
    return laws().get(customer.address.country) if customer.address is not None else None


def limitation_day(bill: Bill, law: Law | None, kind: CustomerKind, terms: DebtTerms) -> date | None:
    """Return the last day on which `bill` may be asked for; none if no rule is known."""
    due = bill.due_on or bill.issued_on
    if terms.limitation_months is not None:
        return _end(due, terms.limitation_months, ends_with_year=False)
    if law is None:
        return None
    start = bill.period.end if law.runs_from == "service" and bill.period is not None else due
    return _end(start, law.months(kind), ends_with_year=law.ends_with_year)


@lru_cache(maxsize=4096)
def _end(start: date, months: int, *, ends_with_year: bool) -> date:
    last = months_after(start, months)
    return last.replace(month=12, day=31) if ends_with_year else last
