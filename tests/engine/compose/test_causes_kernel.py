"""The kernel of causes and months finds what its Python does, and leaves to it what is not usual."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.compose import comparison as comparing
from engine.compose import explain, points, usage
from engine.compose.comparison import comparison_bill
from engine.compose.explain import explain_change
from engine.compose.points import points_of
from engine.compose.usage import usages_of
from engine.model.bill import Bill, BillKind, ChargeCategory, ChargeLine, Period
from engine.model.consumption import Consumption, MeterReading, ReadingMethod, UsagePoint
from engine.model.customer import Customer, PersonName
from engine.natives import native
from tests.engine.compose.test_explain import PLAIN, START, bills, line, make_bill, pairs

kernel = native(explain.__name__, "causes_kernel")
pytestmark = pytest.mark.skipif(kernel is None, reason="the kernel is not built")

D = Decimal


class Amount(Decimal):
    """A subclass."""


class Odd(ChargeLine):
    """A subclass."""


def came_of(make: Callable[..., Any], *given_: Any, is_native: bool) -> Any:
    """Return what comes out, by its every digit and sign; of an error its kind and words."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (comparing, explain, points, usage):
            patch.setattr(module, "_kernel", kernel if is_native else None)
        try:
            return repr(make(*given_))
        except Exception as error:  # noqa: BLE001 - whatever the one raises, the other must
            return type(error), str(error)


def assert_alike(make: Callable[..., Any], *given_: Any) -> None:
    assert came_of(make, *given_, is_native=True) == came_of(make, *given_, is_native=False)


@settings(max_examples=200, deadline=None)
@given(pairs())
def test_a_change_has_the_same_causes(pair: tuple[Bill, Bill]) -> None:
    assert_alike(explain_change, *pair)
    assert_alike(explain_change, pair[1], pair[0])


# What most bills hold: one supply point or two, the same quantity charged several times, days or months.
energies = st.tuples(
    st.sampled_from(["energy", "network"]), st.integers(0, 90_000).map(lambda cents: D(cents).scaleb(-2)),
    st.sampled_from(["0", "150", "151.5", "150.000", "75"]), st.sampled_from(["kWh", "Wh", "MWh", "m3"]),
)  # fmt: skip
standing = st.tuples(
    st.just("fixed"), st.integers(-900, 4000).map(lambda cents: D(cents).scaleb(-2)),
    st.sampled_from(["30", "31", "1", "2", "-1"]), st.sampled_from(["day", "month"]),
)  # fmt: skip
usual_lines = st.lists(
    st.builds(
        lambda charge, point, period: line(*charge, supply_point=point, period=period),
        energies | standing,
        st.sampled_from(["E1", "E1", "G1"]),
        st.sampled_from([None, None, Period(start=START, end=START + timedelta(9))]),
    ),
    min_size=1, max_size=7,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(usual_lines, usual_lines, st.sampled_from([None, 28, 30, 31]), st.sampled_from([None, 30, 31, 61]))
def test_usual_bills_are_explained_natively(
    new: list[ChargeLine], old: list[ChargeLine], days: int | None, others: int | None
) -> None:
    bill, comparison = make_bill("2", new, days=days), make_bill("1", old, days=others)
    assert_alike(explain_change, bill, comparison)
    assert kernel.explain(bill, comparison) is not None


odd_values = st.sampled_from(
    [D("-0.00"), D("1E+3"), D("1E-20"), D(10**16), D("0.0000001"), D("NaN"), D("Infinity"), D("999999999999.99"),
     D("123456789012345.67"), Amount("12.30"), 7, 1.5, "7", None]
)  # fmt: skip
odd_periods = st.sampled_from(
    [None, Period(start=START, end=START), Period.model_construct(start=START, end=START - timedelta(5)),
     Period.model_construct(start=datetime(2026, 1, 1), end=START), "a period"]  # noqa: DTZ001
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    bills("1", "EUR", 2),
    st.fixed_dictionaries(
        {},
        optional={"amount": odd_values, "quantity": odd_values, "unit": st.sampled_from([None, "", "кВтч", 5, []]),
                  "supply_point": st.sampled_from([None, "", "E1", "é", 3]), "period": odd_periods,
                  "category": st.sampled_from([*ChargeCategory, "fee", "energy", None])},
    ),
    st.fixed_dictionaries(
        {}, optional={"total": odd_values, "rounding": odd_values, "period": odd_periods, "currency": st.just("CLF")}
    ),
    st.sampled_from([ChargeLine, Odd]),
)  # fmt: skip
def test_bills_of_any_kind_give_the_same_or_the_same_error(
    comparison: Bill, of_line: dict[str, Any], of_bill: dict[str, Any], kind: type[ChargeLine]
) -> None:
    plain = PLAIN[0]
    odd = kind.model_construct(**dict(plain) | of_line)
    bill = make_bill("2", [*PLAIN, plain]).model_copy(update={"lines": (*PLAIN, odd)} | of_bill)
    comparison = comparison.model_copy(update={"currency": bill.currency})
    assert_alike(explain_change, bill, comparison)
    assert_alike(explain_change, comparison, bill)
    assert_alike(lambda: sorted(points_of(bill)))


def test_products_beyond_the_largest_number_are_left_to_python() -> None:
    new = make_bill("2", [line("energy", "9999999999.99", "123456789.123", supply_point="E1")], days=3)
    old = make_bill("1", [line("energy", "8888888888.87", "987654321.987", supply_point="E1")], days=11)
    assert kernel.explain(new, old) is None
    assert_alike(explain_change, new, old)


def test_bills_of_many_lines_are_left_to_python() -> None:
    new, old = make_bill("2", PLAIN * 70), make_bill("1", PLAIN)
    assert kernel.explain(new, old) is None
    assert_alike(explain_change, new, old)


@given(bills("1", "EUR", 2), st.lists(st.sampled_from(["E1", "G1", "é"]), max_size=3))
def test_supply_points_are_the_same(bill: Bill, named: list[str]) -> None:
    named_bill = bill.model_copy(update={"supply_points": tuple(named)})
    assert_alike(lambda: sorted(points_of(named_bill)))
    assert kernel.points_of(named_bill) == points._points_of(named_bill)


# ------------------------------------------------------------------ the bill before


def before(found: list[Bill], place: int, supplies: int) -> str | None:
    customer = Customer.model_construct(**dict(Customer(key="1", name=PersonName(given="A"))) | {
        "bills": tuple(found), "supply_points": ("P",) * supplies})  # fmt: skip
    latest = comparison_bill(customer, found[place], "previous")
    return None if latest is None else f"{latest.number} {[latest is one for one in found]}"


of_bills = st.fixed_dictionaries(
    {"number": st.sampled_from(["1", "2", "é", "10"]), "issued_on": st.dates(date(2026, 1, 1), date(2026, 1, 4)),
     "period": st.none() | st.builds(lambda start, days: Period(start=start, end=start + timedelta(days)),
                                     st.dates(date(2026, 1, 1), date(2026, 1, 5)), st.integers(0, 2))},
    optional={"kind": st.sampled_from([*BillKind, "invoice"]), "currency": st.sampled_from(["EUR", "RON"]),
              "supply_points": st.sampled_from([(), ("E1",), ("G1",), ("E1", "E1"), ("E1", "G1")]),
              "lines": st.sampled_from([(), tuple(PLAIN), (line("energy", "1", "1", supply_point="G1"),)]),
              "original_number": st.sampled_from(["1", "2"])},
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(of_bills, min_size=1, max_size=5), st.integers(0, 4), st.integers(0, 2))
def test_the_same_bill_came_before(changes: list[dict[str, Any]], place: int, supplies: int) -> None:
    found = [make_bill("0", PLAIN).model_copy(update=change) for change in changes]
    assert_alike(before, found, place % len(found), supplies)


@given(st.fixed_dictionaries({}, optional={
    "issued_on": st.sampled_from([None, datetime(2026, 1, 1), "2026"]), "period": odd_periods,  # noqa: DTZ001
    "supply_points": st.sampled_from([None, ["E1"], (3,), ("",)]), "lines": st.sampled_from([None, [], (1,), [*PLAIN]]),
    "currency": st.sampled_from([None, 3, "EUR"]), "kind": st.sampled_from([None, "invoice"]),
    "number": st.sampled_from([None, 3]),
}))  # fmt: skip
def test_bills_of_any_kind_have_the_same_before_them_or_the_same_error(change: dict[str, Any]) -> None:
    plain, odd = make_bill("0", PLAIN), make_bill("1", PLAIN).model_copy(update=change)
    for found in ([odd, plain], [plain, odd], [odd, plain, plain.model_copy(update={"number": "2"})]):
        for place in range(2):
            assert_alike(before, found, place, 1)


def test_the_usual_bill_before_is_found_natively() -> None:
    old = make_bill("1", PLAIN).model_copy(update={"issued_on": date(2025, 1, 1), "period": None})
    new = make_bill("2", PLAIN).model_copy(update={"issued_on": date(2026, 1, 1), "period": None})
    assert kernel.previous((old, new), new, 1) is old
    assert kernel.previous((old, new), old, 1) is None
    assert kernel.previous([old, new], new, 1) is False


# ------------------------------------------------------------------ months of use


@st.composite
def series(draw: st.DrawFn, quantities: st.SearchStrategy[Any]) -> tuple[UsagePoint, ...]:
    start, found = draw(st.dates(date(2020, 1, 1), date(2026, 1, 1))), []
    for length, gap, quantity in draw(
        st.lists(st.tuples(st.integers(1, 70), st.sampled_from([0, 0, 1, 40, 900]), quantities), max_size=40)
    ):
        start += timedelta(gap)
        period = Period.model_construct(start=start, end=start + timedelta(length - 1))
        found.append(UsagePoint.model_construct(period=period, quantity=quantity, is_estimated=draw(st.booleans())))
        start += timedelta(length)
    return tuple(found)


def months_of(points_: tuple[UsagePoint, ...]) -> Any:
    consumption = Consumption.model_construct(**dict(Consumption(supply_point="E1")) | {"series": points_})
    customer = Customer.model_construct(**dict(Customer(key="1", name=PersonName(given="A"))) | {
        "consumption": (consumption,)})  # fmt: skip
    return usages_of(customer, make_bill("1", [line("energy", "1", "1")]))


@settings(deadline=None)
@given(series(st.decimals(-5, 900, places=2)))
@example(())
def test_months_are_the_same(points_: tuple[UsagePoint, ...]) -> None:
    assert_alike(months_of, points_)


@settings(deadline=None)
@given(series(st.decimals() | odd_values), st.randoms(use_true_random=False), odd_periods)
def test_series_of_any_kind_give_the_same_or_the_same_error(
    points_: tuple[UsagePoint, ...], random: Any, period: Any
) -> None:
    mixed = [*points_, UsagePoint.model_construct(period=period, quantity=D(1), is_estimated=1)]
    random.shuffle(mixed)
    assert_alike(months_of, tuple(mixed))
    assert_alike(months_of, points_)


def used_of(consumption: Any, named: tuple[str, ...]) -> Any:
    customer = Customer.model_construct(**dict(Customer(key="1", name=PersonName(given="A"))) | {
        "consumption": consumption})  # fmt: skip
    bill = make_bill("1", [line("energy", "1", "1")]).model_copy(update={"supply_points": named})
    return usages_of(customer, bill)


POINT = UsagePoint(period=Period(start=START, end=START + timedelta(29)), quantity=D("12.5"))
READING = MeterReading(method=ReadingMethod.ESTIMATED)
consumptions = st.fixed_dictionaries({}, optional={
    "supply_point": st.sampled_from(["E1", "G1", "W1", "", None, 3]),
    "quantity": st.sampled_from([None, D(0), D("171.5"), "7"]), "year_before": st.sampled_from([None, D(3)]),
    "series": st.sampled_from([(), (POINT,), (POINT, POINT), [POINT], None, (3,)]),
    "readings": st.sampled_from([(), (READING,), (READING.model_copy(update={"method": ReadingMethod.ACTUAL}),),
                                 [READING], (None,), None]),
})  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(consumptions, max_size=4), st.sampled_from([(), ("E1",), ("E1", "G1"), ("W1",)]), st.booleans())
def test_uses_of_any_kind_give_the_same_or_the_same_error(
    changes: list[dict[str, Any]], named: tuple[str, ...], is_tuple: bool
) -> None:
    plain = dict(Consumption(supply_point="E1", quantity=D(1)))
    found = [Consumption.model_construct(**plain | change) for change in changes]
    assert_alike(used_of, tuple(found) if is_tuple else found, named)


def test_usual_uses_are_made_natively() -> None:
    one = Consumption(supply_point="E1", quantity=D(1), series=(POINT,), readings=(READING,))
    customer = Customer(key="1", name=PersonName(given="A"), consumption=(one,))
    bill = make_bill("1", [line("energy", "1", "1")])
    made = kernel.usages(customer.consumption, bill)
    assert made == usage._usages_of(customer, bill)
    assert made[0].is_estimated is True


def test_usual_months_are_made_natively() -> None:
    days = [date(2024, 1, 1) + timedelta(30 * place) for place in range(25)]
    made = [UsagePoint(period=Period(start=day, end=day + timedelta(29)), quantity=D("12.5")) for day in days]
    consumption = Consumption(supply_point="E1", series=tuple(made))
    assert kernel.months(consumption) == usage._months(consumption)


def test_fractions_made_natively_are_fractions() -> None:
    bill, other = make_bill("2", [line("energy", "9", "150.5")]), make_bill("1", [line("energy", "4", "75")])
    _, _, parts = kernel.explain(bill, other)
    quantity = parts[0].uses[0].after.quantity
    assert (type(quantity), quantity, hash(quantity)) == (Fraction, Fraction(301, 2), hash(Fraction(301, 2)))
    assert quantity + 1 == Fraction(303, 2)
