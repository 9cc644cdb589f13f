"""The native reader of lines: the same customer as the usual way reads, or none."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from decimal import Decimal, InvalidOperation
from functools import reduce
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from engine.ingest import IngestItem, IngestOptions, Read, quick
from engine.ingest.jsonl import _item
from engine.model.base import Record, ShortText
from engine.model.bill import Bill, BillKind, Period

kernel = quick._kernel
pytestmark = pytest.mark.skipif(kernel is None, reason="the kernel is not built")
SAMPLES = (Path(__file__).parents[3] / "samples" / "customers.jsonl").read_bytes().splitlines()
ODD = [
    None, "", " ", "x ", "é", "a b", "\u2028", "\u00a0", "\u200b", "\U0001f600", "\ud800", "\x7f", "\t", 'a"b', "a\\b",
    "x" * 400, "x" * 401, "y" * 4001, 0, -1, 1.5, 10**20, True, False, [], {}, [None], {"a": "b"}, {"a": 1}, "NaN",
    "1e5", "-0.00", "+1.0", "00012.50", "1.", " 1", "1" * 19, "0." + "1" * 31, "2026-02-30", "2026-11-03", "1989-12-31",
    "2026-11-03T09:30:00Z", "2026-11-03T09:30:00", "household", "it", "IT", "it-IT", "EUR", "eur",
    {"start": "2026-01-01", "end": "2026-01-31"}, {"end": "2026-01-31", "start": "2026-01-01"}, {"start": "2026-02-01"},
    {"start": "2026-02-01", "end": "2026-01-31"}, {"start": "2026-02-01", "end": "2026-03-01", "x": "1"},
]  # fmt: skip


def by_the_usual_way(line: bytes) -> IngestItem:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quick, "at_once", lambda _: None)
        return _item(line, "a.jsonl:1", IngestOptions())


def parts_of(record: object) -> object:
    """Return all that a record holds, kinds and orders and how figures are written included."""
    if isinstance(record, BaseModel):
        held = [(name, parts_of(value)) for name, value in record.__dict__.items()]
        more = (record.__pydantic_extra__, record.__pydantic_private__)
        return type(record), held, type(record.__pydantic_fields_set__), record.__pydantic_fields_set__, more
    if isinstance(record, tuple):
        return [parts_of(value) for value in record]
    return type(record), repr(record)


def must_be_alike(line: bytes) -> bool:
    """Return whether the kernel reads the line; what it reads the usual way reads alike, without a warning."""
    made = quick.at_once(line)
    if made is None:
        return False
    usual = by_the_usual_way(line)
    assert isinstance(usual, Read)
    assert not usual.warnings
    assert parts_of(made) == parts_of(usual.customer)
    assert made == usual.customer
    return True


def test_nearly_all_samples_are_read_natively_and_alike():
    assert sum(map(must_be_alike, SAMPLES)) > 0.8 * len(SAMPLES)


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": "), (" , ", " : ")])
def test_blanks_between_make_no_difference(separators):
    lines = [json.dumps(json.loads(line), ensure_ascii=False, separators=separators) for line in SAMPLES]
    assert sum(must_be_alike(f" {line} \r\n".encode()) for line in lines) > 0.8 * len(SAMPLES)


def _places(value: object, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([above] if above else []), *(place for name, part in inside for place in _places(part, (*above, name)))]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_a_record_with_something_odd_is_read_alike_or_not(data):
    record = json.loads(data.draw(st.sampled_from(SAMPLES)))
    place = data.draw(st.sampled_from(_places(record)))
    holder = reduce(lambda part, name: part[name], place[:-1], record)
    how = data.draw(st.sampled_from(["put", "drop", "add"]))
    if how == "drop":
        del holder[place[-1]]
    elif how == "add" and isinstance(holder, dict):
        holder[data.draw(st.sampled_from(["x", "key", "amount", "é", "a b"]))] = data.draw(st.sampled_from(ODD))
    else:
        holder[place[-1]] = data.draw(st.sampled_from(ODD) | st.text())
    must_be_alike(json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass"))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_a_line_with_other_bytes_is_read_alike_or_not(data):
    line = data.draw(st.sampled_from(SAMPLES))
    at = data.draw(st.integers(0, len(line)))
    dropped = data.draw(st.integers(0, 40))
    put = data.draw(st.binary(max_size=3) | st.sampled_from(['"', "}", "{", "]", ",", ":", "\\", "é"]).map(str.encode))
    must_be_alike(line[:at] + put + line[at + dropped :])


@given(st.integers(0, 10_000))
def test_a_line_that_ends_early_is_none(length):
    line = max(SAMPLES, key=len).strip()
    assume(length < len(line))
    assert quick.at_once(line[:length]) is None


@pytest.mark.parametrize(
    "line",
    [
        '{"key": "A", "key": "A", "name": {"given": "x"}}', '{"key": "A", "name": {"given": "x", "given": "x"}}',
        '{"key": "A", "name": {"given": "x"}, "attributes": {"a": "1", "a": "1"}}',
        '{"key": "A", "name": {"given": "x"}} {}', '{"key": "A", "name": {"given": "x"},}', '{"key": "A"', "", "[]",
        '{"key": "A", "name": null}', '{"key": "A", "name": {"given": "x"}, "bills": nullx}', "nul", '"', "{",
    ],
)  # fmt: skip
def test_what_is_wrong_is_none(line):
    assert quick.at_once(line.encode()) is None


@given(
    st.lists(st.text(st.sampled_from("ab1é")), min_size=2, max_size=40), st.sampled_from([0, 6, 7, 8, 14, 29, 30, 31])
)
def test_texts_that_are_nearly_alike_are_told_apart(texts, length):
    lead = "x" * length
    record = {"key": "A", "name": {"given": "x"}, "attributes": {f"{lead}{text}": f"{text}{lead}" for text in texts}}
    assert must_be_alike(json.dumps(record, ensure_ascii=False).encode())


@given(st.lists(st.tuples(st.integers(1, 28), st.integers(1, 12), st.integers(1, 28)), min_size=1, max_size=40))
def test_periods_and_figures_that_are_nearly_alike_are_told_apart(rows):
    lines = [
        {"category": "energy", "label": "x", "amount": f"{first}.{month}", "quantity": f"{first}.{month:02}0",
         "period": {"start": f"2026-{month:02}-{first:02}", "end": f"2027-{month:02}-{last:02}"}}
        for first, month, last in rows
    ]  # fmt: skip
    total = str(sum(Decimal(line["amount"]) for line in lines))
    bill = {"number": "1", "issued_on": "2026-01-01", "lines": lines, "total": total, "amount_payable": total}
    record = {"key": "A", "name": {"given": "x"}, "bills": [bill | {"currency": "EUR"}]}
    assert must_be_alike(json.dumps(record).encode())


def test_records_share_nothing_that_can_change():
    line = b'{"key":"A","name":{"given":"x"},"attributes":{"a":"b"}}'
    one, other = (quick.at_once(line) for _ in range(2))
    assert one.__dict__ is not other.__dict__
    assert one.__pydantic_fields_set__ is not other.__pydantic_fields_set__
    assert one.attributes is not other.attributes
    assert one.consents is quick.from_json(line).consents  # a default that can't change
    assert one.model_copy(update={"key": "B"}).key == "B"


def _reads(kind: type[BaseModel], line: bytes) -> object:
    reader = kernel.Reader(kind.__pydantic_core_schema__, {}, Period, Period.model_validate, quick._part, {})
    return reader.read(line)


AMOUNTS = (
    st.decimals(-50, 50, places=2)
    | st.decimals(-50, 50, places=0)
    | st.decimals()
    | st.sampled_from(
        [Decimal("-0"), Decimal("-0.00"), Decimal("1.50"), Decimal("1.500"), Decimal("1E+2"), Decimal("0E-9"),
         Decimal(10**14), Decimal(10**15), Decimal(10**15 - 1), Decimal("9" * 18 + ".99"), Decimal("0.001")]
    )
)  # fmt: skip


class _Figure(Decimal):
    """A subclass."""


@given(
    st.lists(AMOUNTS, max_size=6),
    st.lists(AMOUNTS, max_size=2),
    st.tuples(AMOUNTS, AMOUNTS, AMOUNTS),
    st.sampled_from(["EUR", "JPY", "KWD", "XXX"]),
    st.sampled_from(BillKind),
    st.sampled_from([Decimal(0), Decimal("0.01"), Decimal("0.001"), Decimal(1), None]),
)
def test_a_bill_is_surely_sound_only_where_the_model_says_so(lines, taxes, others, currency, kind, off):
    rounding, prepaid, forward = others
    try:
        total = sum([*lines, *taxes], rounding)
        payable = total - prepaid + forward + (off or 0)
    except InvalidOperation:
        total = payable = Decimal(1)
    rows = [tuple(SimpleNamespace(amount=amount) for amount in part) for part in (lines, taxes, ())]
    bill = Bill.model_construct(
        currency=currency, kind=kind, lines=rows[0], taxes=rows[1], allowances=rows[2], rounding=rounding,
        total=total if off is not None else total + 1, prepaid=prepaid, balance_forward=forward, amount_payable=payable,
    )  # fmt: skip
    if kernel.surely_adds_up(bill):
        assert bill._adds_up() is bill


def test_bills_as_they_mostly_are_add_up_surely():
    bills = [bill for line in SAMPLES if (made := quick.at_once(line)) for bill in made.bills]
    assert len(bills) > len(SAMPLES)
    assert all(map(kernel.surely_adds_up, bills))
    odd = bills[0].model_copy(update={"total": _Figure(bills[0].total)})
    assert not kernel.surely_adds_up(odd)
    for name in ("total", "prepaid", "balance_forward", "amount_payable", "rounding"):
        wrong = bills[0].model_copy(update={name: getattr(bills[0], name) + Decimal("0.01")})
        assert not kernel.surely_adds_up(wrong)
        with pytest.raises(ValueError, match=r"makes? "):
            wrong._adds_up()


def test_a_part_that_it_does_not_know_is_left_to_pydantic():
    class Known(Record):
        one: ShortText = ""
        two: Annotated[str, Field(pattern="^[A-Z]$")] = "A"
        three: int = 0

    assert _reads(Known, b'{"one":"x","two":"B"}') == Known(one="x", two="B")
    assert _reads(Known, b'{"two":"b"}') is None
    assert _reads(Known, b'{"three":1}') is None


class _Open(BaseModel):
    model_config = ConfigDict(extra="allow", str_strip_whitespace=True)
    one: str = ""


class _Named(Record):
    one: str = Field(default="", alias="uno")


class _Listed(Record):
    one: list[str] = Field(default=[])
    two: tuple[str, int] = ("", 0)


class _Made(Record):
    one: str = ""

    def __new__(cls, **_: object) -> _Made:
        return super().__new__(cls)


class _Unfinished(Record, ABC):
    one: str = ""

    @abstractmethod
    def two(self) -> None: ...


@pytest.mark.parametrize("kind", [_Open, _Named, _Listed, _Made, _Unfinished])
def test_a_schema_that_it_does_not_know_is_refused(kind):
    with pytest.raises(TypeError):
        _reads(kind, b"{}")


def test_a_model_that_it_does_not_know_goes_the_usual_way(monkeypatch):
    def refuse(*_: object) -> None:
        raise kernel.UnknownSchemaError

    quick._reader.cache_clear()
    monkeypatch.setattr(quick, "_kernel", type("_", (), {"Reader": refuse, "surely_adds_up": None}))
    try:
        assert quick.at_once(SAMPLES[0]) is None
        assert isinstance(_item(SAMPLES[0], "a.jsonl:1", IngestOptions()), Read)
    finally:
        quick._reader.cache_clear()
