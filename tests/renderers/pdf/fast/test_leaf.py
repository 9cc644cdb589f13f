"""Running text has the lines that WeasyPrint gives it."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from random import Random

import pytest

from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.leaf import Leaf, SetLines
from renderers.pdf.fast.model import AtomItem, BreakItem, RunItem, Unfillable
from renderers.pdf.fast.type_style import type_style
from tests.renderers.pdf.fast.typeset import (
    LOCALES,
    Rich,
    Shown,
    fonts_and_style,
    items_of,
    lay_out,
    random_rich,
    random_text,
)

WIDTHS = (60.0, 80.0, 121.5, 200.0, 321.26)
LONG = "Donaudampfschifffahrtsgesellschaft"


def _shown(lines: SetLines) -> list[list[Shown]]:
    return [[Shown(part.text, part.width, part.x) for part in line.segments if part.text] for line in lines.lines]


def _assert_alike(found: list[list[Shown]], wanted: list[list[Shown]]) -> None:
    assert [[part.text for part in line] for line in found] == [[part.text for part in line] for line in wanted]
    for own, other in zip(chain(*found), chain(*wanted), strict=True):
        assert own.width == pytest.approx(other.width, abs=0.002), own.text
        assert own.x == pytest.approx(other.x, abs=0.004), own.text


def _compare(paragraphs: list[tuple[float, Rich]], language: str, css: str = "") -> Counter[str]:
    """Hold each paragraph against WeasyPrint; return what could not be filled, by reason."""
    wanted, computed = lay_out(paragraphs, language, css)
    fonts = FontSet(language)
    styles = {tag: type_style(computed[tag], fonts) for tag in ("p", "b", "small")}
    refused: Counter[str] = Counter()
    for (width, rich), lines in zip(paragraphs, wanted, strict=True):
        items, slots = items_of(rich, styles)
        try:
            found = Leaf(items, width, fonts).set(slots)
        except Unfillable as reason:
            refused[str(reason)] += 1
            continue
        _assert_alike(_shown(found), lines)
    return refused


@pytest.mark.parametrize("css", ["", "p { font-size: 17pt; letter-spacing: -0.01em; font-weight: 700 }"])
@pytest.mark.parametrize("language", LOCALES)
def test_lines_of_one_run_end_where_weasyprint_ends_them(language: str, css: str) -> None:
    random = Random(f"{language}{css}")
    paragraphs: list[tuple[float, Rich]] = [
        (random.choice((*WIDTHS, 40 + random.random() * 300)), [("", random_text(random, language))]) for _ in range(45)
    ]
    refused = _compare(paragraphs, language, css)
    assert refused.total() <= 2, refused


@pytest.mark.parametrize("language", LOCALES)
def test_lines_of_mixed_text_end_where_weasyprint_ends_them(language: str) -> None:
    random = Random(language)
    paragraphs = [
        (random.choice((*WIDTHS[1:], 40 + random.random() * 300)), random_rich(random, language)) for _ in range(45)
    ]
    refused = _compare(paragraphs, language)
    assert refused.total() <= 3, refused


def test_words_break_where_they_are_wider_than_the_line() -> None:
    assert not _compare([(80.0, [("", f"Alla {LONG} oggi")]), (80.0, [("", "a "), ("b", LONG), ("", " fine")])], "de")


def test_spaces_are_collapsed_across_pieces_and_cut_at_the_ends_of_lines() -> None:
    rich: Rich = [("", "  Il \n suo "), ("b", "  consumo\t"), ("", " di ottobre  \n")]
    assert not _compare([(500.0, rich), (70.0, rich)], "it")


def test_a_no_break_space_holds_words_together() -> None:
    fonts, style, _ = fonts_and_style()
    lines = Leaf([RunItem((0,), style)], 60.0, fonts).set(["totale 217,40\u00a0€"])
    assert [line.segments[0].text for line in lines.lines] == ["totale", "217,40\u00a0€"]


def test_the_structure_counts_lines_or_names_items() -> None:
    fonts, style, _ = fonts_and_style()
    one = Leaf([RunItem(("Totale: ", 0), style)], 100.0, fonts)
    assert one.set(["1"]).structure == 1
    assert one.set(["un testo che va su due righe"]).structure == 3
    assert one.set(["un testo che va su due righe"]).lines[0].segments[0].text.startswith("Totale: un")
    mixed = Leaf([RunItem((0,), style), BreakItem(), RunItem((1,), style), AtomItem(10.0, 4)], 100.0, fonts)
    assert mixed.set(["a", "b"]).structure == ((0,), (2, 3))
    assert mixed.set(["a", " "]).structure == ((0,), (3,))


def test_no_text_makes_no_line() -> None:
    fonts, style, _ = fonts_and_style()
    assert Leaf([RunItem((0,), style)], 100.0, fonts).set([" \n "]).structure == 0


def test_a_picture_stands_between_words() -> None:
    fonts, style, _ = fonts_and_style()
    lines = Leaf([AtomItem(12.5, 3), RunItem((0,), style)], 100.0, fonts).set(["Energia"])
    picture, text = lines.lines[0].segments
    assert (picture.x, picture.width, picture.glyphs) == (0.0, 12.5, b"")
    assert (text.x, text.text) == (12.5, "Energia")
    assert lines.lines[0].width == pytest.approx(12.5 + text.width)


def test_text_that_does_not_wrap_sticks_out_or_is_refused_where_it_is_cut_off() -> None:
    fonts, style, _ = fonts_and_style()
    text = "una riga molto lunga che non va a capo"
    assert Leaf([RunItem((0,), style)], 80.0, fonts, wraps=False).set([text]).structure == 1
    with pytest.raises(Unfillable, match="cut off"):
        Leaf([RunItem((0,), style)], 80.0, fonts, wraps=False, clips=True).set([text])
    assert Leaf([RunItem((0,), style)], 800.0, fonts, wraps=False, clips=True).set([text]).structure == 1


def test_a_text_asks_for_a_wider_font_each_time_it_is_set() -> None:
    fonts, style, _ = fonts_and_style()
    leaf = Leaf([RunItem((0,), style)], 300.0, fonts)
    for _ in range(3):
        fonts.begin()
        leaf.set(["Żywiec i Łódź"])
        assert fonts.variant([style.font]) == (2,)
    fonts.begin()
    leaf.set(["Torino"])
    assert fonts.variant([style.font]) == (0,)


def test_a_reason_holds_nothing_of_the_text() -> None:
    fonts, style, _ = fonts_and_style()
    with pytest.raises(Unfillable) as caught:
        Leaf([RunItem((0,), style)], 300.0, fonts).set(["Rossi \xad Mario"])
    assert str(caught.value) == "a soft hyphen"


@pytest.mark.parametrize("css", ["", "p { font-weight: 700 }"])
def test_texts_that_differ_in_their_figures_are_broken_each_like_weasyprint(css: str) -> None:
    random = Random(f"figures{css}")
    sentence = "Dal {} ottobre ha consumato {} kWh (stima {}), {},{} € in meno: rata {}-{}."
    paragraphs: list[tuple[float, Rich]] = [
        (150.0, [("", sentence.format(*(random.randint(10, 99) for _ in range(7))))]) for _ in range(40)
    ]
    wanted, computed = lay_out(paragraphs, "it", css)
    fonts = FontSet("it")
    leaf = Leaf([RunItem((0,), type_style(computed["p"], fonts))], 150.0, fonts)
    for (_, rich), lines in zip(paragraphs, wanted, strict=True):
        _assert_alike(_shown(leaf.set([rich[0][1]])), lines)
