"""Films made in the test's own process, by x264 through PyAV: true ones, and ones with a fault of choice.

A held picture is one long sample, as in what is filled fast.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
import numpy as np

from engine.contracts import Templates
from engine.model.communication import Communication
from renderers.video.channel import storyboard_of
from renderers.video.narration import speak_all
from renderers.video.painter import Theme
from renderers.video.proof import Subject
from renderers.video.reference import Job
from renderers.video.reference_process import FrameTrack
from renderers.video.soundtrack import voice_track
from renderers.video.timeline import lay_timeline

Change = Callable[[int, np.ndarray], np.ndarray]


def subject_of(templates: Templates, communication: Communication, rendition: str = "1280x720") -> Subject:
    """Return what a video of a communication should be."""
    campaign = templates.campaign
    board, _ = storyboard_of(templates, communication)
    speeches = speak_all(communication.script, communication.locale, campaign.video.narration)
    line = lay_timeline(board, communication.script, speeches, campaign.video.frames_per_second)
    voice = voice_track(line.spoken, line.seconds)
    job = Job(board, line, Theme(campaign.brand, templates.root), rendition, campaign.video.burn_captions, voice)
    return Subject(job, communication.payment.qr.payload if communication.payment else None)


def film_of(
    subject: Subject, *, change: Change = lambda _, picture: picture, crf: int = 16, is_fast_start: bool = True,
    late: Fraction = Fraction(0), sound_s: float | None = None, gain: float = 1.0,
) -> bytes:  # fmt: skip
    """Return a video of a subject. `change` gets frame and picture, the last scene is `late` by so many."""
    with TemporaryDirectory() as folder:  # for a fast start the muxer opens its file again
        target = Path(folder) / "film.mp4"
        _write(target, subject, change, crf, late, gain, sound_s, is_fast_start=is_fast_start)
        return target.read_bytes()


def _write(
    target: Path, subject: Subject, change: Change, crf: int, late: Fraction, gain: float, sound_s: float | None, *,
    is_fast_start: bool,
) -> None:  # fmt: skip
    job, track = subject.job, FrameTrack(subject.job)
    line, rate = job.timeline, job.timeline.frames_per_second
    options = {"movflags": "+faststart"} if is_fast_start else {}
    with av.open(str(target), "w", format="mp4", options=options) as container:
        picture = container.add_stream("libx264", rate=rate, options={"crf": str(crf), "bf": "0", "threads": "1"})
        sound = container.add_stream("aac", rate=48_000, layout="stereo")
        first = track.at(0)
        picture.height, picture.width, picture.pix_fmt = *first.shape[:2], "yuv420p"
        picture.codec_context.time_base = Fraction(1, rate * 100)
        last, starts = None, {span.first for span in line.spans}
        for frame in range(line.frames):
            shown = change(frame, np.asarray(track.at(frame)))
            if last is not None and frame not in starts and np.array_equal(last, shown) and frame != line.frames - 1:
                continue
            last = shown
            yuv = av.VideoFrame.from_ndarray(shown, format="rgb24").reformat(
                format="yuv420p", src_color_range="JPEG", dst_color_range="MPEG", dst_colorspace="ITU709"
            )
            delay = late if frame >= line.spans[-1].first else 0
            yuv.pts, yuv.time_base = int((frame + delay) * 100), Fraction(1, rate * 100)
            if frame in starts:
                yuv.pict_type = av.video.frame.PictureType.I
            container.mux(picture.encode(yuv))
        container.mux(picture.encode())
        _sound(container, sound, job.voice * np.float32(gain), line.seconds if sound_s is None else sound_s)


def _sound(container: Any, stream: Any, voice: np.ndarray, seconds: float) -> None:
    samples = np.zeros(round(seconds * 48_000), np.float32)
    samples[: len(voice)] = voice[: len(samples)]
    frame = av.AudioFrame.from_ndarray(np.stack([samples, samples]), format="fltp", layout="stereo")
    frame.rate, frame.pts = 48_000, 0
    container.mux(stream.encode(frame))
    container.mux(stream.encode())
