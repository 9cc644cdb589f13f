"""How many bill videos a minute a whole run makes, with page, PDF and messages, two workers, all costs included.

The real command runs in a process of its own over a made cycle in six locales, from empty caches. Wall time,
processor time of all its processes and the peak memory of each are measured from outside; outcomes and
steps come from the run's report, the video channel's steps and cache hits from `counted_video`, which stands in
for it. The run's own audit is left out. Last line: JSON.

    python benchmarks/bench_video_batch.py [--count 300] [--workers 2] [--seed 1] [--folder DIR] [--keep DIR]

Linux only: it reads /proc.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from watched import Watched, watch

ROOT = Path(__file__).resolve().parents[1]
NOW = "2026-11-06T08:00:00Z"
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
CHANNELS = "pdf,message,counted,microsite"


def main() -> None:
    """Print a table, and all of it as JSON in the last line."""
    given = _options()
    # An installed program has its bytecode; a checkout may not, and would compile 300 files in each process.
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", str(ROOT / "engine"), str(ROOT / "renderers")], check=True
    )
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name)
        cycle = folder / "cycle.jsonl"
        made = [sys.executable, str(ROOT / "samples/make_cycle.py"), str(given.count), "--seed", str(given.seed)]
        subprocess.run([*made, "--out", str(cycle)], check=True)
        watched = watch(_command(folder, cycle, given.workers), _environment(folder))
        report = json.loads((folder / "state" / "report.json").read_text("utf-8"))
        counted = [json.loads(path.read_text("utf-8")) for path in (folder / "counted").glob("*.json")]
        figures = _figures(report, watched, counted, folder, given)
        if given.keep:
            shutil.copytree(folder / "out", given.keep, dirs_exist_ok=True)
    _print(figures, report)
    print(json.dumps(figures))


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=300, help="customers")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--folder", type=Path, help="where to write; by default the system's temporary folder")
    options.add_argument("--keep", type=Path, help="folder to leave the run's output in")
    return options.parse_args()


def _command(folder: Path, cycle: Path, workers: int) -> list[str]:
    return [
        sys.executable, str(ROOT / "cli.py"), "render", str(cycle),
        "--campaign", str(ROOT / "templates/bill-explainer"),
        "--out", str(folder / "out"), "--state", str(folder / "state"), "--channels", CHANNELS,
        "--workers", str(workers), "--now", NOW, "--audit", "0",
    ]  # fmt: skip


def _environment(folder: Path) -> dict[str, str]:
    """Return the environment of the command; the counting channel is found by its entry point, as a plug-in is."""
    (folder / "counted").mkdir()
    plugin = folder / "plugin"
    described = plugin / "counted_video-1.dist-info"
    described.mkdir(parents=True)
    shutil.copy(Path(__file__).with_name("counted_video.py"), plugin)
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: counted-video\nVersion: 1\n")
    (described / "entry_points.txt").write_text("[billcast.channels]\ncounted = counted_video:CountedVideo\n")
    paths = os.pathsep.join([str(ROOT), str(plugin)])
    return {**os.environ, "PYTHONPATH": paths, "BILLCAST_KEY": KEY, "COUNTED_VIDEO": str(folder / "counted")}


def _figures(
    report: dict[str, Any], watched: Watched, counted: list[dict[str, Any]], folder: Path, given: argparse.Namespace
) -> dict[str, Any]:
    videos = sorted((folder / "out").rglob("video-*.mp4"))
    if not videos:
        raise SystemExit("the run made no video")
    seconds: Counter[str] = Counter()
    runs: Counter[str] = Counter()
    for one in counted:
        seconds.update(one["seconds"])
        runs.update(one["runs"])
    paths = Counter({path: count for path, count in report["paths"].items() if path.startswith("video")})
    by_reference = sum(count for path, count in paths.items() if " fast" not in path)
    whole = sum(count for path, count in paths.items() if " whole:" in path)
    sizes = [path.stat().st_size for path in videos]
    cache = sum(path.stat().st_size for path in (folder / "out" / ".billcast" / "cache").rglob("*") if path.is_file())
    return {
        "benchmark": "video-batch",
        "per_min": round(60 * len(videos) / watched.wall_s, 1),
        "segment_hit_share": round((runs["remembered"] + runs["loaded"]) / max(1, runs.total()), 4),
        "peak_mb": round(watched.peak_mb, 1),
        "parent_mb": round(watched.parent_mb, 1),
        "count": report["total"],
        "videos": len(videos),
        "by_reference": by_reference,
        "with_whole_scenes": whole,
        "workers": given.workers,
        "wall_s": round(watched.wall_s, 1),
        "cpu_s": round(watched.cpu_s, 1),
        "cpu_s_each": round(watched.cpu_s / len(videos), 4),
        "bytes": round(sum(sizes) / len(sizes)),
        "bytes_most": max(sizes),
        "cache_mb": round(cache / 2**20, 1),
        "runs": dict(runs),
        "step_s": {step: round(spent, 2) for step, spent in report["step_seconds"].items()},
        "video_cpu_s": {step: round(spent, 2) for step, spent in seconds.most_common()},
    }


def _print(figures: dict[str, Any], report: dict[str, Any]) -> None:
    counts = ", ".join(f"{report[status]} {status}" for status in ("done", "suppressed", "quarantined", "failed"))
    print(f"{figures['count']} customers ({counts}), all channels, {figures['workers']} workers")
    print(f"{figures['videos']} videos in {figures['wall_s']} s: {figures['per_min']} a minute")
    print(f"processor time: {figures['cpu_s']} s, {figures['cpu_s_each']} s for each video with all that goes with it")
    for step, spent in figures["step_s"].items():
        print(f"  {step:22s}{spent:9.2f} s  (by the clock, all workers)")
    print("processor time of the video channel; what is indented lies in a line above it:")
    for step, spent in figures["video_cpu_s"].items():
        print(f"  {'' if step == 'all' else '  '}{step:22s}{spent:9.2f} s")
    print(f"runs of pictures: {figures['runs']}, {100 * figures['segment_hit_share']:.1f} % were known")
    for path, count in report["paths"].items():
        print(f"  {path}: {count}")
    print(f"a video has {figures['bytes']:,} bytes, the largest {figures['bytes_most']:,}")
    parent, peak, cache = figures["parent_mb"], figures["peak_mb"], figures["cache_mb"]
    print(f"peak memory, MB: parent {parent}, largest process {peak}; caches on disk {cache}")


if __name__ == "__main__":
    main()
