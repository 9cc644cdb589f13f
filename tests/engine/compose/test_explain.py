from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.compose.explain import Cause, Change, explain_change, round_parts
from engine.compose.split import billed_quantity, shapley_2, shapley_3, split
from engine.model.bill import Bill, ChargeCategory, ChargeLine, DocumentAllowance, Period, Tax
from engine.model.money import quantum

D = Decimal
START = date(2026, 8, 27)


def line(
    category: str, amount: str | Decimal, quantity: str | None = None, unit: str | None = "kWh", **more: Any
) -> ChargeLine:
    measured = {"quantity": D(quantity), "unit": unit} if quantity is not None else {}
    return ChargeLine(
        category=ChargeCategory(category), label=more.pop("label", category), amount=D(amount), **measured, **more
    )


def make_bill(number: str, lines: list[ChargeLine], *, days: int | None = 30, start: date = START, **more: Any) -> Bill:
    parts = [part.amount for part in (*lines, *more.get("taxes", ()), *more.get("allowances", ()))]
    total = sum(parts, more.get("rounding", D(0)))
    payable = total - more.get("prepaid", D(0)) + more.get("balance_forward", D(0))
    period = Period(start=start, end=start + timedelta(days=days - 1)) if days else None
    fields: dict[str, Any] = {"number": number, "issued_on": start, "period": period, "lines": tuple(lines),
                              "total": total, "amount_payable": payable} | more  # fmt: skip
    return Bill(**fields)


def causes(change: Change | None) -> dict[str, Decimal]:
    assert change is not None
    return {part.cause.value: part.amount for part in change.parts}


# ------------------------------------------------------------------ one cause at a time


def test_more_days_at_the_same_daily_use_and_price_are_days_alone() -> None:
    old = make_bill("1", [line("energy", "60", "150"), line("fixed", "9", "30", "day")], days=30)
    new = make_bill("2", [line("energy", "76", "190"), line("fixed", "11.40", "38", "day")], days=38)
    change = explain_change(new, old)
    assert causes(change) == {"days": D("18.40")}
    assert change is not None
    assert change.parts[0].days == 8


def test_more_use_in_the_same_days_is_volume_alone() -> None:
    change = explain_change(
        make_bill("2", [line("energy", "80", "200")]), make_bill("1", [line("energy", "60", "150")])
    )
    assert causes(change) == {"volume": D(20)}
    assert change is not None
    assert (change.parts[0].quantity, change.parts[0].unit) == (D(50), "kWh")


def test_another_price_at_the_same_use_is_price_alone() -> None:
    old = make_bill("1", [line("energy", "60", "150"), line("network", "30", "150")])
    new = make_bill("2", [line("energy", "75", "150"), line("network", "30", "150")])
    change = explain_change(new, old)
    assert causes(change) == {"price": D(15)}
    assert change is not None
    assert (change.parts[0].old_price, change.parts[0].new_price) == (D("0.6"), D("0.7"))


@pytest.mark.parametrize(
    ("category", "cause"),
    [("fixed", "fixed"), ("taxes_levies", "taxes"), ("adjustment", "adjustments"), ("discount", "adjustments"),
     ("one_off", "one_offs"), ("fee", "one_offs")],
)  # fmt: skip
def test_a_line_of_another_category_is_its_own_cause(category: str, cause: str) -> None:
    same = line("energy", "60", "150")
    change = explain_change(make_bill("2", [same, line(category, "-7.30")]), make_bill("1", [same]))
    assert causes(change) == {cause: D("-7.30")}


def test_vat_is_taxes_and_rounding_and_allowances_are_adjustments() -> None:
    same = [line("energy", "60", "150")]
    new = make_bill("2", same, taxes=(Tax(amount=D("13.20")),), rounding=D("0.02"),
                    allowances=(DocumentAllowance(label="Loyalty", amount=D("-5")),))  # fmt: skip
    assert causes(explain_change(new, make_bill("1", same))) == {"taxes": D("13.20"), "adjustments": D("-4.98")}


def test_what_was_prepaid_or_carried_forward_is_no_cause() -> None:
    same = [line("energy", "60", "150")]
    new = make_bill("2", same, prepaid=D(20), balance_forward=D(55))
    change = explain_change(new, make_bill("1", same))
    assert change is not None
    assert (change.difference, change.parts, change.largest) == (0, (), None)


def test_longer_period_with_less_use_a_day_names_both_with_their_figures() -> None:
    old = make_bill("1", [line("energy", "60", "150")], days=30)
    new = make_bill("2", [line("energy", "68.40", "171")], days=38)
    change = explain_change(new, old)
    assert change is not None
    days, volume = change.parts
    assert (days.cause, days.days) == (Cause.DAYS, 8)
    assert days.amount > 0
    assert (volume.cause, volume.quantity) == (Cause.VOLUME, D(-19))  # 190 would have been the same a day
    assert days.amount + volume.amount == D("8.40")


def test_a_standing_charge_by_the_month_does_not_move_with_the_days_of_the_month() -> None:
    old = make_bill("1", [line("fixed", "10", "1", "month")], days=31)
    new = make_bill("2", [line("fixed", "10", "1", "month")], days=28)
    change = explain_change(new, old)
    assert change is not None
    assert change.parts == ()


@pytest.mark.parametrize("days", [30, None])
def test_more_days_of_standing_charge_than_the_period_has_are_no_longer_period(days: int | None) -> None:
    old = make_bill("1", [line("fixed", "9", "30", "day")], days=days)
    new = make_bill("2", [line("fixed", "18", "60", "day")], days=days)
    assert causes(explain_change(new, old)) == {"fixed": D(9)}


# ------------------------------------------------------------------ lines that changed their shape


def test_a_single_price_that_became_day_and_night_is_price_and_no_use() -> None:
    old = make_bill("1", [line("energy", "60", "150", label="Energy")])
    new = make_bill("2", [line("energy", "50", "100", label="Peak"), line("energy", "15", "50", label="Off-peak")])
    assert causes(explain_change(new, old)) == {"price": D(5)}


def test_a_new_component_on_the_same_kilowatt_hours_is_price_and_no_use() -> None:
    old = make_bill("1", [line("energy", "60", "150", label="Energy")])
    new = make_bill("2", [line("energy", "60", "150", label="Energy"), line("energy", "6", "150", label="Balancing")])
    assert causes(explain_change(new, old)) == {"price": D(6)}


def test_components_beside_registers_do_not_count_twice() -> None:
    lines = [line("energy", "1", q) for q in ("100", "71", "171")]
    assert billed_quantity(lines) == 171
    assert billed_quantity(lines[:2]) == 171
    assert billed_quantity(lines[2:] * 2) == 171


def test_megawatt_hours_and_unit_codes_meet_kilowatt_hours() -> None:
    old = make_bill("1", [line("energy", "60", "0.15", "MWh")])
    new = make_bill("2", [line("energy", "80", "200", "KWH")])
    assert causes(explain_change(new, old)) == {"volume": D(20)}


def test_units_that_can_not_be_compared_claim_neither_use_nor_price() -> None:
    old = make_bill("1", [line("energy", "60", "150", "m3")])
    new = make_bill("2", [line("energy", "80", "1600", "kWh")])
    assert causes(explain_change(new, old)) == {"other": D(20)}


def test_use_charges_without_quantity_claim_neither_use_nor_price() -> None:
    change = explain_change(make_bill("2", [line("energy", "80")]), make_bill("1", [line("energy", "60")]))
    assert causes(change) == {"other": D(20)}


def test_a_quantity_given_on_one_bill_only_claims_neither_use_nor_price() -> None:
    change = explain_change(make_bill("2", [line("energy", "80", "200")]), make_bill("1", [line("energy", "60")]))
    assert causes(change) == {"other": D(20)}


def test_a_supply_point_that_is_new_on_the_bill_is_volume() -> None:
    power = line("energy", "60", "150", supply_point="E1")
    gas = line("energy", "40", "35", "m3", supply_point="G1")
    change = explain_change(make_bill("2", [power, gas]), make_bill("1", [power]))
    assert causes(change) == {"volume": D(40)}


def test_dual_fuel_gives_amounts_but_no_quantity_in_two_units() -> None:
    def both(power: str, power_kwh: str, gas: str, gas_m3: str) -> list[ChargeLine]:
        return [
            line("energy", power, power_kwh, supply_point="E1"),
            line("energy", gas, gas_m3, "m3", supply_point="G1"),
        ]

    change = explain_change(
        make_bill("2", both("80", "200", "50", "50")), make_bill("1", both("60", "150", "40", "40"))
    )
    assert causes(change) == {"volume": D(30)}
    assert change is not None
    assert (change.parts[0].quantity, change.parts[0].unit) == (None, "")


def test_supply_points_are_compared_each_with_itself() -> None:
    old = make_bill("1", [line("energy", "10", "100", supply_point="A"), line("energy", "50", "100", supply_point="B")])
    new = make_bill("2", [line("energy", "20", "200", supply_point="A"), line("energy", "25", "50", supply_point="B")])
    change = explain_change(new, old)
    assert causes(change) == {"volume": D(-15)}
    assert change is not None
    assert change.parts[0].quantity is None  # 50 kWh more in all, yet cheaper: the figure would mislead


def test_one_supply_point_under_another_code_is_still_the_same() -> None:
    old = make_bill("1", [line("energy", "60", "150")])
    new = make_bill("2", [line("energy", "80", "200", supply_point="E1")], supply_points=("E1",))
    assert causes(explain_change(new, old)) == {"volume": D(20)}


def test_power_that_was_fed_in_is_an_adjustment_and_no_use() -> None:
    old = make_bill("1", [line("energy", "60", "150")])
    new = make_bill("2", [line("energy", "60", "150"), line("energy", "-8", "100", label="Fed in")])
    assert causes(explain_change(new, old)) == {"adjustments": D(-8)}


def test_no_use_at_all_has_no_price_and_is_volume() -> None:
    old = make_bill("1", [line("energy", "60", "150")])
    new = make_bill("2", [line("energy", "0", "0"), line("fixed", "9")])
    assert causes(explain_change(new, old)) == {"volume": D(-60), "fixed": D(9)}


def test_without_any_period_days_are_not_claimed() -> None:
    old = make_bill("1", [line("energy", "60", "150")], days=None)
    new = make_bill("2", [line("energy", "88", "220")], days=None)
    change = explain_change(new, old)
    assert causes(change) == {"volume": D(28)}
    assert change is not None
    assert change.old_days is change.new_days is None


def test_periods_of_the_lines_stand_in_for_the_bills() -> None:
    def of(days: int, amount: str, quantity: str) -> ChargeLine:
        return line("energy", amount, quantity, period=Period(start=START, end=START + timedelta(days=days - 1)))

    old = make_bill("1", [of(30, "60", "150")], days=None)
    new = make_bill("2", [of(60, "120", "300")], days=None)
    change = explain_change(new, old)
    assert causes(change) == {"days": D(60)}
    assert change is not None
    assert change.parts[0].days == 30


# ------------------------------------------------------------------ nothing claimed

PLAIN = [line("energy", "60", "150")]


@pytest.mark.parametrize(
    "other",
    [
        None,
        make_bill("1", PLAIN, currency="RON"),
        make_bill("1", PLAIN, kind="statement"),
        make_bill("1", PLAIN, kind="credit_note"),
        make_bill("2", PLAIN),
    ],
)
def test_nothing_is_claimed_without_a_bill_of_the_same_sort(other: Bill | None) -> None:
    assert explain_change(make_bill("2", PLAIN), other) is None


@pytest.mark.parametrize("kind", ["credit_note", "reminder"])
def test_nothing_is_claimed_about_credit_notes_and_reminders(kind: str) -> None:
    assert explain_change(make_bill("2", PLAIN, kind=kind), make_bill("1", PLAIN, kind=kind)) is None


def test_nothing_is_claimed_about_a_statement_without_lines() -> None:
    bare = Bill(number="1", kind="statement", issued_on=START, total=D(5), amount_payable=D(5))
    assert explain_change(make_bill("2", PLAIN, kind="statement"), bare) is None


# ------------------------------------------------------------------ laws

UNITS = st.sampled_from([None, "kWh", "KWH", "MWh", "m3", "day", "month", "kW", "piece", "GB"])
POINTS = st.sampled_from([None, "E1", "G1"])


@st.composite
def charge_lines(draw: st.DrawFn, exponent: int) -> ChargeLine:
    unit = draw(UNITS)
    quantity = draw(st.none() | st.decimals(-5, 5000, places=3)) if unit else None
    return ChargeLine(
        category=draw(st.sampled_from(ChargeCategory)),
        label=draw(st.sampled_from(["Energy", "Network", "Peak", "Off-peak"])),
        amount=D(draw(st.integers(-99_999, 10_000_000))).scaleb(-exponent),
        quantity=quantity,
        unit=unit,
        supply_point=draw(POINTS),
        period=draw(st.none() | periods()),
    )


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = START + timedelta(days=draw(st.integers(-400, 400)))
    return Period(start=start, end=start + timedelta(days=draw(st.integers(0, 400))))


@st.composite
def bills(draw: st.DrawFn, number: str, currency: str, exponent: int) -> Bill:
    lines = draw(st.lists(charge_lines(exponent), min_size=1, max_size=8))
    tax = D(draw(st.integers(-1000, 100_000))).scaleb(-exponent)
    rounding = D(draw(st.integers(-5, 5))).scaleb(-exponent)
    total = sum((part.amount for part in lines), tax + rounding)
    return Bill(
        number=number, issued_on=START, period=draw(st.none() | periods()), currency=currency, lines=tuple(lines),
        taxes=(Tax(amount=tax),), rounding=rounding, total=total, amount_payable=total,
    )  # fmt: skip


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Bill, Bill]:
    currency, exponent = draw(st.sampled_from([("EUR", 2), ("JPY", 0), ("KWD", 3)]))
    return draw(bills("2", currency, exponent)), draw(bills("1", currency, exponent))


@settings(max_examples=150, deadline=None)
@given(pair=pairs())
def test_the_parts_sum_to_the_difference_to_the_cent(pair: tuple[Bill, Bill]) -> None:
    new, old = pair
    change = explain_change(new, old)
    assert change is not None
    assert sum((part.amount for part in change.parts), D(0)) == new.total - old.total == change.difference
    assert all(part.amount % quantum(new.currency) == 0 for part in change.parts)
    assert all(part.amount for part in change.parts)


@settings(max_examples=60, deadline=None)
@given(pair=pairs())
def test_the_exact_parts_sum_to_the_exact_difference(pair: tuple[Bill, Bill]) -> None:
    assert sum(split(*pair).parts.values()) == Fraction(pair[0].total - pair[1].total)


@settings(max_examples=60, deadline=None)
@given(pair=pairs())
def test_swapping_the_bills_swaps_every_sign(pair: tuple[Bill, Bill]) -> None:
    there, back = split(*pair).parts, split(pair[1], pair[0]).parts
    assert {cause: -value for cause, value in there.items()} == back


@settings(max_examples=60, deadline=None)
@given(pair=pairs(), seed=st.integers(0, 9))
def test_the_order_of_lines_does_not_matter(pair: tuple[Bill, Bill], seed: int) -> None:
    new, old = pair
    mixed = list(new.lines)
    random.Random(seed).shuffle(mixed)
    again = explain_change(new.model_copy(update={"lines": tuple(mixed)}), old)
    assert again == explain_change(new, old)


@settings(max_examples=60, deadline=None)
@given(pair=pairs())
def test_the_largest_part_comes_first_and_figures_never_point_the_other_way(pair: tuple[Bill, Bill]) -> None:
    change = explain_change(*pair)
    assert change is not None
    sizes = [abs(part.amount) for part in change.parts]
    assert sizes == sorted(sizes, reverse=True)
    for part in change.parts:
        assert part.days is None or part.days * part.amount > 0
        assert part.quantity is None or part.quantity * part.amount > 0
        if part.old_price is not None and part.new_price is not None:
            assert (part.new_price - part.old_price) * part.amount > 0


@given(bill=bills("2", "EUR", 2))
def test_a_bill_against_its_like_has_no_cause(bill: Bill) -> None:
    change = explain_change(bill, bill.model_copy(update={"number": "1"}))
    assert change is not None
    assert change.parts == ()


FRACTIONS = st.fractions(-1000, 1000, max_denominator=97)


@given(*[st.tuples(FRACTIONS, FRACTIONS)] * 3)
def test_factors_share_the_change_of_their_product(a: Any, b: Any, c: Any) -> None:
    assert sum(shapley_2(a, b)) == a[1] * b[1] - a[0] * b[0]
    assert sum(shapley_3(a, b, c)) == a[1] * b[1] * c[1] - a[0] * b[0] * c[0]
    assert shapley_3(a, b, c) == (x := shapley_3(c, a, b))[1:] + x[:1]


@given(st.dictionaries(st.sampled_from(Cause), FRACTIONS, min_size=1), st.integers(-10, 10))
def test_rounding_moves_no_part_by_a_whole_unit_and_leaves_zero_alone(parts: dict[Cause, Fraction], units: int) -> None:
    first = next(iter(parts))
    others = sum(value for cause, value in parts.items() if cause is not first)
    parts[first] = Fraction(units, 100) - others
    rounded = round_parts(parts, D(units) / 100, "EUR")
    assert sum(rounded.values()) == D(units) / 100
    for cause, value in parts.items():
        assert abs(Fraction(rounded[cause]) - value) < Fraction(1, 100)
        assert value or not rounded[cause]


def test_seventeen_digit_amounts_stay_exact() -> None:
    old = make_bill("1", [line("energy", "123456789012345.67", "150")])
    new = make_bill("2", [line("energy", "123456789012345.68", "150")])
    assert causes(explain_change(new, old)) == {"price": D("0.01")}
