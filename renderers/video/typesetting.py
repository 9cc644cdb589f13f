"""Text fitted into a box and drawn as one layer.

The fit rule: `shrink` goes down to the style's floor on one line, then takes more lines; `wrap`
takes more lines first. What still does not fit ends in an ellipsis and is reported.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageDraw

from renderers.video.frame import Rect
from renderers.video.layer import RGB, Layer, digest
from renderers.video.storyboard import TextStyle
from renderers.video.typeface import FontBook, Run, direction, font_features, run_length

STEP = 0.94  # one step of shrinking


@dataclass(frozen=True, slots=True)
class Setting:
    """Text broken into lines at one size. `width` is that of the widest line."""

    lines: tuple[str, ...]
    size_px: int
    line_px: int
    width: int
    weight: int
    figures: bool
    is_cut: bool = False

    @property
    def height(self) -> int:
        """Height of all lines."""
        return self.line_px * len(self.lines)


def fit(book: FontBook, text: str, style: TextStyle, width: int, height: int, unit: float, tall: bool) -> Setting:
    """Return `text` set in `style` inside `width` x `height` pixels; `is_cut` if it had to be shortened."""
    top = (style.tall_size if tall and style.tall_size else style.size) * unit
    sizes = list(_sizes(top, style.floor * unit))
    if style.fit == "shrink":
        for size in sizes:
            if book.width(text, size, style.weight, style.figures) <= width:
                return _setting(book, (text,), size, style)
    for size in sizes:
        lines = break_lines(book, text, size, style, width)
        made = _setting(book, lines, size, style)
        if len(lines) <= _room(style, height, made.line_px) and made.width <= width:
            return made
    size = sizes[-1]
    lines = break_lines(book, text, size, style, width)
    kept = lines[: _room(style, height, _line_px(style, size))]
    if len(kept) == len(lines):
        return _setting(book, kept, size, style)
    last = _ellipsis(book, " ".join(lines[len(kept) - 1 :]), size, style, width)
    return _setting(book, (*kept[:-1], last), size, style, is_cut=True)


def _room(style: TextStyle, height: int, line_px: int) -> int:
    return max(1, min(style.lines, int(height / line_px + 0.35)))


def _sizes(top: float, floor: float) -> Iterator[int]:
    size = top
    while round(size) > round(floor):
        yield round(size)
        size *= STEP
    yield round(floor)


def _line_px(style: TextStyle, size: int) -> int:
    return round(size * style.leading)


def _setting(book: FontBook, lines: tuple[str, ...], size: int, style: TextStyle, is_cut: bool = False) -> Setting:
    widest = max((book.width(line, size, style.weight, style.figures) for line in lines), default=0.0)
    return Setting(lines, size, _line_px(style, size), int(widest + 0.999), style.weight, style.figures, is_cut)


def break_lines(book: FontBook, text: str, size: int, style: TextStyle, width: int) -> tuple[str, ...]:
    """Return `text` in lines no wider than `width`, evened out so that no last line is one lonely word.

    A word wider than the line is broken where it must.
    """
    measure = functools.partial(book.width, size_px=size, weight=style.weight, figures=style.figures)
    words = [part for word in text.split(" ") for part in _split_word(word, measure, width)]
    lines = _greedy(words, measure, width)
    if len(lines) < 2:
        return lines
    low, high = width // 2, width
    while high - low > 8:  # the narrowest width that needs no more lines reads best
        middle = (low + high) // 2
        if len(_greedy(words, measure, middle)) > len(lines) or any(measure(word) > middle for word in words):
            low = middle
        else:
            high = middle
    return _greedy(words, measure, high)


def _greedy(words: list[str], measure: functools.partial[float], width: int) -> tuple[str, ...]:
    lines: list[str] = []
    for word in words:
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and measure(joined) <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    return tuple(lines)


def _split_word(word: str, measure: functools.partial[float], width: int) -> Iterator[str]:
    while len(word) > 1 and measure(word) > width:
        low, high = 1, len(word) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if measure(word[:middle]) <= width else (low, middle - 1)
        hyphen = word.rfind("-", 1, low) + 1
        if hyphen > 2:
            low = hyphen  # a double name parts at its own hyphen
            yield word[:low]
        elif low > 2 and word[low - 2 : low + 1].isalpha() and measure(word[: low - 1] + "-") <= width:
            low -= 1  # a hyphen between letters; a number or code is broken without one
            yield word[:low] + "-"
        else:
            yield word[:low]
        word = word[low:]
    yield word


def _ellipsis(book: FontBook, text: str, size: int, style: TextStyle, width: int) -> str:
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        candidate = text[:middle].rstrip() + "…"
        fits = book.width(candidate, size, style.weight, style.figures) <= width
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low].rstrip() + "…"


def draw_setting(book: FontBook, setting: Setting, colour: RGB, align: str = "start", width: int = 0) -> Layer:
    """Return the text as a layer, `width` pixels wide or as wide as the text.

    One pixel row of descenders may reach below the last line's box, so the layer is a quarter line
    taller than the setting.
    """
    across = max(setting.width, width) or 1
    mask = Image.new("L", _size(setting, across), 0)
    pen = ImageDraw.Draw(mask)
    used: set[bytes] = set()
    for index, line in enumerate(setting.lines):
        runs = book.runs(line, setting.size_px, setting.weight, setting.figures)
        length = sum(run_length(run, setting.figures) for run in runs)
        x = {"start": 0.0, "center": (across - length) / 2, "end": across - length}[align]
        _draw_runs(pen, runs, x, index * setting.line_px + _baseline(book, setting), setting.figures)
        used.update(book.identity(run) for run in runs)
    return Layer(mask, colour, digest("text", setting, across, align, colour, sorted(used)))


def reach_of_counting(setting: Setting, width: int) -> Rect:
    """Return all pixels that an amount in this setting can touch at 0, 0, whatever its digits."""
    return Rect(0, 0, *_size(setting, max(setting.width, width) or 1))


def _size(setting: Setting, across: int) -> tuple[int, int]:
    return across + 4, setting.height + setting.line_px // 4 + 2


def _baseline(book: FontBook, setting: Setting) -> int:
    ascent, descent = book.primary(setting.size_px, setting.weight, setting.figures).getmetrics()
    return round((setting.line_px - ascent - descent) / 2 + ascent)


def _draw_runs(pen: ImageDraw.ImageDraw, runs: list[Run], x: float, baseline: int, figures: bool) -> None:
    for run in runs:
        pen.text((x, baseline), run.text, fill=255, font=run.font, anchor="ls",
                 features=font_features(figures), direction=direction(run))  # fmt: skip
        x += run_length(run, figures)
