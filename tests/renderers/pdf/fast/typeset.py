"""Lays paragraphs out with WeasyPrint, to hold the fast fill against."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from random import Random
from typing import Any

import weasyprint
from weasyprint.formatting_structure import boxes
from weasyprint.text.fonts import FontConfiguration
from weasyprint.text.line_break import Layout, line_size

from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.model import BreakItem, LeafItem, RunItem, TypeStyle
from renderers.pdf.fast.pango_text import PangoText
from renderers.pdf.fast.type_style import type_style

ROOT = Path(__file__).parents[4]
LOCALES = ("en", "fr", "it", "lt", "ro", "ru")
FONTS = FontConfiguration()
_CSS = """@page { size: 3000px 40000px; margin: 0 } body { margin: 0 }
html { font-family: Inter; font-size: 12px; font-variant-numeric: tabular-nums; line-height: 1.4 }
p { margin: 0; overflow-wrap: anywhere } b { font-weight: 600 } small { font-size: 9px }
"""
# What breaks lines or changes forms: figures, signs, links, hyphens, other alphabets.
_ODD = (
    "217,40\u00a0€", "1.234,50 €", "(kWh)", "a/b/c", "12-15", "Jean-Pierre", "—", "–", "«ciao»", "“x”", "10:30", "50 %",
    "3 × 4", "n°5",
    "https://pay.example/abc", "Müller-Lüdenscheidt", "Donaudampfschifffahrtsgesellschaft", "C++",
    "1\u202f000,5", "!", "...", "e.g.", "[x]", "{y}", "co-op", "№ 5", "Северный", "кВт·ч", "Ωμέγα", "…", "·", "-5",
    "−3,5", "exit", "(ABC)", "A - B",
)  # fmt: skip

# (tag, text); the tag "" is the paragraph's own text, "br" a break.
Rich = list[tuple[str, str]]


@dataclass(frozen=True)
class Shown:
    """A piece of text on a line: its text, width and place in px."""

    text: str
    width: float
    x: float


def lay_out(
    paragraphs: list[tuple[float, Rich]], language: str, css: str = ""
) -> tuple[list[list[list[Shown]]], dict[str, Any]]:
    """Return what WeasyPrint shows of each paragraph, line by line, and the computed styles by tag."""
    body = "".join(
        f'<p style="width:{width!r}px">{"".join(_markup(tag, text) for tag, text in rich)}</p>'
        for width, rich in paragraphs
    )
    html = f"<html lang={language}><style>{_CSS}{css}</style><body>{body}<p><b>x</b><small>x</small>x</p>"
    document = weasyprint.HTML(string=html).render(font_config=FONTS)
    shown: list[list[list[Shown]]] = []
    styles: dict[str, Any] = {}
    for page in document.pages:
        for box in page._page_box.descendants():
            if isinstance(box, boxes.BlockBox) and box.element_tag == "p":
                shown.append([_line(line, styles) for line in box.children])
    return shown[:-1], styles


def _markup(tag: str, text: str) -> str:
    if tag == "br":
        return "<br/>"
    return f"<{tag}>{escape(text)}</{tag}>" if tag else escape(text)


def _line(line: Any, styles: dict[str, Any]) -> list[Shown]:
    texts = [box for box in line.descendants() if isinstance(box, boxes.TextBox)]
    for box in texts:
        styles.setdefault(box.element_tag, box.style)
    return [Shown(box.text, box.width, box.position_x) for box in texts if box.text.strip(" ")]


def style_of(css: str = "", language: str = "it") -> Any:
    """Return the computed style of a paragraph."""
    return lay_out([], language, f"p {{ {css} }}")[1]["p"]


def fonts_and_style(css: str = "", language: str = "it") -> tuple[FontSet, TypeStyle, Any]:
    """Return a font set, a type style known to it, and the computed style it was made of."""
    fonts, computed = FontSet(language), style_of(css, language)
    return fonts, type_style(computed, fonts), computed


def pango_width(text: str, computed: Any) -> float:
    """Return the width that WeasyPrint gives a line of text."""
    layout = Layout(computed)
    layout.set_text(text)
    line, _ = layout.get_first_line()
    return float(line_size(line, computed)[0])


def pango_glyphs(text: str, computed: Any) -> list[int]:
    """Return the glyphs that Pango takes."""
    return [glyph for glyph, _, _ in PangoText(computed).glyphs(text)]


def items_of(rich: Rich, styles: dict[str, TypeStyle]) -> tuple[list[LeafItem], list[str]]:
    """Return the items of a leaf and the slots that fill them."""
    items: list[LeafItem] = []
    for number, (tag, _) in enumerate(rich):
        items.append(BreakItem() if tag == "br" else RunItem((number,), styles[tag or "p"]))
    return items, [text for _, text in rich]


@lru_cache(maxsize=1)
def sample_texts() -> list[str]:
    """Return all texts of the sample customers, without the very long ones."""
    texts: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, str):
            texts.add(value)
        elif isinstance(value, dict | list):
            for part in value.values() if isinstance(value, dict) else value:
                walk(part)

    for line in (ROOT / "samples/customers.jsonl").read_text(encoding="utf-8").splitlines():
        walk(json.loads(line))
    return sorted(text for text in texts if 0 < len(text) < 200 and "\n" not in text)


@lru_cache(maxsize=8)
def locale_texts(locale: str) -> list[str]:
    """Return the translated texts of the starter templates."""
    from babel.messages.pofile import read_po

    (path,) = (ROOT / "templates/bill-explainer/texts").glob(f"{locale}*.po")
    with path.open("rb") as file:
        return sorted(
            {message.string for message in read_po(file) if isinstance(message.string, str) and message.string} - {""}
        )


def random_text(random: Random, locale: str) -> str:
    """Return a sentence of the locale, a text of a sample customer, or words of both with odd ones between."""
    sentences = [text for text in locale_texts(locale) if len(text) > 15 and "\n" not in text]
    kind = random.random()
    if kind < 0.3:
        return random.choice(sentences)
    if kind < 0.45:
        return random.choice(sample_texts())
    words = random.choice(sentences).split()
    chosen = [random.choice(_ODD if random.random() < 0.25 else words) for _ in range(random.randint(1, 25))]
    gap = random.choice((" ", "  ", "\n ")) if random.random() < 0.1 else " "
    return gap.join(chosen) + random.choice(("", "", " ", "\n"))


def random_rich(random: Random, locale: str) -> Rich:
    """Return mixed text: pieces in several styles, with and without spaces between, and breaks."""
    rich: Rich = []
    for _ in range(random.randint(1, 5)):
        text = random_text(random, locale)
        if random.random() < 0.6:
            text = " ".join(text.split()[: random.randint(1, 5)])
        if random.random() < 0.5:
            text += random.choice(("", " ", "", " ", "  ", "\n"))
        if random.random() < 0.3:
            text = random.choice((" ", ".", ", ", ")", "(")) + text
        tag = random.choice(("", "b", "small", "b", ""))
        if rich and rich[-1][0] == tag == "":
            continue
        rich.append((tag, text))
        if random.random() < 0.15:
            rich.append(("br", ""))
    return rich
