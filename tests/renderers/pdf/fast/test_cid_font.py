"""A CFF font, CID-keyed: the same outlines by number, no names."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
import uharfbuzz
from fontTools.cffLib import CFFFontSet
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

from renderers.pdf.fast.cid_font import _takes_others, cid_keyed
from renderers.pdf.fast.fontfile import subset_font
from tests.renderers.pdf.fast.typeset import fonts_and_style

SQUARE = [100, 0, 0, "rmoveto", 500, "hlineto", 500, "vlineto", -500, "hlineto", "endchar"]


def font(**glyphs: list[Any]) -> bytes:
    """Return an OpenType font of these charstrings, without a matrix."""
    names = [".notdef", *glyphs]
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({65 + place: name for place, name in enumerate(glyphs)})
    programs = {name: T2CharString(program=program) for name, program in {".notdef": ["endchar"], **glyphs}.items()}
    builder.setupCFF("Test", {"Notice": "Free to use"}, programs, {})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupOS2()
    builder.setupPost()
    out = BytesIO()
    builder.save(out)
    return out.getvalue()


def read(data: bytes) -> Any:
    """Return the only font of a bare table."""
    fonts = CFFFontSet()
    fonts.decompile(BytesIO(data), None)
    return fonts[0]


def outlines(top: Any, count: int) -> list[Any]:
    found = []
    for place in range(count):
        pen = RecordingPen()
        program = top.CharStrings[top.charset[place]]
        program.draw(pen)
        found.append((program.width, pen.value))
    return found


@pytest.mark.parametrize("css", ["", "font-weight: 700"])
def test_glyphs_keep_their_outlines_and_widths_under_their_new_numbers(css: str) -> None:
    fonts, style, _ = fonts_and_style(css)
    face = fonts.faces[style.font]
    order = face.order[: face.sizes[0]]
    made = read(subset_font(face.hb_face, order))
    source = TTFont(BytesIO(face.data), fontNumber=face.metrics.index)
    names = source.getGlyphOrder()
    for place, (width, drawn) in zip(order, outlines(made, len(order)), strict=True):
        pen = RecordingPen()
        source.getGlyphSet()[names[place]].draw(pen)
        assert [step for step in drawn if step[0] != "endPath"] == [step for step in pen.value if step[0] != "endPath"]
        assert width == face.advances[place]


def test_a_font_says_what_its_parts_are_in_the_order_that_viewers_want() -> None:
    fonts, style, _ = fonts_and_style()
    face = fonts.faces[style.font]
    data = subset_font(face.hb_face, face.order[: face.sizes[0]])
    top = read(data)
    assert top.ROS == ("Adobe", "Identity", 0)
    assert list(top.rawDict)[-2:] == ["FDArray", "FDSelect"]
    assert top.FontMatrix[0] == pytest.approx(1 / face.upem, rel=1e-4)
    assert top.FDArray[0].FontMatrix == [1, 0, 0, 1, 0, 0]
    assert top.charset == [".notdef", *[f"cid{number:05d}" for number in range(1, face.sizes[0])]]
    assert "Copyright" in top.rawDict
    assert top.CIDCount == face.sizes[0]
    assert {top.FDSelect[glyph] for glyph in range(face.sizes[0])} == {0}
    assert b"uni0041" not in data


def test_a_font_that_says_no_matrix_has_a_thousandth() -> None:
    data = font(a=SQUARE, b=["endchar"])
    made = read(subset_font(uharfbuzz.Face(data), [0, 2, 1]))
    assert made.FontMatrix == [0.001, 0, 0, 0.001, 0, 0]
    assert [len(drawn) for _, drawn in outlines(made, 3)] == [0, 0, 5]
    assert made.rawDict["Notice"] == "Free to use"


def test_a_font_of_one_glyph_is_whole() -> None:
    made = read(subset_font(uharfbuzz.Face(font(a=SQUARE)), [0]))
    assert made.charset == [".notdef"]


def test_a_font_whose_glyphs_take_others_by_name_keeps_its_names() -> None:
    data = TTFont(BytesIO(font(A=SQUARE, acute=SQUARE, Aacute=[100, 0, 0, 65, 194, "endchar"])))
    cff = data["CFF "]
    assert cid_keyed(bytes(data.reader["CFF "]), cff.cff, [0, 1, 2]) is not None
    assert cid_keyed(bytes(data.reader["CFF "]), cff.cff, [0, 3]) is None


@pytest.mark.parametrize(
    ("program", "takes_others"),
    [
        ([600, "endchar"], False),
        ([1, 2, 3, 4, "endchar"], True),
        ([600, 1, 2, 3, 4, "endchar"], True),
        ([-300, 2000, "rmoveto", 1.5, 200, 0, "rlineto", "endchar"], False),
        ([1, 2, "hstemhm", "hintmask", b"\x80", 1, "hmoveto", "endchar"], True),
        ([1, 2, "add", 5, "rmoveto", "endchar"], False),
        ([1, "hmoveto"], True),
    ],
)
def test_glyphs_that_take_others_are_told_by_their_ends(program: list[Any], takes_others: bool) -> None:
    one = T2CharString(program=program)
    one.compile()
    assert _takes_others(one.bytecode) is takes_others
