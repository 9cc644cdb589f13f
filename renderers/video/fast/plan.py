"""Which rows of a scene change in which frames: the runs that are encoded, everything else is skipped.

A run is a band of whole rows of macroblocks over some frames. Its pictures are encoded by themselves,
the first one without reference, so that a run depends on what is drawn in its band and on nothing
before it. Motion vectors reach past a band: x264 repeats the band's edge there, the decoder finds the
picture. So a band grows until `QUIET_PX` above and below it hold nothing but ground.
"""

from __future__ import annotations

import bisect
import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from renderers.video.frame import Frame, Rect
from renderers.video.storyboard import Entrance, EntranceKind

MACROBLOCK: Final = 16
QUIET_PX: Final = 26  # beyond a band: x264 reaches 24 px past an edge by whole pixels, chroma takes one more
PAUSE: Final = 8  # frames: a run that begins anew costs an intra picture
_MARGIN_PX: Final = 6  # within a band, so that its edge rows are quiet too: 32 px in all


class Reaching(Protocol):
    """What planning must know of a piece."""

    entrance: Entrance

    @property
    def reach(self) -> Rect:
        """All pixels that it can touch."""
        ...

    @property
    def rest(self) -> Rect:
        """All pixels that it touches once it stands still."""
        ...

    @property
    def rect(self) -> Rect:
        """Where it stands."""
        ...

    @property
    def key(self) -> bytes:
        """Digest of what it looks like."""
        ...


@dataclass(frozen=True, slots=True)
class Track:
    """How far a piece has come in, by frame of its scene: `before`, then from each of `frames` a new progress."""

    piece: int
    before: float
    frames: tuple[int, ...]
    progress: tuple[float, ...]

    def at(self, frame: int) -> float:
        """Return the progress in a frame."""
        index = bisect.bisect_right(self.frames, frame)
        return self.progress[index - 1] if index else self.before

    def stretches(self) -> Iterator[tuple[int, int]]:
        """Yield first and last frame of each stretch in which a change follows another within `PAUSE` frames."""
        start = 0
        for index, frame in enumerate(self.frames):
            if index + 1 == len(self.frames) or self.frames[index + 1] > frame + PAUSE:
                yield self.frames[start], frame
                start = index + 1


@dataclass(frozen=True, slots=True)
class Run:
    """A band from macroblock row `row`, `rows` high, over the frames from `first` on.

    `members` are the pieces drawn in it, in order; `states` their progress, a row for each frame; `before` their
    progress in the frame before the first, where the run is coded as differences from that: see `differences`.
    """

    row: int
    rows: int
    first: int
    members: tuple[int, ...]
    states: tuple[tuple[float, ...], ...]
    before: tuple[float, ...] | None = None

    @property
    def end(self) -> int:
        """The frame after its last one."""
        return self.first + len(self.states)


@dataclass(frozen=True, slots=True)
class ScenePlan:
    """The first picture of a scene, whole, and the runs after it. `reason` says why a scene is one whole run."""

    opening: Run
    runs: tuple[Run, ...]
    reason: str = ""


def track_of(piece: int, entrance: Entrance, frames_per_second: int) -> Track:
    """Return how an entrance goes, frame by frame."""
    before = entrance.progress(0.0)
    if before >= 1:
        return Track(piece, before, (), ())
    first = max(1, math.floor(entrance.start_s * frames_per_second))
    frames, progress, last = [], [], before
    for frame in range(first, math.ceil(entrance.end_s * frames_per_second) + 2):
        state = entrance.progress(frame / frames_per_second)
        if state != last:
            frames.append(frame)
            progress.append(state)
            last = state
    return Track(piece, before, tuple(frames), tuple(progress))


def appearing(piece: int, first: int, end: int) -> Track:
    """Return the track of what is there from frame `first` until before frame `end`, and comes in at once."""
    if first == 0:
        return Track(piece, 1.0, (end,), (0.0,))
    return Track(piece, 0.0, (first, end), (1.0, 0.0))


def plan_scene(pieces: Sequence[Reaching], tracks: Sequence[Track], frame: Frame, *, whole: bool = False) -> ScenePlan:
    """Return the plan of a scene; `whole`: one run of whole pictures, as level A makes it."""
    extents = [
        _Extent(piece.reach, piece.rest, piece.entrance.kind) for piece in pieces
    ]  # asked for once: a chart's are a sum
    count = -(-frame.height // MACROBLOCK)
    everything = _Band(0, frame.height, 0, 0)
    if whole:
        return _as_segment(extents, tracks, count, everything, "")
    groups = _grouped([_Band(*_rows(extents[track.piece]), first, last)
                       for track in tracks for first, last in track.stretches()], extents, tracks)  # fmt: skip
    runs = tuple(
        sorted((_run(group, extents, tracks, count) for group in groups), key=lambda run: (run.first, run.row))
    )
    cost = sum(run.rows * (len(run.states) + 1) for run in runs)
    if runs and cost > count * (max(run.end for run in runs) - min(run.first for run in runs)):
        return _as_segment(extents, tracks, count, everything, "its bands are as large as the picture")
    return ScenePlan(_run(everything, extents, tracks, count), runs)


def key_of(run: Run, pieces: Sequence[Reaching], ground: bytes, frame: Frame, settings: str) -> str:
    """Return the content key of a run: equal keys, equal slices."""
    digest = hashlib.blake2b(settings.encode(), digest_size=20)
    digest.update(repr((frame.width, frame.height, run.row, run.rows, run.before, run.states)).encode())
    digest.update(ground)
    for member in run.members:
        rect = pieces[member].rect
        digest.update(pieces[member].key)
        digest.update(b"%d,%d,%d,%d;" % (rect.left, rect.top, rect.width, rect.height))
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class _Extent:
    """Where a piece is seen, while it moves and after, and how it comes in."""

    reach: Rect
    rest: Rect
    kind: EntranceKind


@dataclass(frozen=True, slots=True)
class _Band:
    """Pixel rows from `top` to `bottom` that change from frame `first` to `last`."""

    top: int
    bottom: int
    first: int
    last: int

    def meets(self, other: _Band) -> bool:
        """True if both change at a time, nearer to each other than vectors reach."""
        at_once = self.first <= other.last and other.first <= self.last
        top, bottom = self.border()
        upper, lower = other.border()
        return at_once and top < lower + QUIET_PX and upper - QUIET_PX < bottom

    def border(self) -> tuple[int, int]:
        """Return its first pixel row and the one after its last: whole macroblocks, an even number of rows of them.

        So fewer heights occur, each of which has an encoder of its own.
        """
        top = self.top // MACROBLOCK
        rows = -(-self.bottom // MACROBLOCK) - top
        return top * MACROBLOCK, (top + rows + rows % 2) * MACROBLOCK

    def joined(self, other: _Band) -> _Band:
        """Return the band that holds both."""
        return _Band(
            min(self.top, other.top), max(self.bottom, other.bottom),
            min(self.first, other.first), max(self.last, other.last),
        )  # fmt: skip


def _rows(piece: _Extent) -> tuple[int, int]:
    return piece.reach.top - _MARGIN_PX, piece.reach.bottom + _MARGIN_PX


def _moves(track: Track, band: _Band) -> bool:
    return any(band.first <= frame <= band.last for frame in track.frames)


def _seen_rows(piece: _Extent, track: Track, band: _Band) -> tuple[int, int]:
    """Return the pixel rows that a piece touches while a band changes; none if it isn't seen then."""
    moves = _moves(track, band)
    area = piece.reach if moves else piece.rest
    is_seen = moves or track.at(band.first) > 0
    return (area.top, area.bottom) if is_seen and area.height else (0, 0)


def _grouped(bands: list[_Band], pieces: Sequence[_Extent], tracks: Sequence[Track]) -> list[_Band]:
    """Return the bands, grown to quiet borders and joined where they meet."""
    done: list[_Band] = []
    while bands:
        band = _grown(bands.pop(), pieces, tracks)
        near = next((other for other in done if other.meets(band)), None)
        if near is None:
            done.append(band)
        else:
            done.remove(near)
            bands.append(band.joined(near))
    return done


def _grown(band: _Band, pieces: Sequence[_Extent], tracks: Sequence[Track]) -> _Band:
    """Return the band with all of what is seen at its borders."""
    areas = [_seen_rows(pieces[track.piece], track, band) for track in tracks]
    grows = True
    while grows:
        grows = False
        upper, lower = band.border()
        for top, bottom in areas:
            is_near = top < lower + QUIET_PX and bottom > upper - QUIET_PX
            if is_near and top < bottom and (top < upper or bottom > lower):
                margin = replace(band, top=top - _MARGIN_PX, bottom=bottom + _MARGIN_PX)
                band, grows = band.joined(margin), True
                break
    return band


def _run(band: _Band, pieces: Sequence[_Extent], tracks: Sequence[Track], count: int) -> Run:
    upper, lower = band.border()
    row = max(0, upper // MACROBLOCK)
    rows = min(count, lower // MACROBLOCK) - row
    areas = [_seen_rows(pieces[track.piece], track, band) for track in tracks]
    inside = [track for track, (top, bottom) in zip(tracks, areas, strict=True) if top < lower and bottom > upper]
    states = tuple(tuple(track.at(frame) for track in inside) for frame in range(band.first, band.last + 1))
    members = tuple(track.piece for track in inside)
    moving = {pieces[track.piece].kind for track in inside if _moves(track, band)}
    before = (
        tuple(track.at(band.first - 1) for track in inside) if band.first and moving == {EntranceKind.GROW} else None
    )
    return Run(row, rows, band.first, members, states, before)


def _as_segment(
    pieces: Sequence[_Extent], tracks: Sequence[Track], count: int, everything: _Band, reason: str
) -> ScenePlan:
    last = max((track.frames[-1] for track in tracks if track.frames), default=0)
    whole = _Band(everything.top, everything.bottom, 0, last)
    return ScenePlan(_run(whole, pieces, tracks, count), (), reason)
