"""Scores in plain Python are those of scikit-learn, and their reasons sum to them."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.insight.risk.calibration import CalibratorKind
from engine.insight.risk.model_file import Family, write_model
from engine.insight.risk.scorer import Scorer, load_scorer
from tests.engine.insight.risk.conftest import INPUTS, make_rows

KINDS = [(family, kind) for family in Family for kind in CalibratorKind]


def _own_probabilities(fitted, kind, unseen):
    """Return what scikit-learn itself says, its own calibrator fitted as ours was."""
    import numpy as np
    from sklearn.isotonic import IsotonicRegression
    from sklearn.linear_model import LogisticRegression

    from engine.insight.risk.columns import columns_of, matrix

    figures = matrix(fitted.encoding, columns_of(INPUTS, unseen.values))
    if kind is CalibratorKind.NONE:
        return fitted.estimator.predict_proba(figures)[:, 1]
    raw = fitted.estimator.decision_function(figures)
    if kind is CalibratorKind.SIGMOID:
        line = LogisticRegression(C=1e12, max_iter=1000).fit(raw.reshape(-1, 1), unseen.labels)
        return line.predict_proba(raw.reshape(-1, 1))[:, 1]
    stairs = IsotonicRegression(out_of_bounds="clip").fit(raw, unseen.labels)
    floor = 1 / (2 * (len(raw) + 1))
    return np.clip(stairs.predict(raw), floor, 1 - floor)


@pytest.mark.parametrize(("family", "kind"), KINDS)
def test_a_probability_in_plain_python_is_scikit_learns_own(learned, family, kind):
    model, fitted, unseen = learned[family, kind]
    scorer = Scorer(model)
    own = _own_probabilities(fitted, kind, unseen)
    rows = make_rows(len(unseen), seed=9)
    assert [scorer.probability(row.features) for row in rows] == pytest.approx(own.tolist(), rel=0, abs=1e-9)
    assert len({round(p, 6) for p in own.tolist()}) > 10  # not all the same


@pytest.mark.parametrize(("family", "kind"), KINDS)
def test_score_probability_and_explanation_say_the_same(learned, family, kind):
    scorer = Scorer(learned[family, kind][0])
    for row in make_rows(50, seed=4):
        probability = scorer.probability(row.features)
        assert scorer.score(row.features).probability == probability == scorer.explain(row.features).probability
    scores = list(scorer.score_many(row.features for row in make_rows(50, seed=4)))
    assert scores == [scorer.score(row.features) for row in make_rows(50, seed=4)]


VALUES = st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True), st.integers(-5, 5).map(float))
CODES = st.one_of(st.none(), st.sampled_from(("none", "some", "much", "a", "b", "c", "never seen")))
FEATURES = st.fixed_dictionaries(
    {}, optional={one.name: CODES if one.levels or one.name == "tariff" else VALUES for one in INPUTS}
)


@pytest.mark.parametrize(("family", "kind"), KINDS)
@given(features=FEATURES)
@settings(max_examples=60, deadline=None)
def test_the_parts_of_a_score_sum_to_its_logit(learned, family, kind, features):
    explained = Scorer(learned[family, kind][0]).explain(features)
    assert 0 < explained.probability < 1
    summed = explained.base + math.fsum(part for _, part in explained.parts)
    assert summed == pytest.approx(explained.logit, abs=1e-9)
    assert 1 / (1 + math.exp(-explained.logit)) == pytest.approx(explained.probability, abs=1e-9)


def test_what_is_absent_counts_as_not_known(learned):
    scorer = Scorer(learned[Family.BOOSTING, CalibratorKind.NONE][0])
    unknown = dict.fromkeys((one.name for one in INPUTS), None)
    assert scorer.probability({}) == scorer.probability(unknown) == scorer.probability({"days": math.nan})


def test_a_reason_says_the_largest_parts_in_plain_words_and_no_private_value(learned):
    scorer = Scorer(learned[Family.LOGISTIC, CalibratorKind.NONE][0])
    features = {"late_share": 1.0, "size": 123456.78, "days": 40.0, "is_new": 0.0, "savings": "none", "tariff": "a"}
    score = scorer.score(features)
    assert score.name == "late"
    assert len(score.reasons) == 3
    assert "paid 100 % of bills late (raises the risk)" in score.reasons
    assert "pays after 40 days (raises the risk)" in score.reasons
    assert not any("123456" in reason for reason in score.reasons)
    parts = {one.name: part for one, part in scorer.explain(features).parts}
    assert abs(parts["late_share"]) >= sorted(map(abs, parts.values()))[-3]


def test_a_score_needs_neither_numpy_nor_scikit_learn(learned, tmp_path):
    path = tmp_path / "model.json"
    write_model(learned[Family.BOOSTING, CalibratorKind.ISOTONIC][0], path)
    code = (
        "import sys; sys.modules['numpy'] = sys.modules['sklearn'] = sys.modules['scipy'] = None\n"
        "from pathlib import Path\n"
        "from engine.insight.risk import load_scorer\n"
        f"print(load_scorer(Path({str(path)!r})).score({{'days': 30.0}}).probability)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert float(said) == load_scorer(path).probability({"days": 30.0})


@given(threshold=st.floats(-1e6, 1e6), value=st.floats(-1e6, 1e6), nudge=st.integers(-3, 3))
@settings(deadline=None)
def test_a_threshold_sends_a_double_where_scikit_learn_sends_it(threshold, value, nudge):
    numpy = pytest.importorskip("numpy")
    from engine.insight.risk.fitting import last_left

    limit = last_left(threshold)
    near = limit
    for _ in range(abs(nudge)):
        near = math.nextafter(near, math.copysign(math.inf, nudge))
    for one in (value, near, threshold):
        assert (one <= limit) == (float(numpy.float32(one)) <= threshold)
