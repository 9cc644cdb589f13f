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

from engine.insight.report_chart import Agreement as Agreement
from engine.insight.report_chart import Bar as Bar
from engine.insight.report_chart import Interval as Interval
from engine.insight.report_chart import Line as Line
from engine.insight.report_chart import agreement_chart as agreement_chart
from engine.insight.report_chart import bar_chart as bar_chart
from engine.insight.report_chart import interval_chart as interval_chart
from engine.insight.report_chart import line_chart as line_chart
from engine.insight.report_chart import share_bar as share_bar
from engine.insight.report_style import style
from engine.model.campaign import Brand

_FRAME = Markup(
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{hash}'\">\n"
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="robots" content="noindex">\n'
    "<title>{name}</title>\n<style>{style}</style>\n</head>\n<body>\n"
    '<header><div class="wide">{who}<h1>{title}</h1>{lead}{under}</div></header>\n'
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
    title: str,
    sections: Sequence[Section],
    *,
    over: str = "",
    lead: str = "",
    under: str = "",
    foot: str = "",
    brand: Brand | None = None,
) -> str:
    """Return a whole HTML page. Same arguments, same bytes.

    `over` stands above the title (else the brand's name), `lead` and `under` below it, `foot` at the end.
    """
    looks = style(brand or Brand(name=""))
    who = over or (brand.name if brand else "")
    return _FRAME.format(
        hash="sha256-" + base64.b64encode(hashlib.sha256(looks.encode()).digest()).decode("ascii"),
        style=Markup(looks),  # noqa: S704 - made of the palette's checked colours
        name=f"{over}: {title}" if over else title,
        title=title,
        who=paragraph(who, "who") if who else "",
        lead=paragraph(lead, "lead") if lead else "",
        under=Markup('<p class="under">{}</p>').format(under) if under else "",
        body=Markup("\n").join(sections),
        foot=paragraph(foot) if foot else "",
    )


def section(title: str, *parts: str | Markup) -> Section:
    """Return a section: plain texts become paragraphs, tables and charts stay as they are."""
    return Section(title, tuple(_parts(parts)))


def _parts(parts: Sequence[str | Markup]) -> list[Markup]:
    return [part if isinstance(part, Markup) else paragraph(part) for part in parts if part]


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


def tiles(figures: Sequence[tuple[str, str, str]]) -> Markup:
    """Return key figures side by side, each with its name before and a note after it; a note may be empty."""
    cells = [
        Markup("<div><dt>{}</dt><dd>{}</dd>{}</div>").format(
            name, figure, Markup("<dd>{}</dd>").format(note) if note else ""
        )
        for name, figure, note in figures
    ]
    return Markup('<dl class="tiles">{}</dl>').format(Markup("").join(cells))


def facts(pairs: Sequence[tuple[str, str]]) -> Markup:
    """Return names with what is said of each, one below the other."""
    rows = [Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(*pair) for pair in pairs]
    return Markup('<dl class="facts">{}</dl>').format(Markup("").join(rows))


def folded(title: str, *parts: str | Markup) -> Markup:
    """Return parts that open at a click on the title; paper shows them open."""
    return Markup("<details><summary>{}</summary>{}</details>").format(title, Markup("\n").join(_parts(parts)))


def marked(text: str) -> Markup:
    """Return a text that stands out, as a cell's: look here."""
    return Markup("<mark>{}</mark>").format(text)


def noted(text: str, note: str) -> Markup:
    """Return a text with a small one after it, as a cell's."""
    return Markup("{} <small>{}</small>").format(text, note)


def table(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    caption: str = "",
    words: Sequence[int] = (),
    has_total: bool = False,
    picked: Sequence[int] = (),
) -> Markup:
    """Return a table whose first column names the row; the others are figures, set to the right.

    `words`: numbers of further columns that hold words, from 0. `has_total`: the last row is the whole.
    `picked`: numbers of rows that stand out. A cell is text, or `marked`, `noted` or a `share_bar`.
    """
    kinds = [_kind(number, words) for number in range(len(headers))]
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(kind, header) for kind, header in zip(kinds, headers, strict=True)
    )
    last = len(rows) - 1
    classes = ["is-whole" if has_total and at == last else "is-picked" * (at in picked) for at in range(len(rows))]
    body = Markup("\n").join(_row(row, kinds, name) for row, name in zip(rows, classes, strict=True))
    named = Markup("<caption>{}</caption>").format(caption) if caption else Markup("")
    return Markup(
        '<div class="scroll"><table>{}<thead><tr>{}</tr></thead>\n<tbody>{}</tbody></table></div>'
    ).format(named, head, body)  # fmt: skip


def _row(row: Sequence[str], kinds: Sequence[Markup], name: str) -> Markup:
    cells = [
        (Markup('<th scope="row"{}>{}</th>') if at == 0 else Markup("<td{}>{}</td>")).format(kind, cell)
        for at, (kind, cell) in enumerate(zip(kinds, row, strict=True))
    ]
    return Markup("<tr{}>{}</tr>").format(Markup(' class="{}"').format(name) if name else "", Markup("").join(cells))


def _kind(number: int, words: Sequence[int]) -> Markup:
    return Markup("") if number == 0 or number in words else Markup(' class="figure"')
