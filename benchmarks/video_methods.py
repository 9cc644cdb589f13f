"""The ways to make a benchmark video, each from the same communication, and what they cost.

moviepy    MoviePy's own clips as its guide writes them (`video_moviepy`)
tuned      the same with what MoviePy offers to be quick
pipe       our Pillow pictures piped as raw frames to one ffmpeg, libx264 ultrafast
reference  the channel with `level = "reference"`, as a worker calls it; its process counts
level_a    the channel with `level = "a"`: what is shared is encoded once, the rest as whole segments
level_b    the channel with `level = "b"`: of what is personal only the bands that change

All take narration that was spoken before: each phrase is said once, whatever the method.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import wave
from collections import Counter
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Protocol

import av
import numpy as np
from imageio_ffmpeg import get_ffmpeg_exe
from video_documents import LENGTH_S, NOW, benchmark_set
from watched import below

from engine.contracts import Compiled, FillContext, Scope
from engine.model.communication import Communication
from engine.registry import load_channel
from engine.templating import TemplateSet
from renderers.video.channel import storyboard_of
from renderers.video.frame import Frame
from renderers.video.narration import speak_all
from renderers.video.painter import Painter, Theme
from renderers.video.soundtrack import RATE_HZ, Samples, voice_track
from renderers.video.timeline import Timeline, lay_timeline
from renderers.video.vector import draw_picture

RENDITION = "1280x720"
PERSONAL, ANIMATED, SHARED_S = ("hello", "amount", "why", "pay"), 145, 18
ICON_PX, ICON_COLOUR = 130, (11, 94, 102)
_TICKS = os.sysconf("SC_CLK_TCK")


class Method(Protocol):
    """A way to make the video of one customer."""

    def speak(self, said: Communication) -> None:
        """Have all phrases of a customer spoken and kept, so that only the film is left to do."""
        ...

    def make(self, said: Communication) -> bytes:
        """Return the video as MP4."""
        ...


def family_cpu_s() -> float:
    """Return the processor time of this process, of children that have ended, and of those that run."""
    used = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used) + sum(_live_s(child) for child in below(os.getpid()))


def _live_s(process_id: int) -> float:
    """Return the processor time of a running process and of the children that it has waited for."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS


class Channel:
    """The video channel as a worker uses it, with a cache of its own. `paths` counts what took which path."""

    def __init__(self, campaign: Path, cache: Path, rendition: str = RENDITION) -> None:
        self._templates, self._channel = TemplateSet(campaign), load_channel("video")
        self._scope = Scope(rendition=rendition, cache_dir=cache)
        self._name = f"video-{rendition}.mp4"
        self._compiled: dict[str, Compiled] = {}
        self._context = FillContext(now_iso=NOW.isoformat())
        self.paths: Counter[str] = Counter()

    def speak(self, said: Communication) -> None:
        """Fill the cache of phrases."""
        options = self._templates.campaign.video.narration
        speak_all(said.script, said.locale, options, self._scope.cache_dir)

    def make(self, said: Communication) -> bytes:
        """Return the video; poster, captions and the like are made too, as a run has them."""
        layout = self._channel.classify(said)
        compiled = self._compiled.get(layout.name)
        if compiled is None:
            compiled = self._compiled[layout.name] = self._channel.compile(
                self._templates, said.locale, layout, self._scope
            )
        filled = self._channel.fill(compiled, said, self._context)
        self.paths[f"{filled.path}: {filled.reason}" if filled.reason else filled.path] += 1
        return next(artifact.data for artifact in filled.artifacts if artifact.name == self._name)


class _Drawn:
    """What the peers take from us: the pictures' design and the voice on one track."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.templates = TemplateSet(benchmark_set(folder))
        self.theme = Theme(self.templates.campaign.brand, self.templates.root)
        self._voices: dict[str, tuple[Timeline, Samples]] = {}

    def speak(self, said: Communication) -> None:
        """Keep the voice of one customer."""
        board, _ = storyboard_of(self.templates, said)
        speeches = speak_all(said.script, said.locale, self.templates.campaign.video.narration, None)
        timeline = lay_timeline(board, said.script, speeches, 25)
        if timeline.seconds != LENGTH_S:
            raise SystemExit(f"a video of {timeline.seconds} s: the script does not fit the benchmark's scenes")
        self._voices[said.key] = timeline, voice_track(timeline.spoken, timeline.seconds)

    def spoken(self, said: Communication) -> tuple[Timeline, Samples]:
        """Return the timeline and the track of a customer who has been spoken to."""
        return self._voices.pop(said.key)

    def painter(self, said: Communication) -> Painter:
        """Return what paints the customer's frames."""
        return Painter(storyboard_of(self.templates, said)[0], Frame.named(RENDITION), self.theme)


class MoviePy(_Drawn):
    """MoviePy's own clips; a process that has imported it."""

    def __init__(self, folder: Path, first: Communication, *, is_tuned: bool) -> None:
        super().__init__(folder)
        sys.modules.setdefault("dotenv", None)  # type: ignore[arg-type] # MoviePy would load a .env from above
        from video_moviepy import MoviePyFilm

        painter = self.painter(first)
        grounds = painter.picture("welcome", 0).copy(), painter.picture("how", 0).copy()
        icons = {
            name: draw_picture((self.templates.root / f"video/icons/{name}.svg").read_bytes(), f"{name}.svg", ICON_PX,
                               painter.book, ICON_COLOUR)
            for name in ("person", "leaf")
        }  # fmt: skip
        self._film = MoviePyFilm(grounds, icons, is_tuned)

    def make(self, said: Communication) -> bytes:
        """Return the video."""
        target = self.folder / "moviepy.mp4"
        self._film.make(said, self.spoken(said)[1], target)
        return target.read_bytes()


class Pipe(_Drawn):
    """Frames by Pillow, encoded by one ffmpeg; a held picture is written again and again, as it was."""

    def make(self, said: Communication) -> bytes:
        """Return the video."""
        timeline, voice = self.spoken(said)
        painter = self.painter(said)
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            sound, target = Path(name) / "voice.wav", Path(name) / "video.mp4"
            with wave.open(str(sound), "wb") as file:
                file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
                file.writeframes((voice * 32_767).astype("<i2").tobytes())
            command = [
                get_ffmpeg_exe(), "-y", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", RENDITION,
                "-r", "25", "-i", "-", "-i", str(sound), "-c:v", "libx264", "-preset", "ultrafast",
                "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", str(target),
            ]  # fmt: skip
            with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
                assert process.stdin
                last, data = None, b""
                for frame in range(timeline.frames):
                    scene, t_s = timeline.at(frame)
                    picture = painter.picture(scene.id, t_s)
                    if picture is not last:
                        last, data = picture, picture.tobytes()
                    process.stdin.write(data)
            if process.returncode:
                raise SystemExit(f"ffmpeg ended with {process.returncode}")
            return target.read_bytes()


def check_design(folder: Path, said: Communication) -> None:
    """End the run unless the design is what it is said to be: counted by the pictures that our painter tells apart."""
    drawn = Pipe(folder)
    drawn.speak(said)
    timeline, _ = drawn.spoken(said)
    painter = drawn.painter(said)
    counted = dict.fromkeys(PERSONAL, 0)
    shared_s = 0.0
    for span in timeline.spans:
        if span.scene.id not in counted:
            shared_s += span.count / timeline.frames_per_second
            continue
        last = None
        for frame in range(span.count):
            picture = painter.picture(span.scene.id, frame / timeline.frames_per_second)
            counted[span.scene.id] += last is not None and picture is not last
            last = picture
    if sum(counted.values()) != ANIMATED or shared_s != SHARED_S:
        raise SystemExit(f"the design has {counted} animated frames and {shared_s} s that are shared")


def compared(ours: bytes, theirs: bytes, folder: Path) -> tuple[float, float]:
    """Return the mean and the smallest SSIM of luma over the 25 frames of each second, by ffmpeg's filter."""
    paths = [folder / "ours.mp4", folder / "theirs.mp4"]
    for path, data in zip(paths, (ours, theirs), strict=True):
        path.write_bytes(data)
    log = folder / "ssim.log"
    command = [
        get_ffmpeg_exe(), "-y", "-v", "error", "-i", str(paths[0]), "-i", str(paths[1]), "-lavfi",
        f"[0:v]fps=25[a];[1:v]fps=25[b];[a][b]ssim=stats_file={log}", "-f", "null", "-",
    ]  # fmt: skip
    subprocess.run(command, check=True)
    lines = log.read_text().splitlines()
    if len(lines) < LENGTH_S * 25 - 2:
        raise SystemExit(f"only {len(lines)} frames could be compared")
    values = [float(line.partition(" Y:")[2].split()[0]) for line in lines]
    return float(np.mean(values)), min(values)


def seconds_of(data: bytes) -> float:
    """Return how long a video's picture lasts."""
    with av.open(BytesIO(data), "r") as film:
        stream = film.streams.video[0]
        return float(stream.duration * stream.time_base)


def pictures_of(data: bytes) -> int:
    """Return how many pictures a video is stored in."""
    with av.open(BytesIO(data), "r") as film:
        return film.streams.video[0].frames


def spoken(method: Method, customers: Iterable[Communication]) -> list[Communication]:
    """Return the customers, their phrases spoken and kept."""
    made = list(customers)
    for said in made:
        method.speak(said)
    return made
