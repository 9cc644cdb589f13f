import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from engine.model.base import CalendarDate, Exact, Instant, Record


class Figure(Record):
    value: Exact


class Day(Record):
    on: CalendarDate


class Moment(Record):
    at: Instant


@given(st.integers(min_value=-(10**17) + 1, max_value=10**17 - 1), st.integers(min_value=0, max_value=12))
def test_a_seventeen_digit_figure_survives_json_as_string_and_as_number(digits: int, decimals: int) -> None:
    value = Decimal(digits).scaleb(-decimals)
    figure = Figure(value=value)
    text = figure.model_dump_json()

    assert Figure.model_validate_json(text).value == value
    assert Figure.model_validate(json.loads(text, parse_float=Decimal)).value == value
    bare = f'{{"value": {value:f}}}'  # a JSON number, as another program writes it
    assert Figure.model_validate(json.loads(bare, parse_float=Decimal)).value == value


def test_an_amount_is_written_as_a_json_string() -> None:
    assert Figure(value=Decimal("12345678901234567.89")).model_dump_json() == '{"value":"12345678901234567.89"}'


@pytest.mark.parametrize("value", [1.5, 0.1 + 0.2, float("nan"), True])
def test_a_float_or_a_truth_value_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        Figure(value=value)  # type: ignore[arg-type]


def test_a_json_number_with_decimals_is_refused_unless_parsed_exactly() -> None:
    with pytest.raises(ValidationError, match="parse_float=Decimal"):
        Figure.model_validate_json('{"value": 12345678901234567.89}')


@pytest.mark.parametrize(
    "value", ["NaN", "sNaN", "Infinity", "-Infinity", "1e18", "-1e18", "1e-31", "12,5", "", "1 000"]
)
def test_what_is_no_figure_of_a_bill_is_refused(value: str) -> None:
    with pytest.raises(ValidationError):
        Figure(value=value)  # type: ignore[arg-type]


def test_an_integer_and_a_decimal_text_are_taken() -> None:
    assert Figure(value=12).value == Decimal(12)  # type: ignore[arg-type]
    assert Figure(value=" 12.50 ").value == Decimal("12.50")  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["2026-02-30", "31/12/2026", "1989-12-31", "2200-01-01", "0001-01-01", 20261103])
def test_an_absurd_or_unclear_date_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        Day(on=value)  # type: ignore[arg-type]


def test_a_leap_day_is_a_date() -> None:
    assert Day(on="2028-02-29").on == date(2028, 2, 29)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", ["9999-12-31T23:59:00Z", "0001-01-01T00:00:00+02:00"])
def test_a_time_of_an_absurd_day_is_refused(value: str) -> None:
    with pytest.raises(ValidationError, match="2199-12-31"):
        Moment(at=value)  # type: ignore[arg-type]


def test_a_time_needs_its_offset() -> None:
    with pytest.raises(ValidationError, match="offset from UTC"):
        Moment(at="2026-11-03T09:30:00")  # type: ignore[arg-type]
    offset = Moment(at="2026-11-03T09:30:00+02:00").at.utcoffset()  # type: ignore[arg-type]
    assert offset is not None
    assert offset.total_seconds() == 7200


def test_records_are_frozen_and_refuse_unknown_fields() -> None:
    figure = Figure(value=Decimal(1))
    with pytest.raises(ValidationError):
        figure.value = Decimal(2)  # type: ignore[misc]
    with pytest.raises(ValidationError):
        Figure.model_validate({"value": "1", "valeu": "1"})
