"""Text and figures as XML writes them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

_SPECIAL = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "\n"}
# What must be escaped, and what XML 1.0 can't hold at all (section 2.2).
_NOT_XML = "\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufdd0-\\ufdef\\ufffe\\uffff"
_UNFIT = re.compile(f"[&<>\\r{_NOT_XML}]")
# The same, or blanks that are not single: most texts have neither, and are taken as they are.
_UNTIDY = re.compile(rf"[&<>\t\n\r\x85{_NOT_XML}]|\s\s|^\s|\s$")


def escaped(text: str) -> str:
    """Return `text` for the content of an element; characters that XML can't hold become blanks."""
    return _UNFIT.sub(_harmless, text) if _UNFIT.search(text) else text


def _harmless(match: re.Match[str]) -> str:
    return _SPECIAL.get(match[0], " ")


def one_line(text: str) -> str:
    """Return `text` escaped, its blanks and line breaks made single."""
    return " ".join(escaped(text).split()) if _UNTIDY.search(text) else text


def element(name: str, text: str | None) -> str:
    """Return an element of the namespace `ram` with `text` on one line, or nothing where it is empty."""
    shown = one_line(text) if text else ""
    return f"<ram:{name}>{shown}</ram:{name}>" if shown else ""


def needed(name: str, text: str) -> str:
    """Return an element that must not be absent: a text of control characters only stands as a question mark."""
    return element(name, text) or f"<ram:{name}>?</ram:{name}>"


def money(amount: Decimal) -> str:
    """Return an amount with two decimals, as the standard wants them all (BR-DEC)."""
    text = str(amount)  # a quarter of the time of formatting it, and mostly right
    if text[-3:-2] != ".":
        text = f"{amount:.2f}"
    return "0.00" if text == "-0.00" else text


def number(figure: Decimal) -> str:
    """Return a quantity, price or rate in plain digits, as exact as it is."""
    text = str(figure)
    return f"{figure:f}" if "E" in text else text


def day(moment: date) -> str:
    """Return a date as the element that CII writes it in (UNTDID 2379, format 102)."""
    return f'<udt:DateTimeString format="102">{moment.isoformat().replace("-", "")}</udt:DateTimeString>'
