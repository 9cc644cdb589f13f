"""Texts, addresses and numbers as a PDF has them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from engine.natives import native
from renderers.pdf.fast.model import SlotValue, Template, Unfillable

_SPECIAL = re.compile(r"[\\()]")
# What a URI may consist of (RFC 3986, 2.2 to 2.4); WeasyPrint quotes the rest, which isn't done here.
_URI = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'*+,;=%]+")
_KEPT = 4096


def _filled(template: Template, slots: Sequence[SlotValue]) -> str:
    """Return the text of a template with its slots in it."""
    texts = [piece if isinstance(piece, str) else slots[piece] for piece in template]
    return "".join([text if isinstance(text, str) else _not_a_text() for text in texts])


def _not_a_text() -> str:
    raise TypeError("a slot of a text holds a picture")


@lru_cache(maxsize=_KEPT)
def _pdf_string(text: str) -> bytes:
    r"""Return a text string: ASCII in parentheses, else UTF-16 in hexadecimal (ISO 32000-1, 7.9.2.2).

    >>> _pdf_string("Bill (10)"), _pdf_string("é")
    (b'(Bill \\(10\\))', b'<feff00e9>')
    """
    if not text.isascii():
        return b"<feff" + text.encode("utf-16-be").hex().encode("ascii") + b">"
    if "(" in text or ")" in text or "\\" in text:
        text = _SPECIAL.sub(r"\\\g<0>", text)
    return b"(" + text.encode("ascii").replace(b"\r", rb"\r") + b")"


@lru_cache(maxsize=_KEPT)
def _uri_string(text: str) -> bytes:
    """Return the string of an address. Raises `Unfillable` where it isn't a URI as it is."""
    if _URI.fullmatch(text) is None:
        raise Unfillable("an address has characters that must be quoted")
    return b"(" + text.encode("ascii") + b")"


_kernel = native(__name__, "write_kernel")
filled = _filled if _kernel is None else _kernel.filled
pdf_string = _pdf_string if _kernel is None else _kernel.pdf_string
uri_string = _uri_string if _kernel is None else _kernel.uri_string


def number(value: float) -> str:
    """Return a number as WeasyPrint writes it: six places at most.

    >>> number(3.0), number(56.692913), number(0.5)
    ('3', '56.692913', '0.5')
    """
    return f"{value:f}".rstrip("0").rstrip(".")
