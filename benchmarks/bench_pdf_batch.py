"""How many PDF reminders a second a whole run makes: JSON Lines in, files out, two workers, all costs included.

The real command runs in a process of its own over a made cycle. Wall time, processor time of all its
processes and the peak memory of each are measured from outside; the share of fallbacks and the
seconds by step come from the run's report. The audit is a command of its own after it, and its cost
stands apart. Last line: JSON.

    python benchmarks/bench_pdf_batch.py [--count 10000] [--messy] [--workers 2] [--seed 1] [--folder DIR]
                                         [--audit 59] [--around]

Run after run on one disk measures the disk: ext4 without a journal won't take the number of a file that was
removed in the last five minutes, and looks at each such number for every new file. Wait so long, or give `--folder`
a place in memory. `--around` takes a channel that hands out a fixed PDF instead: what is left
is all that stands around the fill. Linux only: it reads /proc.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from watched import Watched, watch

ROOT = Path(__file__).resolve().parents[1]
NOW = "2026-11-06T08:00:00Z"
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
FIXED = 30_000  # bytes of the stand-in's PDF
_STAND_IN = f"""
from engine.contracts import Compiled, Filled, LayoutClass
from engine.model.artifact import Artifact

_REST = bytes(range(256)) * ({FIXED} // 256)


class FixedChannel:
    name = "fixed"

    def classify(self, communication):
        return LayoutClass("fixed", "one")

    def compile(self, templates, locale, layout_class, scope):
        return Compiled(layout_class, locale, None)

    def fill(self, compiled, communication, context):
        data = b"%PDF-1.7 " + communication.token.encode() + _REST
        return Filled((Artifact("fixed", "bill.pdf", "application/pdf", data),), "fast")
"""


def main() -> None:
    """Print a table, and all of it as JSON in the last line."""
    given = _options()
    # An installed program has its bytecode; a checkout may not, and would compile 300 files in each process.
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", str(ROOT / "engine"), str(ROOT / "renderers")], check=True
    )
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name)
        cycle = _cycle(folder, given)
        channel = "fixed" if given.around else "pdf"
        environment = _environment(folder, given)
        watched = watch(_command(folder, cycle, channel, given.workers), environment)
        report = json.loads((folder / "state" / "report.json").read_text("utf-8"))
        figures = _figures(report, watched, channel, given)
        if given.audit and not given.around:
            figures |= _audited(folder, environment, given)
    _print(figures, report)
    print(json.dumps(figures))


def _options() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=10_000, help="customers")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--messy", action="store_true", help="long names, odd row counts, every locale, rare glyphs")
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--folder", type=Path, help="where to write; by default the system's temporary folder")
    options.add_argument("--audit", type=int, default=59, help="documents to audit after the run; 0: none")
    options.add_argument("--around", action="store_true", help="with a fixed PDF instead of the renderer's")
    return options.parse_args()


def _cycle(folder: Path, given: argparse.Namespace) -> Path:
    path = folder / "cycle.jsonl"
    messy = ["--messy"] if given.messy else []
    command = [sys.executable, str(ROOT / "samples/make_cycle.py"), str(given.count), "--seed", str(given.seed)]
    subprocess.run([*command, *messy, "--out", str(path)], check=True)
    return path


def _command(folder: Path, cycle: Path, channel: str, workers: int) -> list[str]:
    return [
        sys.executable, str(ROOT / "cli.py"), "render", str(cycle),
        "--campaign", str(ROOT / "templates/bill-explainer"),
        "--out", str(folder / "out"), "--state", str(folder / "state"), "--channels", channel,
        "--workers", str(workers), "--now", NOW, "--audit", "0",
    ]  # fmt: skip


def _audited(folder: Path, environment: dict[str, str], given: argparse.Namespace) -> dict[str, Any]:
    """Audit the run that was made, by a command of its own, so that none of its cost is in the run's."""
    command = [
        sys.executable, str(ROOT / "cli.py"), "audit", str(folder / "state"),
        "--audit", str(given.audit), "--workers", str(given.workers),
    ]  # fmt: skip
    watched = watch(command, environment)
    return {"audit_s": round(watched.wall_s, 2), "audit_cpu_s": round(watched.cpu_s, 2)}


def _environment(folder: Path, given: argparse.Namespace) -> dict[str, str]:
    """Return the environment of the command; the stand-in is found by its entry point, as a plug-in is."""
    paths = [str(ROOT)]
    if given.around:
        (folder / "fixed_channel.py").write_text(_STAND_IN)
        described = folder / "fixed_channel-1.dist-info"
        described.mkdir()
        (described / "METADATA").write_text("Metadata-Version: 2.1\nName: fixed-channel\nVersion: 1\n")
        (described / "entry_points.txt").write_text("[billcast.channels]\nfixed = fixed_channel:FixedChannel\n")
        paths.append(str(folder))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "BILLCAST_KEY": KEY}


def _figures(report: dict[str, Any], watched: Watched, channel: str, given: argparse.Namespace) -> dict[str, Any]:
    total = report["total"]
    made = {path: count for path, count in report["paths"].items() if path.startswith(channel)}
    fallbacks = sum(count for path, count in made.items() if not path.endswith(" fast"))
    wall_s = watched.wall_s
    milliseconds = {step: round(1000 * seconds / total, 4) for step, seconds in report["step_seconds"].items()}
    return {
        "benchmark": "pdf-batch",
        "per_s": round(total / wall_s, 1),
        "fallback_share": round(fallbacks / max(sum(made.values()), 1), 5),
        "peak_mb": round(watched.peak_mb, 1),
        "parent_mb": round(watched.parent_mb, 1),
        "count": total,
        "channel": channel,
        "messy": given.messy,
        "workers": given.workers,
        "wall_s": round(wall_s, 2),
        "audit_s": 0.0,
        "cpu_ms": round(1000 * watched.cpu_s / total, 4),
        "parent_ms": round(1000 * watched.parent_s / total, 4),
        "workers_ms": round(1000 * watched.workers_s / total, 4),
        "step_ms": milliseconds,
    }


def _print(figures: dict[str, Any], report: dict[str, Any]) -> None:
    counts = ", ".join(f"{report[status]} {status}" for status in ("done", "suppressed", "quarantined", "failed"))
    print(f"{figures['count']} customers ({counts}), channel {figures['channel']}, {figures['workers']} workers")
    print(f"{figures['per_s']:.0f} a second in {figures['wall_s']} s; the audit took {figures['audit_s']} s beside")
    print("processor time a customer, ms:")
    print(f"  {'parent':24s}{figures['parent_ms']:8.3f}")
    print(f"  {'workers, start included':24s}{figures['workers_ms']:8.3f}")
    for step, spent in figures["step_ms"].items():
        print(f"    {step:22s}{spent:8.3f}  (by the clock)")
    for path, count in report["paths"].items():
        print(f"  {path}: {count}")
    print(f"peak memory, MB: parent {figures['parent_mb']}, largest process {figures['peak_mb']}")


if __name__ == "__main__":
    main()
