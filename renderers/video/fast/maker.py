"""Videos by splicing: each scene laid out, planned, its runs found or encoded, and all of it written as one file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

from renderers.video.captions import Cue, cues
from renderers.video.fast.film import TICKS, Film, PaintedScene
from renderers.video.fast.hls import Stream, write_hls
from renderers.video.fast.mp4 import Sample, SoundTrack, VideoTrack, write_mp4
from renderers.video.fast.plan import ScenePlan, Track, appearing, plan_scene, track_of
from renderers.video.fast.proofs import Proofs, ground_key, scene_key
from renderers.video.fast.runs import Runs
from renderers.video.frame import Frame
from renderers.video.hotspots import Spot, spots_of
from renderers.video.layer import digest
from renderers.video.painter import Painter, Theme
from renderers.video.personal import has_clip, holds_one_of, personal_elements
from renderers.video.shapes import Palette, ground_canvas
from renderers.video.sound.track import AudioTrack
from renderers.video.stills import poster_of
from renderers.video.store import Store
from renderers.video.storyboard import Storyboard
from renderers.video.timeline import Span, Timeline

Level = Literal["a", "b"]

UNEVEN: Final = "its ground differs too much from row to row"
WITHDRAWN: Final = "an audit found that it is not what was painted"

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
    """A scene as it is going to be encoded. `proof` is the key of its proof, empty where nothing is spliced."""

    id: str
    scene: PaintedScene
    plan: ScenePlan
    tracks: tuple[Track, ...]
    count: int  # frames
    has_footage: bool
    proof: str = ""

    def whole(self, frame: Frame, reason: str) -> PlannedScene:
        """Return it as one segment of whole pictures, with the reason why."""
        plan = plan_scene(self.scene.pieces, self.tracks, frame, whole=True)
        return replace(self, plan=replace(plan, reason=reason), proof="")


class Splicer:
    """Makes the videos of one look in one worker."""

    def __init__(self, theme: Theme, frames_per_second: int, cache_dir: Path | None) -> None:
        self.theme = theme
        self.frames_per_second = frames_per_second
        folder = cache_dir / "segments" if cache_dir else None
        self.runs = Runs(Store(folder, SEGMENTS_BYTES, memory_bytes=0) if folder else None)
        self.proofs = Proofs(cache_dir / "proofs" if cache_dir else None)
        self._look = digest("look", theme.brand.model_dump_json()).hex()
        self._films: dict[Frame, Film] = {}

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
        samples: list[Sample] = []
        fell_back: dict[str, str] = {}
        for number, planned in enumerate(self.planned(painter, timeline, level)):
            as_made, made = self.encoded(frame, planned, number % 2, constant=constant)
            samples += made
            if as_made.plan.reason:
                fell_back[planned.id] = as_made.plan.reason
        sets = self.film(frame).parameters
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
        plan = plan_scene(pieces, tracks, frame, whole=level == "a")
        planned = PlannedScene(span.scene.id, scene, plan, tuple(tracks), span.count, has_clip(span.scene))
        if not plan.runs:  # whole, or still
            return planned
        proof = scene_key(self._look, planned.id, frame, scene, plan, span.count)
        reason = self._ground_fault(frame, scene) or self.proofs.reason(proof)
        return planned.whole(frame, reason) if reason else replace(planned, proof=proof)

    def encoded(
        self, frame: Frame, planned: PlannedScene, idr_id: int, *, constant: bool = False
    ) -> tuple[PlannedScene, list[Sample]]:
        """Return a scene as it was made, whole where its bands prove to be wrong, and its samples."""
        film, count = self.film(frame), planned.count
        samples = film.samples(planned.scene, planned.plan, count, idr_id, constant)
        reason = self.proofs.of(planned.proof, lambda: _fault(film, planned, samples)) if planned.proof else ""
        if reason:
            planned = planned.whole(frame, reason)
            samples = film.samples(planned.scene, planned.plan, count, idr_id, constant)
        return planned, samples

    def withdraw(self, storyboard: Storyboard, timeline: Timeline, frame: Frame, scenes: Collection[str]) -> None:
        """Refuse the proofs of scenes of a video, by id: from now on scenes cut like them are made whole."""
        for planned in self.planned(Painter(storyboard, frame, self.theme), timeline, "b"):
            if planned.id in scenes and planned.proof:
                self.proofs.refuse(planned.proof, WITHDRAWN)

    def _ground_fault(self, frame: Frame, scene: PaintedScene) -> str:
        """Return why bands over a scene's ground can't be trusted, empty if they can."""

        def fault() -> str:
            from renderers.video.fast.ground_proof import is_proven

            return "" if is_proven(self.film(frame), scene.ground_key, scene.yuv_ground) else UNEVEN

        return self.proofs.of(ground_key(frame, scene.ground_key), fault)


def _fault(film: Film, planned: PlannedScene, samples: Sequence[Sample]) -> str:
    from renderers.video.fast.scene_proof import fault_of  # decoding is of no use to whoever proves nothing
    from renderers.video.likeness import LIKE_PAINTED, LIKE_REFERENCE

    least = LIKE_REFERENCE if planned.has_footage else LIKE_PAINTED
    return fault_of(film, planned.scene, planned.plan, planned.tracks, samples, least)


def _shown(cue: Cue, span: Span, rate: int) -> tuple[int, int] | None:
    """Return from which frame of a scene to which a cue is shown, as the reference decides it; None if never."""
    frames = [n for n in range(span.count) if cue.start_s <= (span.first + n) / rate < cue.end_s]
    return (frames[0], frames[-1] + 1) if frames else None
