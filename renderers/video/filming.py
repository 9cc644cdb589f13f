"""How a film is made of a storyboard with its times: spliced where that can be, else by the reference renderer."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from engine.errors import RenderError
from engine.model.campaign import VideoOptions
from renderers.video.fast.hls import Stream
from renderers.video.fast.maker import Splicer
from renderers.video.frame import Frame
from renderers.video.hotspots import Spot
from renderers.video.painter import Theme
from renderers.video.reference import Job, shared_process
from renderers.video.sound.mix import heard_samples, heard_track
from renderers.video.sound.music import music_of
from renderers.video.sound.track import AudioTrack
from renderers.video.storyboard import Storyboard
from renderers.video.timeline import Timeline

NO_STREAM = "video: no stream is made of a film by the reference"
UNSPLICEABLE = ("R470", "R471")  # this machine's encoder can't be used for splicing


@dataclass(frozen=True, slots=True)
class Film:
    """A finished film of one rendition, and which way it was made."""

    video: bytes = field(repr=False)
    poster: bytes = field(repr=False)
    stream: Stream | None = field(repr=False)
    spots: Mapping[str, tuple[Spot, ...]]
    warnings: tuple[str, ...]
    path: Literal["fast", "reference"]
    reason: str = ""


class Studio:
    """Makes the films of one look in one worker. Learns nothing that could change a later film."""

    def __init__(self, theme: Theme, options: VideoOptions, cache_dir: Path | None) -> None:
        self._theme, self._options = theme, options
        self._splicer = Splicer(theme, options.frames_per_second, cache_dir)
        self._why_not = ""
        self._last_heard: tuple[Timeline, AudioTrack] | None = None

    @property
    def theme(self) -> Theme:
        """The look."""
        return self._theme

    @property
    def splicer(self) -> Splicer:
        """What makes films by splicing."""
        return self._splicer

    def film(self, storyboard: Storyboard, timeline: Timeline, rendition: str) -> Film:
        """Return the film. Raises `RenderError` or `MissingPartError`."""
        if self._options.level == "reference" or self._why_not:
            return self._by_reference(storyboard, timeline, rendition, self._why_not)
        try:
            return self._spliced(storyboard, timeline, rendition)
        except RenderError as error:
            if error.problem.code not in UNSPLICEABLE:
                raise
            self._why_not = error.problem.fact
            return self._by_reference(storyboard, timeline, rendition, self._why_not)

    def _spliced(self, storyboard: Storyboard, timeline: Timeline, rendition: str) -> Film:
        options = self._options
        made = self._splicer.make(
            storyboard, timeline, Frame.named(rendition, options.burn_captions), self.sound(timeline),
            level="a" if options.level == "a" else "b", constant=options.constant_frame_rate,
            stream_name=f"stream-{rendition}.mp4" if options.hls else "",
        )  # fmt: skip
        return Film(made.video, made.poster, made.stream, made.spots, made.warnings, "fast", _said(made.fell_back))

    def _by_reference(self, storyboard: Storyboard, timeline: Timeline, rendition: str, reason: str) -> Film:
        made = shared_process().make(self.job(storyboard, timeline, rendition))
        warnings = (*made.warnings, NO_STREAM) if self._options.hls else made.warnings
        return Film(made.video, made.poster, None, made.spots, warnings, "reference", reason)

    def job(self, storyboard: Storyboard, timeline: Timeline, rendition: str) -> Job:
        """Return what the reference makes a film of. Raises `RenderError` (R409)."""
        options = self._options
        music = music_of(self._theme.root, options.music, options.music_gain_db)
        heard = heard_samples(timeline.spoken, timeline.seconds, music)
        return Job(storyboard, timeline, self._theme, rendition, options.burn_captions, heard)

    def withdraw(self, job: Job, scenes: Collection[str]) -> None:
        """Trust the bands of such scenes no more: films with them are made by whole scenes from now on."""
        if self._options.level == "b":
            frame = Frame.named(job.rendition, job.burn_captions)
            self._splicer.withdraw(job.storyboard, job.timeline, frame, scenes)

    def sound(self, timeline: Timeline) -> AudioTrack:
        """Return the sound of a timeline; it is made once for all renditions of a video."""
        if self._last_heard is None or self._last_heard[0] is not timeline:
            music = music_of(self._theme.root, self._options.music, self._options.music_gain_db)
            self._last_heard = timeline, heard_track(timeline.spoken, timeline.seconds, music)
        return self._last_heard[1]


def _said(fell_back: Mapping[str, str]) -> str:
    """Return which scenes are encoded whole and why, in words that many videos share."""
    return "; ".join(f"scene `{scene}` whole: {reason}" for scene, reason in fell_back.items())
