"""A clip of footage on one rendition: it moves for its whole length, then its last frame stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from renderers.video.canvas import Canvas
from renderers.video.footage import ClipOrder, Footage, Reel, check_length, film_of, source_of
from renderers.video.frame import Frame, Rect
from renderers.video.layer import Layer, digest
from renderers.video.shapes import rounded_mask
from renderers.video.storyboard import ClipElement, Entrance


@dataclass(slots=True)
class ClipPiece:
    """Footage in its place. `fade_in` and `fade_out` are shares of its length, over which the ground shows through."""

    entrance: Entrance
    rect: Rect
    order: ClipOrder
    radius: int
    fade_in: float
    fade_out: float
    cache_dir: Path | None
    _reel: Reel | None = field(default=None)
    _last: tuple[int, Layer] | None = field(default=None)

    @property
    def reach(self) -> Rect:
        """All pixels that it can touch, at any progress."""
        return self.rect

    @property
    def rest(self) -> Rect:
        """All pixels that it touches once it has played."""
        return Rect(self.rect.left, self.rect.top, 0, 0) if self.fade_out else self.rect

    @property
    def key(self) -> bytes:
        """What decides its pixels besides place and times."""
        return digest("clip", self.order.key, self.radius, self.fade_in, self.fade_out)

    def move_to(self, left: int, top: int) -> None:
        """Put it at a place."""
        self.rect = Rect(left, top, self.rect.width, self.rect.height)

    def draw(self, canvas: Canvas, progress: float) -> None:
        """Lay the frame of a moment. Raises `RenderError` (R407, R451) when footage can't be had."""
        opacity = self._opacity(progress)
        if opacity > 0:
            # a hair more than the share, since progress is rounded: a frame must not fall to the one before
            canvas.lay(self._layer(int(progress * self.order.frames + 0.01)), self.rect.left, self.rect.top, opacity)

    def _opacity(self, progress: float) -> float:
        """Return how much of it is seen. A frame that fades is never quite gone, but for the end."""
        step = 1 / self.order.frames
        rising = min(1.0, (progress + step) / (self.fade_in + step)) if self.fade_in else 1.0
        falling = min(1.0, (1 - progress) / self.fade_out) if self.fade_out else 1.0
        return max(0.0, min(rising, falling))

    def _layer(self, number: int) -> Layer:
        number = min(number, self.order.frames - 1)
        if self._last is None or self._last[0] != number:
            if self._reel is None:
                self._reel = Reel(film_of(self.order, self.cache_dir), self.order.frames)
            picture = self._reel.picture(number)
            mask = rounded_mask(picture.width, picture.height, self.radius)
            key = digest("clip", self.order.key, self.radius, number)
            self._last = number, Layer(mask, (0, 0, 0), key, picture=picture)
        return self._last[1]


def clip_piece(element: ClipElement, frame: Frame, root: Path, footage: Footage, place: str) -> ClipPiece:
    """Return the piece of a clip; one that fills no slot is in its place. Raises `RenderError` (R450, R451, R452)."""
    source = source_of(root, element.path, place)
    check_length(source, element.path, element.start_s, element.seconds, place)
    box = frame.rect(element.place.slot) if element.fills_slot else Rect(0, 0, frame.width, frame.height)
    width, height = box.width, box.height
    if element.fit == "contain":
        scale = min(width / source.width, height / source.height)
        width, height = max(2, round(source.width * scale)), max(2, round(source.height * scale))
    rate = footage.frames_per_second
    frames = max(1, round(element.seconds * rate))
    order = ClipOrder(source, element.start_s, frames, rate, width, height, element.zoom, element.dim)
    fades = (element.fade_in_s / element.seconds, element.fade_out_s / element.seconds)
    rect = Rect(box.left + (box.width - width) // 2, box.top + (box.height - height) // 2, width, height)
    return ClipPiece(element.entrance, rect, order, frame.px(element.radius), *fades, footage.cache_dir)
