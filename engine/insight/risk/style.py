"""The look of a model's card: warm paper, deep teal, tabular figures; dark where the reader's screen is."""

from __future__ import annotations

STYLE = """
:root{--ink:#16302f;--soft:#52686a;--paper:#fbf8f2;--card:#fff;--line:#e2ddd0;--primary:#0b5e66;--band:#d7e8e8}
@media(prefers-color-scheme:dark){:root{--ink:#eef3f1;--soft:#a9bcbb;--paper:#10201f;--card:#182c2b;--line:#2d4543;
--primary:#7cc9cf;--band:#1f4144}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 Inter,"Noto Sans",system-ui,sans-serif;
font-variant-numeric:tabular-nums}
main{max-width:880px;margin:0 auto;padding:40px 20px 64px}
.eyebrow{margin:0;color:var(--primary);font-weight:600;letter-spacing:.04em}
h1{margin:4px 0 8px;font-size:2.44rem;line-height:1.15;letter-spacing:-.02em}
h2{margin:0 0 12px;font-size:1.25rem;line-height:1.3}
.lead{margin:0;max-width:42em;font-size:1.125rem}
.meta,small,.figure p{color:var(--soft)}
.meta{margin:8px 0 0;font-size:.9rem}
section{margin-top:24px;padding:24px;background:var(--card);border:1px solid var(--line);border-radius:12px}
section>p{margin:0 0 16px;max-width:44em}section>div+p{margin-top:20px}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:12px;margin:28px 0 0}
.figure{padding:16px 20px;background:var(--primary);color:var(--paper);border-radius:12px}
.figure dt{font-size:.9rem;font-weight:600}
.figure dd{margin:2px 0;font-size:1.95rem;font-weight:700;line-height:1.2}
.figure p{margin:0;color:inherit;font-size:.8rem;line-height:1.35}
.wide{overflow-x:auto}
table{width:100%;border-collapse:collapse}
th,td{padding:8px 12px 8px 0;border-bottom:1px solid var(--line);text-align:right;font-weight:400;white-space:nowrap}
th:first-child{text-align:left;white-space:normal}
thead th{color:var(--soft);font-size:.85rem}
tbody tr:last-child>*{border-bottom:0}
tr.taken>*{font-weight:700;color:var(--primary)}
details{margin-top:16px}summary{cursor:pointer;color:var(--primary);font-weight:600}
figure{margin:0}
.chart{display:block;width:100%;max-width:440px;height:auto;margin:0 auto}
.chart text{fill:var(--soft);font-size:12px}
.chart .grid{stroke:var(--line)}
.chart .even{stroke:var(--soft);stroke-dasharray:5 5}
.chart .range{stroke:var(--primary);stroke-width:2;opacity:.45}
.chart circle{fill:var(--primary);fill-opacity:.85}
.bars{margin:0;padding:0;list-style:none}
.bars li{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:16px;align-items:center;padding:4px 0}
.bars svg{width:100%;height:12px;background:var(--band);border-radius:3px}
.bars rect{fill:var(--primary)}
.facts{margin:0}
.facts div{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,2fr);gap:16px;padding:6px 0;
border-bottom:1px solid var(--line)}
.facts div:last-child{border-bottom:0}
dt{color:var(--soft)}.figure dt{color:inherit}
dd{margin:0}
ul{margin:0;padding-left:1.2em}li+li{margin-top:6px}.bars li+li{margin-top:0}
@media(max-width:560px){h1{font-size:1.95rem}section{padding:18px 16px}
.facts div,.bars li{grid-template-columns:1fr;gap:2px}}
@media print{body{background:#fff}section,.figure{break-inside:avoid}}
"""
