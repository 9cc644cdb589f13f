from __future__ import annotations

import json
import random

import pytest

from engine.errors import InsightError
from engine.insight.advisor import Advisor
from engine.insight.fairness import FairnessTally, report_of
from engine.insight.fairness.backtest import told_and_true
from engine.insight.fairness.interval import Moments, mean_difference, rate, rate_difference
from engine.insight.fairness.outcomes import OUTCOMES, outcomes_of
from engine.insight.fairness.page import page
from engine.insight.fairness.report import FairnessReport
from engine.insight.risk.terms import HistoryTerms
from engine.model.outreach import Score
from tests.engine.insight.features.records import NOW, bill, customer, monthly, payment
from tests.engine.insight.policy.people import STARTER, starter_campaign


def _report(tally: FairnessTally) -> FairnessReport:
    return report_of(tally, campaign="October bills", as_of="2026-11-22", policy="1")


def _tally(firm: dict[str, tuple[int, int]]) -> FairnessTally:
    """Return a tally of groups: so many of so many are spoken to firmly."""
    tally = FairnessTally(["band"])
    for group, (count, total) in firm.items():
        for place in range(total):
            tally.add({"band": group}, {"tone_firm"} if place < count else set())
    return tally


def test_intervals_are_those_of_the_literature() -> None:
    told = rate(81, 263)  # Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3
    assert (told.low, told.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    gap = rate_difference(56, 70, 48, 80)  # Newcombe, same volume, 873, table II, method 10
    assert (gap.value, gap.low, gap.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


@pytest.mark.parametrize(("count", "total"), [(0, 20), (20, 20), (1, 20), (500, 1000)])
def test_an_interval_holds_its_share_and_stays_within_bounds(count: int, total: int) -> None:
    told = rate(count, total)
    assert 0 <= told.low <= told.value <= told.high <= 1


def test_a_difference_of_shares_is_covered_in_19_of_20_draws() -> None:
    dice = random.Random(11)
    held = 0
    for _ in range(1000):
        one = sum(dice.random() < 0.3 for _ in range(80))
        other = sum(dice.random() < 0.2 for _ in range(120))
        told = rate_difference(one, 80, other, 120)
        held += told.low <= 0.1 <= told.high
    assert 930 <= held <= 975


def test_means_are_compared_with_their_spread() -> None:
    one, other = Moments(), Moments()
    for place in range(100):
        one.add(0.5 + 0.1 * (place % 2))
        other.add(0.3 + 0.1 * (place % 2))
    told = mean_difference(one, other)
    assert told.value == pytest.approx(0.2)
    assert told.high - told.low == pytest.approx(2 * 1.96 * (2 * 0.05025**2 / 100) ** 0.5, rel=1e-2)


def test_a_burden_that_falls_on_one_group_is_marked() -> None:
    report = _report(_tally({"young": (60, 200), "old": (20, 200)}))
    table = next(table for table in report.attributes[0].outcomes if table.id == "tone_firm")
    rows = {row.group: row for row in table.rows}
    assert rows["young"].is_marked
    assert rows["young"].ratio == pytest.approx(1 / 3)
    assert not rows["old"].is_marked
    assert rows["young"].difference.value == pytest.approx(0.2)
    assert report.attributes[0].marks == 1


def test_a_difference_by_chance_is_not_marked() -> None:
    assert _report(_tally({"young": (3, 40), "old": (2, 40)})).attributes[0].marks == 0


def test_a_small_group_is_named_and_nothing_of_it_is_shown_or_derivable() -> None:
    report = _report(_tally({"young": (60, 200), "old": (20, 200), "few": (9, 19)}))
    attribute = report.attributes[0]
    assert attribute.suppressed == ("few",)
    row = attribute.outcomes[0].rows[0]
    assert row.difference.value == pytest.approx(20 / 200 - 60 / 200), "the others are those shown"
    text = page(report) + json.dumps(report.to_row())
    assert "0.47" not in text, "9 of 19"


def test_one_group_alone_is_not_compared() -> None:
    report = _report(_tally({"all": (5, 50)}))
    assert report.attributes[0].comparisons == 0
    assert "nothing to compare" in page(report)


def test_an_attribute_of_many_values_is_refused() -> None:
    tally = FairnessTally(["age"])
    for age in range(20, 32):
        tally.add({"age": str(age)}, set())
    with pytest.raises(InsightError, match=r"D137.*`age`"):
        tally.add({"age": "32"}, set())
    with pytest.raises(InsightError, match="D137"):
        FairnessTally([])


def test_a_score_that_expects_too_much_of_one_group_is_off_there() -> None:
    tally = FairnessTally(["band"])
    for place in range(200):
        group = "a" if place % 2 else "b"
        expected = 0.5 if group == "a" else 0.2
        tally.add({"band": group}, set(), score=expected, told=(expected, place % 10 < 2))
    report = _report(tally)
    assert report.attributes[0].marks == 1
    assert "the score expected 50.0" in page(report)
    rows = {row.group: row for row in report.attributes[0].scores}
    assert rows["a"].is_off
    assert not rows["b"].is_off
    assert rows["a"].difference.is_off_zero


def test_the_page_runs_nothing_fetches_nothing_and_escapes_what_data_say() -> None:
    report = _report(_tally({"<script>": (60, 200), "old": (20, 200)}))
    text = page(report)
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "http" not in text.replace("http-equiv", "")
    assert "<mark>" in text, "the ratio of who fares worse"


def test_outcomes_of_a_decision_are_known_ones() -> None:
    advisor = Advisor.open(STARTER, starter_campaign())
    assert advisor is not None
    found = outcomes_of(advisor.advise(customer(**monthly(13)), NOW))
    assert found <= {outcome.id for outcome in OUTCOMES}
    assert "group_willing_able" in found


class _Told:
    """Remembers the features that it is asked about."""

    def __init__(self) -> None:
        self.features: dict[str, float | None] = {}

    def score(self, features: dict[str, float | None]) -> Score:
        self.features = dict(features)
        return Score("late", 0.7)


def test_the_newest_bill_that_fell_due_is_scored_as_of_its_issue() -> None:
    record = monthly(6)
    record["payments"] = record["payments"][:-1]
    scorer = _Told()
    assert told_and_true(customer(**record), scorer, NOW, HistoryTerms()) == (0.7, True)
    record["payments"].append(payment("B04", -1))
    again = _Told()
    assert told_and_true(customer(**record), again, NOW, HistoryTerms()) == (0.7, True)
    assert again.features == scorer.features, "what was paid later is no feature of then"
    assert told_and_true(customer(), scorer, NOW, HistoryTerms()) is None


def test_what_is_late_is_what_the_model_calls_so() -> None:
    record = monthly(6, late=(4,), days_late=5)
    record["bills"] = record["bills"][:-1]
    record["bills"].append(bill("N", -2))
    assert told_and_true(customer(**record), _Told(), NOW, HistoryTerms(grace_days=3)) == (0.7, True)
    assert told_and_true(customer(**record), _Told(), NOW, HistoryTerms(grace_days=5)) == (0.7, False)
