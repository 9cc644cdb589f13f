"""Parts as bytes. Of what the bytes name, only the classes that parts are made of are loaded."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from renderers.pdf.fast.decor import Decor
from renderers.pdf.fast.model import FontChoice, TypeStyle
from renderers.pdf.fast.parts import Atom, LinesPart, PartBox, Span
from renderers.pdf.fast.strip import PageKind


@dataclass(frozen=True, slots=True)
class Furniture:
    """What stands in the margins of each kind of page, by the numbers of the running elements."""

    kinds: dict[str, PageKind]
    boxes: dict[str, list[tuple[int, PartBox]]]


@dataclass(frozen=True, slots=True)
class Entry:
    """What is stored: a part, a row or furniture; or why there is none.

    `styles` are those of its texts and lines, each with the digest of its font's file: in another locale the part
    is the same if they get the same fonts there.
    """

    thing: PartBox | Furniture | None  # None: it runs in the pages' margins, or can't be filled
    reason: str = ""
    styles: tuple[tuple[TypeStyle, str], ...] = ()


_CLASSES = {
    (kind.__module__, kind.__qualname__): kind
    for kind in (Entry, Furniture, PageKind, PartBox, LinesPart, Span, Atom, TypeStyle, FontChoice, Decor)
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        found = _CLASSES.get((module, name))
        if found is None:
            raise pickle.UnpicklingError("an entry names what no part is made of")
        return found


def packed(entry: Entry) -> bytes:
    """Return an entry as bytes."""
    return pickle.dumps(entry, protocol=5)


def unpacked(data: bytes) -> Entry | None:
    """Return the entry in these bytes, None where there is none."""
    try:
        found = _Unpickler(BytesIO(data)).load()
    except (pickle.UnpicklingError, ValueError, TypeError, AttributeError, EOFError, IndexError, KeyError):
        return None
    return found if isinstance(found, Entry) else None
