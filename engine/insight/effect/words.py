"""What an effect is, in plain words: first the finding, then between what it lies."""

from __future__ import annotations

from dataclasses import dataclass

from engine.insight.effect.estimate import Difference
from engine.insight.effect.study import Effect
from engine.insight.report_chart import Interval, Judgement
from engine.model.policy.experiment import CONTROL, TREATED


@dataclass(frozen=True, slots=True)
class Measure:
    """How a measure is told. `scale` turns the share into what `of` counts; `is_good_up`: more is better."""

    name: str
    title: str
    of: str
    does: str
    scale: float
    is_good_up: bool
    more: str = "more"
    fewer: str = "fewer"
    same: str = "as many"


def measures(horizon: int, currency: str) -> tuple[Measure, ...]:
    """Return all measures; the first is the one that an experiment is planned for."""
    by = f"within {horizon} days"
    return (
        Measure("paid", f"Customers who paid all {by}", "customers", f"paid all that was open {by}", 100, True),
        Measure("bills", f"Bills paid in full {by}", "open bills", f"were paid in full {by}", 100, True),
        Measure("amount", f"Amount paid {by}", f"{currency} owed", f"came in {by}", 100, True),
        Measure("days", f"Days to pay, up to {horizon}", "", "", 1, False, "later", "earlier", "as soon"),
        Measure("complaints", "Complaints", "customers", f"complained {by}", 1000, False),
        Measure("opt_outs", "Opt-outs", "customers", f"opted out {by}", 1000, False),
    )


def sentence(measure: Measure, effect: Effect, baseline: str) -> str:
    """Return the finding as a sentence; it says so when no effect is shown."""
    found = effect.difference
    who = arm_words(effect.arm)
    bounds = f"between {amount(measure, found.low)} and {amount(measure, found.high)}"
    size = amount(measure, found.at)
    against = f"{'as' if size == measure.same else 'than'} {arm_words(baseline)}"
    if measure.name == "days":
        said = f"Customers {who} paid {size} {against} ({bounds})."
    else:
        said = f"Of {measure.scale:,.0f} {measure.of} {who}, {size} {measure.does} {against} ({bounds})."
    return said if effect.is_shown else f"{measure.title}: no effect shown. {said}"


def arm_words(arm: str) -> str:
    """Return where customers are, after the word `customers`."""
    return {CONTROL: "in the control group", TREATED: "outside of the control group"}.get(arm, f"of variant {arm}")


def amount(measure: Measure, value: float) -> str:
    """Return a difference as people say it: 4.1 more, 2.0 days earlier."""
    size = f"{abs(value * measure.scale):.1f}"
    if float(size) == 0:
        return measure.same
    unit = " days" if measure.name == "days" else ""
    return f"{size}{unit} {measure.more if value > 0 else measure.fewer}"


def level(measure: Measure, value: float) -> str:
    """Return a level: 41.2 of 100, 9.3 days."""
    return f"{value:.1f} days" if measure.name == "days" else f"{value * measure.scale:.1f}"


def interval(label: str, measure: Measure, effect: Effect) -> Interval:
    """Return the row of a chart."""
    found = effect.difference
    return Interval(
        label,
        found.low * measure.scale,
        found.at * measure.scale,
        found.high * measure.scale,
        amount(measure, found.at),
        f"{signed(found.low * measure.scale)} to {signed(found.high * measure.scale)}",
        judged(found, is_shown=effect.is_shown, is_good_up=measure.is_good_up),
    )


def judged(found: Difference, *, is_shown: bool, is_good_up: bool) -> Judgement:
    """Return whether what is shown is good or bad; nothing where nothing is shown."""
    if not is_shown:
        return ""
    return "good" if (found.at > 0) is is_good_up else "bad"


def signed(value: float) -> str:
    """Return a figure with its sign, the minus as a minus."""
    return f"{value:+.1f}".replace("-", "−")


def chance(p: float) -> str:
    """Return a p-value as it is read."""
    return "under 0.001" if p < 0.001 else f"{p:.3f}"
