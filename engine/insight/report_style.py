"""The looks of reports: one style sheet in the brand's colours, for light, dark and paper; nothing is fetched."""

from __future__ import annotations

from engine.model.campaign import Brand
from engine.templating.palette import Palette, dark, light, mixed

_PLAIN = ("ink", "paper", "primary", "positive", "caution", "rule", "tint", "bar")
_NAMED = {"card": "ground", "muted": "muted_ink", "mark": "muted"}
_LINES = {"two": "one_off", "three": "taxes", "four": "fixed"}

_STYLE = """
:root { %(light)s --band: %(band)s; --on-band: %(on_band)s; color-scheme: light dark; }
@media screen and (prefers-color-scheme: dark) { :root { %(dark)s } }
*, *::before, *::after { box-sizing: border-box; }
html { font: 100%%/1.5 Inter, "Noto Sans", system-ui, sans-serif; color: var(--ink); background: var(--paper);
  font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%%; }
body, h1, h2, h3, p, table, figure, ul, dl, dd { margin: 0; padding: 0; }
h1, h2, h3, p, tbody th, li { overflow-wrap: anywhere; }
.wide { max-width: 60rem; margin: 0 auto; padding-left: 1.25rem; padding-right: 1.25rem; }
header { background: var(--band); color: var(--on-band); padding: 1.5rem 0 1.75rem;
  border-radius: 0 0 20px 20px; }
header .who { font-weight: 700; font-size: .9375rem; }
h1 { font-size: clamp(1.5rem, 5vw, 2.25rem); line-height: 1.2; letter-spacing: -.02em; text-wrap: balance; }
.who + h1 { margin-top: .5rem; }
header .under { margin-top: .4rem; }
header .lead { margin-top: .5rem; max-width: 44rem; }
main { padding-top: 2rem; padding-bottom: 3rem; }
section + section { margin-top: 2.5rem; }
h2 { font-size: 1.25rem; line-height: 1.3; letter-spacing: -.01em; margin-bottom: .75rem; text-wrap: balance; }
h3 { font-size: 1rem; line-height: 1.4; margin: 1.5rem 0 .4rem; }
section > p { max-width: 44rem; }
section > p + p, ul + p, p + ul { margin-top: .6rem; }
section > * + :is(figure, .scroll, dl, details), :is(figure, .scroll, dl, details) + p { margin-top: 1rem; }
section > h3 + :is(p, .scroll) { margin-top: 0; }
ul { padding-left: 1.2rem; max-width: 43rem; }
li + li { margin-top: .3rem; }
.lead { font-size: 1.125rem; line-height: 1.45; }
.quiet { color: var(--muted); font-size: .875rem; }
.scroll { overflow-x: auto; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; }
.tiles div { background: var(--card); border: 1px solid var(--rule); border-radius: 14px; padding: .8rem 1rem .9rem;
  break-inside: avoid; }
.tiles dt { font-size: .875rem; font-weight: 600; }
.tiles dd { font-size: 1.75rem; line-height: 1.25; font-weight: 700; letter-spacing: -.01em; }
.tiles dd + dd { color: var(--muted); font-size: .8125rem; line-height: 1.35; font-weight: 400; letter-spacing: 0; }
.facts div { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 2fr); gap: .1rem 1rem; padding: .4rem 0;
  border-bottom: 1px solid var(--rule); break-inside: avoid; }
.facts dt { color: var(--muted); }
.facts dd { overflow-wrap: anywhere; }
summary { cursor: pointer; color: var(--primary); font-weight: 600; }
details > summary + * { margin-top: .6rem; }
details > p { max-width: 44rem; }
details > p + p { margin-top: .6rem; }
mark { background: var(--wash); color: var(--ink); font-weight: 700; padding: 0 .35rem; border-radius: 3px;
  border-bottom: 2px solid var(--caution); }
td small { color: var(--muted); font-size: .8125rem; white-space: nowrap; }
table { border-collapse: collapse; width: 100%%; font-size: .9375rem; line-height: 1.4; }
caption { text-align: left; color: var(--muted); font-size: .875rem; padding-bottom: .4rem; }
th, td { text-align: left; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--rule);
  vertical-align: baseline; font-weight: 400; }
thead th { color: var(--muted); font-size: .8125rem; vertical-align: bottom; }
tbody th { font-weight: 600; min-width: 7rem; }
.figure + :not(.figure) { padding-left: 1.5rem; }
.figure { text-align: right; padding-right: 0; padding-left: .75rem; overflow-wrap: normal; }
tr.is-picked > * { font-weight: 700; color: var(--primary); }
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
.share { display: block; width: 10rem; height: 1rem; }
.share .ground { fill: var(--tint); } .whisker { stroke: var(--ink); stroke-width: 1.5; fill: none; }
.at-share { fill: var(--primary); fill-opacity: .85; }
.range { stroke: var(--primary); stroke-width: 2; opacity: .5; }
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
  .facts div { grid-template-columns: 1fr; }
  .share { width: 7rem; }
  tbody th { min-width: 4.5rem; }
}
@media print {
  @page { margin: 16mm; }
  html { font-size: 9.5pt; background: none; }
  header { background: none; color: var(--ink); padding: 0 0 1rem;
    border-bottom: 2px solid var(--primary); border-radius: 0; }
  .wide { padding-left: 0; padding-right: 0; max-width: none; }
  figure, tr, h2, h3 { break-inside: avoid; } h2, h3 { break-after: avoid; }
  .scroll { overflow: visible; }
  .scroll:not(:has(tr:nth-child(13))) { break-inside: avoid; }
  summary { color: inherit; list-style: none; } details::details-content { content-visibility: visible; }
  svg, mark { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""


def style(brand: Brand) -> str:
    """Return the style sheet; the header keeps the brand's primary colour on dark ground too."""
    plain = light(brand)
    return _STYLE % {
        "light": _tokens(plain),
        "dark": _tokens(dark(brand)),
        "band": plain.primary,
        "on_band": plain.on_primary,
    }


def _tokens(colours: Palette) -> str:
    told = {name: getattr(colours, name) for name in _PLAIN}
    told |= {token: getattr(colours, name) for token, name in _NAMED.items()}
    told |= {token: colours.categories[name] for token, name in _LINES.items()}
    told["wash"] = mixed(colours.caution, colours.ground, 0.84)
    return " ".join(f"--{token}: {colour};" for token, colour in told.items())
