"""The kernel of features against the Python that does the same."""

from __future__ import annotations

import os
from datetime import datetime
from decimal import Decimal
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from engine import natives
from engine.insight.features import dealings, lateness, made, size
from engine.insight.features.history import Course, History, history_of, kernel
from engine.insight.features.registry import FEATURES
from engine.model.bill import Bill, BillKind, ChargeCategory
from engine.model.customer import Customer, Payment
from tests.engine.insight.features.records import NOW, TODAY, bill, contact, customer, day, monthly, payment

if kernel is None and (os.environ.get(natives.SETTING) == "0" or not natives.compiler()):
    pytest.skip("the kernel isn't built", allow_module_level=True)

_DAY = TODAY.toordinal()
_ODD = (Decimal(0), Decimal("-0.00"), Decimal("0.01"), Decimal("1E+400"), Decimal(100), Decimal("100.00"))
_CATEGORIES = tuple(ChargeCategory)
_PLAIN, _LONG = customer(
    bills=[bill("A", 0), bill("B", 0, period={"start": day(-400), "end": day(-10)})],
).bills  # fmt: skip


def told(values: dict[str, float | None]) -> list[tuple[str, str, str]]:
    """Return names, types and figures to the last bit, in their order; minus zero is none."""
    return [(name, type(value).__name__, repr(value)) for name, value in values.items()]


def _amount(dice: Random) -> Decimal:
    return dice.choice(_ODD) if dice.random() < 0.2 else Decimal(dice.randint(-2000, 20000)).scaleb(-2)


def _bill(dice: Random, number: str) -> Bill:
    """Return a bill that need not add up: features look at nothing of the kind."""
    lines = [
        SimpleNamespace(amount=_amount(dice), category=dice.choice(_CATEGORIES)) for _ in range(dice.randint(0, 5))
    ]
    return _PLAIN.model_copy(
        update={
            "number": number,
            "issued_on": day(dice.randint(-800, 30)),
            "due_on": day(dice.randint(-800, 60)) if dice.random() < 0.8 else None,
            "total": _amount(dice),
            "prepaid": _amount(dice),
            "currency": "EUR" if dice.random() < 0.9 else "RON",
            "is_estimated": dice.random() < 0.5,
            "direct_debit": dice.choice((None, object())),
            "supply_points": ("P",) * dice.randint(0, 3),
            "period": dice.choice((None, _LONG.period)),
            "lines": tuple(lines),
        }
    )


def _courses(dice: Random) -> list[Course]:
    """Return what became of some bills, some of them of one day."""
    found = []
    for place in range(dice.choice((0, 1, 2, 3, 5, 6, 12, 13, 30))):
        made = _bill(dice, f"{dice.choice('ABC')}{place}")
        settled = None if dice.random() < 0.3 else _DAY - dice.randint(0, 800)
        due, parts = _DAY + dice.randint(-800, 60), dice.randint(0, 3)
        found.append(Course(made, made.issued_on.toordinal(), due, _amount(dice), parts, settled, dice.random() < 0.2))
    return found


@pytest.mark.parametrize("seed", range(20))
def test_the_course_of_past_bills_is_told_alike(seed: int) -> None:
    dice = Random(f"past {seed}")
    for _ in range(20):
        recent = _courses(dice)[-lateness.LOOKBACK :]
        if recent:
            native, python = dict.fromkeys(FEATURES), dict.fromkeys(FEATURES)
            kernel.add_past(native, recent, _DAY)
            lateness._add_past_by_python(python, recent, _DAY)
            assert told(native) == told(python)


@pytest.mark.parametrize("seed", range(20))
def test_a_bill_is_told_of_alike(seed: int) -> None:
    dice = Random(f"bill {seed}")
    for _ in range(20):
        found, asked = _courses(dice), _bill(dice, "N")
        course = dice.choice([*found, None])
        history = History(_DAY, found, {}, [], None, [], [])
        for is_whole in (True, False):
            native, python = dict.fromkeys(FEATURES), dict.fromkeys(FEATURES)
            kernel.add_bill(native, history, course, asked, is_whole)
            size._add_bill_by_python(python, history, course, asked, is_whole)
            assert told(native) == told(python)


@pytest.mark.parametrize("count", [1, 2, 4, 6, 13, 26])
def test_a_record_is_told_of_alike(count: int) -> None:
    record = monthly(count, late=(0, 3, 5, 11))
    record["payments"].append(payment(None, -2, "12.34", "card"))
    of = customer(**record)
    history = history_of(of, _DAY)
    for is_whole in (True, False):
        native, python = dict.fromkeys(FEATURES), dict.fromkeys(FEATURES)
        kernel.add_bill(native, history, history.courses[-1], of.bills[-1], is_whole)
        size._add_bill_by_python(python, history, history.courses[-1], of.bills[-1], is_whole)
        assert told(native) == told(python)


@pytest.mark.parametrize("values", [None, [], {}])
def test_what_is_no_bill_is_refused_by_both(values: Any) -> None:
    history = History(_DAY, [], {}, [], None, [], [])
    for add in (kernel.add_bill, size._add_bill_by_python):
        with pytest.raises((AttributeError, TypeError)):
            add(values, history, None, None, True)


def test_who_never_dealt_with_us_is_told_of_as_by_looking() -> None:
    of = customer(**monthly(3))
    history = history_of(of, _DAY)
    short, long_ = dict.fromkeys(FEATURES) | dealings.NOTHING, dict.fromkeys(FEATURES)
    dealings._add_promises(long_, [], history)
    long_ |= {"open_disputes": 0.0, "disputes_year": 0.0}
    dealings._add_contacts(long_, dealings._contacts(of, NOW), NOW)
    assert told(short) == told(long_)


# ------------------------------------------------------------------ the usual customer, in one walk


def essential(of: Customer, asked: Bill | None, monkeypatch: pytest.MonkeyPatch, *, is_native: bool) -> Any:
    """Return what is told of a customer, or of an error its kind."""
    monkeypatch.setattr(made, "kernel", kernel if is_native else None)
    try:
        return told(made.features_of(of, NOW, bill=asked, is_whole=False))
    except Exception as error:  # noqa: BLE001 - whatever the one raises, the other must
        return type(error)


_CHANGES: tuple[dict[str, Any], ...] = (
    {"kind": BillKind.INVOICE}, {"kind": BillKind.INVOICE}, {"kind": BillKind.CREDIT_NOTE, "original_number": "N1"},
    {"kind": BillKind.REMINDER}, {"balance_forward": Decimal("3.00")}, {"balance_forward": Decimal("-0.00")},
    {"due_on": None}, {"amount_payable": Decimal(0)}, {"amount_payable": Decimal(-4)}, {"currency": "RON"},
    {"issued_on": day(3)}, {"direct_debit": object()}, {"number": "N1"}, {"number": None}, {"total": 7},
    {"issued_on": datetime(2026, 1, 1)}, {"due_on": "2026"}, {"amount_payable": 7}, {"kind": "invoice"},  # noqa: DTZ001
)  # fmt: skip
_PAID: tuple[dict[str, Any], ...] = (
    {"bill_number": None}, {"amount": Decimal("-5.00")}, {"amount": Decimal(0)}, {"paid_on": day(2)},
    {"amount": Decimal("0.01")}, {"amount": 5}, {"bill_number": "unknown"}, {"paid_on": NOW}, {"method": "card"},
)  # fmt: skip
_RECORD = customer(**monthly(1))


def _customer(dice: Random, oddness: float) -> Customer:
    """Return a customer with some bills and payments, mostly plain."""
    bills = []
    for place in range(dice.choice((1, 2, 3, 5, 13, 14, 26))):
        issued = dice.randint(-900, 0)
        cents = Decimal(dice.randint(1, 20000)).scaleb(-2)
        plain = {"number": f"N{place}", "issued_on": day(issued), "due_on": day(issued + dice.randint(0, 30)),
                 "total": cents, "amount_payable": cents, "kind": BillKind.INVOICE}  # fmt: skip
        change = dice.choice(_CHANGES) if dice.random() < oddness else {}
        bills.append(_PLAIN.model_copy(update=plain | change))
    payments = []
    for _ in range(dice.choice((0, 1, 2, 3, 7, 33))):
        about = dice.choice(bills)
        plain = {"amount": dice.choice((about.amount_payable, Decimal("1.23"))), "bill_number": about.number,
                 "paid_on": day(dice.randint(-900, 0)), "method": None}  # fmt: skip
        change = dice.choice(_PAID) if dice.random() < oddness else {}
        payments.append(Payment.model_construct(**plain | change))
    return _RECORD.model_copy(update={"bills": tuple(bills), "payments": tuple(payments)})


@pytest.mark.parametrize("oddness", [0.0, 0.1, 0.5])
def test_the_essential_features_are_told_alike(oddness: float, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = Random(f"essential {oddness}")
    for _ in range(400):
        of = _customer(dice, oddness)
        for asked in (dice.choice(of.bills), None):
            native = essential(of, asked, monkeypatch, is_native=True)
            assert native == essential(of, asked, monkeypatch, is_native=False)


@pytest.mark.parametrize(
    "more",
    [
        {"promises": [{"made_on": day(-50), "due_on": day(-30), "amount": "5.00"}]},
        {"disputes": [{"bill_number": "B00", "opened_on": day(-50)}]},
        {"interactions": [contact("sent", -40)]},
    ],
)
def test_who_dealt_with_us_is_left_to_python(more: dict[str, Any]) -> None:
    of = customer(**monthly(3), **more)
    assert kernel.essential({}, of, of.bills[-1], _DAY) is None


def test_the_usual_customer_is_told_of_in_one_walk() -> None:
    of = customer(**monthly(6, late=(1, 3)))
    assert kernel.essential({}, of, of.bills[-1], _DAY)["late_count"] == 2.0


@pytest.mark.parametrize("odd", [None, 3, SimpleNamespace(bills=())])
def test_what_is_no_customer_is_left_to_python(odd: Any) -> None:
    of = customer(**monthly(1))
    assert kernel.essential({}, odd, of.bills[0], _DAY) is None
    assert kernel.essential({}, of, odd, _DAY) is None
