"""A model's card: one page on what a model is for, what it was learned from, how good it is, what it may not do.

Self-contained HTML: no script, no file, no address. It shows figures of the training rows only, and no customer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from engine.insight.risk.chart import calibration_chart
from engine.insight.risk.drift import ACT, WATCH
from engine.insight.risk.fairness_part import Fairness, fairness_section
from engine.insight.risk.model_file import GroupTold, Measured, Measures, Model, Summary
from engine.insight.risk.style import STYLE

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
        _section("How good it is", _quality(summary)),
        _section("When it says 30 %, is it 30 %?", _calibration(summary)),
        _section("What moves a score", _weights(summary)),
        _section("What it was learned from", _data(model)),
        _section("Protected attributes", _protected(summary)),
        *([_section("Who is met how", fairness_section(fairness))] if fairness else []),
        _section("What it may not do, and cannot", _list(_LIMITS)),
        _section("How it was chosen", _choice(model)),
    ]
    return str(
        Markup(
            '<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            "<title>Model card: {version}</title><style>{style}</style></head><body><main>"
            '<header><p class="eyebrow">Model card</p><h1>{title}</h1><p class="lead">{purpose}</p>'
            '<p class="meta">{version} · as of {as_of}</p></header>{key}{sections}</main></body></html>\n'
        ).format(
            version=model.version,
            style=Markup(STYLE),  # noqa: S704 - a text of ours
            title="Risk of late payment" if model.name == "late" else "Risk of switching",
            purpose=f"{_PURPOSE.get(model.name, '')} Meant by it: {summary.meaning}.",
            as_of=summary.as_of,
            key=_key_figures(summary),
            sections=Markup().join(sections),
        )
    )


def _section(title: str, body: Markup) -> Markup:
    return Markup("<section><h2>{}</h2>{}</section>").format(title, body)


def _key_figures(summary: Summary) -> Markup:
    if not summary.measures:
        return Markup()
    model = summary.measures[0]
    figures = (
        (
            "In the right order",
            f"{model.auc.value:.3f}",
            "AUC: of two, one with the outcome, it is the higher; 0.5 is chance",
        ),
        ("Off the mark", f"{model.brier.value:.3f}", "Brier score: less is better"),
        ("Calibration error", f"{model.calibration.value * 100:.1f} %", "what is said against what comes true"),
        ("Found at the top", f"{model.lift.value:.1f}×", "share with the outcome: top tenth against all"),
    )
    cards = Markup().join(
        Markup('<div class="figure"><dt>{}</dt><dd>{}</dd><p>{}</p></div>').format(*figure) for figure in figures
    )
    return Markup('<dl class="figures">{}</dl>').format(cards)


def _quality(summary: Summary) -> Markup:
    rows = Markup().join(_measure_row(one) for one in summary.measures)
    said = (
        f"Measured on {_count(summary.tested)} rows that were held back from choosing, learning and calibrating, split "
        f"{summary.order}. In brackets: intervals at 95 %, drawn by customer."
    )
    return Markup(
        '<p>{}</p><div class="wide"><table><thead><tr><th scope="col">rule</th><th scope="col">AUC</th>'
        '<th scope="col">Brier</th><th scope="col">calibration error</th><th scope="col">lift at 10 %</th></tr></thead>'
        "<tbody>{}</tbody></table></div>"
    ).format(said, rows)


def _measure_row(one: Measures) -> Markup:
    cells = Markup().join(_measured(part) for part in (one.auc, one.brier, one.calibration, one.lift))
    return Markup('<tr><th scope="row">{}</th>{}</tr>').format(one.rule, cells)


def _measured(part: Measured) -> Markup:
    return Markup("<td>{} <small>({}–{})</small></td>").format(
        f"{part.value:.3f}", f"{part.low:.3f}", f"{part.high:.3f}"
    )


def _calibration(summary: Summary) -> Markup:
    rows = Markup().join(
        Markup('<tr><th scope="row">{} to {} %</th><td>{}</td><td>{} %</td><td>{} %</td></tr>').format(
            f"{one.low * 100:.0f}", f"{one.high * 100:.0f}", _count(one.rows), f"{one.said * 100:.1f}",
            f"{one.was * 100:.1f}",
        )
        for one in summary.bins
    )  # fmt: skip
    return Markup(
        '<figure>{}</figure><details><summary>The figures</summary><div class="wide"><table><thead><tr>'
        '<th scope="col">said</th><th scope="col">rows</th><th scope="col">mean said</th>'
        '<th scope="col">came true</th></tr></thead><tbody>{}</tbody></table></div></details>'
    ).format(calibration_chart(summary.bins), rows)


def _weights(summary: Summary) -> Markup:
    most = max((one.part for one in summary.weights), default=1.0)
    rows = Markup().join(
        Markup('<li><span>{}</span><svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
               '<rect width="{}" height="6" rx="1"/></svg></li>').format(one.words, f"{one.part / most * 100:.1f}")
        for one in summary.weights[:_MOST_WEIGHTS]
    )  # fmt: skip
    rest = len(summary.weights) - _MOST_WEIGHTS
    more = f" {rest} more move it less." if rest > 0 else ""
    return Markup(
        "<p>Bars: how far each moves scores on average, up or down. Each score names its own three largest reasons; "
        'all parts together are the score.{}</p><ol class="bars">{}</ol>'
    ).format(more, rows)


def _data(model: Model) -> Markup:
    summary = model.summary
    facts = [
        ("Rows", f"{_count(summary.rows)} of {_count(summary.units)} customers"),
        ("With the outcome", f"{_count(summary.positives)}, {summary.positives / summary.rows * 100:.1f} %"),
        ("Of", summary.source),
    ]
    if summary.since:
        facts.append(("Period", f"{summary.since} to {summary.until}; outcomes as known on {summary.as_of}"))
    facts += [(f"Left out: {reason}", _count(count)) for reason, count in summary.left_out.items()]
    facts.append(("Inputs", _count(len(model.encoding.inputs))))
    return _facts(facts)


def _protected(summary: Summary) -> Markup:
    if not summary.refused:
        return Markup("<p>{}</p>").format(
            "None are in the data, and none are inputs: names that speak of age, sex, family, nationality, health or "
            "belief are refused. So nobody can say by this data whether all are met alike."
        )
    intro = (
        f"Never inputs: {', '.join(summary.refused)}. They are kept to see whether scores hold for everybody. Other "
        "inputs may stand in for them; where what is said lies far from what came true, a person looks at it."
    )
    rows = Markup().join(_group_row(one) for one in summary.groups)
    return Markup(
        '<p>{}</p><div class="wide"><table><thead><tr><th scope="col">group</th><th scope="col">rows</th>'
        '<th scope="col">mean said</th><th scope="col">came true</th><th scope="col">difference</th></tr></thead>'
        "<tbody>{}</tbody></table></div>"
    ).format(intro, rows)


def _group_row(one: GroupTold) -> Markup:
    gap = (one.said - one.was) * 100
    return Markup('<tr><th scope="row">{}: {}</th><td>{}</td><td>{} %</td><td>{} %</td><td>{}</td></tr>').format(
        one.attribute, one.value, _count(one.rows), f"{one.said * 100:.1f}", f"{one.was * 100:.1f}",
        f"{gap:+.1f}".replace("-", "\N{MINUS SIGN}"),
    )  # fmt: skip


def _choice(model: Model) -> Markup:
    summary = model.summary
    rows = Markup().join(
        Markup('<tr{}><th scope="row">{}</th><td>{}</td></tr>').format(
            Markup(' class="taken"') if one.is_picked else "", one.setting, f"{one.brier:.4f}"
        )
        for one in summary.tried
    )
    facts = _facts([("Taken", summary.setting), ("Seed", str(summary.seed)), ("Made with", summary.made_with)])
    said = (
        "Each was learned from a part of the rows and tried on the next. The simpler one is taken unless another is "
        f"better by more than a standard error. Drift: under {WATCH} the same, over {ACT} learn anew."
    )
    return Markup(
        "<p>{}</p>{}<details><summary>All that was tried, with its Brier score</summary>"
        '<div class="wide"><table><tbody>{}</tbody></table></div></details>'
    ).format(said, facts, rows)


def _facts(facts: Sequence[tuple[str, str]]) -> Markup:
    rows = Markup().join(Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(*fact) for fact in facts)
    return Markup('<dl class="facts">{}</dl>').format(rows)


def _list(lines: Iterable[str]) -> Markup:
    return Markup("<ul>{}</ul>").format(Markup().join(Markup("<li>{}</li>").format(line) for line in lines))


def _count(number: int) -> str:
    return f"{number:,}"
