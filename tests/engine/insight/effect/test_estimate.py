"""Differences between arms: known examples, laws, and how often intervals hold what was planted."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.insight.effect.estimate import Difference, holm, mean_difference, share_difference
from engine.insight.effect.sums import DaySums, RatioSums, ShareSums

RUNS, SIZE, HORIZON = 1000, 600, 14
# 95 of 100 give or take 2, as asked for; of 1,000 runs the chance alone moves it by 1.4 (two standard errors).
COVERED = (930, 970)
ALARMS = (30, 72)  # 99.9 % of binomial(1,000, 0.05)


def test_newcombes_example_is_met():
    found = share_difference(ShareSums(70, 56), ShareSums(80, 48))
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))


def test_an_empty_arm_has_no_difference():
    assert share_difference(ShareSums(), ShareSums(3, 1)) is None
    assert mean_difference(RatioSums(), RatioSums()) is None


def test_holm_corrects_step_by_step():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_never_makes_a_chance_smaller_and_keeps_the_order(ps: list[float]):
    corrected = holm(ps)
    assert all(new >= old for new, old in zip(corrected, ps, strict=True))
    order = sorted(range(len(ps)), key=lambda at: ps[at])
    assert [corrected[at] for at in order] == sorted(corrected)


shares = st.tuples(st.integers(1, 400), st.floats(0, 1)).map(lambda pair: ShareSums(pair[0], int(pair[0] * pair[1])))


@given(shares, shares)
def test_a_difference_of_shares_lies_in_its_interval_and_agrees_with_its_chance(one: ShareSums, other: ShareSums):
    found = share_difference(one, other)
    assert found is not None
    assert -1 - 1e-9 <= found.low <= found.at <= found.high <= 1 + 1e-9
    assert found.is_shown == (found.p < 0.05) or abs(found.p - 0.05) < 1e-9
    turned = share_difference(other, one)
    assert turned is not None
    assert (turned.low, turned.high) == (pytest.approx(-found.high), pytest.approx(-found.low))


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 10**6)), min_size=2, max_size=30), st.randoms())
def test_sums_are_the_same_in_any_order(rows: list[tuple[int, int]], dice: random.Random):
    one, other = RatioSums(), RatioSums()
    for row in rows:
        one.add(*row)
    dice.shuffle(rows)
    for row in rows:
        other.add(*row)
    assert one == other
    assert one.variance == other.variance >= 0


def test_days_without_loss_are_the_plain_mean_and_its_variance():
    sums, days = DaySums(10), [0, 3, 3, 7, 9, 10, 10]
    for day in days:
        sums.add(day, is_done=day < 10)
    assert sums.at == pytest.approx(np.mean(days))
    assert sums.variance == pytest.approx(np.var(days, ddof=1) / len(days))


def test_who_is_lost_from_sight_counts_as_long_as_they_were_seen():
    sums = DaySums(4)
    for day, is_done in ((1, True), (1, False), (2, True), (4, False)):
        sums.add(day, is_done=is_done)
    # left over: 1 until day 1, then 3/4; of two seen on day 2 one is done: 3/8
    assert sums.at == pytest.approx(1 + 0.75 + 0.375 + 0.375)


def ratios(dice: np.random.Generator, paid: float) -> RatioSums:
    """Return the sums of customers with skewed debts, of whom some pay all, some a part."""
    owed = np.round(dice.lognormal(8.5, 0.8, SIZE)).astype(np.int64)
    got = np.round(owed * np.where(dice.random(SIZE) < paid, 1.0, 0.3 * dice.random(SIZE))).astype(np.int64)
    pairs = (owed @ owed, owed @ got, got @ got)
    return RatioSums(SIZE, int(owed.sum()), int(got.sum()), *map(int, pairs))


def days(dice: np.random.Generator, each_day: float) -> DaySums:
    """Return the sums of customers who pay with the same chance on each day, a quarter of them lost on the way."""
    took = dice.geometric(each_day, SIZE) - 1
    seen = np.where(dice.random(SIZE) < 0.25, dice.integers(1, HORIZON, SIZE), HORIZON)
    done = np.bincount(took[(took < seen)], minlength=HORIZON)[:HORIZON]
    lost = np.bincount(seen[(took >= seen) & (seen < HORIZON)], minlength=HORIZON)[:HORIZON]
    return DaySums(HORIZON, SIZE, done.tolist(), lost.tolist())


def mean_days(each_day: float) -> float:
    return sum((1 - each_day) ** (day + 1) for day in range(HORIZON))


def draw(kind: str, dice: np.random.Generator, effect: float) -> tuple[Difference | None, float]:
    """Return the estimate of one made-up campaign, and what was planted."""
    if kind == "share":
        planted = 0.1 * effect
        return share_difference(
            ShareSums(SIZE * 4, int(dice.binomial(SIZE * 4, 0.4 + planted))),
            ShareSums(SIZE, int(dice.binomial(SIZE, 0.4))),
        ), planted
    if kind == "rare share":  # complaints
        planted = 0.01 * effect
        return share_difference(
            ShareSums(SIZE * 4, int(dice.binomial(SIZE * 4, 0.01 + planted))),
            ShareSums(SIZE * 4, int(dice.binomial(SIZE * 4, 0.01))),
        ), planted
    if kind == "amount":
        planted = 0.1 * effect  # of those who don't pay all, 15 % come in anyway
        return mean_difference(ratios(dice, 0.4 + planted), ratios(dice, 0.4)), planted * 0.85
    planted = mean_days(0.06 + 0.03 * effect) - mean_days(0.06)
    return mean_difference(days(dice, 0.06 + 0.03 * effect), days(dice, 0.06)), planted


@pytest.mark.parametrize("kind", ["share", "rare share", "amount", "days"])
@pytest.mark.parametrize("effect", [0.0, 1.0])
def test_intervals_hold_what_was_planted_in_95_of_100_runs(kind: str, effect: float):
    dice = np.random.default_rng([20261122, len(kind), int(effect)])
    covered = shown = 0
    for _ in range(RUNS):
        found, planted = draw(kind, dice, effect)
        assert found is not None
        covered += found.low <= planted <= found.high
        shown += found.is_shown
    assert COVERED[0] <= covered <= COVERED[1]
    if effect:
        assert shown > RUNS / 2  # what was planted is found more often than not
    else:
        assert ALARMS[0] <= shown <= ALARMS[1]
