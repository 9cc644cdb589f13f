"""The report of an experiment: plain sentences first, then intervals, groups, DSO, and whether it can be trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from engine.insight.effect.dso_by_arm import ArmDso, MonthEffect
from engine.insight.effect.estimate import Difference
from engine.insight.effect.study import ALARM_P, Balance, Effect, Study
from engine.insight.effect.words import (
    Measure,
    arm_words,
    chance,
    interval,
    judged,
    level,
    measures,
    sentence,
    signed,
)
from engine.insight.report_page import Interval, Section, interval_chart, page, paragraph, section, table
from engine.model.campaign import Brand
from engine.model.policy.experiment import Experiment


@dataclass(frozen=True, slots=True)
class Findings:
    """All that is told of an experiment."""

    experiment: Experiment
    study: Study
    dso: ArmDso
    balance: Balance
    counts: Mapping[str, int]
    lost: Mapping[str, int]
    loss_p: float
    outside: int
    today: date
    currency: str

    @property
    def baseline(self) -> str:
        """The arm that the others are compared with."""
        return self.study.baseline

    @property
    def measures(self) -> tuple[Measure, ...]:
        """What is measured."""
        return measures(self.study.horizon, self.currency)


def sentences(found: Findings) -> list[str]:
    """Return the findings on all customers, and warnings before them."""
    effects = [
        sentence(measure, effect, found.baseline)
        for measure in found.measures
        for effect in found.study.effects(measure.name)
    ]
    return [*warnings(found), *(effects or ["Nothing can be said yet: the horizon of no customer has passed."])]


def warnings(found: Findings) -> list[str]:
    """Return what makes the findings doubtful."""
    told = []
    if found.balance.is_alarm:
        told.append("Warning: the arms are not as large as chance would make them; find out why before you trust this.")
    if found.loss_p < ALARM_P:
        told.append("Warning: the arms lost unequal parts of their customers; the comparison may be biased.")
    return told


def report(found: Findings, brand: Brand) -> str:
    """Return the report as an HTML page."""
    lines = [paragraph(line, "lead" if at == 0 else "") for at, line in enumerate(sentences(found))]
    parts = [section("In short", *lines), _overall(found), *_groups(found), _dso(found), _trust(found), _method()]
    people = sum(found.counts.values())
    return page(
        f"Does it work? {found.experiment.name}",
        parts,
        under=f"{people:,} customers in {len(found.counts)} arms, as known on {found.today.isoformat()}",
        brand=brand,
    )


def _overall(found: Findings) -> Section:
    charts: list[Markup] = []
    for names in (("paid", "bills", "amount"), ("days",), ("complaints", "opt_outs")):
        chosen = [measure for measure in found.measures if measure.name in names]
        rows = [
            interval(measure.title if len(found.study.arms) == 2 else f"{measure.title}, {effect.arm}", measure, effect)
            for measure in chosen
            for effect in found.study.effects(measure.name)
        ]
        if rows:
            unit = f"Of {chosen[0].scale:,.0f}, more or fewer" if chosen[0].of else "Days later or earlier"
            note = f"against those {arm_words(found.baseline)}; 95 % intervals; coloured where an effect is shown"
            charts.append(interval_chart(rows, title=unit, note=note))
    figures = [
        [arm, measure.title, f"{sums.count:,}", _per(measure), level(measure, sums.at)]
        for measure in found.measures
        for arm in found.study.arms
        for sums in [getattr(found.study.sums[arm, ""], measure.name)]
        if sums.count
    ]
    levels = table(["arm", "measure", "customers", "unit", "level"], figures, words=(1, 3), caption="What each arm did")
    return section("All customers", *charts, levels)


def _groups(found: Findings) -> list[Section]:
    made = []
    for measure in found.measures[:4]:
        effects = found.study.effects_by_group(measure.name)
        if len({effect.group for effect in effects}) < 2:
            continue
        chart = interval_chart(
            [interval(f"{_part(effect.group)}, {effect.arm}", measure, effect) for effect in effects],
            title=measure.title,
            note=f"{_per(measure)}; coloured where an effect is shown after Holm's correction",
        )
        figures = [
            [f"{_part(effect.group)}, {effect.arm}", f"{effect.customers:,}", f"{effect.of_baseline:,}",
             signed(effect.difference.at * measure.scale), chance(effect.difference.p), chance(effect.corrected_p)]
            for effect in effects
        ]  # fmt: skip
        headers = [found.study.part, "customers", f"in {found.baseline}", "difference", "p", "p corrected"]
        made.append(section(f"By {found.study.part}: {measure.title[0].lower()}{measure.title[1:]}", chart,
                            table(headers, figures)))  # fmt: skip
    return made


def _dso(found: Findings) -> Section:
    arms = found.study.arms[1:]
    effects = found.dso.effects(arms, found.baseline)
    if not effects:
        return section("Days sales outstanding", "No month has ended since the decisions: there is no DSO to compare.")
    parts = found.dso.effects(arms, found.baseline, found.study.groups)
    rows = [_month_row(effect, f"{effect.month}, {effect.arm}") for effect in effects]
    figures = [
        [f"{effect.month}, {effect.arm}", _part(effect.group) if effect.group else "all", f"{effect.customers:,}",
         f"{effect.difference.baseline:.1f}", f"{effect.difference.treated:.1f}", signed(effect.difference.at),
         f"{signed(effect.difference.low)} to {signed(effect.difference.high)}", chance(effect.corrected_p)]
        for effect in [*effects, *parts]
    ]  # fmt: skip
    return section(
        "Days sales outstanding by month",
        interval_chart(rows, title="Days more or fewer", note=f"against those {arm_words(found.baseline)}"),
        table(["month", found.study.part, "customers", found.baseline, "arm", "difference", "95 % interval",
               "p corrected"], figures,
              words=(1,), caption="At the month's end: receivables by the sales of three months, in days"),
    )  # fmt: skip


def _month_row(effect: MonthEffect, label: str) -> Interval:
    found = effect.difference
    return Interval(label, found.low, found.at, found.high, f"{signed(found.at)} days",
                    f"{signed(found.low)} to {signed(found.high)}",
                    judged(found, is_shown=effect.is_shown, is_good_up=False))  # fmt: skip


def _trust(found: Findings) -> Section:
    study, rows = found.study, []
    for arm, count, expected in found.balance.counts:
        sums = study.sums.get((arm, ""))
        rows.append([arm, f"{count:,}", f"{expected:,.1f}", f"{found.lost.get(arm, 0):,}",
                     f"{sums.nothing_due if sums else 0:,}", f"{sums.unripe if sums else 0:,}"])  # fmt: skip
    headers = ["arm", "assigned", "expected", "no record came", "nothing open", "horizon not over"]
    missing = "No record is missing."
    if any(found.lost.values()):
        missing = f"Records are missing; chance alone makes it as uneven with p {chance(found.loss_p)}."
    verdict = "fit" if not found.balance.is_alarm else "do NOT fit"
    return section(
        "Can it be trusted?",
        f"The sizes of the arms {verdict} the shares of the policy (chi-square, p {chance(found.balance.p)}; alarm "
        f"under {ALARM_P}). {missing}",
        table(headers, rows),
        f"{found.outside:,} decisions had no arm and are not looked at." if found.outside else "",
    )


def _method() -> Section:
    return section(
        "How it was counted",
        "Everyone counts in the arm that chance gave them, whether anything was sent or not. Who had nothing open at "
        "the decision has nothing to pay and counts for complaints and opt-outs only; that was so before anything "
        "was sent. Groups are those of the decision.",
        "Shares: Newcombe's interval. Bills and amounts: ratios by customer with Welch's interval. Days: the area "
        "under the Kaplan-Meier curve up to the horizon, so that customers whose horizon is not over count too. "
        "All intervals are of 95 %.",
        "Several arms, groups and arms, or the months of DSO are corrected together for each measure (Holm): an effect "
        "is shown where its interval leaves zero out and the corrected p is under 0.05. The first measure is the one "
        "to decide by; the measures are not corrected for each other.",
    )


def as_json(found: Findings) -> dict[str, Any]:
    """Return all figures as plain values."""
    return {
        "experiment": found.experiment.name,
        "today": found.today.isoformat(),
        "horizon_days": found.study.horizon,
        "currency": found.currency,
        "baseline": found.baseline,
        "balance": {"p": found.balance.p, "alarm": found.balance.is_alarm, "arms": {
            arm: {"assigned": count, "expected": expected, "lost": found.lost.get(arm, 0)}
            for arm, count, expected in found.balance.counts
        }},
        "loss_p": found.loss_p,
        "outside": found.outside,
        "effects": [_effect(effect) for measure in found.measures for effect in found.study.effects(measure.name)],
        "by_part": [
            _effect(effect) for measure in found.measures for effect in found.study.effects_by_group(measure.name)
        ],
        "dso": [
            {"month": str(one.month), "arm": one.arm, "part": one.group, "customers": one.customers,
             **_figures(one.difference), "corrected_p": one.corrected_p, "is_shown": one.is_shown}
            for parts in ([""], found.study.groups)
            for one in found.dso.effects(found.study.arms[1:], found.baseline, parts)
        ],
        "sentences": sentences(found),
    }  # fmt: skip


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "measure": effect.measure,
        "arm": effect.arm,
        "part": effect.group,
        "customers": effect.customers,
        "customers_of_baseline": effect.of_baseline,
        **_figures(effect.difference),
        "corrected_p": effect.corrected_p,
        "is_shown": effect.is_shown,
    }


def _figures(found: Difference) -> dict[str, float]:
    return {"treated": found.treated, "baseline": found.baseline, "difference": found.at, "low": found.low,
            "high": found.high, "p": found.p}  # fmt: skip


def _per(measure: Measure) -> str:
    return f"of {measure.scale:,.0f} {measure.of}" if measure.of else "days"


def _part(name: str) -> str:
    return name.replace("_", " ") or "none"
