"""Measures are what their names say, and intervals hold what they claim."""

from __future__ import annotations

import pytest

numpy = pytest.importorskip("numpy")
pytest.importorskip("sklearn")

from hypothesis import given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from sklearn.metrics import brier_score_loss, roc_auc_score  # noqa: E402

from engine.errors import InsightError  # noqa: E402
from engine.insight.risk.held import Held  # noqa: E402
from engine.insight.risk.measures import Graded, measure  # noqa: E402

ROWS = st.lists(st.tuples(st.integers(0, 1), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.5001, 0.9, 1.0])), min_size=4)


@given(rows=ROWS.filter(lambda rows: 0 < sum(label for label, _ in rows) < len(rows)))
@settings(max_examples=80, deadline=None)
def test_auc_and_brier_are_those_of_scikit_learn(rows):
    labels, said = zip(*rows, strict=True)
    graded, ones = Graded(labels, said), numpy.ones(len(rows))
    assert graded.auc(ones) == pytest.approx(roc_auc_score(labels, said))
    assert graded.brier(ones) == pytest.approx(brier_score_loss(labels, said))
    doubled = Graded([*labels, *labels], [*said, *said])
    assert graded.auc(2 * ones) == pytest.approx(doubled.auc(numpy.ones(2 * len(rows))))


def test_the_calibration_error_is_the_gap_between_said_and_true():
    labels, said = [0, 0, 0, 1] * 10, [0.25] * 40
    assert Graded(labels, said).calibration(numpy.ones(40)) == pytest.approx(0.0)
    assert Graded(labels, [0.65] * 40).calibration(numpy.ones(40)) == pytest.approx(0.4)
    # over in one bin and under in another don't make up for each other
    assert Graded([0, 1], [0.3, 0.7]).calibration(numpy.ones(2)) == pytest.approx(0.3)


def test_lift_looks_at_the_top_tenth_and_shares_rows_of_equal_score():
    labels = [1] * 10 + [0] * 90
    ordered = [1 - place / 100 for place in range(100)]
    assert Graded(labels, ordered).lift(numpy.ones(100)) == pytest.approx(10.0)
    assert Graded(labels, [0.1] * 100).lift(numpy.ones(100)) == pytest.approx(1.0)


def test_intervals_hold_the_truth_about_as_often_as_they_claim():
    chance, runs = numpy.random.default_rng(4), 30
    wide = chance.uniform(0.05, 0.6, 200_000)
    truth, in_brier, in_calibration = float((wide * (1 - wide)).mean()), 0, 0
    for run in range(runs):
        said = chance.uniform(0.05, 0.6, 300)
        labels = (chance.random(300) < said).astype(int).tolist()
        found = measure("model", labels, said.tolist(), [str(place) for place in range(300)], seed=run)
        in_brier += found.brier.low <= truth <= found.brier.high
        in_calibration += found.calibration.low <= 0.02  # what is said is true: there is no error but chance
        assert found.auc.low <= found.auc.value <= found.auc.high
    assert in_brier >= 25
    assert in_calibration >= 25


def test_bills_of_one_customer_make_intervals_wider_than_as_many_customers():
    chance = numpy.random.default_rng(1)
    own = chance.uniform(0, 1, 40)
    labels = (numpy.repeat(own, 10) > 0.5).astype(int).tolist()
    said = numpy.repeat(own * 0.5 + 0.2, 10).tolist()
    alone = measure("model", labels, said, [str(place) for place in range(400)]).brier
    together = measure("model", labels, said, [str(place // 10) for place in range(400)]).brier
    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_the_same_seed_gives_the_same_intervals():
    labels, said, units = [0, 1] * 50, [0.2, 0.6] * 50, [str(place) for place in range(100)]
    assert measure("model", labels, said, units, seed=3) == measure("model", labels, said, units, seed=3)


def test_rules_are_measured_beside_the_model_and_small_groups_are_not_shown():
    held = Held()
    for place in range(200):
        label = int(place % 4 == 0)
        group = (("band", "a" if place < 190 else "b"),)
        held.add(label, str(place), 0.4 if label else 0.2, 0.25, None if place % 2 else float(label), group)
    rules = held.measures()
    assert [one.rule for one in rules] == ["model", "base rate", "past late share"]
    assert rules[0].auc.value == 1.0
    assert rules[1].auc.value == 0.5
    (shown,) = held.by_group()
    assert (shown.attribute, shown.value, shown.rows) == ("band", "a", 190)
    assert shown.was == pytest.approx(48 / 190)


def test_nothing_is_measured_where_nobody_was_late():
    held = Held()
    held.add(0, "a", 0.1, 0.1, None)
    with pytest.raises(InsightError, match="D117"):
        held.measures()
