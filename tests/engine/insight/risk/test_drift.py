"""Drift is seen where there is some, and not where there is none."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.insight.risk.calibration import CalibratorKind
from engine.insight.risk.drift import Mark, Tally, bin_of, psi, spread_of
from engine.insight.risk.model_file import Family
from engine.insight.risk.scorer import Scorer
from tests.engine.insight.risk.conftest import INPUTS, make_rows, make_table


@pytest.fixture
def scorer(learned):
    model = learned[Family.BOOSTING, CalibratorKind.NONE][0]
    table = make_table(2000, seed=11)
    spreads = [
        spread_of(one.name, [row[place] for row in table.values], is_category=one.kind == "category")
        for place, one in enumerate(INPUTS)
    ]
    plain = Scorer(model)
    spreads.append(spread_of("score", [plain.probability_of(row) for row in table.values], is_category=False))
    return Scorer(model.model_copy(update={"spreads": tuple(spreads)}))


def _drifts(scorer, rows):
    tally = Tally(scorer)
    for row in rows:
        tally.add(row)
    return {one.name: one for one in tally.drifts()}


def test_like_rows_have_not_moved(scorer):
    found = _drifts(scorer, [row.features for row in make_rows(2000, seed=12)])
    assert {one.mark for one in found.values()} == {Mark.SAME}
    assert next(iter(found)) == "score"
    assert found.keys() == {"score", *(one.name for one in INPUTS)}


def test_what_has_moved_is_named(scorer):
    moved = [row.features | {"days": (row.features["days"] or 0) + 25, "tariff": "new"} for row in make_rows(1000)]
    found = _drifts(scorer, moved)
    assert found["days"].mark is found["tariff"].mark is Mark.ACT
    assert found["score"].psi > 0.1
    assert found["late_share"].mark is Mark.SAME


def test_what_is_no_longer_known_has_moved(scorer):
    found = _drifts(scorer, [row.features | {"savings": None} for row in make_rows(500)])
    assert found["savings"].mark is Mark.ACT


def test_no_rows_have_no_drift(scorer):
    assert Tally(scorer).drifts() == []


@given(counts=st.lists(st.integers(0, 1000), min_size=2, max_size=12).filter(any))
def test_psi_is_zero_for_the_same_shares_and_never_negative(counts):
    shares = [count / sum(counts) for count in counts]
    assert psi(shares, counts) == pytest.approx(0.0, abs=1e-12)
    assert psi([1 / len(counts)] * len(counts), counts) >= 0


def test_psi_is_the_usual_sum():
    assert psi([0.5, 0.5], [80, 20]) == pytest.approx(0.3 * 0.4700036 + 0.3 * 0.9162907, abs=1e-6)


@given(values=st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), min_size=1, max_size=80))
def test_each_value_falls_into_one_bin_and_shares_sum_to_one(values):
    spread = spread_of("x", values, is_category=False)
    assert sum(spread.shares) == pytest.approx(1.0)
    assert all(0 <= bin_of(spread, value) < len(spread.shares) for value in values)
    assert list(spread.cuts) == sorted(set(spread.cuts))


def test_numbers_are_cut_into_tenths_and_rare_codes_drawn_together():
    dice = Random(1)
    spread = spread_of("x", [dice.random() for _ in range(1000)], is_category=False)
    assert len(spread.cuts) == 9
    assert max(spread.shares[:-1]) - min(spread.shares[:-1]) < 0.02
    assert spread_of("x", [1.0] * 10, is_category=False).cuts == ()
    codes = spread_of("c", ["a", "b", None, "a"], is_category=True)
    assert codes.levels == ("a", "b")
    assert codes.shares == (0.5, 0.25, 0.0, 0.25)
    assert bin_of(codes, "z") == 2
