"""Text as found: shown whole, or refused; never lost in silence."""

import json

import pytest

from engine.ingest import Read, SetAside


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("A\u0000B", "A\u2400B"), ("A\u001bB", "A\u241bB"), ("A\u007fB", "A\u2421B"), ("A\u0085B", "A B"),
        ("A\u009bB", "A\ufffdB"), ("A\ufffeB", "A\ufffdB"), ("A\r\nB", "A  B"), ("A\tB", "A B"),
    ],
)  # fmt: skip
def test_a_control_character_in_a_name_is_shown_with_a_warning(read_lines, make_customer, written, shown):
    (item,) = read_lines(make_customer(name={"given": written}))
    assert item.customer.name.given == shown
    assert item.warnings[0].code == "I114"
    assert item.warnings[0].place.endswith("field `name.given`")


@pytest.mark.parametrize("written", ["A\u0000B", "A\u009bB", "A\ufffeB"])
def test_a_raw_control_character_is_seen_as_well_as_an_escaped_one(read_lines, make_customer, written):
    line = json.dumps(make_customer(name={"given": written}), ensure_ascii=False).replace("\x00", "\\u0000")
    (item,) = read_lines(line)
    assert item.customer.name.given != written


def test_the_option_refuses_them_instead(read_lines, make_customer):
    (item,) = read_lines(make_customer(name={"given": "A\u0000"}), control_characters="refuse")
    assert isinstance(item, SetAside)
    assert item.problem.code == "I114"


@pytest.mark.parametrize("field", ["key", "email", "phone"])
def test_where_a_change_would_alter_the_meaning_they_are_always_refused(read_lines, make_customer, field):
    (item,) = read_lines(make_customer(**{field: "A\u0000B"}))
    assert item.problem.code == "I114"


def test_half_a_surrogate_pair_is_refused_anywhere(read_lines):
    (item,) = read_lines('{"key": "A", "name": {"given": "x\\ud800"}}')
    assert item.problem.code == "I114"


def test_a_note_keeps_its_line_breaks(read_lines, make_customer, make_bill):
    (item,) = read_lines(make_customer(bills=[make_bill(note="one\ntwo")]))
    assert item.customer.bills[0].note == "one\ntwo"
    assert item.warnings == ()


@pytest.mark.parametrize(
    "written", ["<script>alert(1)</script>", "{{ 7*7 }}", "\u202eevil", "Ω≈ç√∫", "田中さん", "👩‍👩‍👧", "%s%n", "$(rm)"]
)
def test_strange_but_legal_text_passes_unchanged(read_lines, make_customer, written):
    (item,) = read_lines(make_customer(name={"given": written}))
    assert item.customer.name.given == written
    assert item.warnings == ()


def test_every_naughty_string_passes_unchanged_or_is_said(read_lines, shared_fixtures, make_customer):
    strings = json.loads((shared_fixtures / "hostile" / "blns.json").read_text("utf-8"))
    items = read_lines(
        *(make_customer(f"K{at}", name={"given": text, "family": "x"}) for at, text in enumerate(strings))
    )
    assert len(items) == len(strings)
    changed = 0
    for text, item in zip(strings, items, strict=True):
        assert isinstance(item, Read), item
        if item.customer.name.given != text.strip():
            changed += 1
            assert item.warnings
    assert changed <= 8  # of 515: control characters and a noncharacter
