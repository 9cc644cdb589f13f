"""The reference renderer of videos: a process of its own in which MoviePy works.

MoviePy takes about 580 MB and reads a `.env` from the folders above when imported; neither
belongs into a worker. The process is started with the first video, kept warm for the next ones
and started anew if it ends. It gets no secrets: its environment holds paths only.
"""

from __future__ import annotations

import atexit
import os
import pickle
import select
import struct
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Final, TypeVar

from engine.errors import BillcastError, RenderError
from renderers.video.footage import ClipOrder
from renderers.video.hotspots import Spot
from renderers.video.painter import Theme
from renderers.video.sound.aac import Samples
from renderers.video.storyboard import Storyboard
from renderers.video.timeline import Timeline

T = TypeVar("T")
START_S: Final = 60.0  # importing MoviePy on a busy machine
SECONDS_EACH: Final = 20.0  # time allowed for each second of video
_KEPT_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "SYSTEMROOT", "IMAGEIO_FFMPEG_EXE")


@dataclass(frozen=True, slots=True)
class Job:
    """One video to be made: everything that the process needs.

    `voice`: what is heard, music too, (n,) float32 at 48 kHz or (2, n) where the channels differ.
    """

    storyboard: Storyboard
    timeline: Timeline
    theme: Theme
    rendition: str
    burn_captions: bool
    voice: Samples = field(repr=False)


@dataclass(frozen=True, slots=True)
class Made:
    """What the process made of a job, with the processor time that it took (ffmpeg's included)."""

    video: bytes = field(repr=False)
    poster: bytes = field(repr=False)
    warnings: tuple[str, ...]
    cpu_s: float
    spots: dict[str, tuple[Spot, ...]] = field(default_factory=dict)  # by scene: where its picture can be pressed


class ReferenceProcess:
    """Speaks with one process over its pipes: a length of eight bytes, then a pickle."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = os.getpid()

    def make(self, job: Job) -> Made:
        """Return the video of `job`. Raises `RenderError` (R407, and what the painter raises)."""
        return self._asked(job, Made, job.timeline.seconds)

    def compose(self, order: ClipOrder) -> bytes:
        """Return the film of footage that MoviePy composed. Raises `RenderError` (R407, R451)."""
        return self._asked(order, bytes, order.frames / order.rate)

    def _asked(self, job: Job | ClipOrder, kind: type[T], seconds: float) -> T:
        with self._lock:
            process = self._running()
            deadline = time.monotonic() + START_S + SECONDS_EACH * seconds
            try:
                self._send(process, job)
                reply = pickle.loads(self._receive(process, deadline))  # noqa: S301 - from our own child
            except (OSError, EOFError, TimeoutError) as error:
                raise self._failed(process, error) from error
        if isinstance(reply, BillcastError):
            raise reply
        if not isinstance(reply, kind):
            raise RenderError(
                "R407", f"the video could not be made: {reply}", hint="billcast doctor looks at its parts"
            )
        return reply

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._owner != os.getpid():  # after a fork the pipes are the parent's
            self._process, self._owner = None, os.getpid()
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = self._start()
        return self._process

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {key: os.environ[key] for key in _KEPT_ENVIRONMENT if key in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        return subprocess.Popen(
            [sys.executable, "-m", "renderers.video.reference_process"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
        )  # fmt: skip

    def _send(self, process: subprocess.Popen[bytes], job: Job | ClipOrder) -> None:
        assert process.stdin is not None
        data = pickle.dumps(job, protocol=pickle.HIGHEST_PROTOCOL)
        process.stdin.write(struct.pack(">Q", len(data)) + data)
        process.stdin.flush()

    def _receive(self, process: subprocess.Popen[bytes], deadline: float) -> bytes:
        size = struct.unpack(">Q", self._read(process, 8, deadline))[0]
        return self._read(process, size, deadline)

    def _read(self, process: subprocess.Popen[bytes], size: int, deadline: float) -> bytes:
        assert process.stdout is not None
        handle, parts, missing = process.stdout.fileno(), [], size
        while missing:
            ready, _, _ = select.select([handle], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError("it took too long")
            part = os.read(handle, min(missing, 1 << 20))
            if not part:
                raise EOFError("it ended")
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _failed(self, process: subprocess.Popen[bytes], error: Exception) -> RenderError:
        self.close()
        status = process.returncode
        fact = f"the process that makes videos failed: {error or type(error).__name__} (status {status})"
        hint = (
            "it was killed: is there memory for it (about 600 MB)?" if status == -9 else "billcast doctor looks at it"
        )
        return RenderError("R407", fact, hint=hint)


_shared: ReferenceProcess | None = None


def shared_process() -> ReferenceProcess:
    """Return this process's reference renderer; it ends with this process."""
    global _shared
    if _shared is None:
        _shared = ReferenceProcess()
        atexit.register(_shared.close)
    return _shared
