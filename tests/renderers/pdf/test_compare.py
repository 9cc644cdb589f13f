"""What the audit would miss is proved by nobody: each kind of difference is noticed, and named without a text."""

from __future__ import annotations

from functools import cache

import pytest
from PIL import Image

from renderers.pdf.compare import DPI, _without, differences
from renderers.pdf.reference import QrPlace

HEAD = '<title>Bill 7</title><meta name="author" content="Northlight">'
BODY = """
<h1>Your bill</h1>
<p>Amount due <b>129.45</b>, by 24 November.</p>
<p class="card">A card on a pale ground, with room for more than what it says here.</p>
<p><a href="https://pay.example/1">Pay now</a> or <a href="https://pay.example/2">ask</a></p>
<figure><img alt="What it is made of" src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'
 width='200' height='40'%3E%3Crect width='200' height='40' fill='%230B5E66'/%3E%3C/svg%3E"></figure>
<table><tr><th scope="row">Energy</th><td>61.56</td></tr><tr><th scope="row">Network</th><td>28.04</td></tr></table>
"""
STYLE = """
@page { size: A4; margin: 20mm } p { margin: 4mm 0 } a { display: inline-block } td, th { padding: 1mm }
.card { background: #FAF8F4; padding: 8mm; border-bottom: 0.25mm solid #D9DDDD }
"""


@cache
def made(body: str = BODY, style: str = STYLE, head: str = HEAD, language: str = "en") -> bytes:
    """Return a tagged PDF of a page."""
    from weasyprint import HTML

    page = f"<html lang={language}><head>{head}<style>{style}</style></head><body>{body}</body></html>"
    data = HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")
    assert data
    return data


def body(old: str, new: str) -> dict[str, str]:
    assert old in BODY
    return {"body": BODY.replace(old, new)}


def style(more: str) -> dict[str, str]:
    return {"style": STYLE + more}


def test_the_same_page_has_no_differences():
    assert differences(made(), made()) == ()


@pytest.mark.parametrize(("change", "wanted"), [
    (body("129.45", "129.54"), "the texts differ"),
    (body("24 November", "24 November."), "the texts differ"),
    (body("<b>129.45</b>", "<i>129.45</i>"), "the fonts of letters differ"),
    (body("<b>129.45</b>", "<b style='font-weight: 400'>129.45</b>"), "the fonts of letters differ"),
    (body("<b>129.45</b>", "<b style='color: #000010'>129.45</b>"), "the colours of letters differ"),
    (body("<b>129.45</b>", "<b style='letter-spacing: 0.1px'>129.45</b>"), "the places of letters differ"),
    (body("<b>129.45</b>", "<b style='font-size: 16.2px'>129.45</b>"), "the places of letters differ"),
    (body("%230B5E66", "%236E3E0A"), "pixels stray"),  # another colour, as dark
    (style(".card { background: none }"), "pale squares differ"),
    (style(".card { border-bottom-color: transparent }"), "pale squares differ"),
    (style("p { margin-left: 1mm }"), "pixels stray"),
    (body("pay.example/1", "pay.example/3"), "the links differ"),
    (body('<a href="https://pay.example/2">ask</a>', "<span>ask</span>"), "the links differ"),
    (style("a { padding-right: 2mm; margin-right: -2mm }"), "the links differ"),  # only where it can be clicked
    (body("What it is made of", "What it's made of"), "the tag trees differ"),
    (body('<th scope="row">Energy</th>', "<td>Energy</td>"), "the tag trees differ"),
    (body('<th scope="row">Energy', '<th scope="col">Energy'), "the tag trees differ"),
    ({"body": BODY.replace("h1>", "h2>"), **style("h2 { font-size: 2em; margin: 0.67em 0 }")}, "the tag trees differ"),
    ({"body": BODY.replace("h1>", "p>")}, "the outlines differ"),
    ({"head": HEAD.replace("Bill 7", "Bill 8")}, "the document information differs"),
    ({"head": HEAD.replace("Northlight", "Southlight")}, "the document information differs"),
    ({"language": "it"}, "the languages differ"),
    ({"body": BODY + "<p style='break-before: page'>More</p>"}, "2 pages in place of 1"),
    (style("@page { size: A5 }"), "the sizes differ"),
], ids=lambda value: value if isinstance(value, str) else None)  # fmt: skip
def test_a_difference_is_noticed_and_named(change, wanted):
    found = differences(made(**change), made())
    assert any(wanted in what for what in found), found
    assert not any("129" in what or "Energy" in what for what in found)


@pytest.mark.parametrize("start_px", [100.0, 99.9999999, 100.0000001, 100.5])
def test_a_symbol_is_left_out_with_a_pixel_around_it_wherever_it_begins(start_px):
    """Its place is a sum of lengths: a rounding of the last digit must not bring a row of it back."""
    place = QrPlace(0, start_px * 72 / DPI, start_px * 72 / DPI, 129.92 * 72 / DPI)
    page = _without(Image.new("RGB", (300, 300)), [place])
    left, top, right, bottom = page.convert("L").getbbox()
    assert top == left
    assert start_px - 3 <= left <= start_px - 1
    assert right == bottom
    assert start_px + 129.92 + 1 <= right <= start_px + 129.92 + 3
