"""What one bill video costs, by six ways in turn in one run, and how like ours are to the reference's.

Processor seconds a video, children included, narration spoken before and kept; another customer each time.
The design is `video/storyboard.xml.j2`: 30 s at 1280x720 and 25 frames a second, 18 s of it the same for
everybody, 12 s personal with 145 animated frames. Ways: see `video_methods`. A round makes one video by
each slow way and `--videos` by each of our levels; the median of the rounds is told. What is made once
(templates, fonts, shared scenes) doesn't count there; it is told as `compile_s`.

    python benchmarks/bench_video.py [--rounds 3] [--videos 20] [--warm 20] [--keep DIR] [--only NAME,…]

`tuned` is MoviePy too, by somebody who knows all of it; `pictures` are the samples of level B's video.

The last line is JSON. `uncached_voice_s`: what names and amounts that were never said add to a video.
`peak_mb`: the largest a process became that does nothing but make level B's videos, without its children.
`starter_s`: level B over the starter set's own storyboard, by rendition.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from video_documents import LENGTH_S, benchmark_set, communications, starter_set
from video_methods import (
    Channel,
    Method,
    MoviePy,
    Pipe,
    check_design,
    compared,
    family_cpu_s,
    pictures_of,
    seconds_of,
    spoken,
)

from engine.batch.memory import give_back_large_blocks
from engine.model.communication import Communication

NAMES = ("moviepy", "tuned", "pipe", "reference", "level_a", "level_b")
OURS = ("level_a", "level_b")
RENDITIONS = ("1280x720", "1080x1920", "1080x1080")
SERIES = 100_000  # customers between the first ones of two series: no two measurements share one


@dataclass(slots=True)
class Measured:
    """What the rounds gave, by method."""

    folder: Path
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    sizes: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    last: dict[str, bytes] = field(default_factory=dict)

    def add(self, name: str, method: Method, customers: list[Communication]) -> list[bytes]:
        """Make the videos and note what one cost. Ends the run where a video has not the right length."""
        began = family_cpu_s()
        made = [method.make(said) for said in customers]
        self.seconds[name].append((family_cpu_s() - began) / len(made))
        self.sizes[name] += [len(data) for data in made]
        lasting = seconds_of(made[-1])
        if abs(lasting - LENGTH_S) > 0.05:
            raise SystemExit(f"{name} made a video of {lasting} s")
        self.last[name] = made[-1]
        return made

    def median(self, name: str) -> float:
        """Return the seconds of one video."""
        return statistics.median(self.seconds[name]) if self.seconds[name] else 0.0


def methods_of(names: list[str], folder: Path) -> dict[str, Method]:
    """Return the ways by name."""
    first = next(communications())
    made: dict[str, Method] = {}
    for name in names:
        own = folder / name
        own.mkdir()
        if name in ("moviepy", "tuned"):
            made[name] = MoviePy(own, first, is_tuned=name == "tuned")
        elif name == "pipe":
            made[name] = Pipe(own)
        else:
            made[name] = Channel(benchmark_set(own, name.removeprefix("level_")), own / "cache")
    return made


def measure(methods: dict[str, Method], given: argparse.Namespace, folder: Path) -> tuple[Measured, list[float]]:
    """Warm up, then make videos in rounds. Also return how like level B's frames are: a mean a round, the least."""
    measured, likeness, least = Measured(folder), [], 1.0
    warm = list(islice(communications(SERIES), given.warm))
    for name, method in methods.items():
        for said in spoken(method, warm if name in OURS else warm[:1]):
            method.make(said)
    fresh = communications(2 * SERIES)
    gc.collect()
    gc.freeze()  # what is warm stays: a worker does no less
    for _ in range(given.rounds):
        customers = list(islice(fresh, given.videos))
        made = {}
        for name, method in methods.items():
            mine = spoken(method, customers if name in OURS else customers[:1])
            made[name] = measured.add(name, method, mine)[0]
        if "level_b" in made and "reference" in made:
            mean, lowest = compared(made["level_b"], made["reference"], folder)
            likeness.append(mean)
            least = min(least, lowest)
    return measured, [*likeness, least]


def uncached_s(method: Channel, count: int) -> float:
    """Return what names and amounts that were never said add to a video: pairs of the same size, in turn."""
    fresh, differences = communications(3 * SERIES), []
    for _ in range(3):
        known, unknown = (list(islice(fresh, count)) for _ in range(2))
        spoken(method, known)
        costs = []
        for customers in (known, unknown):
            began = family_cpu_s()
            for said in customers:
                method.make(said)
            costs.append((family_cpu_s() - began) / count)
        differences.append(costs[1] - costs[0])
    return statistics.median(differences)


def starter_s(folder: Path, count: int) -> dict[str, float]:
    """Return what a video of the starter set costs by level B, by rendition."""
    made = {}
    for number, rendition in enumerate(RENDITIONS):
        own = folder / f"starter-{rendition}"
        own.mkdir()
        method = Channel(starter_set(own, "b", (rendition,)), own / "cache", rendition)
        fresh = communications((5 + number) * SERIES, scripted=False)
        for said in spoken(method, islice(fresh, count)):
            method.make(said)
        customers = spoken(method, islice(fresh, count))
        began = family_cpu_s()
        for said in customers:
            method.make(said)
        made[rendition] = round((family_cpu_s() - began) / count, 4)
    return made


def work(folder: Path, number: int, warm: int, count: int) -> None:
    """Be one worker: compile, warm up, wait, make videos; then say the wall time, the peak and the costs as JSON."""
    give_back_large_blocks()  # as a worker of a run does
    began = time.process_time()
    method = Channel(folder / "set-b", folder / f"cache-{number}")
    fresh = communications((10 + number) * SERIES)
    first, *early = spoken(method, islice(fresh, warm))
    before = time.process_time()
    method.make(first)
    first_s = time.process_time() - before
    for said in early:
        method.make(said)
    customers = spoken(method, islice(fresh, count))
    gc.collect()
    gc.freeze()
    print(json.dumps({"start_s": before - began}), flush=True)
    sys.stdin.readline()
    began, began_wall = time.process_time(), time.perf_counter()
    for said in customers:
        method.make(said)
    wall_s, cpu_s = time.perf_counter() - began_wall, time.process_time() - began
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak_kb = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
    told = {"wall_s": wall_s, "cpu_s": cpu_s, "first_s": first_s, "peak_mb": peak_kb / 1024}
    print(json.dumps({**told, "paths": dict(method.paths)}), flush=True)


def workers(folder: Path, numbers: list[int], warm: int, count: int) -> list[dict[str, float]]:
    """Run workers at once, from one moment on. Return what each told."""
    processes = []
    for number in numbers:
        command = [sys.executable, __file__, "--worker", str(folder), str(number), str(warm), str(count)]
        processes.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
    for process in processes:
        assert process.stdout
        process.stdout.readline()
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    return [json.loads(process.communicate()[0].splitlines()[-1]) for process in processes]


def figures_of_workers(folder: Path, given: argparse.Namespace) -> dict[str, float]:
    """Return compile time, peak memory, and what two workers make against one."""
    benchmark_set(folder, "b")
    gains, peaks, compiles = [], [], []
    for turn in range(given.rounds):
        (alone,) = workers(folder, [3 * turn], given.warm, given.videos)
        pair = workers(folder, [3 * turn + 1, 3 * turn + 2], given.warm, given.videos)
        gains.append(2 * alone["wall_s"] / max(one["wall_s"] for one in pair))
        for one in (alone, *pair):
            peaks.append(one["peak_mb"])
            compiles.append(one["first_s"] - one["cpu_s"] / given.videos)
    return {
        "peak_mb": round(max(peaks), 1),
        "compile_s": round(statistics.median(compiles), 2),
        "two_workers": round(statistics.median(gains), 2),
    }


def figures_of(measured: Measured, likeness: list[float]) -> dict[str, object]:
    """Return the figures of the rounds."""
    seconds = {name: measured.median(name) for name in NAMES}
    figures: dict[str, object] = {"benchmark": "video"}
    figures |= {f"{name}_s": round(seconds[name], 4) for name in NAMES if seconds[name]}
    for name in OURS:
        if seconds[name] and seconds["moviepy"]:
            figures[f"{name}_to_moviepy"] = round(seconds["moviepy"] / seconds[name], 1)
            figures[f"{name}_to_tuned"] = round(seconds["tuned"] / seconds[name], 1)
    if seconds["level_b"]:
        figures["per_core_minute"] = round(60 / seconds["level_b"], 1)
        figures["bytes"] = round(statistics.mean(measured.sizes["level_b"]))
        figures["pictures"] = pictures_of(measured.last["level_b"])
    if len(likeness) > 1:
        figures["ssim"] = round(statistics.mean(likeness[:-1]), 5)
        figures["ssim_min"] = round(likeness[-1], 5)
    return figures


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--videos", type=int, default=20, help="videos of each of our levels a round")
    options.add_argument("--warm", type=int, default=20, help="videos of each of our levels before the first round")
    options.add_argument("--keep", type=Path, help="folder to leave the last video of each way in")
    options.add_argument("--only", default=",".join(NAMES), help="some of the ways, with commas; then nothing else")
    options.add_argument("--worker", nargs=4, help=argparse.SUPPRESS)
    return options.parse_args()


def main() -> None:
    """Print the table, then the JSON."""
    given = _options()
    if given.worker:
        folder, *numbers = given.worker
        work(Path(folder), *map(int, numbers))
        return
    names = [name for name in NAMES if name in given.only.split(",")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        check_design(folder, next(communications()))
        methods = methods_of(names, folder)
        measured, likeness = measure(methods, given, folder)
        figures = figures_of(measured, likeness)
        fast = methods.get("level_b")
        if isinstance(fast, Channel):
            if set(fast.paths) != {"fast"}:
                raise SystemExit(f"not all videos took the fast path: {dict(fast.paths)}")
            if len(names) == len(NAMES):
                figures["uncached_voice_s"] = round(uncached_s(fast, given.videos), 4)
                figures |= figures_of_workers(folder, given)
                figures["starter_s"] = starter_s(folder, given.videos)
    for name in names:
        times, size = measured.seconds[name], statistics.mean(measured.sizes[name])
        print(f"{name:10}{measured.median(name):9.3f} s  ({min(times):.3f} to {max(times):.3f})  {size:11,.0f} bytes")
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
        for name, data in measured.last.items():
            (given.keep / f"{name}.mp4").write_bytes(data)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
