"""The page about debt: its examples hold to the cent, its laws are those of the table."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.insight.debt import statement_of
from engine.insight.debt.limitation import laws
from engine.model.policy.debt import Allotting, DebtTerms
from tests.engine.insight.debt.cases import bill, customer, paid

PAGE = (Path(__file__).parents[2] / "docs" / "debt.md").read_text("utf-8")


def terms(law: str) -> DebtTerms:
    """The terms of the example of a country."""
    blocks = [tomllib.loads(block, parse_float=Decimal) for block in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)]
    (found,) = [block["debt"] for block in blocks if block["debt"]["law"] == law]
    return DebtTerms.model_validate(found)


def told(law: str, amount: str, due: str, day: str, *payments: dict[str, Any], **more: Any) -> list[str]:
    one = customer(bill("B1", amount, due, due[:8] + "01"), payments=list(payments), **more)
    statement = statement_of(one, terms(law), date.fromisoformat(day))
    (item,) = statement.items
    return [str(figure) for figure in (item.asked, item.interest, statement.asked, item.limitation_on)]


def test_the_german_example_holds() -> None:
    payment = paid("40.00", "2025-05-30")
    figures = told("DE", "100.00", "2025-03-01", "2025-08-30", payment)
    assert figures == ["61.79", "1.03", "65.32", "2028-12-31"]
    assert all(figure in PAGE for figure in figures[:3])
    assert "31 December 2028" in PAGE


def test_the_italian_example_holds() -> None:
    payment = paid("30.00", "2026-02-15")
    figures = told("IT", "84.00", "2026-01-15", "2026-05-01", payment)
    assert figures == ["54.00", "0.78", "57.78", "2028-01-15"]
    assert all(figure in PAGE for figure in figures[:3])
    one = customer(bill("B1", "84.00", "2026-01-15", "2026-01-01"))
    assert statement_of(one, terms("IT"), date(2028, 1, 16)).asked == 0


def test_the_french_example_holds() -> None:
    assert told("FR", "120.00", "2026-01-31", "2026-03-31")[2] == "120.00"
    assert told("FR", "120.00", "2026-01-31", "2026-03-31", kind="business")[2] == "160.00"


def test_the_page_lists_the_laws_as_they_are() -> None:
    found = re.findall(r"^\| ([A-Z-]{2,6}) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)
    rows = {row[0]: row[1:] for row in found}
    assert set(rows) == set(laws())
    for code, law in laws().items():
        ends = "31 December" if law.ends_with_year else "on the day"
        start = "due date" if law.runs_from == "due" else "end of the days billed"
        assert rows[code] == (_length(law.household_months), _length(law.business_months), start, ends)


def _length(months: int) -> str:
    return f"{months} months" if months % 12 else f"{months // 12} year{'s' if months > 12 else ''}"


def test_the_page_tells_every_rule_of_allotting() -> None:
    assert all(f"| `{rule}` | money " in PAGE for rule in Allotting)
