from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renderers.video.motion import PAST, counting, ease, ease_out, stagger
from renderers.video.storyboard import Ease

AMOUNTS = ["€ 129.45", "1.129.450,75 €", "1 129 450,75 €", "€ 0.00", "¥ 12,945", "€ −4.80", "129.45"]


@pytest.mark.parametrize("text", AMOUNTS)
def test_an_amount_counts_up_to_exactly_itself(text):
    assert counting(text, 1.0) == text


@pytest.mark.parametrize("text", AMOUNTS)
@given(progress=st.floats(0, 1))
def test_a_counting_amount_keeps_its_places(text, progress):
    assert len(counting(text, progress)) == len(text)


def test_leading_zeros_are_blank_while_counting():
    assert counting("€ 129.45", 0.1) == "€ \u2007" + "12.45"
    assert counting("€ 129.45", 0.0) == "€ \u2007\u20070.45"


def test_cents_stand_still_while_the_rest_counts():
    assert {counting("1.129.450,75 €", step / 10)[-4:] for step in range(11)} == {"75 €"}
    assert counting("€ 0.45", 0.3) == "€ 0.45"
    assert counting("¥ 12,945", 0.5) == "¥ \u20076,472"


def test_thousands_marks_are_blank_with_their_digits():
    assert "." not in counting("1.129.450,75 €", 0.0).replace(",", "")


@given(first=st.floats(0, 1), second=st.floats(0, 1))
def test_easing_only_goes_forward_and_ends_still(first, second):
    low, high = sorted((first, second))
    assert 0 <= ease_out(low) <= ease_out(high) <= 1
    assert ease_out(1) == 1


@given(count=st.integers(1, 20), overlap=st.floats(0, 0.9))
def test_staggered_items_all_begin_at_nothing_and_end_whole(count, overlap):
    assert all(stagger(0, index, count, overlap) == 0 for index in range(count))
    assert all(stagger(1, index, count, overlap) == pytest.approx(1) for index in range(count))
    middle = [stagger(0.5, index, count, overlap) for index in range(count)]
    assert middle == sorted(middle, reverse=True)


@pytest.mark.parametrize("how", list(Ease))
def test_every_easing_goes_from_nothing_to_all(how):
    assert ease(how, -1) == ease(how, 0) == pytest.approx(0, abs=1e-12)
    assert ease(how, 1) == ease(how, 2) == 1
    steps = [ease(how, n / 100) for n in range(101)]
    most = max(steps)
    assert (most == 1) is (how is not Ease.BACK)
    assert most <= 1 + PAST
    assert how is Ease.BACK or steps == sorted(steps)


def test_easings_differ_in_how_they_start():
    begun = {how: ease(how, 0.1) for how in Ease}
    assert begun[Ease.IN_OUT] < begun[Ease.LINEAR] < begun[Ease.OUT] < begun[Ease.BACK]
