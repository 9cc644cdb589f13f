"""Text fitted into a box and drawn as one layer.

The fit rule: `shrink` goes down to the style's floor on one line, then takes more lines; `wrap`
takes more lines first. What still does not fit ends in an ellipsis and is reported.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from renderers.video.canvas import Canvas
from renderers.video.frame import Rect
from renderers.video.kept import Kept
from renderers.video.layer import RGB, Layer, digest
from renderers.video.shaping import shaped_by
from renderers.video.stamps import Glyphs, layer_of, place_of, stamp_of
from renderers.video.storyboard import TextStyle
from renderers.video.typeface import FontBook

_DIGITS = "0123456789"
_LAYERS: Kept[bytes, Layer] = Kept(16_000_000)
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
    sizes = _sizes(top, style.floor * unit)
    if style.fit == "shrink":
        largest = book.largest(text, sizes, width, style.weight, style.figures)
        if largest:
            return _setting(book, (text,), largest, style)
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


@functools.lru_cache(maxsize=512)
def _sizes(top: float, floor: float) -> tuple[int, ...]:
    sizes, size = [], top
    while round(size) > round(floor):
        sizes.append(round(size))
        size *= STEP
    return (*sizes, round(floor))


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
    if measure(text) <= width:
        return (text,)
    words: list[tuple[str, float]] = []
    for word in text.split(" "):
        across = measure(word)
        if across <= width:
            words.append((word, across))
        else:
            words += [(part, measure(part)) for part in _split_word(word, measure, width)]
    blank, widest = measure(" "), max(across for _, across in words)
    lines = _greedy(words, blank, width)
    if len(lines) < 2:
        return lines
    low, high = width // 2, width
    while high - low > 8:  # the narrowest width that needs no more lines reads best
        middle = (low + high) // 2
        if widest > middle or len(_greedy(words, blank, middle)) > len(lines):
            low = middle
        else:
            high = middle
    return _greedy(words, blank, high)


def _greedy(words: list[tuple[str, float]], blank: float, width: int) -> tuple[str, ...]:
    """Return words, given with their widths, in lines as full as can be: a line is as wide as words and blanks."""
    lines: list[list[str]] = []
    used = 0.0
    for word, across in words:
        if lines and used + blank + across <= width:
            lines[-1].append(word)
            used += blank + across
        else:
            lines.append([word])
            used = across
    return tuple(" ".join(line) for line in lines)


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
    how = (setting.size_px, setting.weight, setting.figures)
    fonts = [book.identity(line, *how) for line in setting.lines]
    made_of = (setting.lines, *how, setting.line_px, setting.width, across, align, colour)
    key = digest("text", made_of, book.primary(*how).identity, fonts, shaped_by())
    layer = _LAYERS.get(key)
    if layer is None:
        mask = _drawn(setting, _placed(book, setting), across, align, _baseline(book, setting))
        layer = _LAYERS.put(key, Layer(mask, colour, key), 4 * mask.width * mask.height + 2048)
    return layer


def _drawn(
    setting: Setting, lines: list[tuple[list[Glyphs], float]], across: int, align: str, baseline: int
) -> Image.Image:
    mask = Image.new("L", (across + 4, setting.height + setting.line_px // 4 + 2), 0)
    core = mask.im
    for index, (line, length) in enumerate(lines):
        start, down = _start(align, across, length), baseline + index * setting.line_px
        for glyphs in line:
            pixel, step = place_of(start + glyphs.x_px)
            stamp = stamp_of(glyphs, setting.size_px, step, figures=setting.figures)
            left, top, ink = pixel + stamp.left, down + stamp.top, stamp.mask
            core.paste(255, (left, top, left + ink.width, top + ink.height), ink.im)
    return mask


def lay_line(
    canvas: Canvas, book: FontBook, setting: Setting, colour: RGB, place: Rect, align: str, opacity: float
) -> None:
    """Lay the one line of a setting letter by letter: what changes with each picture is not worth a layer.

    `place` is what `draw_setting` would fill, its width that of the line's box.
    """
    ((line, length),) = _placed(book, setting)
    across = max(setting.width, place.width) or 1
    start, down = _start(align, across, length), place.top + _baseline(book, setting)
    for glyphs in line:
        pixel, step = place_of(start + glyphs.x_px)
        layer, left, top = layer_of(glyphs, setting.size_px, step, colour, figures=setting.figures)
        canvas.lay(layer, place.left + pixel + left, down + top, opacity)


def reach_of_counting(book: FontBook, setting: Setting, align: str, width: int) -> Rect:
    """Return all pixels that an amount of one line can touch at 0, 0, whatever its digits."""
    across, size = max(setting.width, width) or 1, setting.size_px
    measure = functools.partial(book.width, size_px=size, weight=setting.weight, figures=setting.figures)
    widest = max(_DIGITS, key=measure)
    length = measure("".join(widest if letter.isdecimal() else letter for letter in setting.lines[0]))
    letters = book.placed(setting.lines[0] + _DIGITS, size, setting.weight, setting.figures)[0]
    inks = [(one, stamp_of(one, size, 0, figures=setting.figures)) for one in letters]
    over = 2  # what letters stand out of their advance, at any step of a pixel
    for one, ink in inks:
        advance = one.face.word(one.text, figures=setting.figures).advance * size
        over = max(over, 2 - ink.left, math.ceil(ink.left + ink.mask.width - advance) + 2)
    top = min(ink.top for _, ink in inks)
    bottom = max(ink.top + ink.mask.height for _, ink in inks)
    start = _start(align, across, length)
    left, right = math.floor(start) - over, math.ceil(start + length) + over
    return Rect(left, _baseline(book, setting) + top, right - left, bottom - top)


def _placed(book: FontBook, setting: Setting) -> list[tuple[list[Glyphs], float]]:
    return [book.placed(line, setting.size_px, setting.weight, setting.figures) for line in setting.lines]


def _start(align: str, across: int, length: float) -> float:
    return {"start": 0.0, "center": (across - length) / 2, "end": across - length}[align]


def _baseline(book: FontBook, setting: Setting) -> int:
    ascent, descent = book.primary(setting.size_px, setting.weight, setting.figures).metrics(setting.size_px)
    return round((setting.line_px - ascent - descent) / 2 + ascent)
