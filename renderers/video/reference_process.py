"""The process in which MoviePy composes videos: jobs come in on stdin, results go out on stdout.

Run as `python -m renderers.video.reference_process` by `renderers.video.reference`. The pictures are
painted here by Pillow; MoviePy puts them in time with the sound that was mixed before, and drives ffmpeg.
Same job, same bytes: one thread, fixed parameters, no dates, no version strings of the muxer.
"""

from __future__ import annotations

import os
import pickle
import resource
import struct
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from engine.errors import BillcastError
from renderers.video.captions import Cue, cues
from renderers.video.footage import ClipOrder, compose_by
from renderers.video.footage_composer import compose
from renderers.video.frame import Frame
from renderers.video.hotspots import spots_of
from renderers.video.painter import Painter
from renderers.video.reference import Job, Made
from renderers.video.sound.clock import RATE_HZ
from renderers.video.stills import poster_of

# Exact rounding (accurate_rnd, full_chroma_int) costs half as much again for a difference of one step.
_COLOUR = (
    "scale=in_range=pc:out_range=tv:out_color_matrix=bt709:flags=bilinear,format=yuv420p,"
    "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
)
FFMPEG_PARAMETERS = (
    "-vf", _COLOUR, "-crf", "19", "-profile:v", "high", "-g", "250", "-map_metadata", "-1", "-movflags", "+faststart",
    "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact",
)  # fmt: skip


class FrameTrack:
    """The pictures of a video by frame number, as arrays: (height, width, 3) uint8, RGB."""

    def __init__(self, job: Job) -> None:
        self.painter = Painter(job.storyboard, Frame.named(job.rendition, job.burn_captions), job.theme)
        self._timeline = job.timeline
        self._cues: tuple[Cue, ...] = cues(job.timeline.spoken) if job.burn_captions else ()
        self._picture: Image.Image | None = None
        self._caption = ""
        self._array: Any = None

    def at(self, frame: int) -> Any:
        """Return the picture of a frame; a held picture is one array."""
        scene, t_s = self._timeline.at(min(frame, self._timeline.frames - 1))
        now = frame / self._timeline.frames_per_second
        caption = next((cue.text for cue in self._cues if cue.start_s <= now < cue.end_s), "")
        plain = self.painter.picture(scene.id, t_s)
        if plain is not self._picture or caption != self._caption:
            self._picture, self._caption = plain, caption
            self._array = np.asarray(self.painter.picture(scene.id, t_s, caption))
        return self._array


def make(job: Job) -> Made:
    """Return the video and poster of `job`. Raises `RenderError`."""
    from moviepy import VideoClip

    begin = _cpu_s()
    track, rate = FrameTrack(job), job.timeline.frames_per_second
    # MoviePy rounds duration times rate down: half a frame more keeps the last one
    duration = (job.timeline.frames + 0.5) / rate
    clip = VideoClip(frame_function=lambda t: track.at(round(t * rate)), duration=duration)
    with tempfile.TemporaryDirectory(prefix="billcast-video-") as folder:
        target = Path(folder) / "video.mp4"
        clip.with_audio(_audio(job)).write_videofile(
            str(target), fps=rate, codec="libx264", preset="veryfast", threads=1, logger=None,
            audio_codec="aac", audio_fps=RATE_HZ, audio_nbytes=2, audio_bitrate="96k",
            temp_audiofile=str(Path(folder) / "sound.m4a"), ffmpeg_params=list(FFMPEG_PARAMETERS),
        )  # fmt: skip
        data = target.read_bytes()
    spots = spots_of(job.storyboard, track.painter)
    return Made(data, poster_of(track.painter), track.painter.all_warnings(), _cpu_s() - begin, spots)


def _audio(job: Job) -> Any:
    from moviepy import AudioArrayClip

    return AudioArrayClip(np.ascontiguousarray(np.broadcast_to(job.voice, (2, job.voice.shape[-1])).T), fps=RATE_HZ)


def _cpu_s() -> float:
    """Return the processor time of this process and of the ffmpeg runs it has waited for."""
    used = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def main() -> None:
    """Serve jobs until stdin ends."""
    sys.modules["dotenv"] = None  # type: ignore[assignment] # MoviePy would load a .env from above
    jobs, results = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    compose_by(compose)
    os.dup2(2, 1)  # whatever prints must not reach the results
    while head := jobs.read(8):
        reply: object
        try:
            job = pickle.loads(jobs.read(struct.unpack(">Q", head)[0]))  # noqa: S301 - from our own parent
            reply = compose(job) if isinstance(job, ClipOrder) else make(job)
        except BillcastError as error:
            reply = error
        except Exception as error:  # noqa: BLE001 - the one place: the parent tells the customer's outcome
            reply = _without_data(error)
        data = pickle.dumps(reply)
        results.write(struct.pack(">Q", len(data)) + data)
        results.flush()


def _without_data(error: Exception) -> str:
    """Return what failed and where, without the message: it could hold a customer's words."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    place = f"{Path(last.tb_frame.f_code.co_filename).name}:{last.tb_lineno}" if last else "unknown place"
    return f"{type(error).__name__} at {place}"


if __name__ == "__main__":
    main()
