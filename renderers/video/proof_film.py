"""Reads a finished video back as a player would, and strictly: each fault of the file is told in words.

Two programs decode it whole: FFmpeg's libraries as PyAV links them, told to stop at the first fault of the
stream, and the ffmpeg program that MoviePy brings, which also measures the loudness of the sound.
Memory: the pictures that are asked for, 1.4 MB each at 720p, and one more, and 12 MB a minute of sound.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from io import BytesIO
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from renderers.video.likeness import Planes, planes_of_frame

_STRICT = {"err_detect": "explode"}
_PROGRAM_S = 300.0  # for a minute of video on a busy machine
_LOUDNESS = re.compile(r"^\s*I:\s+(-?[\d.]+|-inf) LUFS", re.MULTILINE)
_PEAK = re.compile(r"^\s*Peak:\s+(-?[\d.]+|-inf) dBFS", re.MULTILINE)
QUIETEST = -70.0  # LUFS: what ebur128 says of silence


@dataclass(slots=True)
class Film:
    """What a player finds in a file. Times of pictures are in frames of the timeline's rate.

    `starts` says when each picture is first shown, `end` when the last one ends, `pictures` what is shown at
    the frames asked for. `sound` are its first channel's samples, (n,) float32 at `sound_hz`, None without sound.
    """

    starts: list[Fraction] = field(default_factory=list)
    keys: list[Fraction] = field(default_factory=list)
    end: Fraction = Fraction(0)
    size: tuple[int, int] = (0, 0)
    sound: NDArray[np.float32] | None = field(default=None, repr=False)
    sound_hz: int = 0
    pictures: dict[int, Planes] = field(default_factory=dict, repr=False)
    faults: list[str] = field(default_factory=list)

    @property
    def sound_s(self) -> float | None:
        """How long the decoded sound lasts, in seconds."""
        return len(self.sound) / self.sound_hz if self.sound is not None else None


@dataclass(frozen=True, slots=True)
class Heard:
    """What the ffmpeg program says of a file: its faults, the loudness in LUFS, the true peak in dBFS."""

    faults: tuple[str, ...]
    loudness: float = QUIETEST
    peak: float = QUIETEST


def boxes(data: bytes) -> Iterator[tuple[str, int, int]]:
    """Yield name, place and size of the boxes at the top of an MP4 file. Raises `ValueError` where they don't fit."""
    place = 0
    while place < len(data):
        if place + 8 > len(data):
            raise ValueError("the file ends within a box")
        size = int.from_bytes(data[place : place + 4])
        if size == 1:
            size = int.from_bytes(data[place + 8 : place + 16])
        if size < 8 or place + size > len(data):
            raise ValueError("a box reaches beyond the end of the file")
        yield data[place + 4 : place + 8].decode("latin-1"), place, size
        place += size


def layout_faults(data: bytes) -> list[str]:
    """Return what is wrong with the order of the boxes: a player must find the index before the pictures."""
    try:
        names = [name for name, _, _ in boxes(data)]
    except ValueError as error:
        return [f"file: {error}"]
    absent = [f"file: it has no `{name}` box" for name in ("ftyp", "moov", "mdat") if name not in names]
    if absent:
        return absent
    if names[0] != "ftyp" or names.index("moov") > names.index("mdat"):
        return ["file: it does not start fast: `moov` must come before `mdat`"]
    return []


def read_film(data: bytes, frames_per_second: int, wanted: Sequence[int]) -> Film:
    """Return what is in a video, decoded from its first packet to its last."""
    film = Film()
    try:
        with av.open(BytesIO(data), options=_STRICT) as container:
            _decode(container, film, frames_per_second, sorted(set(wanted)))
    except (av.FFmpegError, ValueError) as error:
        film.faults.append(f"decoding stops: {getattr(error, 'strerror', None) or error}")
    return film


def _decode(container: Any, film: Film, rate: int, wanted: list[int]) -> None:
    if len(container.streams.video) != 1 or len(container.streams.audio) > 1:
        film.faults.append("file: it must have one stream of pictures and at most one of sound")
        return
    picture = container.streams.video[0]
    for stream in container.streams:
        stream.codec_context.options = _STRICT
    samples: list[NDArray[np.float32]] = []
    shown = None
    for packet in container.demux():
        for frame in packet.decode():
            if isinstance(frame, av.AudioFrame):
                samples.append(frame.to_ndarray()[0])
                continue
            if frame.is_corrupt or frame.format.name != "yuv420p":
                film.faults.append(f"picture {len(film.starts)}: it is damaged, or not yuv420p")
                return
            start = frame.pts * frame.time_base * rate
            _keep(film, shown, wanted, start)
            film.starts.append(start)
            if frame.key_frame:
                film.keys.append(start)
            shown = frame
    film.size = (picture.width, picture.height)
    film.end = (picture.start_time + picture.duration) * picture.time_base * rate
    _keep(film, shown, wanted, film.end)
    if container.streams.audio:
        film.sound = np.concatenate(samples) if samples else np.zeros(0, np.float32)
        film.sound_hz = container.streams.audio[0].rate


def _keep(film: Film, shown: Any, wanted: list[int], until: Fraction) -> None:
    """Keep the picture that is shown until `until`, for those of the wanted frames that it covers."""
    planes = None
    while shown is not None and wanted and wanted[0] < until:
        planes = planes or planes_of_frame(shown)
        film.pictures[wanted.pop(0)] = planes


def hear(data: bytes) -> Heard:
    """Return what the ffmpeg program finds, decoding everything and stopping at the first fault."""
    import imageio_ffmpeg

    with tempfile.NamedTemporaryFile(prefix="billcast-", suffix=".mp4") as file:
        file.write(data)
        file.flush()
        try:
            done = subprocess.run(
                [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-nostats", "-v", "level+info", "-xerror",
                 "-err_detect", "explode", "-i", file.name, "-map", "0", "-fps_mode", "passthrough",
                 "-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"],
                capture_output=True, timeout=_PROGRAM_S, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Heard(("ffmpeg: decoding takes too long",))
    said = done.stderr.decode("utf-8", "replace")
    faults = [_plain(line) for line in said.splitlines() if "[error]" in line or "[fatal]" in line]
    if done.returncode and not faults:
        faults.append(f"status {done.returncode}")
    return Heard(tuple(f"ffmpeg: {fault}" for fault in faults), _level(_LOUDNESS, said), _level(_PEAK, said))


def _level(pattern: re.Pattern[str], said: str) -> float:
    found = pattern.findall(said.replace("[info] ", ""))
    return max(QUIETEST, float(found[-1])) if found else QUIETEST


def _plain(line: str) -> str:
    """Return a line of ffmpeg's log without addresses in memory and the path of the file."""
    return re.sub(r"/\S*billcast-\S*", "the file", re.sub(r"\[[^]]*\] ?", "", line)).strip()
