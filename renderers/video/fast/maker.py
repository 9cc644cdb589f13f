"""Videos by splicing: each scene laid out, planned, its runs found or encoded, and all of it written as one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from renderers.video.captions import Cue, cues
from renderers.video.fast.film import TICKS, Film, PaintedScene
from renderers.video.fast.ground_proof import is_proven
from renderers.video.fast.hls import Stream, write_hls
from renderers.video.fast.mp4 import Sample, SoundTrack, VideoTrack, write_mp4
from renderers.video.fast.plan import ScenePlan, appearing, plan_scene, track_of
from renderers.video.fast.runs import Runs
from renderers.video.frame import Frame
from renderers.video.hotspots import Spot, spots_of
from renderers.video.layer import digest
from renderers.video.painter import Painter, Theme
from renderers.video.personal import holds_one_of, personal_elements
from renderers.video.shapes import Palette, ground_canvas
from renderers.video.sound.track import AudioTrack
from renderers.video.stills import poster_of
from renderers.video.store import Store
from renderers.video.storyboard import Storyboard
from renderers.video.timeline import Span, Timeline

Level = Literal["a", "b"]

SEGMENTS_BYTES: Final = 1 << 30  # on disk, for all workers of a machine


@dataclass(frozen=True, slots=True)
class Spliced:
    """A finished video. `fell_back`: scenes that are whole segments though bands were asked for, and why."""

    video: bytes = field(repr=False)
    poster: bytes = field(repr=False)
    stream: Stream | None = field(repr=False)
    warnings: tuple[str, ...]
    spots: Mapping[str, tuple[Spot, ...]]
    fell_back: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PlannedScene:
    """A scene as it is going to be encoded."""

    id: str
    scene: PaintedScene
    plan: ScenePlan


class Splicer:
    """Makes the videos of one look in one worker."""

    def __init__(self, theme: Theme, frames_per_second: int, cache_dir: Path | None) -> None:
        self.theme = theme
        self.frames_per_second = frames_per_second
        folder = cache_dir / "segments" if cache_dir else None
        self.runs = Runs(Store(folder, SEGMENTS_BYTES, memory_bytes=0) if folder else None)
        self._films: dict[Frame, Film] = {}
        self._proven: dict[tuple[Frame, bytes], bool] = {}

    def film(self, frame: Frame) -> Film:
        """Return the film of a rendition."""
        if frame not in self._films:
            self._films[frame] = Film(frame, self.frames_per_second, self.runs)
        return self._films[frame]

    def make(
        self, storyboard: Storyboard, timeline: Timeline, frame: Frame, sound: AudioTrack, *,
        level: Level = "b", constant: bool = False, stream_name: str = "",
    ) -> Spliced:  # fmt: skip
        """Return the video of a storyboard; `stream_name` asks for a stream too. Raises `RenderError`."""
        painter = Painter(storyboard, frame, self.theme)
        film = self.film(frame)
        samples: list[Sample] = []
        fell_back: dict[str, str] = {}
        for number, (span, planned) in enumerate(
            zip(timeline.spans, self.planned(painter, timeline, level), strict=True)
        ):
            samples += film.samples(planned.scene, planned.plan, span.count, number % 2, constant)
            if planned.plan.reason:
                fell_back[planned.id] = planned.plan.reason
        sets = film.parameters
        pictures = VideoTrack(frame.width, frame.height, self.frames_per_second * TICKS, sets.sps, sets.pps, samples)
        heard = SoundTrack(sound.rate_hz, sound.channels, sound.config, sound.packets, sound.samples)
        stream = write_hls(pictures, heard, stream_name) if stream_name else None
        spots = spots_of(storyboard, painter)
        return Spliced(write_mp4(pictures, heard), poster_of(painter), stream, painter.all_warnings(), spots, fell_back)

    def planned(self, painter: Painter, timeline: Timeline, level: Level) -> Sequence[PlannedScene]:
        """Return the plans of all scenes, in order."""
        burnt = cues(timeline.spoken) if painter.frame.has_captions else ()
        return [self._planned(painter, span, burnt, level) for span in timeline.spans]

    def _planned(self, painter: Painter, span: Span, burnt: Sequence[Cue], level: Level) -> PlannedScene:
        rate, frame = self.frames_per_second, painter.frame
        pieces, own = list(painter.pieces(span.scene.id)), painter.storyboard.own
        personal = set(personal_elements(span.scene, own))  # a piece an element, in their order
        tracks = [track_of(index, piece.entrance, rate) for index, piece in enumerate(pieces)]
        for cue in burnt:
            shown = _shown(cue, span, rate)
            if shown is not None:
                if holds_one_of(cue.text, own):
                    personal.add(len(pieces))
                pieces.append(painter.caption_piece(cue.text))
                tracks.append(appearing(len(tracks), *shown))
        palette = Palette(self.theme.brand, span.scene.ground)
        ground = digest("ground", palette.token(palette.ground), palette.is_dark)
        canvas = ground_canvas(palette, frame.width, frame.height)
        scene = PaintedScene(tuple(pieces), ground, canvas, frozenset(personal))
        is_band = level == "b" and self._is_proven(frame, scene)
        plan = plan_scene(pieces, tracks, frame, whole=not is_band)
        if level == "b" and not is_band:
            plan = ScenePlan(plan.opening, plan.runs, "its ground differs too much from row to row")
        return PlannedScene(span.scene.id, scene, plan)

    def _is_proven(self, frame: Frame, scene: PaintedScene) -> bool:
        key = (frame, scene.ground_key)
        if key not in self._proven:
            self._proven[key] = is_proven(self.film(frame), scene.ground_key, scene.yuv_ground)
        return self._proven[key]


def _shown(cue: Cue, span: Span, rate: int) -> tuple[int, int] | None:
    """Return from which frame of a scene to which a cue is shown, as the reference decides it; None if never."""
    frames = [n for n in range(span.count) if cue.start_s <= (span.first + n) / rate < cue.end_s]
    return (frames[0], frames[-1] + 1) if frames else None
