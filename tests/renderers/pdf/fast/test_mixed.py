"""Names with letters that the brand's font lacks come out as WeasyPrint sets them: fonts, widths, heights of lines."""

from __future__ import annotations

import re
from typing import Any

import pytest
import weasyprint
from weasyprint.formatting_structure import boxes

from renderers.pdf.fast.fallback import may_fall_back
from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.leaf import Leaf, SetLines
from renderers.pdf.fast.model import RunItem, Unfillable
from renderers.pdf.fast.parts import Span
from renderers.pdf.fast.shaping import shaper_of
from renderers.pdf.fast.type_style import type_style
from tests.renderers.pdf.fast.typeset import FONTS, fonts_and_style, pango_width, style_of

# As in the templates: address, title, cell, running head, head of a table; and a line as high as its font says.
STYLES = {
    "address": "font-size: 10pt; line-height: 1.42",
    "title": "font-size: 17.5pt; line-height: 1.25; font-weight: 700; letter-spacing: -0.01em",
    "cell": "font-size: 9.5pt; line-height: 1.45",
    "running head": "font-size: 7.5pt; line-height: 1.4",
    "table head": "font-size: 7.8pt; font-weight: 600; line-height: 1.45",
    "normal": "font-size: 9.5pt; line-height: normal",
    "tight": "font-size: 12pt; line-height: 1",
}
NAMES = ("Rossi ﬃ", "Ǆŵǆ Bianchi", "Ꞓ", "Anna Ꞓarla ﬃ di Torino", "Jean-Pierreﬃ, 12", "Иван ꙁемля", "Ǆ ﬃ Ꞓ Ѫѭ")
_SPLIT = re.compile(rb"/(\w+) [\d.]+ Tf")


def _css(style: str) -> str:
    return f"font-family: Inter; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; {STYLES[style]}"


def _lines(texts: list[str], width: float, css: str) -> list[list[Any]]:
    """Return the line boxes of each paragraph."""
    html = f"<html lang=it><style>@page {{ size: 3000px 40000px; margin: 0 }} p {{ width: {width}px; {css} }}</style>"
    body = "".join(f"<p>{text}" for text in texts)
    document = weasyprint.HTML(string=f"{html}<body>{body}").render(font_config=FONTS)
    return [
        [line for line in box.children if isinstance(line, boxes.LineBox)]
        for page in document.pages
        for box in page._page_box.descendants()
        if isinstance(box, boxes.BlockBox) and box.element_tag == "p"
    ]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("width", [60.0, 150.0, 900.0])
def test_lines_with_other_letters_are_as_wide_and_as_high_as_weasyprints(style: str, width: float) -> None:
    (plain,), *wanted = _lines(["Ag", *NAMES], width, _css(style))
    (box,) = plain.children
    fonts = FontSet("it")
    type_ = type_style(box.style, fonts)
    above = box.position_y - plain.position_y
    span = Span(type_, above + box.baseline, room_above=above, room_below=plain.height - above - box.margin_height())
    for name, own_lines in zip(NAMES, wanted, strict=True):
        found = Leaf([RunItem((0,), type_)], width, fonts, spans={-1: span}).set([name]).lines
        assert [line.segments[0].text for line in found] == [line.children[0].text for line in own_lines]
        for line, other in zip(found, own_lines, strict=True):
            text = other.children[0]
            assert line.width == pytest.approx(text.width, abs=0.002)
            assert plain.height + line.above + line.below == pytest.approx(other.height, abs=1e-5)
            baseline = text.position_y + text.baseline - other.position_y
            assert line.above + span.baseline == pytest.approx(baseline, abs=1e-5)


def _set(text: str, **more: Any) -> tuple[FontSet, SetLines]:
    fonts, style, _ = fonts_and_style(_css("cell"))
    return fonts, Leaf([RunItem((0,), style)], 400.0, fonts, **more).set([text])


def test_a_line_that_grows_has_a_structure_of_its_own() -> None:
    plain, grown = _set("Rossi")[1], _set("Ross ﬃ")[1]
    assert plain.structure == 1
    assert grown.structure != 1
    assert grown.lines[0].above + grown.lines[0].below > 0.1


def test_a_line_with_room_enough_does_not_grow() -> None:
    fonts, style, _ = fonts_and_style(_css("cell"))
    roomy = Span(style, 20.0, room_above=5.0, room_below=5.0)
    assert Leaf([RunItem((0,), style)], 400.0, fonts, spans={-1: roomy}).set(["Ross ﬃ"]).structure == 1


def test_a_text_changes_the_font_and_back_and_asks_for_it_each_time() -> None:
    fonts, style, computed = fonts_and_style(_css("cell"))
    leaf = Leaf([RunItem((0,), style)], 400.0, fonts)
    for _ in range(2):
        fonts.begin()
        (line,) = leaf.set(["Rossi ﬃ e Ꞓ, 12"]).lines
        names = [name.decode() for name in _SPLIT.findall(line.segments[0].glyphs)]
        first, back, second, last = names
        assert back == last == style.font
        assert fonts.beyond([style.font]) == tuple(sorted((first, second)))
        assert fonts.variant(fonts.beyond([style.font])) == (0, 0)
        assert line.width == pytest.approx(pango_width("Rossi ﬃ e Ꞓ, 12", computed), abs=0.002)
    fonts.begin()
    assert fonts.beyond([style.font]) == ()


def test_a_block_of_another_font_is_small_and_the_same_bytes_every_time() -> None:
    made = []
    for texts in (["ﬃ"], ["Ꞓ", "Ǆ ﬃ", "ﬃ"]):
        fonts, style, _ = fonts_and_style(_css("cell"))
        for text in texts:
            fonts.begin()
            shaper_of(style, fonts).shape(text)
        (name,) = fonts.beyond([style.font])
        block = fonts.resource(name, 0)
        made.append((name, block.beside, block.objects(8, 7)))
    assert made[0] == made[1]
    _, beside, objects = made[0]
    assert len(beside) + sum(map(len, objects)) < 6000


@pytest.mark.parametrize("text", ["राम", "ابن", "王", "é\u0301", "e\u0323", "😀", "שלום ﬃ"])
def test_scripts_and_marks_that_need_more_are_left_to_the_reference(text: str) -> None:
    fonts, style, _ = fonts_and_style(_css("cell"))
    with pytest.raises(Unfillable):
        shaper_of(style, fonts).shape(text)


def test_a_letter_that_no_font_has_is_left_to_the_reference() -> None:
    fonts, style, _ = fonts_and_style(_css("cell"))
    with pytest.raises(Unfillable, match="glyph"):
        shaper_of(style, fonts).shape("\U0001df1e")


def test_styles_share_the_blocks_of_a_font() -> None:
    fonts = FontSet("it")
    names = []
    for style in ("cell", "address"):
        fonts.begin()
        shaper_of(type_ := type_style(style_of(_css(style)), fonts), fonts).shape("ﬃ")
        names.append(fonts.beyond([type_.font]))
    assert names[0] == names[1]


@pytest.mark.parametrize("style", ["cell", "title"])
def test_every_letter_of_another_font_is_as_wide_as_pango_sets_it(style: str) -> None:
    fonts, type_, computed = fonts_and_style(_css(style))
    shaper = shaper_of(type_, fonts)
    missing = [chr(code) for code in range(0x250, 0xFB07) if may_fall_back(chr(code))]
    missing = [letter for letter in missing if not fonts.faces[type_.font].nominal(letter)]
    refused = []
    for number, letter in enumerate(missing):
        text = ("Anna {}", "{}arla", "Rossi{}, 12", "a {} b", "AV{}AV")[number % 5].format(letter)
        try:
            width, _ = shaper.shape(text)
        except Unfillable as reason:
            refused.append(str(reason))
        else:
            assert width == pytest.approx(pango_width(text, computed), abs=0.002)
    assert set(refused) <= {"a character has no glyph of its own"}
    assert len(refused) < len(missing) / 10


def test_greek_and_phonetic_letters_of_the_own_font_are_filled() -> None:
    fonts, style, computed = fonts_and_style(_css("cell"))
    for text in ("Ελένη Παπαγεωργίου ι", "Əliyev Əkbər ə", "Ɓala Ɗan ɓɗɛɔ"):
        width, _ = shaper_of(style, fonts).shape(text)
        assert width == pytest.approx(pango_width(text, computed), abs=0.002)
    assert fonts.beyond([style.font]) == ()
