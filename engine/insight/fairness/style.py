"""The looks of the fairness page: one style sheet, no script, nothing fetched. Dark where the reader likes it so."""

from __future__ import annotations

STYLE = """
:root { --ink: #12222b; --soft: #51626a; --paper: #faf8f4; --card: #fff; --line: #dfdbd2; --primary: #0b5e66;
  --wash: #d8e6e5; --caution: #b5510b; --caution-wash: #fbe9da; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --ink: #edf1f0; --soft: #a9b8b8; --paper: #0f191e; --card: #17242a;
  --line: #2c3b42; --primary: #6fc3c4; --wash: #23434a; --caution: #f0a56a; --caution-wash: #44301f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 Inter, "Noto Sans", system-ui, sans-serif;
  font-variant-numeric: tabular-nums; }
main { max-width: 1000px; margin: 0 auto; padding: 40px 20px 64px; }
h1 { font-size: 31px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -.01em; }
h2 { font-size: 25px; line-height: 1.25; margin: 56px 0 4px; }
h3 { font-size: 16px; margin: 0; display: inline; }
p { margin: 4px 0 12px; max-width: 68ch; }
.soft { color: var(--soft); }
.facts { display: flex; flex-wrap: wrap; gap: 12px; margin: 20px 0 24px; }
.fact { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px;
  min-width: 150px; }
.fact b { display: block; font-size: 25px; line-height: 1.2; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 16px 20px 8px;
  margin: 12px 0; break-inside: avoid; }
.kind { color: var(--soft); font-size: 14px; margin-left: 8px; }
table { border-collapse: collapse; width: 100%; margin: 8px 0; font-size: 14px; }
th { text-align: left; font-weight: 600; color: var(--soft); padding: 4px 12px 4px 0; }
td { overflow-wrap: anywhere; padding: 4px 12px 4px 0; border-top: 1px solid var(--line); vertical-align: middle; }
th.n, td.n { text-align: right; white-space: nowrap; }
table { table-layout: fixed; min-width: 720px; } .bar { padding-right: 16px; }
.outcome th:nth-child(1) { width: 15%; } .outcome th:nth-child(2), .outcome th:nth-child(4) { width: 11%; }
.score th:nth-child(1), .score th:nth-child(3) { width: 14%; } .score th:nth-child(2) { width: 11%; }
.score th:nth-child(4) { width: 20%; } .score th:nth-child(5) { width: 8%; } .score th:nth-child(7) { width: 20%; }
.outcome th:nth-child(3) { width: 26%; } .outcome th:nth-child(5) { width: 22%; }
ul { margin: 4px 0 16px; padding-left: 20px; }
svg { display: block; width: 100%; height: 16px; }
.ground { fill: var(--wash); } .share { fill: var(--primary); } .whisker { stroke: var(--ink); stroke-width: 1.5; }
.mark { background: var(--caution-wash); color: var(--caution); border-radius: 4px; padding: 0 6px; font-weight: 600; }
.scroll { overflow-x: auto; }
details { margin: 16px 0; } summary { cursor: pointer; color: var(--primary); font-weight: 600; }
@media print { body { background: #fff; } main { padding: 0; } }
"""
