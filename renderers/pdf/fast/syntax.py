"""Bodies of PDF objects, with holes where a customer's texts go."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from renderers.pdf.fast.model import SlotValue, Template, Unfillable

_SPECIAL = re.compile(r"[\\()]")
# What a URI may consist of (RFC 3986, 2.2 to 2.4); WeasyPrint quotes the rest, which isn't done here.
_URI = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'*+,;=%]+")


class Hole(NamedTuple):
    """Where a text of the customer goes, and how it is written there."""

    written: Callable[[str], bytes]
    template: Template


# What stands between `obj` and `endobj`.
Body: TypeAlias = tuple[bytes | Hole, ...]


def filled(template: Template, slots: Sequence[SlotValue]) -> str:
    """Return the text of a template with its slots in it."""
    if len(template) == 1:
        (piece,) = template
        text = piece if isinstance(piece, str) else slots[piece]
        return text if isinstance(text, str) else _not_a_text()
    texts = [piece if isinstance(piece, str) else slots[piece] for piece in template]
    return "".join([text if isinstance(text, str) else _not_a_text() for text in texts])


def _not_a_text() -> str:
    raise TypeError("a slot of a text holds a picture")


def body(*parts: bytes | Hole) -> Body:
    """Return a body: neighbours joined, and holes without a slot filled."""
    joined: list[bytes | Hole] = []
    for given in parts:
        is_known = isinstance(given, Hole) and not any(isinstance(piece, int) for piece in given.template)
        part = given.written(filled(given.template, ())) if isinstance(given, Hole) and is_known else given
        if isinstance(part, bytes) and joined and isinstance(joined[-1], bytes):
            joined[-1] += part
        else:
            joined.append(part)
    return tuple(joined)


def pdf_string(text: str) -> bytes:
    r"""Return a text string: ASCII in parentheses, else UTF-16 in hexadecimal (ISO 32000-1, 7.9.2.2).

    >>> pdf_string("Bill (10)"), pdf_string("é")
    (b'(Bill \\(10\\))', b'<feff00e9>')
    """
    if not text.isascii():
        return b"<feff" + text.encode("utf-16-be").hex().encode("ascii") + b">"
    if "(" in text or ")" in text or "\\" in text:
        text = _SPECIAL.sub(r"\\\g<0>", text)
    return b"(" + text.encode("ascii").replace(b"\r", rb"\r") + b")"


def uri_string(text: str) -> bytes:
    """Return the string of an address. Raises `Unfillable` where it isn't a URI as it is."""
    if _URI.fullmatch(text) is None:
        raise Unfillable("an address has characters that must be quoted")
    return b"(" + text.encode("ascii") + b")"


def number(value: float) -> str:
    """Return a number as WeasyPrint writes it: six places at most.

    >>> number(3.0), number(56.692913), number(0.5)
    ('3', '56.692913', '0.5')
    """
    return f"{value:f}".rstrip("0").rstrip(".")
