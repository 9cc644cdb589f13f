from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model.campaign import Fonts
from renderers.video.storyboard import TextStyle
from renderers.video.typeface import FontBook
from renderers.video.typesetting import draw_setting, fit

BOOK = FontBook(Fonts(), Path())
TITLE = TextStyle("title", 52, 40, weight=700, lines=2)
BODY = TextStyle("body", 36, 28, lines=4, fit="wrap")
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=300)


@settings(max_examples=60, deadline=None)
@given(text=WORDS, width=st.integers(200, 1200), height=st.integers(60, 400), style=st.sampled_from([TITLE, BODY]))
def test_any_text_stays_in_its_box_or_is_said_to_be_cut(text, width, height, style):
    made = fit(BOOK, " ".join(text.split()), style, width, height, 1.0, False)
    assert made.width <= width + 1
    assert 1 <= len(made.lines) <= style.lines
    assert made.size_px >= 28
    assert made.is_cut == made.lines[-1].endswith("…") or "…" in text


def test_a_title_shrinks_before_it_takes_a_second_line():
    usual = fit(BOOK, "Why it changed", TITLE, 1100, 140, 1.0, False)
    longer = fit(BOOK, "€ 17.15 more than September, mostly 8 more days", TITLE, 1100, 140, 1.0, False)
    longest = fit(
        BOOK, "€ 17.15 more than September, mostly since this bill covers 8 more days", TITLE, 1100, 140, 1.0, False
    )
    assert (usual.size_px, len(usual.lines)) == (52, 1)
    assert longer.size_px < 52
    assert len(longer.lines) == 1
    assert len(longest.lines) == 2
    assert not longest.is_cut


def test_running_text_takes_lines_before_it_shrinks():
    made = fit(
        BOOK, "Wash at 30 degrees: about € 2.10 less a month, for most of your clothes.", BODY, 500, 300, 1.0, False
    )
    assert made.size_px == 36
    assert len(made.lines) > 1


def test_what_does_not_fit_at_the_floor_ends_in_an_ellipsis():
    made = fit(BOOK, "word " * 200, BODY, 400, 150, 1.0, False)
    assert made.is_cut
    assert made.lines[-1].endswith("…")
    assert made.size_px == 28


def test_a_word_wider_than_the_line_is_broken_with_a_hyphen_between_letters():
    made = fit(BOOK, "Donaudampfschifffahrtsgesellschaftskapitän", BODY, 400, 300, 1.0, False)
    assert not made.is_cut
    assert all(line.endswith("-") for line in made.lines[:-1])
    assert "".join(made.lines).replace("-", "") == "Donaudampfschifffahrtsgesellschaftskapitän"


def test_a_double_name_parts_at_its_own_hyphen():
    made = fit(BOOK, "Александра-Евгения Константиновна", BODY, 260, 300, 1.0, False)
    assert made.lines[0] == "Александра-"


def test_portrait_scales_text_by_the_shorter_side():
    assert fit(BOOK, "Hello", TITLE, 900, 300, 1.5, True).size_px == 78


def test_text_is_drawn_inside_its_layer_in_its_colour():
    made = fit(BOOK, "Hÿgelé", TITLE, 600, 100, 1.0, False)
    layer = np.asarray(draw_setting(BOOK, made, (10, 20, 30)).rgba)
    inked = layer[..., 3] > 0
    assert inked.any()
    assert not inked[:, -2:].any()
    assert not inked[-2:].any()
    assert (layer[inked][:, :3] == (10, 20, 30)).all()


@pytest.mark.parametrize(("align", "side"), [("start", slice(0, 40)), ("end", slice(-60, None))])
def test_text_stands_where_its_alignment_says(align, side):
    made = fit(BOOK, "Hi", TITLE, 600, 100, 1.0, False)
    alpha = np.asarray(draw_setting(BOOK, made, (0, 0, 0), align, 600).mask)
    assert alpha[:, side].any()
    assert not alpha[:, 250:350].any()
