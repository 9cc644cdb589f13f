"""The fairness report as one self-contained page: what stands out first, then every comparison."""

from __future__ import annotations

from markupsafe import Markup

from engine.insight.fairness.interval import Interval
from engine.insight.fairness.report import (
    FOUR_FIFTHS,
    LEAST,
    AttributeReport,
    Compared,
    FairnessReport,
    OutcomeTable,
    ScoreRow,
)
from engine.insight.report_page import (
    Section,
    bullets,
    folded,
    heading,
    marked,
    noted,
    paragraph,
    section,
    share_bar,
    table,
    tiles,
)
from engine.insight.report_page import page as framed
from engine.model.campaign import Brand

_KINDS = {"good": "a good: more is better", "burden": "a burden: less is better", "neutral": "neither good nor burden"}
_OUTCOME = ("group", "share", "against the others", "ratio to the best", "share, with its interval", "customers")
_SCORE = ("group", "customers", "mean score now", "against the others", "bills", "expected late", "observed late")


def page(report: FairnessReport, brand: Brand | None = None) -> str:
    """Return the report as HTML. All texts of the data are escaped; nothing is fetched, nothing runs."""
    return framed(
        "Are all met alike?",
        [_short(report), *(_attribute(attribute) for attribute in report.attributes)],
        under=f"{report.campaign} · as of {report.as_of} · policy {report.policy}",
        brand=brand,
    )


def _short(report: FairnessReport) -> Section:
    marks = sum(attribute.marks for attribute in report.attributes)
    made = sum(attribute.comparisons for attribute in report.attributes)
    figures = [
        ("Customers", f"{report.customers:,}", ""),
        ("Comparisons", f"{made:,}", ""),
        ("Mark to look into" if marks == 1 else "Marks to look into", str(marks), ""),
    ]
    return section("In short", tiles(figures), *_finding(report), _method())


def _finding(report: FairnessReport) -> list[str | Markup]:
    found = [
        Markup("{} <b>{}</b>: {}, {}, {} points against the others").format(
            _spoken(attribute.name), row.group, told.words, _percent(row.share.value), _points(row.difference)
        )
        for attribute in report.attributes
        for told in attribute.outcomes
        for row in told.rows
        if row.is_marked
    ]
    found += [
        Markup("{} <b>{}</b>: the score expected {} of bills to be late, {} were").format(
            _spoken(attribute.name), row.group, _percent(row.expected), _percent(row.observed.value)
        )
        for attribute in report.attributes
        for row in attribute.scores
        if row.is_off and row.expected is not None and row.observed is not None
    ]
    if not found:
        nothing = "No outcome differs by group both by more than a fifth and by more than chance. "
        return [nothing + "That is no proof that all are met alike: small groups show large differences only."]
    intro = "These differ by more than a fifth and by more than chance, or did not come true. A mark is no verdict: "
    return [intro + "look for the reason, in the data first.", bullets(found)]


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _method() -> Markup:
    return folded(
        "How to read this",
        "No group is a feature of a score or a rule. Here outcomes are compared by group all the same, since other "
        "facts may stand for a group. Shares are of all customers of a group. Each group is held against all others "
        "that are shown: the difference is in percentage points. Intervals are at 95 %: of twenty comparisons one "
        "stands out by chance.",
        f"The ratio says how a group fares against the best one. Below {FOUR_FIFTHS:.0%}, the four-fifths rule of "
        "US employment law, and with an interval of the difference off zero, it is marked. Groups of fewer than "
        f"{LEAST} customers are not shown, and count nowhere.",
    )


def _attribute(attribute: AttributeReport) -> Section:
    groups = " · ".join(f"{name} {count:,}" for name, count in attribute.groups) or "none"
    parts: list[str | Markup] = [paragraph(f"Customers: {groups}.", "quiet")]
    if attribute.suppressed:
        names = ", ".join(attribute.suppressed)
        parts.append(paragraph(f"Too small to be shown (fewer than {LEAST}): {names}.", "quiet"))
    if len(attribute.groups) < 2:
        parts.append("There is nothing to compare: fewer than two groups are large enough.")
    else:
        ordered = sorted(attribute.outcomes, key=lambda told: not any(row.is_marked for row in told.rows))
        parts += [part for told in ordered for part in _outcome(told)]
        parts += _scores(attribute.scores) if attribute.scores else []
    return section(f"By {_spoken(attribute.name)}", *parts)


def _outcome(told: OutcomeTable) -> list[Markup]:
    rows = [_row(row) for row in told.rows]
    return [heading(told.words.capitalize()), table(_OUTCOME, rows, words=(4,), caption=_KINDS[told.kind])]


def _row(row: Compared) -> list[str]:
    ratio = "–" if row.ratio is None else f"{row.ratio:.2f}"
    return [
        row.group,
        _percent(row.share.value),
        _points(row.difference),
        marked(ratio) if row.is_marked else ratio,
        _bar(row.share),
        f"{row.count:,}",
    ]


def _scores(rows: tuple[ScoreRow, ...]) -> list[Markup]:
    note = (
        "Expected and observed: each customer's newest bill that fell due, scored on its day of issue. "
        "Bills that the model learned from flatter it."
    )
    figures = table(_SCORE, [_score(row) for row in rows], caption="does it hold alike for all?")
    return [heading("Score of late payment"), paragraph(note, "quiet"), figures]


def _score(row: ScoreRow) -> list[str]:
    expected, observed = "–", "–"
    if row.expected is not None and row.observed is not None:
        expected = _percent(row.expected)
        low, high = (f"{100 * end:.1f}" for end in (row.observed.low, row.observed.high))
        observed = noted(_percent(row.observed.value), f"({low} to {high})")
    return [
        row.group,
        f"{row.count:,}",
        _percent(row.mean),
        _points(row.difference),
        f"{row.told:,}",
        marked(expected) if row.is_off else expected,
        observed,
    ]


def _bar(share: Interval) -> Markup:
    words = f"{_percent(share.value)}, {_percent(share.low)} to {_percent(share.high)}"
    return share_bar(share.value, share.low, share.high, words=words)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}\u00a0%"


def _points(difference: Interval) -> Markup:
    value, low, high = (_signed(part) for part in (difference.value, difference.low, difference.high))
    return noted(value, f"({low} to {high})")


def _signed(share: float) -> str:
    """Return percentage points; so close to zero that a tenth would hide the side, with a digit more."""
    text = f"{100 * share:+.1f}"
    if float(text) == 0:
        text = f"{100 * share:+.2f}"
    return "0" if float(text) == 0 else text.replace("-", "\u2212")
