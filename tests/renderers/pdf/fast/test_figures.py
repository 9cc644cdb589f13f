"""Digits filled into what was worked out once with zeros give what each text gives by itself."""

from __future__ import annotations

from random import Random

import pytest

from renderers.pdf.fast.figures import Digits
from renderers.pdf.fast.shaping import Shaper
from tests.renderers.pdf.fast.typeset import fonts_and_style

CODES = {str(digit): b"%04x" % (digit + 7) for digit in range(10)}


def _tj(codes: str) -> bytes:
    return b"[<%b>]" % b"".join(CODES.get(code, b"00ff") for code in codes)


@pytest.mark.parametrize("text", ["1", "12", "123", "1234", "12345678", "1.5", "a1b22c333d4444e55555"])
def test_runs_of_digits_of_any_length_are_filled(text: str) -> None:
    digits = Digits(CODES)
    pattern = digits.key(text).decode()
    opened = digits.open(pattern, 1.0, _tj(pattern))
    assert opened
    assert opened.fill(text) == _tj(text)


def test_digits_that_kerning_parts_are_filled_one_by_one() -> None:
    opened = Digits(CODES).open("00", 1.0, b"[<0007>12<0007>]")
    assert opened
    assert opened.fill("42") == b"[<000b>12<0009>]"


def test_digits_with_something_unseen_between_keep_their_places() -> None:
    opened = Digits(CODES).open("0\u200b0", 1.0, b"[<00070007>]")
    assert opened
    assert opened.fill("4\u200b2") == b"[<000b0009>]"


def test_a_pattern_whose_zeros_are_not_those_of_its_glyphs_stays_closed() -> None:
    assert Digits(CODES).open("0a", 1.0, b"[<00070007>]") is None
    assert Digits({}).open("0", 1.0, b"[<0007>]") is None


def test_a_digit_that_is_not_alike_and_half_a_pair_stay_in_the_key() -> None:
    codes = {digit: code for digit, code in CODES.items() if digit != "4"}
    assert Digits(codes).key("1424 \ud800 é") == "0404 \ud800 é".encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("css", ["", "font-weight: 700", "letter-spacing: 1px", "font-family: Noto Sans"])
def test_a_text_is_shaped_as_if_it_were_the_only_one(css: str) -> None:
    random = Random(css)
    fonts, style, _ = fonts_and_style(css)
    shaper = Shaper(style, fonts)
    words = ("kWh", "€", "del", "3 ×", "AV", "-", "n°", "ottobre", "C-", "1/2", "%")
    for _ in range(300):
        parts = [
            random.choice((random.choice(words), str(random.randint(0, 10 ** random.randint(1, 7))))) for _ in "ab"
        ]
        text = random.choice((" ", "", ",", "\u00a0")).join(parts)
        assert shaper.shape(text) == shaper._shape(text)[1], text
