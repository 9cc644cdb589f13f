"""What leaves share makes no difference: each text has the lines that it has by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.item_lines import joined
from renderers.pdf.fast.leaf import Leaf
from renderers.pdf.fast.model import AtomItem, BreakItem, LeafItem, RunItem, Unfillable
from renderers.pdf.fast.parts import Span
from renderers.pdf.fast.recent import Recent
from renderers.pdf.fast.run_lines import TEXTS_KEPT
from renderers.pdf.fast.type_style import type_style
from tests.renderers.pdf.fast.typeset import (
    LOCALES,
    fonts_and_style,
    items_of,
    lay_out,
    random_rich,
    random_text,
    style_of,
)


def _other_digits(random: Random, text: str) -> str:
    return "".join(random.choice("0123456789") if character in "0123456789" else character for character in text)


def _set(leaf: Leaf, slots: Sequence[str]) -> object:
    try:
        found = leaf.set(slots)
    except Unfillable as reason:
        return str(reason)
    return found.structure, [replace(line, segments=tuple(line.segments)) for line in found.lines]


@pytest.mark.parametrize("css", ["", "font-weight: 700; font-size: 17pt; letter-spacing: -0.01em"])
@pytest.mark.parametrize("language", LOCALES)
def test_a_text_is_set_as_by_a_leaf_that_has_met_no_other(css: str, language: str) -> None:
    random = Random(f"{css}{language}")
    fonts, style, _ = fonts_and_style(css, language)
    bare = fonts_and_style(css, language)[0]
    type_style(style_of(css, language), bare)
    for width in (60.0, 121.5, 321.26):
        warm = Leaf([RunItem((0,), style)], width, fonts)
        for _ in range(10):
            text = random_text(random, language)
            for own in (text, _other_digits(random, text), _other_digits(random, text)):
                bare.lines.clear()
                bare.shapers.clear()
                assert _set(warm, [own]) == _set(Leaf([RunItem((0,), style)], width, bare), [own]), own


@pytest.mark.parametrize("language", LOCALES)
def test_items_are_set_as_by_a_leaf_that_has_met_no_others(language: str) -> None:
    random = Random(f"items{language}")
    computed = lay_out([], language)[1]
    fonts, bare = FontSet(language), FontSet(language)
    styles = {tag: type_style(computed[tag], fonts) for tag in ("p", "b", "small")}
    for tag in styles:
        type_style(computed[tag], bare)
    for _ in range(30):
        items, slots = items_of(random_rich(random, language), styles)
        if random.random() < 0.3:
            items.insert(random.randint(0, len(items)), AtomItem(random.choice((0.0, 8.5)), 3))
        width = random.choice((80.0, 200.0, 500.0))
        warm = Leaf(items, width, fonts)
        for _ in range(3):
            bare.lines.clear()
            bare.shapers.clear()
            assert _set(warm, slots) == _set(Leaf(items, width, bare), slots), slots
            slots = [_other_digits(random, slot) for slot in slots]


def test_a_paragraph_that_fits_is_set_as_the_long_way_sets_it() -> None:
    random, compared = Random("plain"), 0
    fonts = FontSet("it")
    computed = lay_out([], "it")[1]
    styles = {tag: type_style(computed[tag], fonts) for tag in ("p", "b", "small")}
    for _ in range(300):
        items: list[LeafItem]
        items, slots = items_of([piece for piece in random_rich(random, "it") if piece[0] != "br"], styles)
        items.insert(random.randint(0, len(items)), AtomItem(8.5, 3))
        for ends_in_break in (False, True):
            fonts.lines.clear()
            Leaf([*items, BreakItem()] if ends_in_break else items, 2000.0, fonts)
            (lines,) = fonts.lines.values()
            ((paragraph, templates),) = lines.paragraphs
            texts = tuple([joined(template, slots) for template in templates])
            plain = paragraph._plain(texts)
            if plain:
                compared += 1
                assert plain == paragraph._full(texts), texts
    assert compared > 200


def test_leaves_that_set_texts_alike_share_what_they_learn() -> None:
    fonts, style, _ = fonts_and_style()
    wide, narrow = (Leaf([RunItem((slot,), style, slot)], width, fonts) for slot, width in ((0, 200.0), (1, 90.0)))
    other = Leaf([RunItem(("Totale ", 4), style, 7)], 200.0, fonts)
    assert len(fonts.lines) == 2
    assert other.set(["", "", "", "", "41,07 €"]) is Leaf([RunItem((0,), style)], 200.0, fonts).set(["Totale 41,07 €"])
    assert wide.set(["uno due tre quattro"]).structure == 1
    assert narrow.set(["", "uno due tre quattro"]).structure == 2


def test_leaves_whose_lines_have_other_room_above_share_nothing() -> None:
    fonts, style, _ = fonts_and_style()
    for room in (0.0, 2.0):
        Leaf([RunItem((0,), style)], 200.0, fonts, spans={-1: Span(style, 10.0, room_above=room)})
    assert len(fonts.lines) == 2


def test_a_leaf_without_slots_is_set_once() -> None:
    fonts, style, _ = fonts_and_style()
    leaf = Leaf([RunItem(("Totale",), style)], 200.0, fonts)
    found = leaf.set([])
    fonts.lines.clear()
    assert leaf.set(["any"]) is found
    rare = Leaf([RunItem(("Żywiec",), style)], 200.0, fonts)
    for _ in range(2):
        fonts.begin()
        rare.set([])
        assert fonts.need == {style.font: 2}  # the level of the Latin letters of Europe


def test_only_the_latest_texts_are_kept() -> None:
    fonts, style, _ = fonts_and_style()
    leaf = Leaf([RunItem((0,), style)], 200.0, fonts)
    for number in range(20 * TEXTS_KEPT):
        leaf.set([f"testo {number} lungo"])
    (lines,) = fonts.lines.values()
    assert len(lines) + len(lines.older) <= 2 * TEXTS_KEPT


class _Doubles(Recent[int, int]):
    made = 0

    def make(self, key: int) -> tuple[int, bool]:
        self.made += 1
        return 2 * key, key >= 0


def test_what_is_used_stays_and_what_may_not_be_kept_is_made_each_time() -> None:
    doubles = _Doubles(4)
    for number in range(40):
        assert doubles[7] == 14
        assert doubles[number + 100] == 2 * number + 200
    assert doubles.made == 41
    assert (doubles[-1], doubles[-1]) == (-2, -2)
    assert doubles.made == 43
    assert len(doubles) <= 4
