"""A model's card: one page on what a model is for, what it was learned from, how good it is, what it may not do.

Self-contained HTML: no script, no file, no address. It shows figures of the training rows only, and no customer.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from markupsafe import Markup

from engine.insight.report_page import (
    Agreement,
    Bar,
    Section,
    agreement_chart,
    bar_chart,
    bullets,
    facts,
    folded,
    noted,
    page,
    section,
    table,
    tiles,
)
from engine.insight.risk.drift import ACT, WATCH
from engine.insight.risk.fairness_part import Fairness, fairness_section
from engine.insight.risk.model_file import Bin, GroupTold, Measured, Measures, Model, Summary

_Z = 1.96
_LEAST_ROWS = 10  # fewer say nothing of a share; the table below the chart has them
_MOST_WEIGHTS = 12
_PURPOSE = {
    "late": "Says how likely a bill is to be paid late, on the day it is issued.",
    "churn": "Says how likely a customer is to switch, on the day a bill is issued.",
}
_LIMITS = (
    "It may order and word what is sent, never decide a cut-off or a formal notice: a policy that lets it is refused.",
    "It knows what the supplier knows: bills, payments and contacts. It knows nothing of why somebody pays late.",
    "It holds for bills like those that it was learned from. `billcast insight drift` says when they are not.",
    "A probability is about many bills alike, never about one person. Three of ten at 30 % pay late, seven do not.",
)


def card_html(model: Model, fairness: Fairness | None = None) -> str:
    """Return the card of a model as an HTML page, with what a fairness report says where one is given."""
    summary = model.summary
    sections = [
        _quality(summary),
        _calibration(summary),
        _weights(summary),
        _data(model),
        _protected(summary),
        *([fairness_section(fairness)] if fairness else []),
        section("What it may not do, and cannot", bullets(_LIMITS)),
        _choice(model),
    ]
    return page(
        "Risk of late payment" if model.name == "late" else "Risk of switching",
        sections,
        over="Model card",
        lead=f"{_PURPOSE.get(model.name, '')} Meant by it: {summary.meaning}.",
        under=f"{model.version} · as of {summary.as_of}",
    )


def finding(bins: Sequence[Bin]) -> str:
    """Return what calibration shows, in words; `bins` hold rows."""
    rows = sum(one.rows for one in bins)
    gap = sum(one.rows * abs(one.said - one.was) for one in bins) / rows * 100
    return f"On average, what is said is {gap:.1f} points from what comes true"


def _quality(summary: Summary) -> Section:
    rows = [
        [one.rule, *(_measured(part) for part in (one.auc, one.brier, one.calibration, one.lift))]
        for one in summary.measures
    ]
    return section(
        "How good it is",
        _key_figures(summary.measures[0]) if summary.measures else "",
        f"Measured on {_count(summary.tested)} rows that were held back from choosing, learning and calibrating, split "
        f"{summary.order}. In brackets: intervals at 95 %, drawn by customer.",
        table(["rule", "AUC", "Brier", "calibration error", "lift at 10 %"], rows),
    )


def _key_figures(model: Measures) -> Markup:
    return tiles(
        [
            (
                "In the right order",
                f"{model.auc.value:.3f}",
                "AUC: of two, one with the outcome, it is the higher; 0.5 is chance",
            ),
            ("Off the mark", f"{model.brier.value:.3f}", "Brier score: less is better"),
            ("Calibration error", f"{model.calibration.value * 100:.1f} %", "what is said against what comes true"),
            ("Found at the top", f"{model.lift.value:.1f}×", "share with the outcome: top tenth against all"),
        ]
    )


def _measured(part: Measured) -> Markup:
    return noted(f"{part.value:.3f}", f"({part.low:.3f}–{part.high:.3f})")


def _calibration(summary: Summary) -> Section:
    title = "When it says 30 %, is it 30 %?"
    if not summary.bins:
        return section(title, "No rows were held back to tell by.")
    rows = [
        [f"{one.low * 100:.0f} to {one.high * 100:.0f} %", _count(one.rows), _percent(one.said), _percent(one.was)]
        for one in summary.bins
    ]
    return section(
        title,
        agreement_chart(
            [_agreement(one) for one in summary.bins if one.rows >= _LEAST_ROWS],
            title=finding(summary.bins),
            note="on the dashed line both agree; the larger a dot, the more rows; strokes are intervals at 95 %",
            x_name="said",
            y_name="came true",
        ),
        folded("The figures", table(["said", "rows", "mean said", "came true"], rows)),
    )


def _agreement(one: Bin) -> Agreement:
    half = _Z * sqrt(max(one.was * (1 - one.was), 1 / (4 * one.rows)) / one.rows)
    return Agreement(one.said, one.was, max(0.0, one.was - half), min(1.0, one.was + half), one.rows)


def _weights(summary: Summary) -> Section:
    whole = sum(one.part for one in summary.weights) or 1.0
    bars = [Bar(one.words, one.part, f"{one.part / whole * 100:.1f} %") for one in summary.weights[:_MOST_WEIGHTS]]
    rest = len(summary.weights) - _MOST_WEIGHTS
    more = f" {rest} more move it less." if rest > 0 else ""
    note = "of all that moves them"
    return section(
        "What moves a score",
        f"Each score names its own three largest reasons; all parts together are the score.{more}",
        bar_chart(bars, title="How far each moves scores on average, up or down", note=note) if bars else "",
    )


def _data(model: Model) -> Section:
    summary = model.summary
    told = [
        ("Rows", f"{_count(summary.rows)} of {_count(summary.units)} customers"),
        ("With the outcome", f"{_count(summary.positives)}, {summary.positives / summary.rows * 100:.1f} %"),
        ("Of", summary.source),
    ]
    if summary.since:
        told.append(("Period", f"{summary.since} to {summary.until}; outcomes as known on {summary.as_of}"))
    told += [(f"Left out: {reason}", _count(count)) for reason, count in summary.left_out.items()]
    told.append(("Inputs", _count(len(model.encoding.inputs))))
    return section("What it was learned from", facts(told))


def _protected(summary: Summary) -> Section:
    title = "Protected attributes"
    if not summary.refused:
        return section(
            title,
            "None are in the data, and none are inputs: names that speak of age, sex, family, nationality, health or "
            "belief are refused. So nobody can say by this data whether all are met alike.",
        )
    return section(
        title,
        f"Never inputs: {', '.join(summary.refused)}. They are kept to see whether scores hold for everybody. Other "
        "inputs may stand in for them; where what is said lies far from what came true, a person looks at it.",
        table(["group", "rows", "mean said", "came true", "difference"], [_group_row(one) for one in summary.groups]),
    )


def _group_row(one: GroupTold) -> list[str]:
    gap = f"{(one.said - one.was) * 100:+.1f}".replace("-", "\N{MINUS SIGN}")
    return [f"{one.attribute}: {one.value}", _count(one.rows), _percent(one.said), _percent(one.was), gap]


def _choice(model: Model) -> Section:
    summary = model.summary
    tried = table(
        ["setting", "Brier score"],
        [[one.setting, f"{one.brier:.4f}"] for one in summary.tried],
        picked=[at for at, one in enumerate(summary.tried) if one.is_picked],
    )
    return section(
        "How it was chosen",
        "Each was learned from a part of the rows and tried on the next. The simpler one is taken unless another is "
        f"better by more than a standard error. Drift: under {WATCH} the same, over {ACT} learn anew.",
        facts([("Taken", summary.setting), ("Seed", str(summary.seed)), ("Made with", summary.made_with)]),
        folded("All that was tried, with its Brier score", tried),
    )


def _count(number: int) -> str:
    return f"{number:,}"


def _percent(share: float) -> str:
    return f"{share * 100:.1f}\u00a0%"
