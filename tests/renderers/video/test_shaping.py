from __future__ import annotations

import numpy as np
import pytest

from renderers.video.font_files import find_font
from renderers.video.shaping import Face, open_face
from renderers.video.stamps import STEPS, Glyphs, place_of, stamp_of


def face(family: str = "Inter", weight: int = 700) -> Face:
    path = find_font(family, weight)
    assert path is not None
    return open_face(path, weight)


@pytest.mark.parametrize("word", ["Maximiliane", "AVATAR", "129.45", "Žydrūnas", "Екатерина", "Ελένη", "8.210,00"])
@pytest.mark.parametrize("figures", [False, True])
@pytest.mark.parametrize("size", [30, 96])
def test_a_word_is_as_wide_as_pillow_draws_it(word, figures, size):
    one = face()
    drawn = one.sized(size).getlength(word, features=["tnum"] if figures else None, direction="ltr")
    assert one.word(word, figures=figures).advance * size == pytest.approx(drawn, abs=0.02 * len(word))


def test_letters_stand_where_kerning_puts_them():
    letters = face().word("AVA").letters
    assert letters is not None
    alone = [face().word(letter).advance for letter in "AV"]
    assert letters[1][1] < alone[0]
    assert [letter for letter, _ in letters] == list("AVA")


@pytest.mark.parametrize(
    ("family", "word", "is_rtl"),
    [("Noto Sans Arabic", "محمد", True), ("Noto Sans Devanagari", "नमस्ते", False), ("Inter", "->", False),
     ("Noto Sans", "ffi", False)],
)  # fmt: skip
def test_a_word_whose_glyphs_depend_on_its_neighbours_is_drawn_whole(family, word, is_rtl):
    assert face(family, 400).word(word, is_rtl=is_rtl).letters is None


@pytest.mark.parametrize("word", ["Maximiliane", "129.45", "Ștefănescu"])
def test_letters_drawn_one_by_one_are_the_word(word):
    """Each letter is at most an eighth of a pixel from its place, and joins add no ink."""
    one, size = face(), 96
    letters = one.word(word).letters
    assert letters is not None
    whole, (_, top) = one.sized(size).getmask2(word, "L", anchor="ls")
    expected = np.asarray(whole, dtype=float).reshape(whole.size[::-1])
    made = np.zeros((200, 1200))
    for letter, at in letters:
        pixel, step = place_of(at * size)
        stamp = stamp_of(Glyphs(one, letter, False, 0), size, step, figures=False)
        left, up = pixel + stamp.left, 150 + stamp.top
        area = made[up : up + stamp.mask.height, left : left + stamp.mask.width]
        np.maximum(area, np.asarray(stamp.mask), out=area)
    assert made.sum() == pytest.approx(expected.sum(), rel=0.01)
    rows = made[150 + top : 150 + top + expected.shape[0]].sum(axis=1)
    assert np.abs(rows - expected.sum(axis=1)).max() < 0.03 * expected.sum(axis=1).max()


def test_a_pens_place_is_a_pixel_and_a_step():
    assert [place_of(x) for x in (0.0, 0.1, 0.25, 0.9, -0.2)] == [(0, 0), (0, 0), (0, 1), (1, 0), (-1, STEPS - 1)]


def test_a_blank_has_an_empty_stamp():
    assert stamp_of(Glyphs(face(), "\u00a0", False, 0), 40, 0, figures=False).mask.getbbox() is None


def test_digits_of_figures_are_of_one_width_at_any_size():
    assert face().word("111", figures=True).advance == face().word("888", figures=True).advance
    assert face().word("111").advance < face().word("888").advance


def test_a_face_is_opened_once_and_told_by_its_file(tmp_path):
    assert face() is face()
    assert face().identity != face(weight=400).identity
    copy = tmp_path / "Copy.otf"
    copy.write_bytes(face().path.read_bytes())
    assert open_face(copy, 700).identity == face().identity
