"""Easing, staggering and counting: how a progress from 0 to 1 becomes a picture's state."""

from __future__ import annotations

import functools
import re

from renderers.video.storyboard import Ease

_DIGITS = re.compile(r"\d")
_OVERSHOOT = 1.70158
PAST = 0.1001  # how far BACK goes past its place, of the way there
_FIGURE_SPACE = "\u2007"  # as wide as a tabular figure, so that a counting amount stands still


def ease_out(progress: float) -> float:
    """Return the cubic ease-out of a progress: quick at first, then coming to rest."""
    return 1.0 - (1.0 - min(1.0, max(0.0, progress))) ** 3


def ease(how: Ease, progress: float) -> float:
    """Return an eased progress: 0 at 0, 1 at 1. Only BACK goes above 1 on its way, by a tenth."""
    p = min(1.0, max(0.0, progress))
    if how is Ease.LINEAR:
        return p
    if how is Ease.IN_OUT:
        return 4 * p**3 if p < 0.5 else 1 - (2 - 2 * p) ** 3 / 2
    if how is Ease.BACK:
        return 1 + (_OVERSHOOT + 1) * (p - 1) ** 3 + _OVERSHOOT * (p - 1) ** 2
    return ease_out(p)


def stagger(progress: float, index: int, count: int, overlap: float = 0.5) -> float:
    """Return the progress of item `index` of `count`: each starts when the one before is under way."""
    step = 1.0 - overlap
    duration = 1.0 / (1.0 + (count - 1) * step)
    return min(1.0, max(0.0, (progress - index * duration * step) / duration))


@functools.lru_cache(maxsize=4096)
def staggered(progress: float, count: int, overlap: float = 0.5) -> tuple[float, ...]:
    """Return the progress of each of `count` items: the same moments come again in every video."""
    return tuple(stagger(progress, index, count, overlap) for index in range(count))


def counting(text: str, progress: float) -> str:
    """Return what a formatted amount shows while it counts up; at progress 1 exactly `text`.

    Digits keep their places: the marks between them stay, leading zeros are blank. What follows the decimal mark
    stands from the start: nobody reads cents that run, and each picture of them costs.
    """
    digits = _DIGITS.findall(text)
    whole = len(digits) - _decimals(text)
    if progress >= 1.0 or whole < 1:
        return text
    value = str(int(int("".join(digits[:whole])) * max(0.0, progress))).zfill(whole)
    leading = min(whole - len(value.lstrip("0")), whole - 1)
    shown = iter([*value, *digits[whole:]])
    out, place = [], 0
    for character in text:
        if _DIGITS.match(character):
            digit = next(shown)
            out.append(_FIGURE_SPACE if place < leading else digit)
            place += 1
        elif 0 < place <= leading:  # a thousands mark among blanks
            out.append(" ")
        else:
            out.append(character)
    return "".join(out)


def _decimals(text: str) -> int:
    """Return how many digits follow the decimal mark, as far as the text tells: groups have three."""
    match = re.search(r"\d[.,](\d{1,2})(?!\d)\D*$", text)
    return len(match.group(1)) if match else 0
