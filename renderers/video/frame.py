"""The picture's measures: rendition, unit, safe margins and the grid in pixels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from renderers.video.storyboard import COLUMNS, Box, Slot

SAFE_SHARE = 0.05
CAPTION_SHARE = 0.16  # height kept free at the foot when captions are burnt in


class Shape(StrEnum):
    """The three shapes that a storyboard is laid out for."""

    WIDE = "wide"
    TALL = "tall"
    SQUARE = "square"


ROWS: Final = {Shape.WIDE: 12, Shape.TALL: 24, Shape.SQUARE: 12}  # of the grid, 12 columns each
_WIDE_FROM, _TALL_TO = 1.2, 0.85  # width over height


class Rect(NamedTuple):
    """A rectangle in whole pixels. A tuple: some thousand are made for a video."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first pixel column to the right of it."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The first pixel row below it."""
        return self.top + self.height

    def moved(self, across: int, down: int) -> Rect:
        """Return it at another place."""
        return Rect(self.left + across, self.top + down, self.width, self.height)

    def joined(self, other: Rect) -> Rect:
        """Return the smallest rectangle around both; one of no size adds nothing."""
        if not (self.width and self.height and other.width and other.height):
            return self if self.width and self.height else other
        left, top = min(self.left, other.left), min(self.top, other.top)
        return Rect(left, top, max(self.right, other.right) - left, max(self.bottom, other.bottom) - top)

    def common(self, other: Rect) -> Rect:
        """Return what lies in both, of no size if nothing does."""
        left = max(other.left, self.left)  # four calls of min and max take twice as long
        top = max(other.top, self.top)
        right, bottom = self.left + self.width, self.top + self.height
        width = (min(other.left + other.width, right)) - left
        height = (min(other.top + other.height, bottom)) - top
        return Rect(left, top, width, height) if width > 0 and height > 0 else Rect(left, top, 0, 0)


@dataclass(frozen=True, slots=True)
class Frame:
    """A rendition: even sides, and whether the foot is kept free for captions."""

    width: int
    height: int
    has_captions: bool = False

    @classmethod
    def named(cls, rendition: str, has_captions: bool = False) -> Frame:
        """Return the frame of a rendition, as in 1280x720."""
        width, height = (int(part) for part in rendition.split("x"))
        return cls(width - width % 2, height - height % 2, has_captions)

    @property
    def shape(self) -> Shape:
        """The shape that it is laid out for."""
        ratio = self.width / self.height
        return Shape.WIDE if ratio >= _WIDE_FROM else Shape.TALL if ratio <= _TALL_TO else Shape.SQUARE

    @property
    def is_tall(self) -> bool:
        """Portrait."""
        return self.shape is Shape.TALL

    @property
    def is_narrow(self) -> bool:
        """Portrait or square: a line is 648 units long, and not 1139."""
        return self.shape is not Shape.WIDE

    @property
    def unit(self) -> float:
        """Pixels for one pixel of a 720p picture."""
        return min(self.width, self.height) / 720

    @property
    def safe(self) -> Rect:
        """The area inside the margins: at least 5 % of each side, and what captions leave."""
        across = round(self.width * (SAFE_SHARE if self.is_narrow else SAFE_SHARE * 1.1))
        down = round(self.height * (SAFE_SHARE if self.is_narrow else SAFE_SHARE * 1.3))
        foot = round(self.height * CAPTION_SHARE) if self.has_captions else down
        return Rect(across, down, self.width - 2 * across, self.height - down - foot)

    @property
    def caption(self) -> Rect:
        """The area of burnt-in captions."""
        margin = round(self.height * SAFE_SHARE)
        height = round(self.height * (CAPTION_SHARE - SAFE_SHARE))
        across = round(self.width * SAFE_SHARE)
        return Rect(across, self.height - margin - height, self.width - 2 * across, height)

    def px(self, length: float) -> int:
        """Return a length of the 720p picture in pixels of this one."""
        return round(length * self.unit)

    def rect(self, slot: Slot) -> Rect:
        """Return where a slot lies."""
        shape, area = self.shape, self.safe
        box: Box = slot.tall if shape is Shape.TALL else slot.wide if shape is Shape.WIDE else slot.square or slot.wide
        rows = ROWS[shape]
        left = area.left + area.width * box.column / COLUMNS
        top = area.top + area.height * box.row / rows
        right = left + area.width * box.columns / COLUMNS
        bottom = top + area.height * box.rows / rows
        return Rect(round(left), round(top), round(right) - round(left), round(bottom) - round(top))
