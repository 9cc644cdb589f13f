"""The quick way to a customer: the same customer as the model makes, or none."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.ingest import quick
from engine.ingest.jsonl import parse
from engine.ingest.text import is_suspect
from engine.model.customer import Customer

SAMPLES = (Path(__file__).parents[3] / "samples" / "customers.jsonl").read_bytes().splitlines()


def by_the_model(line: bytes) -> Customer | None:
    """Return what the exact way makes of a line: a customer, or None where it is refused."""
    try:
        return Customer.model_validate(parse(line.decode()))
    except Exception:  # noqa: BLE001 - the decoder and the model refuse by errors of several kinds
        return None


def by_the_quick_way(line: bytes) -> Customer | None:
    try:
        return quick.from_json(line)
    except quick.UnusualError:
        return None


@pytest.mark.parametrize("number", range(len(SAMPLES)))
def test_a_sample_is_read_as_the_model_reads_it(number):
    line = SAMPLES[number]
    made = by_the_quick_way(line)
    assert made is None or (made == by_the_model(line) and made.model_dump() == by_the_model(line).model_dump())


def test_nearly_all_samples_go_the_quick_way():
    assert sum(by_the_quick_way(line) is not None for line in SAMPLES) > 0.8 * len(SAMPLES)


def test_digits_are_kept_as_written(make_customer, make_bill):
    bill = make_bill(
        total="12345678901234567.80", amount_payable="12345678901234567.80", taxes=[],
        lines=[{"category": "energy", "label": "E", "amount": "12345678901234567.80", "quantity": "1.500"}],
    )  # fmt: skip
    made = quick.from_json(json.dumps(make_customer(bills=[bill])).encode())
    assert str(made.bills[0].total) == "12345678901234567.80"
    assert str(made.bills[0].lines[0].quantity) == "1.500"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("total", 12.2), ("total", "1e1"), ("total", "12,20"), ("total", True), ("total", None), ("total", []),
        ("total", "1" * 19), ("total", "12.20 "), ("total", "NaN"), ("issued_on", "1700006400"),
        ("issued_on", 20261103), ("issued_on", "1989-12-31"), ("issued_on", {}), ("issued_on", "2026-02-30"),
        ("period", {"start": "2026-10-31", "end": "2026-10-01"}), ("period", {"start": "2026-10-01"}),
        ("period", {"start": "2026-10-01", "end": []}), ("period", "2026-10"), ("total", "12.21"), ("nobody", "1"),
        ("kind", "bill"), ("payee", {"name": "N", "account": "IT60X0542811101000000123457"}),
    ],
)  # fmt: skip
def test_what_is_written_otherwise_or_wrong_is_left_to_the_model(make_customer, make_bill, name, value):
    line = json.dumps(make_customer(bills=[make_bill(**{name: value})])).encode()
    with pytest.raises(quick.UnusualError):
        quick.from_json(line)


@pytest.mark.parametrize(
    "twice",
    [
        '{"key": "A", "key": "B", "name": {"given": "x"}}', '{"key": "A", "name": {"given": "x", "given": "y"}}',
        '{"key": "A", "name": {"given": "x"}, "attributes": {"a": "1", "a": "2"}}',
        '{"key": "A", "name": {"given" : "x", "given": "y"}}', '{"key": "A", "name": {"given": ":", "given": "y"}}',
    ],
)  # fmt: skip
def test_a_name_twice_is_noticed_at_any_depth(twice):
    with pytest.raises(quick.UnusualError):
        quick.from_json(twice.encode())


def test_records_of_python_objects_go_the_quick_way_with_exact_numbers(make_customer, make_bill):
    bill = make_bill(total=Decimal("12.20"), amount_payable=Decimal("12.2"))
    made = quick.from_record(make_customer(bills=[bill]))
    assert str(made.bills[0].amount_payable) == "12.2"
    assert quick.from_record(make_customer(bills=[make_bill()])).bills[0].amount_payable == Decimal("12.20")


@pytest.mark.parametrize("value", [12.2, True, Decimal("NaN"), Decimal("1E-40"), 10**18])
def test_a_number_that_a_bill_may_not_hold_is_left_to_the_model(make_customer, make_bill, value):
    with pytest.raises(quick.UnusualError):
        quick.from_record(make_customer(bills=[make_bill(total=value)]))


_SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6)
    | st.sampled_from(["12.20", "2026-11-03", "1", "-0", "+1.5", "0.00", " 1", "2026-10-01", "IT", "en", "EUR", "x:"])
)  # fmt: skip
_VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_of_any_change_to_a_record_it_makes_what_the_model_makes_or_nothing(data):
    record = json.loads(data.draw(st.sampled_from(SAMPLES[:12])))
    node = record
    for _ in range(data.draw(st.integers(0, 4))):
        inside = list(node.values()) if isinstance(node, dict) else node
        deeper = [part for part in inside if isinstance(part, dict | list) and part]
        if not deeper:
            break
        node = data.draw(st.sampled_from(deeper))
    place = data.draw(st.sampled_from(list(node) if isinstance(node, dict) else list(range(len(node)))))
    node[place] = data.draw(_VALUES)
    line = json.dumps(record, ensure_ascii=data.draw(st.booleans())).encode("utf-8", "surrogatepass")
    try:
        suspect = is_suspect(line.decode())
    except UnicodeDecodeError:
        suspect = True
    if not suspect:
        made, expected = by_the_quick_way(line), by_the_model(line)
        assert made is None or made == expected
        assert made is None or made.model_dump_json() == expected.model_dump_json()
