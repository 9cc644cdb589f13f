"""About how wide a text will be, without any font: so that labels of a chart keep apart in every channel.

Widths are those of Inter in em, rounded up; other faces of the set are narrower. Ideographs count as
a full em. A channel may measure better, but never needs to.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

from engine.model.communication import Fact, Text, TextBlock

_NARROW = frozenset("iljtfrI.,:;|!'’·()[]/ \u00a0\u202f\u2009")
_WIDE = frozenset("mwMWЖЩШМЮжщшмю%@—₽&")
STRONG_FACTOR = 1.06
LEAST_SIZE = 1.0


def width(text: str, size: float, *, is_strong: bool = False) -> float:
    """Return about how wide `text` is at font size `size`, in the units of `size`."""
    return _ems(text) * size * (STRONG_FACTOR if is_strong else 1.0)


def fit_size(texts: list[str], room: float, size: float, *, is_strong: bool = False) -> float:
    """Return the largest size up to `size` at which the widest of `texts` fits into `room`."""
    widest = max((width(text, 1.0, is_strong=is_strong) for text in texts), default=0.0)
    if widest * size <= room:
        return size
    return max(LEAST_SIZE, int(room / widest * 10) / 10)


def spread(
    texts: list[str], centres: list[float], size: float, *, reach: float, gap: float, box: float
) -> tuple[float, list[float]]:
    """Return the largest size up to `size`, and the centres, at which strong `texts` in a row keep `gap` apart.

    Each stays within `reach` of its own centre and inside 0 to `box`: the outer ones move inwards for
    that. A long text may so use the room that short neighbours leave.
    """
    ems = [_ems(text) * STRONG_FACTOR for text in texts]
    while size > LEAST_SIZE:
        places = _placed(ems, centres, size, reach, gap, box)
        if places is not None:
            return size, places
        size = round(size - 0.5, 1)
    return LEAST_SIZE, centres


def _placed(
    ems: list[float], centres: list[float], size: float, reach: float, gap: float, box: float
) -> list[float] | None:
    """Return the centres of texts of these widths, None where one goes beyond its reach or touches the next."""
    places = []
    edge: float | None = None  # of the text before, with the gap
    for em, centre in zip(ems, centres, strict=True):
        half = em * size / 2
        place = min(max(centre, half), box - half)
        if (edge is not None and edge > place - half) or abs(place - centre) + half > reach:
            return None
        edge = place + half + gap
        places.append(place)
    return places


def in_lines(name: Text | Fact | TextBlock, room: float, size: float, max_lines: int) -> list[Text | Fact]:
    """Return `name` in at most `max_lines` (1 or 2) lines: two when it is wider than `room` and has a space.

    Lines of a fact, or of running text with facts in it, are facts of their own (`id`.1, `id`.2), so that
    what is shown can be accounted for.
    """
    whole = name.text if isinstance(name, (Fact, TextBlock)) else str(name)
    words = whole.split(" ")
    if max_lines < 2 or len(words) < 2 or width(whole, size) <= room:
        return [_as_label(name, whole)]
    breaks = [(" ".join(words[:place]), " ".join(words[place:])) for place in range(1, len(words))]
    best = min(breaks, key=lambda pair: max(width(line, size) for line in pair))
    if _is_plain(name):
        return [Text(line) for line in best]
    id_ = name.id if isinstance(name, (Fact, TextBlock)) else ""
    return [Fact(f"{id_}.{place}", line, line) for place, line in enumerate(best, 1)]


def _as_label(name: Text | Fact | TextBlock, whole: str) -> Text | Fact:
    if isinstance(name, TextBlock):
        return Text(whole) if _is_plain(name) else Fact(name.id, whole, whole)
    return name


def _is_plain(name: Text | Fact | TextBlock) -> bool:
    """True if no value of a customer is in `name`."""
    if isinstance(name, TextBlock):
        return not any(isinstance(part, Fact) for part in name.parts)
    return isinstance(name, Text)


@lru_cache(maxsize=8192)
def _ems(text: str) -> float:
    return sum(map(_em, text))


@cache
def _em(character: str) -> float:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn"):
        return 0.0
    if unicodedata.east_asian_width(character) in ("W", "F"):
        return 1.0
    if character in _NARROW:
        return 0.36
    if character in _WIDE:
        return 0.92
    if character.isupper():
        return 0.74
    return 0.65 if character.isdigit() else 0.6
