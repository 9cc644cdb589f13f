"""The frame of reports: one HTML file in the brand's colours that fetches nothing and prints well.

    page("Does it work?", [
        section("In short", "Four more in a hundred paid.", interval_chart(rows, unit="in 100")),
        section("By group", table(["group", "customers"], [["willing", "1,204"]])),
    ])

Plain texts become paragraphs. Everything is escaped; figures come formatted.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engine.insight.report_chart import Bar as Bar
from engine.insight.report_chart import Interval as Interval
from engine.insight.report_chart import Line as Line
from engine.insight.report_chart import bar_chart as bar_chart
from engine.insight.report_chart import interval_chart as interval_chart
from engine.insight.report_chart import line_chart as line_chart
from engine.model.campaign import Brand
from engine.templating.palette import Palette, light

_STYLE = """
:root { --ink: %(ink)s; --paper: %(paper)s; --card: %(ground)s; --primary: %(primary)s; --on-primary: %(on_primary)s;
  --positive: %(positive)s; --caution: %(caution)s; --muted: %(muted_ink)s; --mark: %(muted)s; --rule: %(rule)s;
  --tint: %(tint)s; --bar: %(bar)s; --two: %(two)s; --three: %(three)s; --four: %(four)s; }
*, *::before, *::after { box-sizing: border-box; }
html { font: 100%%/1.5 Inter, "Noto Sans", system-ui, sans-serif; color: var(--ink); background: var(--paper);
  font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%%; }
body, h1, h2, h3, p, table, figure, ul { margin: 0; padding: 0; }
h1, h2, h3, p, th, td, li { overflow-wrap: anywhere; }
.wide { max-width: 60rem; margin: 0 auto; padding-left: 1.25rem; padding-right: 1.25rem; }
header { background: var(--primary); color: var(--on-primary); padding: 1.5rem 0 1.75rem;
  border-radius: 0 0 20px 20px; }
header .who { font-weight: 700; font-size: .9375rem; }
h1 { font-size: clamp(1.5rem, 5vw, 2.25rem); line-height: 1.2; letter-spacing: -.02em; text-wrap: balance; }
.who + h1 { margin-top: .5rem; }
header .under { margin-top: .4rem; }
main { padding-top: 2rem; padding-bottom: 3rem; }
section + section { margin-top: 2.5rem; }
h2 { font-size: 1.25rem; line-height: 1.3; letter-spacing: -.01em; margin-bottom: .75rem; text-wrap: balance; }
h3 { font-size: 1rem; line-height: 1.4; margin: 1.5rem 0 .4rem; }
section > p { max-width: 44rem; }
section > p + p, ul + p, p + ul { margin-top: .6rem; }
section > * + figure, section > * + .scroll, figure + p, .scroll + p { margin-top: 1rem; }
ul { padding-left: 1.2rem; max-width: 43rem; }
li + li { margin-top: .3rem; }
.lead { font-size: 1.125rem; line-height: 1.45; }
.quiet { color: var(--muted); font-size: .875rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%%; font-size: .9375rem; line-height: 1.4; }
caption { text-align: left; color: var(--muted); font-size: .875rem; padding-bottom: .4rem; }
th, td { text-align: left; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--rule);
  vertical-align: baseline; font-weight: 400; }
thead th { color: var(--muted); font-size: .8125rem; vertical-align: bottom; }
tbody th { font-weight: 600; min-width: 7rem; }
.figure + :not(.figure) { padding-left: 1.5rem; }
.figure { text-align: right; padding-right: 0; padding-left: .75rem; overflow-wrap: normal; }
tr.is-whole > * { font-weight: 700; border-top: 2px solid var(--ink); }
figure { background: var(--card); border: 1px solid var(--rule); border-radius: 14px; padding: 1.1rem 1.25rem 1.2rem; }
figcaption { font-weight: 600; margin-bottom: .6rem; }
figcaption small, .axis-name { font-weight: 400; color: var(--muted); font-size: .8125rem; }
figcaption small { display: block; }
figure svg { display: block; width: 100%%; }
.row { display: grid; grid-template: "label plot value" / minmax(6rem, 14rem) 1fr minmax(7rem, auto);
  gap: 0 1rem; align-items: center; }
.row + .row { margin-top: .4rem; }
.label { grid-area: label; } .plot { grid-area: plot; } .value { grid-area: value; }
.label, .value { line-height: 1.3; font-size: .9375rem; }
.value { text-align: right; font-weight: 600; }
.value small { display: block; font-weight: 400; color: var(--muted); font-size: .8125rem; white-space: nowrap; }
.plot svg { height: 1.75rem; }
.zero { stroke: var(--mark); stroke-width: 1; }
.span, .at { stroke: var(--mark); fill: none; stroke-linecap: round; }
.span { stroke-width: 3; } .at { stroke-width: 11; }
.is-good .span, .is-good .at { stroke: var(--positive); }
.is-bad .span, .is-bad .at { stroke: var(--caution); }
.bar { fill: var(--bar); } .bar.is-good { fill: var(--positive); } .bar.is-bad { fill: var(--caution); }
.lines { max-width: 32rem; }
.names { display: flex; flex-wrap: wrap; gap: .15rem 1.25rem; font-size: .875rem; font-weight: 600; }
.names span { display: flex; align-items: center; gap: .5rem; }
.lines .names svg { width: 28px; }
.lines svg { overflow: visible; font: 12px Inter, "Noto Sans", system-ui, sans-serif; }
.lines text { fill: var(--muted); }
.grid { stroke: var(--rule); stroke-width: 1; }
.line { fill: none; stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
.dot { stroke: var(--card); stroke-width: 1.5; }
.is-0 { stroke: var(--primary); } .dot.is-0 { fill: var(--primary); stroke: var(--card); }
.is-1 { stroke: var(--two); stroke-dasharray: 7 4; } .dot.is-1 { fill: var(--two); stroke: var(--card); }
.is-2 { stroke: var(--three); stroke-dasharray: 2 4; } .dot.is-2 { fill: var(--three); stroke: var(--card); }
.is-3 { stroke: var(--four); stroke-dasharray: 9 3 2 3; } .dot.is-3 { fill: var(--four); stroke: var(--card); }
.dot { stroke-dasharray: none; }
.is-reference { stroke: var(--mark); stroke-width: 1.5; stroke-dasharray: 3 3; }
footer { color: var(--muted); font-size: .8125rem; padding-bottom: 2.5rem; }
@media (max-width: 40rem) {
  .row { grid-template: "label value" "plot plot" / 1fr auto; align-items: end; }
  .row + .row { margin-top: .9rem; }
}
@media print {
  @page { margin: 16mm; }
  html { font-size: 9.5pt; background: none; }
  header { background: none; color: var(--ink); padding: 0 0 1rem;
    border-bottom: 2px solid var(--primary); border-radius: 0; }
  .wide { padding-left: 0; padding-right: 0; max-width: none; }
  figure, tr, h2, h3 { break-inside: avoid; } h2, h3 { break-after: avoid; }
  .scroll { overflow: visible; }
  svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""

_FRAME = Markup(
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{hash}'\">\n"
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="robots" content="noindex">\n'
    "<title>{title}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    '<header><div class="wide">{who}<h1>{title}</h1>{under}</div></header>\n'
    '<main class="wide">\n{body}\n</main>\n<footer class="wide">{foot}</footer>\n</body>\n</html>\n'
)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report under a heading that says the finding."""

    title: str
    parts: tuple[Markup, ...]

    def __html__(self) -> str:
        return Markup("<section>\n<h2>{}</h2>\n{}\n</section>").format(self.title, Markup("\n").join(self.parts))


def page(
    title: str, sections: Sequence[Section], *, under: str = "", foot: str = "", brand: Brand | None = None
) -> str:
    """Return a whole HTML page; `under` stands below the title, `foot` at the end. Same arguments, same bytes."""
    colours = light(brand or Brand(name=""))
    style = _style(colours)
    return _FRAME.format(
        hash="sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii"),
        style=Markup(style),  # noqa: S704 - made of the palette's checked colours
        title=title,
        who=paragraph(brand.name, "who") if brand and brand.name else "",
        under=Markup('<p class="under">{}</p>').format(under) if under else "",
        body=Markup("\n").join(sections),
        foot=paragraph(foot) if foot else "",
    )


def section(title: str, *parts: str | Markup) -> Section:
    """Return a section: plain texts become paragraphs, tables and charts stay as they are."""
    return Section(title, tuple(part if isinstance(part, Markup) else paragraph(part) for part in parts if part))


def paragraph(text: str, kind: str = "") -> Markup:
    """Return a paragraph; `kind` is empty, `lead` (larger) or `quiet`."""
    if kind:
        return Markup('<p class="{}">{}</p>').format(kind, text)
    return Markup("<p>{}</p>").format(text)


def heading(text: str) -> Markup:
    """Return a heading inside a section."""
    return Markup("<h3>{}</h3>").format(text)


def bullets(texts: Sequence[str]) -> Markup:
    """Return a list with a dot before each text."""
    return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(text) for text in texts))


def table(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    caption: str = "",
    words: Sequence[int] = (),
    has_total: bool = False,
) -> Markup:
    """Return a table whose first column names the row; the others are figures, set to the right.

    `words`: numbers of further columns that hold words, from 0. `has_total`: the last row is the whole.
    """
    kinds = [_kind(number, words) for number in range(len(headers))]
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(kind, header) for kind, header in zip(kinds, headers, strict=True)
    )
    last = len(rows) - 1
    body = Markup("\n").join(_row(row, kinds, is_whole=has_total and at == last) for at, row in enumerate(rows))
    named = Markup("<caption>{}</caption>").format(caption) if caption else Markup("")
    return Markup(
        '<div class="scroll"><table>{}<thead><tr>{}</tr></thead>\n<tbody>{}</tbody></table></div>'
    ).format(named, head, body)  # fmt: skip


def _row(row: Sequence[str], kinds: Sequence[Markup], *, is_whole: bool) -> Markup:
    cells = [
        (Markup('<th scope="row"{}>{}</th>') if at == 0 else Markup("<td{}>{}</td>")).format(kind, cell)
        for at, (kind, cell) in enumerate(zip(kinds, row, strict=True))
    ]
    return Markup("<tr{}>{}</tr>").format(Markup(' class="is-whole"') if is_whole else "", Markup("").join(cells))


def _kind(number: int, words: Sequence[int]) -> Markup:
    return Markup("") if number == 0 or number in words else Markup(' class="figure"')


def _style(colours: Palette) -> str:
    names = ("ink", "paper", "ground", "primary", "on_primary", "positive", "caution", "muted_ink", "muted", "rule",
             "tint", "bar")  # fmt: skip
    tokens = {name: getattr(colours, name) for name in names}
    marks = {"two": "one_off", "three": "taxes", "four": "fixed"}
    return _STYLE % {**tokens, **{token: colours.categories[name] for token, name in marks.items()}}
