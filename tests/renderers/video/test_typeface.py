from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import MissingPartError
from engine.model.campaign import Fonts
from renderers.video.font_files import find_font
from renderers.video.typeface import FontBook


@pytest.fixture
def book() -> FontBook:
    return FontBook(Fonts(), Path())


@pytest.mark.parametrize("text", ["Maria", "Екатерина", "Ελένη", "Žydrūnas Ștefănescu", "€ −9.40"])
def test_latin_cyrillic_greek_and_signs_come_from_the_first_family(book, text):
    runs = book.runs(text, 34, 400)
    assert {run.font.getname()[0] for run in runs} == {"Inter"}
    assert not book.missing


@pytest.mark.parametrize(
    ("text", "family"),
    [("محمد", "Noto Sans Arabic"), ("नमस्ते", "Noto Sans Devanagari"), ("გიორგი", "Noto Sans Georgian")],
)
def test_other_scripts_come_from_the_noto_font_of_the_script(book, text, family):
    runs = book.runs(text, 34, 400)
    assert [run.font.getname()[0] for run in runs] == [family]
    assert not book.missing


def test_a_character_of_no_font_is_reported_by_its_code_point(book):
    book.runs("A\u0378", 34, 400)
    assert book.missing == {"U+0378"}


def test_right_to_left_runs_stand_in_reading_order(book):
    runs = book.runs("محمد Ivan", 34, 400)
    assert [run.text for run in runs] == ["Ivan", " ", "محمد"]
    assert [run.is_rtl for run in runs] == [False, False, True]


def test_blanks_between_scripts_belong_to_neither(book):
    assert [run.text for run in book.runs("Hello محمد नमस्ते", 34, 400)] == ["Hello", " ", "محمد", " ", "नमस्ते"]


def test_figures_are_tabular(book):
    for size in (30, 120):
        assert book.width("111.11", size, 800, True) == pytest.approx(book.width("888.88", size, 800, True))


def test_a_heavier_weight_is_another_file():
    assert find_font("Inter", 700) != find_font("Inter", 400)
    assert find_font("No Such Family", 400) is None


def test_a_missing_family_says_what_to_install():
    book = FontBook(Fonts(text="No Such Family", fallback=()), Path())
    with pytest.raises(MissingPartError, match=r"R408 .*No Such Family"):
        book.runs("a", 34, 400)


def test_a_font_file_of_the_campaign_wins(tmp_path):
    source = find_font("Noto Sans", 400)
    assert source is not None
    (tmp_path / "Inter-Regular.ttf").write_bytes(source.read_bytes())
    book = FontBook(Fonts(files=("Inter-Regular.ttf",)), tmp_path)
    assert book.runs("a", 34, 400)[0].font.getname()[0] == "Noto Sans"
