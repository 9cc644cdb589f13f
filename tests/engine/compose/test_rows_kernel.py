"""The rows and groups of a bill that the kernel makes are those that Python makes, and so is what is raised."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compose import charge_rows as rows
from engine.compose.facts import FactBook, in_python
from engine.errors import BillcastError
from engine.model.bill import Bill, ChargeCategory, ChargeLine, Tax
from engine.model.communication import Text
from tests.engine.compose.cases import PlainTexts, sample_customers

kernel = rows.kernel
pytestmark = pytest.mark.skipif(kernel is None, reason="the kernel is not built")
FAULTS = (ArithmeticError, AttributeError, BillcastError, LookupError, TypeError, ValueError)
TEXTS = {locale: PlainTexts(locale) for locale in ("en", "fr", "ru")}
BILLS = [bill for customer in sample_customers()[:30] for bill in customer.bills]
WITH_PARTS = next(bill for bill in BILLS if bill.lines and not bill.allowances)


class Line(ChargeLine):
    pass


def told(make: Callable[..., Any], *given: Any) -> Any:
    """Return what comes of it, by its text: what is made, or what is raised."""
    try:
        return repr(make(*given))
    except FAULTS as fault:
        return type(fault), str(fault)


def both(book: Callable[[], FactBook], bill: Any) -> bool:
    """Hold both ways against each other; say whether the kernel made all itself."""
    one, other = book(), book()
    of_rows = told(lambda: kernel.charge_rows(one, bill, rows._ids, rows.ROLES))
    of_groups = told(lambda: kernel.charge_groups(one, bill, *rows._OF_GROUPS, rows.group_label))
    if of_rows != "None":
        assert of_rows == told(rows._charge_rows, other, bill)
    if of_groups != "None":
        assert of_groups == told(rows._groups, other, bill)
    return of_rows != "None" and of_groups != "None"


figures = st.decimals(-10_000, 10_000, places=2) | st.sampled_from([
    *map(Decimal, ("0", "-0", "-0.00", "0.000", "1E+3", "1E-9", "12.3456789", "9" * 30, "NaN", "-Infinity", "sNaN")),
    None, 0, 1.5, "1.00", [],
])  # fmt: skip
words = st.sampled_from(["Energy", "", "a\x00b", "Grundpreis é", Text("Fixed"), None, 7])
lines = st.builds(
    lambda kind, **given: kind.model_construct(**given),
    kind=st.sampled_from([ChargeLine, ChargeLine, ChargeLine, ChargeLine, Line]),
    category=st.sampled_from([*ChargeCategory, "energy", "none", None]),
    label=words, amount=figures, quantity=figures, unit=st.sampled_from(["kWh", "day", "", None, 3]),
    unit_price=figures,
)  # fmt: skip
taxes = st.builds(lambda amount: Tax.model_construct(label="VAT", rate_percent=Decimal(22), amount=amount), figures)


@pytest.mark.parametrize("locale", TEXTS)
@pytest.mark.parametrize("is_said", [True, False])
def test_bills_of_the_samples_are_taken_apart_alike(locale: str, is_said: bool) -> None:
    made = [both(lambda: FactBook(TEXTS[locale], is_said=is_said), bill) for bill in BILLS]
    assert made == [not bill.allowances for bill in BILLS]


@given(
    lines=st.lists(lines, max_size=5).map(tuple) | st.sampled_from([(), [], None, (None,), ("line",)]),
    taxes=st.lists(taxes, max_size=2).map(tuple) | st.sampled_from([(), None, (3,)]),
    rounding=figures, currency=st.sampled_from(["EUR", "JPY", "XXX", None, []]),
)  # fmt: skip
def test_any_bill_is_taken_apart_alike(**changes: Any) -> None:
    bill = Bill.model_construct(**WITH_PARTS.__dict__ | changes)
    both(lambda: FactBook(TEXTS["en"], is_said=False), bill)


def test_a_bill_of_more_rows_than_ids_are_kept_is_made_alike() -> None:
    bill = Bill.model_construct(**WITH_PARTS.__dict__ | {"lines": WITH_PARTS.lines * 70})
    assert both(lambda: FactBook(TEXTS["en"]), bill)


# In a process of its own, in which no ids are kept yet. The second bill comes as from another thread of a preview.
ANOTHER_BETWEEN = """
from tests.engine.compose.test_rows_kernel import TEXTS, WITH_PARTS, FactBook, kernel, rows

LONGER = WITH_PARTS.model_copy(update={"lines": WITH_PARTS.lines * 2})

def make(bill, ids):
    return kernel.charge_rows(FactBook(TEXTS["en"]), bill, ids, rows.ROLES)

def interrupted(place):
    if place == 0:
        make(WITH_PARTS, rows._ids)
    return rows._ids(place)

make(WITH_PARTS, interrupted)
assert repr(make(LONGER, rows._ids)) == repr(rows._charge_rows(FactBook(TEXTS["en"]), LONGER))
"""


def test_ids_stay_in_order_where_another_bill_comes_between() -> None:
    subprocess.run([sys.executable, "-c", ANOTHER_BETWEEN], check=True, cwd=Path(__file__).parents[3])


def test_what_is_not_known_is_left_to_python() -> None:
    book, other = FactBook(TEXTS["en"]), in_python[0](TEXTS["en"])
    bare = Bill.model_construct(lines=WITH_PARTS.lines)
    del bare.__dict__["currency"]
    for given_ in ((other, WITH_PARTS), (book, None), (book, bare), (book, BILLS)):
        assert kernel.charge_rows(*given_, rows._ids, rows.ROLES) is None
        assert kernel.charge_groups(*given_, *rows._OF_GROUPS, rows.group_label) is None
