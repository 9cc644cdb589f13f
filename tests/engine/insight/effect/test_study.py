"""Everyone counts in their arm; sizes and losses of arms are watched; groups are corrected together."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from engine.errors import InsightError
from engine.insight.effect.estimate import Difference, share_difference
from engine.insight.effect.outcome import Assigned, CustomerOutcome
from engine.insight.effect.plan import plan_of
from engine.insight.effect.study import Effect, Study, Sums, balance_of, even_loss
from engine.insight.effect.sums import ShareSums
from engine.insight.effect.words import amount, measures, sentence
from engine.model.policy.experiment import Experiment

HALVES = Experiment(name="x", control_percent=Decimal(50)).shares
PAID, DAYS = measures(14, "EUR")[0], measures(14, "EUR")[3]


def assigned(arm: str, group: str = "known") -> Assigned:
    return Assigned("K", arm, date(2026, 9, 1), group)


def outcome(paid: bool, *, bills: int = 1, is_ripe: bool = True) -> CustomerOutcome:
    return CustomerOutcome(bills, bills * paid, 100 * bills, 100 * bills * paid, 3 if paid else 14, paid, is_ripe,
                           complained=False, opted_out=False)  # fmt: skip


def study(*rows: tuple[str, str, int, int]) -> Study:
    """Return a study of rows (arm, group, customers, of them paid)."""
    made = Study(14)
    for arm, group, count, paid in rows:
        for at in range(count):
            made.add(assigned(arm, group), outcome(at < paid))
    return made


def test_all_arms_are_compared_with_the_control_group():
    found = study(("late", "a", 50, 20), ("control", "a", 50, 10), ("early", "a", 50, 30)).effects("paid")
    assert [effect.arm for effect in found] == ["early", "late"]
    assert [effect.difference.at for effect in found] == [pytest.approx(0.4), pytest.approx(0.2)]


def test_without_a_control_group_the_first_variant_is_the_measure():
    assert study(("b", "", 5, 1), ("a", "", 5, 1)).baseline == "a"


def test_one_arm_alone_can_not_be_compared():
    with pytest.raises(InsightError, match="D172"):
        study(("control", "", 5, 1)).effects("paid")


def test_who_had_nothing_open_counts_for_complaints_only_and_who_is_not_ripe_for_days_only():
    made = Study(14)
    made.add(assigned("control"), outcome(False, bills=0))
    made.add(assigned("control"), outcome(True, is_ripe=False))
    sums = made.sums["control", ""]
    assert (sums.known, sums.nothing_due, sums.unripe) == (2, 1, 1)
    assert (sums.paid.count, sums.bills.count, sums.amount.count) == (0, 0, 0)
    assert (sums.complaints.count, sums.days.count) == (1, 1)


def test_groups_sum_to_all():
    made = study(("control", "a", 30, 9), ("control", "b", 20, 3), ("treated", "a", 30, 15), ("treated", "b", 20, 4))
    for arm in made.arms:
        parts = [made.sums[arm, group].paid for group in made.groups]
        assert sum(part.count for part in parts) == made.sums[arm, ""].paid.count
        assert sum(part.hits for part in parts) == made.sums[arm, ""].paid.hits


def test_an_effect_in_one_of_many_groups_must_be_clear_to_be_shown():
    rows = [(arm, f"g{at}", 100, 30) for arm in ("control", "treated") for at in range(9)]
    found = study(*rows, ("control", "h", 100, 30), ("treated", "h", 100, 45)).effects_by_group("paid")
    special = next(effect for effect in found if effect.group == "h")
    assert special.difference.is_shown
    assert not special.is_shown
    assert special.corrected_p == pytest.approx(10 * special.difference.p)


def test_of_five_groups_without_an_effect_one_is_shown_in_5_of_100_campaigns_at_most():
    dice = np.random.default_rng(17)
    false = 0
    for _ in range(600):
        made = Study(14)
        for group in "abcde":
            for arm in ("control", "treated"):
                made.sums[arm, group] = Sums(14, paid=ShareSums(300, int(dice.binomial(300, 0.4))))
        false += any(effect.is_shown for effect in made.effects_by_group("paid"))
    assert false <= 44  # 5 of 100, and 2.5 standard errors of chance


def test_arms_of_the_wrong_size_raise_an_alarm():
    assert not balance_of({"control": 480, "treated": 520}, HALVES).is_alarm
    assert balance_of({"control": 400, "treated": 600}, HALVES).is_alarm
    assert balance_of({"treated": 600}, HALVES).is_alarm


def test_an_arm_that_the_policy_does_not_have_is_refused():
    with pytest.raises(InsightError, match="no arm `other`"):
        balance_of({"other": 3}, HALVES)


def test_the_alarm_of_sizes_goes_off_by_chance_as_often_as_it_says():
    dice = np.random.default_rng(5)
    shares = (("a", Fraction(1, 10)), ("b", Fraction(9, 10)))
    ps = []
    for control in dice.binomial(2000, 0.1, 2000):
        ps.append(balance_of({"a": int(control), "b": int(2000 - control)}, shares).p)
    assert 0.035 < np.mean(np.array(ps) < 0.05) < 0.065
    assert np.mean(np.array(ps) < 0.001) < 0.004


def test_uneven_losses_are_seen():
    counts = {"control": 1000, "treated": 1000}
    assert even_loss(counts, {"control": 50, "treated": 55}) > 0.05
    assert even_loss(counts, {"control": 20, "treated": 90}) < 0.001
    assert even_loss(counts, {"control": 0, "treated": 0}) == 1
    assert even_loss(counts, counts) == 1


def test_a_plan_finds_the_effect_as_often_as_it_says():
    plan = plan_of(0.4, 0.05, 0.2, power=0.8)
    dice = np.random.default_rng(3)
    found = 0
    for _ in range(1000):
        one = ShareSums(plan.treated, int(dice.binomial(plan.treated, 0.45)))
        other = ShareSums(plan.control, int(dice.binomial(plan.control, 0.4)))
        difference = share_difference(one, other)
        found += difference is not None and difference.is_shown
    assert 760 <= found <= 840
    assert plan.treated == pytest.approx(4 * plan.control, abs=4)


def test_a_plan_agrees_with_the_formula_of_the_books():
    # (1.95996 sqrt(2 x 0.415 x 0.585) + 0.84162 sqrt(0.24 + 0.2451))^2 / 0.03^2
    assert plan_of(0.40, 0.03, 0.5).control == 4234


def test_a_smaller_effect_takes_more_customers():
    assert plan_of(0.4, 0.02, 0.5).total > plan_of(0.4, -0.05, 0.5).total > plan_of(0.4, 0.2, 0.5).total


@pytest.mark.parametrize("wrong", [(0.4, 0, 0.5), (0.9, 0.2, 0.5), (0.4, 0.1, 1.0), (-0.1, 0.2, 0.5)])
def test_what_no_number_can_show_is_refused(wrong: tuple[float, float, float]):
    with pytest.raises(InsightError, match="D173"):
        plan_of(*wrong)


def effect(low: float, at: float, high: float, p: float, measure: str = "paid") -> Effect:
    return Effect(measure, "treated", "", 9, 9, Difference(0.5 + at, 0.5, low, high, p), p)


def test_a_finding_is_said_in_plain_words():
    assert sentence(PAID, effect(0.01, 0.041, 0.07, 0.01), "control") == (
        "Of 100 customers outside of the control group, 4.1 more paid all that was open within 14 days than in the "
        "control group (between 1.0 more and 7.0 more)."
    )


def test_no_effect_is_said_to_be_none():
    said = sentence(DAYS, effect(-0.5, -0.1, 0.3, 0.6, "days"), "control")
    assert said.startswith("Days to pay, up to 14: no effect shown. ")
    assert "0.1 days earlier" in said
    assert "as many" in sentence(PAID, effect(-0.1, 0.0, 0.1, 1.0), "control")


def test_an_effect_that_the_correction_refuses_is_not_shown():
    made = Effect("paid", "treated", "g", 9, 9, Difference(0.6, 0.5, 0.01, 0.2, 0.04), 0.4)
    assert "no effect shown" in sentence(PAID, made, "control")


def test_less_is_said_as_fewer_or_earlier():
    assert amount(PAID, -0.02) == "2.0 fewer"
    assert amount(DAYS, 2.0) == "2.0 days later"
