"""CPU time to decide for one customer, and the peak memory of `billcast decide` over few and many customers.

Run: python benchmarks/insight_decisions.py. The last line is JSON. Customers are of `samples/make_history.py`, two
years each. `decide_us` is the ruling alone: brakes, stages, refusals, of facts that are there. `advise_us` is the
whole path of a customer: statement, features, profile, ruling, offers, channel and time, tasks. Medians of CPU time.

What made the ruling fast: conditions are closures made once, and so is every refusal, which is only handed out.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine.ingest.item import Read
from engine.ingest.reader import read
from engine.insight.advisor import Advisor
from engine.templating.campaign_file import load_campaign

ROOT = Path(__file__).resolve().parents[1]
SET = ROOT / "templates" / "bill-explainer"
NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)
FEW, MANY = 500, 4000
ROUNDS = 7
MIB = 1024 * 1024


def make_history(path: Path, count: int) -> Path:
    """Write customers with two years of history to `path`."""
    command = [sys.executable, str(ROOT / "samples" / "make_history.py"), str(count), "--seed", "7", "--months", "24",
               "--as-of", "2026-11-05", "--out", str(path)]  # fmt: skip
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    return path


def cpu_us(work: Callable[[], object], count: int) -> float:
    """Return the median CPU time of one of `count` pieces of work, in microseconds."""
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return statistics.median(times) / count * 1e6


def times_of(history: Path) -> dict[str, float]:
    """Return `decide_us` and `advise_us` over the customers of `history`."""
    advisor = Advisor.open(SET, load_campaign(SET))
    if advisor is None:
        raise FileNotFoundError(SET / "policy.toml")
    people = [item.customer for item in read([history]) if isinstance(item, Read)]
    facts = [weighed.facts for one in people if (weighed := advisor.weigh(one, NOW)) is not None]
    return {
        "decide_us": cpu_us(lambda: [advisor.decider.decide(one) for one in facts], len(facts)),
        "advise_us": cpu_us(lambda: [advisor.advise(one, NOW) for one in people], len(people)),
    }


def peak_mb(history: Path) -> float:
    """Return the peak memory of a process that decides for all of `history` and keeps a file of it."""
    script = (
        "import resource, sys; from engine.commands import app; "
        "app(sys.argv[1:], standalone_mode=False); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    command = [sys.executable, "-c", script, "decide", str(history), "--campaign", str(SET), "--now", NOW.isoformat(),
               "--rows", "0", "--out", str(history.with_suffix(".decisions"))]  # fmt: skip
    said = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout
    return int(said.split()[-1]) * 1024 / MIB


def figures() -> dict[str, float]:
    """Return all figures of deciding."""
    with tempfile.TemporaryDirectory() as folder:
        few, many = (make_history(Path(folder) / f"{count}.jsonl", count) for count in (FEW, MANY))
        return times_of(few) | {"peak_few_mb": peak_mb(few), "peak_mb": peak_mb(many)}


def main() -> None:
    """Print the figures."""
    found = figures()
    print(f"ruling, a customer: {found['decide_us']:.1f} us; from record to outreach: {found['advise_us']:.0f} us")
    print(f"peak memory of decide: {found['peak_few_mb']:.0f} MB for {FEW} customers, "
          f"{found['peak_mb']:.0f} MB for {MANY}")  # fmt: skip
    print(json.dumps({"benchmark": "insight-decisions"} | {name: round(value, 2) for name, value in found.items()}))


if __name__ == "__main__":
    main()
