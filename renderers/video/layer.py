"""Layers: immutable pictures with alpha, each with a key that says what it shows.

Equal keys mean equal pixels, in any process: a key is derived from what a layer was made of, where
that is known, else from its pixels. So whatever is made of layers (an entrance that was encoded, a
plane in another colour space) can be kept under their keys and shared.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from PIL import Image, __version__, features

from renderers.video.frame import Rect

RGB = tuple[int, int, int]
KEY_BYTES = 16
PAINTING = "3"  # to be raised when the same words, shapes or grounds are painted otherwise than before


@functools.cache
def _drawn_by() -> bytes:
    """Return what draws: another version of it may set other pixels for the same words or shape."""
    parts = [
        PAINTING,
        __version__,
        *(features.version(part) or "" for part in ("freetype2", "raqm", "harfbuzz", "fribidi")),
    ]
    return hashlib.blake2b("|".join(parts).encode(), digest_size=KEY_BYTES).digest()


def digest(*parts: object) -> bytes:
    """Return the 16-byte key of plain values: texts, numbers, bytes and tuples of them."""
    return hashlib.blake2b(repr(parts).encode(), key=_drawn_by(), digest_size=KEY_BYTES).digest()


Parts: TypeAlias = "tuple[tuple[Layer, int, int], ...]"  # layers with their places in a box


@dataclass(slots=True, eq=False)
class Layer:
    """A picture with alpha: in one colour, in one colour with `parts` laid on it, or a `picture` of many.

    `parts` change its colours but not its alpha, `mask`. `plain` is a part in which alpha is the same
    all over, 0 or 255, where that is known. Not to be changed, nor its images: it may be shared by
    scenes and videos.
    """

    mask: Image.Image = field(repr=False)  # L
    colour: RGB
    key: bytes
    parts: Parts = ()
    picture: Image.Image | None = field(default=None, repr=False)  # RGB, not premultiplied
    plain: Rect | None = None
    views: dict[object, Any] = field(default_factory=dict, repr=False)  # what canvases made of it
    _ink: Rect | None = field(default=None, repr=False)
    _painted: Image.Image | None = field(default=None, repr=False)

    @classmethod
    def of_picture(cls, picture: Image.Image, key: bytes = b"") -> Layer:
        """Return a layer of an RGBA picture of many colours. Without `key` its pixels are hashed."""
        if not key:
            key = digest("picture", picture.size, hashlib.blake2b(picture.tobytes(), digest_size=KEY_BYTES).digest())
        return cls(picture.getchannel("A"), (0, 0, 0), key, (), picture.convert("RGB"))

    @classmethod
    def empty(cls, width: int, height: int) -> Layer:
        """Return a layer that shows nothing."""
        return cls(Image.new("L", (width, height), 0), (0, 0, 0), digest("empty", width, height))

    def carrying(self, *parts: tuple[Layer, int, int]) -> Layer:
        """Return this layer with others laid on it, each with its corner at a place, cut where this one ends."""
        key = digest("carrying", self.key, [(layer.key, left, top) for layer, left, top in parts])
        return Layer(self.mask, self.colour, key, (*self.parts, *parts), self.picture, self.plain)

    @property
    def width(self) -> int:
        """Width in pixels."""
        return self.mask.width

    @property
    def height(self) -> int:
        """Height in pixels."""
        return self.mask.height

    @property
    def ink(self) -> Rect:
        """The smallest rectangle of the layer outside which nothing is seen; of no size if nothing is."""
        if self._ink is None:
            left, top, right, bottom = self.mask.getbbox() or (0, 0, 0, 0)
            self._ink = Rect(left, top, right - left, bottom - top)
        return self._ink

    @property
    def colours(self) -> Image.Image | RGB:
        """Its colours whatever its alpha: one, or an RGB picture of its size. Not to be changed."""
        if not self.parts:
            return self.picture or self.colour
        if self._painted is None:
            made = self.picture.copy() if self.picture else Image.new("RGB", self.mask.size, self.colour)
            for layer, left, top in self.parts:
                made.paste(layer.colours, (left, top, left + layer.width, top + layer.height), layer.mask)
            self._painted = made
        return self._painted

    @property
    def rgba(self) -> Image.Image:
        """The layer as an RGBA picture."""
        colours = self.colours
        if isinstance(colours, tuple):
            made = Image.new("RGBA", self.mask.size, (*colours, 0))
        else:
            made = colours.convert("RGBA")
        made.putalpha(self.mask)
        return made
