"""Cells of CSV files, as no spreadsheet runs them."""

from __future__ import annotations

_STARTS = tuple("=+-@＝＋－＠")


def plain_cell(text: str) -> str:
    """Return `text` so that a spreadsheet shows it: what would start a formula gets an apostrophe before it.

    Source: OWASP, CSV Injection. The sender strips it where a key of the billing system starts so.
    """
    return f"'{text}" if text.lstrip()[:1] in _STARTS else text
