"""The cost meter: what each scene of a storyboard costs a customer, found by making some customers' videos.

What is the same for two customers is encoded once and found again, so what a scene costs is what is left: the
bands that are one customer's. The first `WARMING` customers warm what is shared and are not counted. A run of
pictures that only one of the customers has counts as personal, and a scene without any as shared.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from engine.contracts import CostReport, SceneCost
from renderers.video.fast.encoder import settings
from renderers.video.fast.film import TICKS
from renderers.video.fast.maker import Level, PlannedScene, Splicer
from renderers.video.fast.mp4 import Sample, SoundTrack, VideoTrack, write_mp4
from renderers.video.fast.plan import MACROBLOCK, Run, key_of
from renderers.video.frame import Frame
from renderers.video.painter import Painter, Theme
from renderers.video.sound.track import AudioTrack
from renderers.video.storyboard import Storyboard
from renderers.video.timeline import Timeline

WARMING = 2


@dataclass(frozen=True, slots=True)
class Told:
    """One customer's video before its pictures are made, and the processor time that it took so far, in seconds."""

    storyboard: Storyboard
    timeline: Timeline
    sound: AudioTrack
    took_s: float


@dataclass(frozen=True, slots=True)
class _Made:
    """One customer's scene: its runs by key, what it took and what it weighs."""

    runs: dict[str, Run]
    reason: str
    took_s: float
    size: int
    is_warm: bool


@dataclass(slots=True)
class _Sums:
    """What is gathered over the customers."""

    scenes: dict[str, list[_Made]] = field(default_factory=dict)
    rest_s: list[float] = field(default_factory=list)
    took_s: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)


def meter_videos(
    tell: Sequence[Callable[[], Told]], theme: Theme, rendition: str, locale: str, *, level: Level = "b",
    has_captions: bool = False, frames_per_second: int = 25,
) -> CostReport:  # fmt: skip
    """Return what the videos of customers of one locale cost. Raises `RenderError` or `VoiceError`."""
    frame = Frame.named(rendition, has_captions)
    splicer, sums = Splicer(theme, frames_per_second, None), _Sums()
    for number, one in enumerate(tell):
        _make(one(), splicer, frame, level, sums, is_warm=number >= WARMING or number == len(tell) - 1)
    met = Counter(key for scenes in sums.scenes.values() for made in scenes for key in made.runs)
    return CostReport(
        name=f"video {rendition}",
        locale=locale,
        customers=len(tell),
        height_px=frame.height,
        scenes=tuple(_cost(scene, made, met, frame) for scene, made in sums.scenes.items()),
        rest_ms=_mean(sums.rest_s) * 1000,
        ms=_mean(sums.took_s) * 1000,
        kb=_mean(sums.sizes) / 1000,
        proofs=splicer.proofs.counts.made,
        proofs_ms=splicer.proofs.counts.seconds * 1000,
    )


def _make(told: Told, splicer: Splicer, frame: Frame, level: Level, sums: _Sums, *, is_warm: bool) -> None:
    began = time.process_time()
    film, painter = splicer.film(frame), Painter(told.storyboard, frame, splicer.theme)
    rate, spoken = told.timeline.frames_per_second, told.timeline.spoken
    samples: list[Sample] = []
    in_scenes = 0.0
    proven_s = splicer.proofs.counts.seconds  # paid once a machine: no customer's
    for number, span in enumerate(told.timeline.spans):
        start = time.process_time() - splicer.proofs.counts.seconds
        (planned,) = splicer.planned(painter, Timeline(rate, (span,), spoken), level)
        planned, made = splicer.encoded(frame, planned, number % 2)
        took = time.process_time() - splicer.proofs.counts.seconds - start
        in_scenes += took
        samples += made
        size = sum(len(sample.data) for sample in made)
        sums.scenes.setdefault(planned.id, []).append(
            _Made(_keys(planned, frame), planned.plan.reason, took, size, is_warm)
        )
    sets, sound = film.parameters, told.sound
    pictures = VideoTrack(frame.width, frame.height, rate * TICKS, sets.sps, sets.pps, samples)
    heard = SoundTrack(sound.rate_hz, sound.channels, sound.config, sound.packets, sound.samples)
    size = len(write_mp4(pictures, heard))
    if is_warm:
        whole = told.took_s + time.process_time() - began - (splicer.proofs.counts.seconds - proven_s)
        sums.took_s.append(whole)
        sums.rest_s.append(whole - in_scenes)
        sums.sizes.append(size)


def _keys(planned: PlannedScene, frame: Frame) -> dict[str, Run]:
    plan, scene = planned.plan, planned.scene
    return {key_of(run, scene.pieces, scene.ground_key, frame, settings()): run for run in (plan.opening, *plan.runs)}


def _cost(scene: str, made: Sequence[_Made], met: Counter[str], frame: Frame) -> SceneCost:
    """Return what a scene costs in the mean; bands and frames are those of the customer whose are the largest."""
    warm = [one for one in made if one.is_warm] or made
    bands = frames = 0
    for one in made if len(made) > 1 else ():
        runs = [run for key, run in one.runs.items() if met[key] == 1]
        rows = {row for run in runs for row in range(run.row, run.row + run.rows)}
        bands = max(bands, min(frame.height, len(rows) * MACROBLOCK))
        frames = max(frames, sum(len({*run.states}) for run in runs))
    return SceneCost(
        scene=scene,
        customers=len(made),
        is_shared=bands == 0 and len(made) > 1,
        band_px=bands,
        frames=frames,
        ms=_mean([one.took_s for one in warm]) * 1000,
        kb=_mean([one.size for one in warm]) / 1000,
        note=next((one.reason for one in made if one.reason), "" if len(made) > 1 else "one customer has it"),
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
