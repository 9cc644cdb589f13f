"""A text comes out as Pango sets it: as wide, with the same glyphs."""

from __future__ import annotations

import re

import pytest

from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.model import Unfillable
from renderers.pdf.fast.shaping import Shaper, shaper_of
from renderers.pdf.fast.type_style import type_style
from tests.renderers.pdf.fast.typeset import (
    LOCALES,
    fonts_and_style,
    locale_texts,
    pango_glyphs,
    pango_width,
    sample_texts,
    style_of,
)

STYLES = (
    "",
    "font-weight: 600; font-size: 9pt",
    "font-weight: 700; font-size: 28pt; letter-spacing: -0.015em",
    "font-size: 13.3px; letter-spacing: 1px",
    "font-variant-numeric: normal; font-kerning: none",
    "font-family: Noto Sans; font-size: 10.5pt",
)
CHOSEN = (
    "217,40\u00a0€", "1\u202f234,50 €", "−12,5 %", "10:30", "12-15", "3 x 4", "A - B", "(ABC) a-b (abc)",
    "AVA To. (AV) —",
    "Ave Łukasz Žemaitis", "naïve “quote” ‘x’ …", "Țara Ştefan", "fi ffi fl", "Мир (abc) def 12", "«Northlight» кВт·ч",
    "kWh по тарифу «Базовый»: 12,5", "Σύνολο 12 €", "T.V.A. d’œuvre", "1/2", "№ 5", "x", " ", "a b", "£12 $3",
)  # fmt: skip


def _shaper(css: str, language: str) -> tuple[Shaper, object]:
    fonts, style, computed = fonts_and_style(css, language)
    return shaper_of(style, fonts), computed


def _glyphs(shaper: Shaper, text: str) -> list[int]:
    order = shaper._face.order
    codes = "".join(re.findall(r"<([0-9a-f]*)>", shaper.shape(text)[1].decode()))
    return [order[int(codes[place : place + 4], 16)] for place in range(0, len(codes), 4)]


@pytest.mark.parametrize("css", STYLES)
@pytest.mark.parametrize("language", LOCALES)
def test_texts_are_as_wide_as_pango_sets_them(css: str, language: str) -> None:
    shaper, computed = _shaper(css, language)
    compared = 0
    for text in (*CHOSEN, *locale_texts(language), *sample_texts()[::7]):
        try:
            width, _ = shaper.shape(text)
        except Unfillable:
            continue
        assert width == pytest.approx(pango_width(text, computed), abs=0.002), text
        compared += 1
    assert compared > 400


@pytest.mark.parametrize("css", STYLES[:2])
@pytest.mark.parametrize("language", ["it", "ro", "ru"])
def test_texts_have_the_glyphs_that_pango_takes(css: str, language: str) -> None:
    shaper, computed = _shaper(css, language)
    for text in (*CHOSEN, *locale_texts(language)[::3], *sample_texts()[::20]):
        try:
            glyphs = _glyphs(shaper, text)
        except Unfillable:
            continue
        assert glyphs == pango_glyphs(text, computed), text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("مرحبا", "text in another script"),
        ("東京", "text in another script"),
        ("שלום", "text in another script"),
        ("e\u0301", "a combining mark"),
        ("soft\xadhyphen", "a soft hyphen"),
        ("zero\u200dwidth", "a control character"),
        ("\u202eevil", "a control character"),
        ("bell\x07", "a control character"),
        ("🎉", "a glyph is not in the batch font"),
        ("0x1", "a glyph stands for another character"),
    ],
)
def test_what_is_not_filled_says_why_without_the_text(text: str, reason: str) -> None:
    shaper, _ = _shaper("", "it")
    with pytest.raises(Unfillable) as caught:
        shaper.shape(f"Mario {text}")
    assert str(caught.value) == reason


def test_figures_are_looked_up_and_words_are_shaped_once() -> None:
    shaper, computed = _shaper("", "it")
    assert set("0123456789.,\u00a0€%") <= set(shaper._figure_units)
    assert shaper.shape("98.765,43\u00a0€")[0] == pytest.approx(pango_width("98.765,43\u00a0€", computed), abs=0.002)
    assert None not in shaper.words(["Giulia", "Bianchi", "217,40", "exit"], "Latn")


def test_signs_that_change_their_form_beside_words_are_known() -> None:
    shaper, _ = _shaper("", "it")
    assert shaper.words(["A", "-", "B"], "Latn")[1] is None  # a hyphen between capitals is raised
    assert shaper.words(["uno", "-", "due"], "Latn")[1] is not None


def test_styles_of_all_locales_share_what_is_known_of_letters() -> None:
    one, _ = _shaper("font-size: 9pt", "it")
    for other, _ in (_shaper("font-size: 12pt", "it"), _shaper("font-weight: 700", "fr")):
        assert other is not one
        assert other._latin is one._latin
        assert other._letters is one._letters


def test_kerning_moves_glyphs_by_whole_thousandths() -> None:
    shaper, _ = _shaper("", "it")
    _, glyphs = shaper.shape("AVA")
    assert re.fullmatch(rb"\[<[0-9a-f]{4}>\d+<[0-9a-f]{4}>\d+<[0-9a-f]{4}>\]", glyphs)


def test_letters_that_bills_of_the_locale_lack_ask_for_a_wider_font() -> None:
    fonts, style, _ = fonts_and_style("", "it")
    shaper = shaper_of(style, fonts)
    shaper.shape("Mario Rossi")
    assert fonts.variant([style.font]) == (0,)
    for text, level in (("Müller", 1), ("Žemaitis", 2), ("Северный", 3), ("Ơ", 4)):
        for _ in range(2):  # from the cache as well
            fonts.begin()
            shaper.shape(text)
            assert fonts.variant([style.font]) == (level,)


@pytest.mark.parametrize(
    ("css", "reason"),
    [
        ("text-transform: uppercase", "text is transformed"),
        ("hyphens: auto", "words are hyphenated"),
        ("word-spacing: 2px", "words are spaced"),
        ("color: rgb(0 0 0 / 0.5)", "text is transparent"),
        ("font-variant-caps: small-caps", "text is set in small capitals"),
        ("direction: rtl", "text runs from right to left"),
    ],
)
def test_styles_that_are_not_filled_say_why(css: str, reason: str) -> None:
    with pytest.raises(Unfillable, match=reason):
        type_style(style_of(css), FontSet("it"))


@pytest.mark.parametrize("css", STYLES[:4])
def test_texts_that_differ_in_their_figures_come_out_each_with_its_own(css: str) -> None:
    shaper, computed = _shaper(css, "it")
    for text in (
        "Rata 3: 41,07 € − 12",
        "Rata 4: 94,50 € − 38",
        "C-00000456",
        "C-00040789",
        "45\u00a0Smc,",
        "74\u00a0Smc,",
    ):
        assert shaper.shape(text)[0] == pytest.approx(pango_width(text, computed), abs=0.002), text
        if not shaper.style.letter_spacing:
            assert _glyphs(shaper, text) == pango_glyphs(text, computed), text
    if shaper.digits.codes:
        before = len(shaper._patterns)
        shaper.shape("Rata 8: 88,88 € − 88")
        shaper.shape("Rata 9: 15,26 € − 77")
        assert len(shaper._patterns) <= before + 1  # one pattern serves both


def test_a_four_that_is_narrower_than_a_zero_stands_for_itself() -> None:
    shaper, _ = _shaper("font-weight: 700", "it")
    assert "4" not in shaper.digits.codes
    assert set("01235") <= set(shaper.digits.codes)
