"""JSON Lines: what is read exactly, what is set aside and how it is said."""

import json
import tracemalloc
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import IngestError
from engine.ingest import IngestOptions, Read, SetAside, read
from engine.ingest.jsonl import parse


def one_problem(items):
    assert len(items) == 1
    assert isinstance(items[0], SetAside)
    return items[0].problem


def test_a_record_becomes_a_customer_known_by_file_and_line(read_lines, make_customer):
    (item,) = read_lines(make_customer())
    assert isinstance(item, Read)
    assert item.customer.key == "C-1"
    assert item.source.endswith("in.jsonl:1")
    assert item.warnings == ()


def test_blank_lines_crlf_and_a_byte_order_mark_are_no_records(read_lines, make_customer):
    items = read_lines(
        b"\xef\xbb\xbf" + json.dumps(make_customer("A")).encode(), "", "  ", make_customer("B"), end=b"\r\n"
    )
    assert [item.customer.key for item in items] == ["A", "B"]
    assert [item.source.rsplit(":")[-1] for item in items] == ["1", "4"]


@pytest.mark.parametrize("quoted", [True, False])
def test_a_17_digit_amount_survives_as_number_and_as_text(read_lines, make_customer, make_bill, quoted):
    figure = "12345678901234567.89"
    bill = make_bill(
        lines=[{"category": "energy", "label": "E", "amount": "@"}], taxes=[], total="@", amount_payable="@"
    )
    line = json.dumps(make_customer(bills=[bill])).replace('"@"', f'"{figure}"' if quoted else figure)
    (item,) = read_lines(line)
    assert item.customer.bills[0].total == Decimal(figure)


def test_a_bad_record_does_not_stop_the_run(read_lines, make_customer):
    items = read_lines(make_customer("A"), "{", make_customer("B"))
    assert [type(item) for item in items] == [Read, SetAside, Read]


def test_bytes_that_are_not_utf8_are_named_with_their_place(read_lines, make_customer):
    bad, good = read_lines(b'{"key": "\xe9"}', make_customer())
    assert bad.problem.code == "I103"
    assert "byte 10" in bad.problem.fact
    assert "0xE9" in bad.problem.fact
    assert isinstance(good, Read)


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
def test_nan_and_infinity_are_refused(read_lines, word):
    problem = one_problem(read_lines(f'{{"key": "A", "bills": [{{"total": {word}}}]}}'))
    assert problem.code == "I111"
    assert word in problem.fact


def test_a_text_that_says_nan_is_no_amount(read_lines, make_customer, make_bill):
    problem = one_problem(read_lines(make_customer(bills=[make_bill(total="NaN")])))
    assert "bills[0].total" in problem.place


def test_a_name_twice_in_one_object_is_refused_at_any_depth(read_lines):
    assert one_problem(read_lines('{"key": "A", "name": {"given": "x", "given": "y"}}')).code == "I112"


def test_the_second_record_of_a_key_is_set_aside_in_any_file(tmp_path, make_customer):
    paths = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    for path in paths:
        path.write_text(json.dumps(make_customer()) + "\n")
    first, second = read(paths)
    assert isinstance(first, Read)
    assert second.problem.code == "I113"
    assert second.key == "C-1"
    assert second.source == f"{paths[1]}:1"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("31/02/2026", "I107"), ("2026-02-30", "I107"), ("0001-01-01", "I107"), ("9999-12-31", "I107"),
        ("1700006400", "I107"), (1700006400, "I107"), (20261103, "I107"), (True, "I107"),
        ("2026-11-03T10:00:00Z", "I107"),
    ],
)  # fmt: skip
def test_absurd_dates_are_refused_and_quoted(read_lines, make_customer, make_bill, written, code):
    problem = one_problem(read_lines(make_customer(bills=[make_bill(issued_on=written)])))
    assert problem.code == code
    assert problem.place.endswith("field `bills[0].issued_on`")
    assert "YYYY-MM-DD" in problem.hint
    if isinstance(written, str):
        assert f"`{written}`" in problem.fact


@pytest.mark.parametrize("written", [1700006400, "1700006400", "1700006400.5", "2026-11-03T09:30:00", "soon"])
def test_a_time_is_written_with_its_zone(read_lines, make_customer, written):
    items = read_lines(make_customer(interactions=[{"kind": "sent", "at": written}]))
    assert "interactions[0].at" in one_problem(items).place


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2026-11-03T09:30:00Z", datetime(2026, 11, 3, 9, 30, tzinfo=UTC)),
        ("2026-11-03T09:30:00.250Z", datetime(2026, 11, 3, 9, 30, 0, 250_000, tzinfo=UTC)),
        ("2026-11-03T10:30:00+01:00", datetime(2026, 11, 3, 9, 30, tzinfo=UTC)),
        ("2026-11-03t09:30:00z", datetime(2026, 11, 3, 9, 30, tzinfo=UTC)),
    ],
)
def test_times_are_read_and_those_in_utc_share_its_zone(read_lines, make_customer, written, read_as):
    (item,) = read_lines(make_customer(interactions=[{"kind": "sent", "at": written}]))
    at = item.customer.interactions[0].at
    assert at == read_as
    assert (at.tzinfo is UTC) == written.endswith("Z")


@pytest.mark.parametrize("written", ["2026-02-30T09:30:00Z", "2026-11-03T25:30:00Z", "20261103T093000Z"])
def test_a_time_that_no_clock_shows_is_refused(read_lines, make_customer, written):
    problem = one_problem(read_lines(make_customer(interactions=[{"kind": "sent", "at": written}])))
    assert problem.code == "I107"
    assert "interactions[0].at" in problem.place


@pytest.mark.parametrize(("field", "written"), [("name", 5), ("bills", [5]), ("attributes", [])])
def test_a_value_where_an_object_is_expected_is_set_aside_with_a_hint(read_lines, make_customer, field, written):
    problem = one_problem(read_lines({**make_customer(), field: written}))
    assert problem.code == "I104"
    assert problem.hint == "put the fields in { }"


def test_an_unknown_field_is_named_with_the_nearest_known_one(read_lines, make_customer, make_bill):
    problem = one_problem(read_lines(make_customer(bills=[make_bill(amount_payabel="12.20")])))
    assert problem.code == "I105"
    assert problem.place.endswith("field `bills[0].amount_payabel`")
    assert "`amount_payable`" in problem.hint


def test_an_unknown_word_is_quoted_with_the_nearest_known_one(read_lines, make_customer):
    problem = one_problem(read_lines(make_customer(kind="houshold")))
    assert problem.code == "I104"
    assert "`houshold`" in problem.fact
    assert "`household`" in problem.hint


def test_a_decimal_comma_is_recognised_but_the_figure_not_repeated(read_lines, make_customer, make_bill):
    problem = one_problem(read_lines(make_customer(bills=[make_bill(total="1.234,56")])))
    assert problem.code == "I108"
    assert "comma" in problem.fact
    assert "1.234" not in f"{problem.fact} {problem.place}"


def test_a_bill_that_does_not_add_up_keeps_both_figures_out_of_the_problem(read_lines, make_customer, make_bill):
    (item,) = read_lines(make_customer(bills=[make_bill(total="12.21", amount_payable="12.21")]))
    assert item.problem.code == "M102"
    assert item.problem.place.endswith("field `bills[0]`")
    assert "-0.01" in item.problem.fact
    assert "12.2" not in str(item.problem)
    assert "12.20" in item.figures
    assert "12.21" in item.figures
    assert "12.2" not in repr(item)


def test_a_payable_that_does_not_follow_from_the_total_is_told_apart(read_lines, make_customer, make_bill):
    (item,) = read_lines(make_customer(bills=[make_bill(prepaid="2.00")]))
    assert item.problem.code == "M103"


def test_more_faults_are_counted(read_lines, make_customer):
    problem = one_problem(read_lines(make_customer(kind="x", locale="?", emial="y")))
    assert "2 more faults" in problem.fact


def test_no_personal_data_stands_in_a_problem(read_lines, make_customer, make_bill):
    secrets = ["Zaphod", "Beeblebrox", "zaphod@example.org", "IT60X0542811101000000123456", "4242.42"]
    lines = [
        make_customer("A", name={"given": "Zaphod", "familiy": "Beeblebrox"}),
        make_customer("B", email=["zaphod@example.org"]),
        make_customer("C", bills=[make_bill(total="4242.42 EUR")]),
        make_customer("D", bills=[make_bill(payee={"name": "x", "account": {"IT60X0542811101000000123456": 1}})]),
        make_customer("E", name={"given": "Zaphod" * 100}),
        make_customer("F", bills=[make_bill(total="4242.42")]),
        make_customer("G", payments=[{"amount": "4242.42", "paid_on": "never"}]),
        make_customer("H", email="zaphod@example.org\u0000"),
    ]
    items = read_lines(*lines)
    assert all(isinstance(item, SetAside) for item in items)
    for item in items:
        assert not [secret for secret in secrets if secret in str(item.problem)], item.key


def test_a_record_that_is_no_object_is_refused(read_lines):
    assert one_problem(read_lines("[1, 2]")).fact == "found a list, an object is expected"


@pytest.mark.parametrize("line", ["[" * 100_000, '{"a":' * 100_000, '{"key": ' + "9" * 100_000 + "}"])
def test_nesting_and_digits_without_end_are_set_aside(read_lines, line):
    assert isinstance(read_lines(line)[0], SetAside)


def test_an_amount_of_a_million_decimals_is_refused(read_lines, make_customer, make_bill):
    bill = make_bill(lines=[{"category": "energy", "label": "E", "amount": "10.00", "quantity": "1E-999999"}])
    assert "30 decimals" in one_problem(read_lines(make_customer(bills=[bill]))).fact


def test_a_line_of_100_mb_is_set_aside_in_constant_memory(tmp_path, make_customer):
    path = tmp_path / "long.jsonl"
    with path.open("wb") as file:
        file.write(json.dumps(make_customer("A")).encode() + b"\n")
        file.write(b'{"key": "')
        for _ in range(100):
            file.write(b"x" * 1_000_000)
        file.write(b'"}\n' + json.dumps(make_customer("B")).encode() + b"\n")
    options = IngestOptions(max_line_bytes=1_000_000)
    tracemalloc.start()
    items = list(read([path], options=options))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [type(item) for item in items] == [Read, SetAside, Read]
    assert items[1].problem.code == "I109"
    assert "100,000,012 bytes" in items[1].problem.fact
    assert peak < 8_000_000


def test_memory_does_not_grow_with_the_file(tmp_path, make_customer):
    path = tmp_path / "many.jsonl"

    def peak(count):
        with path.open("w") as file:
            file.writelines(json.dumps(make_customer(f"C-{number}")) + "\n" for number in range(count))
        tracemalloc.start()
        for _ in read([path]):
            pass
        _, top = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return top

    peak(10)  # first use fills caches
    assert peak(1500) - peak(100) < 200_000  # the table of keys, and nothing else


@pytest.mark.parametrize("limit", [64, 100])
def test_a_line_of_exactly_the_limit_is_read(tmp_path, limit):
    path = tmp_path / "in.jsonl"
    line = b'{"key":"A","name":{"given":"B"}}'
    path.write_bytes(line + b" " * (limit - len(line)) + b"\n" + line.replace(b"A", b"C") + b" " * (limit - 31) + b"\n")
    first, second = read([path], options=IngestOptions(max_line_bytes=limit))
    assert isinstance(first, Read)
    assert second.problem.code == "I109"


def test_a_file_without_a_last_line_break_is_read_whole(tmp_path, make_customer):
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps(make_customer()))
    (item,) = read([path])
    assert isinstance(item, Read)


def test_an_empty_file_gives_nothing(tmp_path):
    path = tmp_path / "in.jsonl"
    path.touch()
    assert list(read([path])) == []


def test_a_missing_file_stops_the_run_before_the_first_item(tmp_path, make_customer):
    good = tmp_path / "good.jsonl"
    good.write_text(json.dumps(make_customer()))
    with pytest.raises(IngestError, match="I101"):
        read([good, tmp_path / "absent.jsonl"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.binary(max_size=200))
def test_any_bytes_give_items_and_never_an_exception(read_lines, noise):
    for item in read_lines(noise.replace(b"\n", b"")):
        assert isinstance(item, SetAside)
        assert item.problem.code


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_is_parsed_as_the_standard_library_does(value):
    assert parse(json.dumps(value)) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**17), max_value=10**17))
def test_numbers_keep_every_digit(number):
    assert str(parse(f'{{"n": {number:f}}}')["n"]) == f"{number:f}"
