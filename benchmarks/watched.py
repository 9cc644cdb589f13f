"""A command watched from outside: wall time, processor time of all its processes, peak memory of each. Linux only."""

from __future__ import annotations

import ctypes
import os
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_BECOME_SUBREAPER = 36  # prctl: orphans below us become our children, so that none goes uncounted
_TICK_S = 0.1


@dataclass(slots=True)
class Watched:
    """What the processes of one command took. Seconds of processor time, user and system together."""

    wall_s: float = 0.0
    parent_s: float = 0.0
    workers_s: float = 0.0
    parent_mb: float = 0.0
    others_mb: dict[int, float] = field(default_factory=dict)
    noted_at: float = 0.0

    @property
    def cpu_s(self) -> float:
        """Processor seconds of all processes."""
        return self.parent_s + self.workers_s

    @property
    def peak_mb(self) -> float:
        """The largest resident size that one process reached."""
        return max(self.parent_mb, *self.others_mb.values(), 0.0)


def watch(command: list[str], environment: dict[str, str]) -> Watched:
    """Run the command and all that it starts to their ends. Raises `SystemExit` where it breaks."""
    ctypes.CDLL(None).prctl(_BECOME_SUBREAPER, 1, 0, 0, 0)
    watched = Watched()
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE)
    code: int | None = None
    while code is None or below(os.getpid()):
        _note_peaks(watched, process.pid)
        with suppress(ChildProcessError):
            ended, status, usage = os.wait4(-1, os.WNOHANG)
            seconds = usage.ru_utime + usage.ru_stime
            if ended == process.pid:
                watched.wall_s = time.perf_counter() - began
                watched.parent_s = seconds
                code = process.returncode = os.waitstatus_to_exitcode(status)
            elif ended:
                watched.workers_s += seconds
            else:
                time.sleep(_TICK_S / 10)
    said = process.stderr.read().decode() if process.stderr else ""
    if code not in (0, 3):
        raise SystemExit(f"the run broke with {code}:\n{said}")
    return watched


def below(process_id: int) -> list[int]:
    """Return the ids of all processes below one."""
    found: list[int] = []
    waiting = [process_id]
    while waiting:
        one = waiting.pop()
        with suppress(OSError):
            for thread in Path(f"/proc/{one}/task").iterdir():
                children = [int(child) for child in (thread / "children").read_text().split()]
                found += children
                waiting += children
    return found


def _note_peaks(watched: Watched, parent: int) -> None:
    """Note the peak of each process. Not at each turn: that would cost what is measured."""
    if time.perf_counter() - watched.noted_at < _TICK_S:
        return
    watched.noted_at = time.perf_counter()
    for process_id in below(os.getpid()):
        with suppress(OSError, StopIteration):
            lines = Path(f"/proc/{process_id}/status").read_text().splitlines()
            peak_mb = int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
            if process_id == parent:
                watched.parent_mb = peak_mb
            else:
                watched.others_mb[process_id] = peak_mb
