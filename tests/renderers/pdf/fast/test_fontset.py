"""Fonts of filled files: the faces that Pango takes, in less room, with every letter of the locale."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import weasyprint
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from renderers.pdf.fast.fontfile import unicode_map
from renderers.pdf.fast.fontset import Face, FontSet
from renderers.pdf.fast.model import TypeStyle
from renderers.pdf.fast.repertoire import LEVELS, characters
from renderers.pdf.fast.shaping import shaper_of
from renderers.pdf.fast.type_style import type_style
from tests.renderers.pdf.fast.typeset import FONTS, fonts_and_style, style_of

PIXEL_BOUND = 0.004  # mean difference, of 1


def _pdf(face: Face, level: int, size: float, lines: list[bytes]) -> bytes:
    """Return a page of 400 x 100 pt with these TJ arrays."""
    content = "".join(
        f"BT /F1 {size} Tf 1 0 0 1 10 {80 - 20 * number} Tm {line.decode()} TJ ET\n"
        for number, line in enumerate(lines)
    ).encode()
    objects = [*face.objects(4, 8, level), face.unicode_map(level)]
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 100]/Resources<</Font<</F1 4 0 R>>>>/Contents %d 0 R>>"
        % (4 + len(objects)),
        *objects,
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
    ]
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(bodies) + 1, start)
    return bytes(out)


def _read(data: bytes) -> tuple[str, Image.Image]:
    """Return a page's text and its picture at 150 dpi, grey."""
    document = pypdfium2.PdfDocument(data)
    page = document[0]
    text_page = page.get_textpage()
    text = text_page.get_text_bounded()
    picture = page.render(scale=150 / 72, grayscale=True).to_pil()
    text_page.close()
    page.close()
    document.close()
    return text, picture


def _difference(one: Image.Image, other: Image.Image) -> float:
    """Return the mean difference of two pages, of 1, at the shift up or down that fits best."""
    shifts = (ImageChops.offset(other, 0, rows) for rows in range(-30, 31))
    return min(float(ImageStat.Stat(ImageChops.difference(one, shifted)).mean[0]) for shifted in shifts) / 255


@pytest.mark.parametrize("css", ["", "font-weight: 700", "font-weight: 600", "font-family: Noto Sans"])
@pytest.mark.parametrize(
    ("level", "texts"),
    [
        (0, ["Importo: 217,40\u00a0€ – «già» 50 %", "A - B (C) fi ffl AVA"]),
        (1, ["Jürgen Bjørk {~}", "Muñoz & Gonçalves"]),
        (2, ["Łukasz Žemaitis, Čačak 12", "Țara Ştefan"]),
        (3, ["Северный ветер 12 кВт·ч", "Σύνολο ΩΛΑ"]),
        (4, ["Nguyễn Văn Ơn", "ǎ ǒ 12"]),
    ],
)
def test_subsets_look_and_read_as_weasyprint_shows_them(css: str, level: int, texts: list[str]) -> None:
    fonts, style, _ = fonts_and_style(f"font-size: 16px; {css}")
    shaper = shaper_of(style, fonts)
    fonts.begin()
    lines = [shaper.shape(text)[1] for text in texts]
    assert fonts.variant([style.font]) == (level,)
    own_text, own_picture = _read(_pdf(fonts.faces[style.font], level, style.size * 0.75, lines))
    body = "".join(f'<p style="left:10pt;top:{20 * n}pt">{text}</p>' for n, text in enumerate(texts))
    styles = (
        "@page { size: 400pt 100pt; margin: 0 } p { margin: 0; position: absolute; font: 16px/20pt Inter; "
        f"{css}; font-variant-numeric: tabular-nums }}"
    )
    html = weasyprint.HTML(string=f"<html lang=it><style>{styles}</style>{body}")
    other_text, other_picture = _read(html.write_pdf(font_config=FONTS))
    assert own_text.split() == other_text.split()
    assert _difference(own_picture, other_picture) < PIXEL_BOUND


def test_glyph_codes_are_the_same_in_every_level() -> None:
    fonts, style, _ = fonts_and_style()
    face = fonts.faces[style.font]
    assert list(face.sizes) == sorted(face.sizes)
    assert face.codes[face.nominal("à")] < face.sizes[0] <= face.codes[face.nominal("ü")] < face.sizes[1]
    assert face.sizes[1] <= face.codes[face.nominal("ž")] < face.sizes[2]
    assert face.codes[0] == 0


def test_the_same_style_gives_the_same_bytes_whatever_came_before() -> None:
    first, second = FontSet("it"), FontSet("it")
    regular, bold = style_of("font-size: 9px"), style_of("font-weight: 700")
    one, _ = type_style(regular, first), type_style(bold, first)
    _, other = type_style(bold, second), type_style(style_of("font-size: 30px"), second)
    assert one.font == other.font
    assert first.faces[one.font].objects(7, 6, 1) == second.faces[one.font].objects(7, 6, 1)


def test_subsets_are_kept_in_the_cache(tmp_path: Path) -> None:
    computed = style_of()
    made = FontSet("it", tmp_path)
    objects = made.faces[type_style(computed, made).font].objects(2, 1)
    (kept,) = tmp_path.glob("*.font")
    changed = kept.stat().st_mtime_ns
    again = FontSet("it", tmp_path)
    assert again.faces[type_style(computed, again).font].objects(2, 1) == objects
    assert kept.stat().st_mtime_ns == changed


def test_every_letter_of_a_locale_is_in_its_level() -> None:
    for language, letters in (("it", "àÈù€"), ("lt", "ąŽė"), ("ro", "șȚă"), ("ru", "Ёжы№Šė"), ("fr", "œŸç")):
        levels = characters(language)
        assert set(letters) <= levels[0]
        assert len(levels) == LEVELS
        assert all(levels[n] < levels[n + 1] for n in range(LEVELS - 1))


def test_a_locale_font_takes_less_room_than_weasyprint_takes_for_a_bill() -> None:
    fonts, style, _ = fonts_and_style()
    assert sum(map(len, fonts.faces[style.font].objects(2, 1))) < 8_000


def test_font_objects_are_whole() -> None:
    fonts, style, _ = fonts_and_style()
    shown = shaper_of(style, fonts).shape("A")[1]
    with pikepdf.open(BytesIO(_pdf(fonts.faces[style.font], 0, 12, [shown]))) as pdf:
        font = pdf.pages[0].Resources.Font.F1
        child = font.DescendantFonts[0]
        assert (font.Subtype, font.Encoding, child.Subtype) == ("/Type0", "/Identity-H", "/CIDFontType0")
        assert str(font.BaseFont)[7] == "+"
        assert child.FontDescriptor.FontFile3.Subtype == "/CIDFontType0C"
        assert len(child.W[1]) == fonts.faces[style.font].sizes[0]
        assert b"beginbfchar" in font.ToUnicode.read_bytes()


def _said_by(body: bytes) -> dict[int, str]:
    """Return what glyphs stand for, as a map says it (Adobe Technical Note 5014)."""
    with pikepdf.new() as pdf:
        stream = pikepdf.Stream(pdf, body.partition(b"stream\n")[2].removesuffix(b"\nendstream"))
        stream.Filter = pikepdf.Name.FlateDecode
        text = stream.read_bytes().decode()
    found: dict[int, str] = {}
    for kind, lines in re.findall(r"begin(bfchar|bfrange)\n(.*?)\nend", text, re.DOTALL):
        for line in lines.split("\n"):
            *codes, letters = line[1:-1].split("> <")
            first, last = int(codes[0], 16), int(codes[-1], 16)
            assert len(codes) == (2 if kind == "bfrange" else 1)
            assert first >> 8 == last >> 8
            units = bytes.fromhex(letters)
            assert units[-1] + last - first < 256
            for code in range(first, last + 1):
                found[code] = (units[:-1] + bytes([units[-1] + code - first])).decode("utf-16-be")
    return found


@pytest.mark.parametrize("level", range(LEVELS))
def test_a_map_says_what_each_glyph_stands_for(level: int) -> None:
    fonts, style, _ = fonts_and_style()
    face = fonts.faces[style.font]
    own = {code: text for code in range(face.sizes[level]) if (text := face.texts.get(face.order[code]))}
    assert _said_by(face.unicode_map(level)) == own


@given(st.lists(st.sampled_from(["", "A", "B", "C", "fi", "ÿ", "Ā", "ā", "\uffff", "😀", "😁", "\ud7ff", "0", "1"])))
def test_maps_of_any_texts_are_as_exact(texts: list[str]) -> None:
    many = [*texts, *map(chr, range(0x41, 0x300)), *texts]
    assert _said_by(unicode_map(many)) == {code: text for code, text in enumerate(many) if text}


def test_styles_share_a_face() -> None:
    fonts = FontSet("it")
    small: TypeStyle = type_style(style_of("font-size: 8px; color: red"), fonts)
    large = type_style(style_of("font-size: 20px"), fonts)
    assert small.font == large.font
    assert small.colour == (1.0, 0.0, 0.0)
    assert len(fonts.faces) == 1
