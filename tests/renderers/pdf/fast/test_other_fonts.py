"""Whole bills with letters that the brand's font lacks: filled, and no different from WeasyPrint's."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from engine.model.communication import Communication, Fact, Text
from renderers.pdf.compare import differences
from renderers.pdf.fast.fill import Filler
from renderers.pdf.fast.model import Unfillable
from renderers.pdf.reference import Reference
from tests.renderers.pdf.fast.said import samples, starter

NOW = "2026-11-06T08:00:00Z"
RARE = ("ﬃ", "Ǆŵǆ", "Ꞓ")


def changed_texts(value: Any, change: Callable[[str], str]) -> Any:
    """Return a view with all of its facts and texts changed."""
    if isinstance(value, Text):
        return Text(change(value))
    if isinstance(value, Fact):
        return dataclasses.replace(value, text=change(value.text))
    if isinstance(value, tuple):
        return tuple(changed_texts(part, change) for part in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        new = {name: changed_texts(part, change) for name, part in fields.items()}
        return dataclasses.replace(value, **{name: part for name, part in new.items() if part != fields[name]})
    return value


def with_letters(*letters: str) -> Communication:
    """Return the sample customers' first bill with these letters behind its names, numbers and labels, in turn."""
    communication = samples()[0]
    view = communication.customer
    wanted = {
        view.full_name.text, *(line.text for line in view.address), communication.supplier.name,
        communication.supplier.legal_name, communication.bill.number.text,
        *(row.label for row in communication.bill.rows),
        *(part if isinstance(part, Text) else part.text for part in communication.greeting.parts),
    }  # fmt: skip
    found = sorted(map(str, wanted))

    def change(text: str) -> str:
        return f"{text.strip()} {letters[found.index(text) % len(letters)]}" if letters and text in wanted else text

    return dataclasses.replace(
        communication,
        **{
            name: changed_texts(getattr(communication, name), change)
            for name in ("customer", "supplier", "bill", "greeting")
        },
    )


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference(starter())


@pytest.fixture(scope="module")
def filler(reference: Reference) -> Filler:
    return Filler(starter(), samples()[0].locale, reference)


@pytest.mark.parametrize("letters", [RARE[:1], RARE[1:2], RARE], ids=["one", "cased", "all"])
def test_a_bill_with_other_letters_is_filled_as_weasyprint_lays_it_out(
    filler: Filler, reference: Reference, letters: tuple[str, ...]
) -> None:
    communication = with_letters(*letters)
    filled = filler.fill(communication, NOW)
    made = reference.render(communication, NOW)
    assert differences(filled.data, made.data, made.qr_places) == ()


def test_other_fonts_are_in_the_files_that_need_them_only(filler: Filler) -> None:
    before = filler.fill(with_letters(), NOW).data
    with_rare = filler.fill(with_letters("ﬃ"), NOW).data
    assert b"Noto" not in before
    assert len(before) < len(with_rare) < len(before) + 15_000
    assert filler.fill(with_letters(), NOW).data == before


def test_the_same_bill_gives_the_same_bytes_whatever_was_filled_before(filler: Filler, reference: Reference) -> None:
    wanted = filler.fill(with_letters("ﬃ"), NOW).data
    other = Filler(starter(), samples()[0].locale, reference)
    for letters in (RARE[2:], RARE, ()):
        other.fill(with_letters(*letters), NOW)
    assert other.fill(with_letters("ﬃ"), NOW).data == wanted


def test_a_letter_of_another_script_is_left_to_the_reference(filler: Filler) -> None:
    with pytest.raises(Unfillable, match="script"):
        filler.fill(with_letters("王"), NOW)
