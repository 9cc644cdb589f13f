"""TrueType fonts whose tables go beyond what a PDF needs."""

from __future__ import annotations

from io import BytesIO

import pytest
import uharfbuzz
from fontTools.fontBuilder import FontBuilder
from fontTools.otlLib.builder import buildMathTable
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from renderers.pdf.fast import fontfile
from renderers.pdf.fast.fontfile import subset_font
from renderers.pdf.fast.model import Unfillable

NAMES = [".notdef", "A", "B", "C", "integral"]


def square(size: int) -> object:
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, size), (size, size), (size, 0)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


def font_for_formulas() -> bytes:
    """Return a TrueType font with what formulas are set by; of letters it says nothing."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(NAMES)
    builder.setupCharacterMap({65: "A", 66: "B", 67: "C", 0x222B: "integral"})
    builder.setupGlyf({name: square(100 * (place + 1)) for place, name in enumerate(NAMES)})
    builder.setupHorizontalMetrics({name: (600 + place, 0) for place, name in enumerate(NAMES)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupOS2()
    builder.setupPost()
    buildMathTable(
        builder.font,
        italicsCorrections={"integral": 50},
        extendedShapes={"integral"},
        vertGlyphVariants={"integral": [("integral", 500)]},
        minConnectorOverlap=1,
    )
    out = BytesIO()
    builder.save(out)
    return out.getvalue()


def test_glyphs_of_a_font_for_formulas_are_numbered_anew() -> None:
    face = uharfbuzz.Face(font_for_formulas())
    made = TTFont(BytesIO(subset_font(face, [0, 3, 1])))
    assert "MATH" not in made
    glyphs = made["glyf"]
    assert [made["hmtx"][name][0] for name in made.getGlyphOrder()] == [600, 603, 601]
    places = [list(glyphs[name].getCoordinates(glyphs)[0]) for name in made.getGlyphOrder()]
    assert [max(max(corners, default=(0, 0))) for corners in places] == [0, 400, 200]  # the first has no outline here


def test_a_font_that_cannot_be_numbered_anew_is_left_to_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_font: TTFont, _names: list[str]) -> None:
        raise AttributeError("'NoneType' object has no attribute 'glyphs'")

    monkeypatch.setattr(fontfile, "reorderGlyphs", refuse)
    with pytest.raises(Unfillable, match="numbered anew"):
        subset_font(uharfbuzz.Face(font_for_formulas()), [0, 3, 1])
