"""The fairness report as one self-contained page: what stands out first, then every comparison."""

from __future__ import annotations

from html import escape

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
from engine.insight.fairness.style import STYLE

_TITLE = "Are all met alike?"
_WIDTH = 200  # of a bar, in units of its drawing
_KINDS = {"good": "a good: more is better", "burden": "a burden: less is better", "neutral": "neither good nor burden"}
_HEAD = "<tr><th>Group</th><th class=n>Customers</th><th class=bar>Share, with its interval</th><th class=n>Share</th>"


def page(report: FairnessReport) -> str:
    """Return the report as HTML. All texts of the data are escaped; nothing is fetched, nothing runs."""
    marks = sum(attribute.marks for attribute in report.attributes)
    made = sum(attribute.comparisons for attribute in report.attributes)
    body = [
        f"<h1>{escape(_TITLE)}</h1>",
        f"<p class=soft>{escape(report.campaign)} · as of {escape(report.as_of)} · policy {escape(report.policy)}</p>",
        "<div class=facts>",
        _fact(f"{report.customers:,}", "customers"),
        _fact(f"{made:,}", "comparisons"),
        _fact(str(marks), "mark to look into" if marks == 1 else "marks to look into"),
        "</div>",
        _finding(report),
        _method(),
        *(_attribute(attribute) for attribute in report.attributes),
    ]
    return (
        '<!doctype html>\n<html lang=en><head><meta charset=utf-8><meta name=viewport content="width=device-width">'
        f"<title>{escape(_TITLE)}</title><style>{STYLE}</style></head>\n<body><main>\n"
        + "\n".join(body)
        + "\n</main></body></html>\n"
    )


def _finding(report: FairnessReport) -> str:
    found = [
        f"<li>{escape(_spoken(attribute.name))} <b>{escape(row.group)}</b>: {escape(table.words)}, "
        f"{_percent(row.share.value)}, {_points(row.difference)} points against the others</li>"
        for attribute in report.attributes
        for table in attribute.outcomes
        for row in table.rows
        if row.is_marked
    ]
    found += [
        f"<li>{escape(_spoken(attribute.name))} <b>{escape(row.group)}</b>: the score expected "
        f"{_percent(row.expected)} of bills to be late, {_percent(row.observed.value)} were</li>"
        for attribute in report.attributes
        for row in attribute.scores
        if row.is_off and row.expected is not None and row.observed is not None
    ]
    if not found:
        return (
            "<p>No outcome differs by group both by more than a fifth and by more than chance. "
            "That is no proof that all are met alike: small groups show large differences only.</p>"
        )
    return (
        "<p>These differ by more than a fifth and by more than chance, or did not come true. A mark is no verdict: "
        f"look for the reason, in the data first.</p><ul>{''.join(found)}</ul>"
    )


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _method() -> str:
    return (
        "<details><summary>How to read this</summary>"
        "<p>No group is a feature of a score or a rule. Here outcomes are compared by group all the same, since other "
        "facts may stand for a group. Shares are of all customers of a group. Each group is held against all others "
        "that are shown: the difference is in percentage points. Intervals are at 95 %: of twenty comparisons one "
        "stands out by chance.</p>"
        f"<p>The ratio says how a group fares against the best one. Below {FOUR_FIFTHS:.0%}, the four-fifths rule of "
        "US employment law, and with an interval of the difference off zero, it is marked. Groups of fewer than "
        f"{LEAST} customers are not shown, and count nowhere.</p></details>"
    )


def _fact(figure: str, words: str) -> str:
    return f"<div class=fact><b>{figure}</b>{words}</div>"


def _attribute(attribute: AttributeReport) -> str:
    groups = " · ".join(f"{escape(name)} {count:,}" for name, count in attribute.groups) or "none"
    lines = [f"<h2>By {escape(_spoken(attribute.name))}</h2>", f"<p class=soft>Customers: {groups}.</p>"]
    if attribute.suppressed:
        names = ", ".join(escape(name) for name in attribute.suppressed)
        lines.append(f"<p class=soft>Too small to be shown (fewer than {LEAST}): {names}.</p>")
    if len(attribute.groups) < 2:
        lines.append("<p>There is nothing to compare: fewer than two groups are large enough.</p>")
        return "\n".join(lines)
    ordered = sorted(attribute.outcomes, key=lambda table: not any(row.is_marked for row in table.rows))
    lines += [_outcome(table) for table in ordered]
    if attribute.scores:
        lines.append(_scores(attribute.scores))
    return "\n".join(lines)


def _outcome(table: OutcomeTable) -> str:
    rows = "\n".join(_row(row) for row in table.rows)
    return (
        f"<section class=card><h3>{escape(table.words.capitalize())}</h3><span class=kind>{_KINDS[table.kind]}</span>"
        f"<div class=scroll><table class=outcome>{_HEAD}"
        "<th class=n>Against the others</th><th class=n>Ratio to the best</th></tr>\n"
        f"{rows}</table></div></section>"
    )


def _row(row: Compared) -> str:
    ratio = "–" if row.ratio is None else f"{row.ratio:.2f}"
    if row.is_marked:
        ratio = f"<span class=mark>{ratio}</span>"
    return (
        f"<tr><td>{escape(row.group)}</td><td class=n>{row.count:,}</td><td class=bar>{_bar(row.share)}</td>"
        f"<td class=n>{_percent(row.share.value)}</td><td class=n>{_points(row.difference)}</td>"
        f"<td class=n>{ratio}</td></tr>"
    )


def _scores(rows: tuple[ScoreRow, ...]) -> str:
    lines = "\n".join(_score(row) for row in rows)
    return (
        "<section class=card><h3>Score of late payment</h3><span class=kind>does it hold alike for all?</span>"
        "<p class=soft>Expected and observed: each customer's newest bill that fell due, scored on its day of issue. "
        "Bills that the model learned from flatter it.</p><div class=scroll><table class=score>"
        "<tr><th>Group</th><th class=n>Customers</th><th class=n>Mean score now</th>"
        "<th class=n>Against the others</th><th class=n>Bills</th><th class=n>Expected late</th>"
        f"<th class=n>Observed late</th></tr>\n{lines}</table></div></section>"
    )


def _score(row: ScoreRow) -> str:
    expected, observed = "–", "–"
    if row.expected is not None and row.observed is not None:
        expected = _percent(row.expected)
        low, high = (f"{100 * end:.1f}" for end in (row.observed.low, row.observed.high))
        observed = f"{_percent(row.observed.value)} ({low} to {high})"
    if row.is_off:
        expected = f"<span class=mark>{expected}</span>"
    return (
        f"<tr><td>{escape(row.group)}</td><td class=n>{row.count:,}</td><td class=n>{_percent(row.mean)}</td>"
        f"<td class=n>{_points(row.difference)}</td><td class=n>{row.told:,}</td><td class=n>{expected}</td>"
        f"<td class=n>{observed}</td></tr>"
    )


def _bar(share: Interval) -> str:
    value, low, high = (round(_WIDTH * part, 1) for part in (share.value, share.low, share.high))
    words = f"{_percent(share.value)}, {_percent(share.low)} to {_percent(share.high)}"
    return (
        f'<svg viewBox="0 0 {_WIDTH} 16" preserveAspectRatio="none" role="img" aria-label="{words}">'
        f'<rect class="ground" y="4" width="{_WIDTH}" height="8"/>'
        f'<rect class="share" y="4" width="{value}" height="8"/>'
        f'<path class="whisker" vector-effect="non-scaling-stroke" d="M{low} 8H{high}M{low} 2V14M{high} 2V14"/></svg>'
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f}\u00a0%"


def _points(difference: Interval) -> str:
    value, low, high = (_signed(part) for part in (difference.value, difference.low, difference.high))
    return f"{value} ({low} to {high})"


def _signed(share: float) -> str:
    """Return percentage points; so close to zero that a tenth would hide the side, with a digit more."""
    text = f"{100 * share:+.1f}"
    if float(text) == 0:
        text = f"{100 * share:+.2f}"
    return "0" if float(text) == 0 else text.replace("-", "\u2212")
