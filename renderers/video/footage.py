"""Footage of the template set: what a clip shows, composed once and kept, then read frame by frame.

MoviePy composes it (`footage_composer`) in the process that it has to itself; what it makes, a film as
large as the clip's place and free of visible loss, is kept under its content key. Painting only reads
that film: no worker imports MoviePy, and a clip that was composed costs its decoding alone.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, UnidentifiedImageError

from engine.errors import RenderError
from renderers.video.layer import digest
from renderers.video.store import Store

STILLS: Final = (".png", ".jpg", ".jpeg", ".webp")
_MADE_BY: Final = "footage 1"  # to be raised when the composer makes other frames of the same order
ROOM_BYTES: Final = 1 << 30  # on disk, for all workers of a machine
MEMORY_BYTES: Final = 64 << 20  # where there is no folder to keep it in
_SHORT_S: Final = 0.05  # a film may end within a frame of what its container says


@dataclass(frozen=True, slots=True)
class Footage:
    """How a campaign's footage is composed and where it is kept; without a folder, for as long as the process."""

    frames_per_second: int = 25
    cache_dir: Path | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A file of footage: its size in pixels, its length (stills have none) and what it holds."""

    path: Path
    width: int
    height: int
    seconds: float | None
    sha256: str


@dataclass(frozen=True, slots=True)
class ClipOrder:
    """What MoviePy is to compose: `frames` pictures of `width` by `height` at `rate` a second.

    The source fills them, cut evenly where it is too wide or too high. From the first to the last
    frame it grows by `zoom`. `dim` is the share of light taken away.
    """

    source: Source
    start_s: float
    frames: int
    rate: int
    width: int
    height: int
    zoom: float
    dim: float

    @property
    def key(self) -> str:
        """The content key: what the file holds, not where it lies."""
        parts = (self.start_s, self.frames, self.rate, self.width, self.height, self.zoom, self.dim)
        return digest(_MADE_BY, self.source.sha256, *parts).hex()


def source_of(root: Path, name: str, place: str) -> Source:
    """Return the footage `name` of a template set. Raises `RenderError` (R450, R451)."""
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()) or not path.is_file():
        raise RenderError("R450", f"there is no footage `{name}` in the template set", place=place)
    status = path.stat()
    try:
        return _read(path, status.st_mtime_ns, status.st_size)
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError, LookupError, Image.DecompressionBombError):
        raise RenderError("R451", f"the footage `{name}` can't be decoded", place=place,
                          hint="use MP4, MOV or WebM; for stills PNG, JPEG or WebP") from None  # fmt: skip


@functools.lru_cache(maxsize=64)
def _read(path: Path, _changed_ns: int, _size: int) -> Source:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if path.suffix.lower() in STILLS:
        with Image.open(path) as picture:
            picture.load()
            return Source(path, picture.width, picture.height, None, sha256)
    return _film(path, sha256)


def _film(path: Path, sha256: str) -> Source:
    import av

    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frame = next(container.decode(stream))
        seconds = (
            Fraction(stream.duration) * stream.time_base
            if stream.duration and stream.time_base
            else Fraction(container.duration or 0, av.time_base)
        )
        turned = abs(frame.rotation) % 180 == 90  # MoviePy turns what a phone held upright filmed
        width, height = (frame.height, frame.width) if turned else (frame.width, frame.height)
        return Source(path, width, height, float(seconds), sha256)


def check_length(source: Source, name: str, start_s: float, seconds: float, place: str) -> None:
    """Raise `RenderError` (R452) where footage ends before the clip does."""
    if source.seconds is not None and start_s + seconds > source.seconds + _SHORT_S:
        fact = f"`{name}` is {source.seconds:.2f} s long, the clip shows it to {start_s + seconds:.2f} s"
        raise RenderError("R452", fact, place=place, hint="mend `start_s` or `seconds`")


Composer = Callable[[ClipOrder], bytes]


def _by_process(order: ClipOrder) -> bytes:
    from renderers.video.reference import shared_process

    return shared_process().compose(order)


_composers: list[Composer] = [_by_process]


def compose_by(composer: Composer) -> None:
    """Have footage composed in this process: for the one that has imported MoviePy."""
    _composers[:] = [composer]


@functools.lru_cache(maxsize=4)
def _store(cache_dir: Path | None) -> Store:
    if cache_dir is None:
        return Store(None, memory_bytes=MEMORY_BYTES)
    return Store(cache_dir / "footage", ROOM_BYTES, memory_bytes=0, suffix=".film")


def film_of(order: ClipOrder, cache_dir: Path | None) -> bytes:
    """Return the composed film of an order, made now if it is not kept. Raises `RenderError` (R407, R451)."""
    store = _store(cache_dir)
    data = store.get(order.key)
    if data is None:
        data = _composers[0](order)
        store.put(order.key, data)
    return data


class Reel:
    """Reads the frames of a composed film by number. Going forward costs one decoding a frame."""

    def __init__(self, film: bytes, frames: int) -> None:
        self._film, self._frames = film, frames
        self._running: Iterator[Image.Image] | None = None
        self._number, self._picture = -1, Image.new("RGB", (1, 1))

    def picture(self, number: int) -> Image.Image:
        """Return a frame as RGB; past the last one, the last. Not to be changed. Raises `RenderError` (R451)."""
        number = min(number, self._frames - 1)
        if self._running is None or number < self._number:
            self._running, self._number = self._decoded(), -1
        while self._number < number:
            picture = next(self._running, None)
            if picture is None:
                raise RenderError("R451", f"composed footage ends at frame {self._number} of {self._frames}")
            self._number, self._picture = self._number + 1, picture
        return self._picture

    def _decoded(self) -> Iterator[Image.Image]:
        import av
        from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

        with av.open(BytesIO(self._film), "r") as container:
            turn = VideoReformatter()
            for frame in container.decode(video=0):
                yield turn.reformat(
                    frame, format="rgb24", src_colorspace=Colorspace.ITU709, dst_colorspace=Colorspace.ITU709,
                    src_color_range=ColorRange.MPEG, dst_color_range=ColorRange.JPEG,
                ).to_image()  # type: ignore[no-untyped-call] # fmt: skip
