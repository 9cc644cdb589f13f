"""English cardinals, as in Britain: one hundred and twenty-nine."""

from __future__ import annotations

from typing import Final

_SMALL: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES: Final = ((10**9, "billion"), (10**6, "million"), (1000, "thousand"))
_ORDINALS: Final = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip


def cardinal(count: int) -> str:
    """Return a count from 0 on in words."""
    if count < 1000:
        return _hundreds(count)
    parts = []
    for scale, name in _SCALES:
        many, count = divmod(count, scale)
        if many:
            parts.append(f"{_hundreds(many)} {name}")
    if count:
        parts.append(f"and {_hundreds(count)}" if count < 100 else _hundreds(count))
    return " ".join(parts)


def ordinal(count: int) -> str:
    """Return the ordinal of a count below a hundred."""
    head, hyphen, last = cardinal(count).rpartition("-")
    if last in _ORDINALS:
        last = _ORDINALS[last]
    elif last.endswith("y"):
        last = f"{last[:-1]}ieth"
    else:
        last += "th"
    return f"{head}{hyphen}{last}"


def _hundreds(count: int) -> str:
    if count < 20:
        return _SMALL[count]
    if count < 100:
        tens, ones = divmod(count, 10)
        return _TENS[tens] + (f"-{_SMALL[ones]}" if ones else "")
    hundreds, rest = divmod(count, 100)
    return f"{_SMALL[hundreds]} hundred" + (f" and {_hundreds(rest)}" if rest else "")
