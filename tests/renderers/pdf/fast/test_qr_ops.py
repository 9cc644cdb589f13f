"""QR symbols by operators, beside the macro's SVG in an <img> that WeasyPrint draws."""

from __future__ import annotations

import base64

import pytest
import zxingcpp
from PIL import Image

from engine.model.communication import QrCode, Text
from engine.templating.environment import CURRENT, Rendering
from renderers.pdf.fast.qr_ops import qr_operators
from tests.renderers.builders import make_qr
from tests.renderers.pdf.fast.drawn import difference, operators_pdf, pixels, weasyprint_pdf
from tests.renderers.pdf.fast.said import starter

CODE = make_qr()
SIZE = 94.49  # px: 25 mm


def reference(code: QrCode, size: float, quiet: float) -> bytes:
    template = starter().environment.from_string(
        '{% import "shared/qr.j2" as qr with context %}{{ qr.svg(code, label, quiet=quiet) }}'
    )
    mark = CURRENT.set(Rendering(starter().texts("en")))
    try:
        svg = template.render(code=code, label=Text("Pay"), quiet=quiet)
    finally:
        CURRENT.reset(mark)
    source = base64.b64encode(svg.encode()).decode()
    return weasyprint_pdf(f'<img style="width: {size}px; height: {size}px" src="data:image/svg+xml;base64,{source}">')


@pytest.mark.parametrize("quiet", [0, 4])
def test_modules_stand_where_the_svg_has_them(quiet: int) -> None:
    """Drawn large, so that a module is eight pixels: only edges may differ."""
    modules = len(CODE.rows) + 2 * quiet
    size = modules * 6.0
    one, other = (
        pixels(reference(CODE, size, quiet), 128),
        pixels(operators_pdf(qr_operators(CODE, size, size, quiet)), 128),
    )
    centres = [(8 * x + 4, 8 * y + 4) for x in range(modules) for y in range(modules)]
    assert [one.getpixel(at) for at in centres] == [other.getpixel(at) for at in centres]
    assert {one.getpixel(at) for at in centres} == {(0, 0, 0), (255, 255, 255)}
    assert difference(one, other)[0] < 4


@pytest.mark.parametrize("dpi", [100, 150, 300])
def test_the_symbol_is_black_on_white_and_is_read(dpi: int) -> None:
    shown = pixels(operators_pdf(b"1 0 0 1 40 40 cm\n" + qr_operators(CODE, SIZE, SIZE)), dpi)
    if dpi > 100:  # below three pixels a module, PDFium smooths any image
        assert {colour for _, colour in shown.getcolors() or ()} == {(0, 0, 0), (255, 255, 255)}
    (found,) = zxingcpp.read_barcodes(shown)
    assert found.bytes == CODE.payload


def test_the_symbol_stands_in_the_middle_of_its_box_on_white() -> None:
    ground = b"0.5 g 0 0 700 400 re f\n"
    shown = pixels(operators_pdf(ground + qr_operators(CODE, 200, 100)), 96)
    assert shown.getpixel((25, 50)) == (128, 128, 128) or shown.getpixel((25, 50)) == (127, 127, 127)
    black = shown.convert("L").point(lambda value: 255 * (value < 64)).getbbox()
    assert black == (50, 0, 150, 100)


def test_a_viewer_that_does_not_know_the_mask_still_finds_its_end() -> None:
    written = qr_operators(CODE, SIZE, SIZE)
    data = written.split(b"ID ")[1].split(b">")[0]
    assert set(data) <= set(b"0123456789abcdef")
    assert written.endswith(b"EI\nQ\n")
    bits = bytes.fromhex(data.decode())
    image = Image.frombytes("1", (len(CODE.rows),) * 2, bits)
    assert [[bool(image.getpixel((x, y))) for x in range(image.width)] for y in range(image.height)] == [
        list(row) for row in CODE.rows
    ]
