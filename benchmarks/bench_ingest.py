"""How fast JSON Lines become customers: this project's reader beside plain json.loads + model_validate.

The peer is what a first version would write. It reads numbers as binary floating point, lets a name
stand twice, holds lines of any length and stops at the first bad record; ours does none of that.
Both read the same file in turn, several rounds; the best round of each counts.

    python benchmarks/bench_ingest.py [--records 2000] [--rounds 3] [--input FILE]
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from engine.ingest import Read, read
from engine.model.customer import Customer

_SAMPLES = Path(__file__).parents[1] / "samples" / "customers.jsonl"


def main() -> None:
    """Print records a second of both, their ratio, and all of it as JSON in the last line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--records", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--input", type=Path, help="JSON Lines to read; else the samples, repeated")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = given.input or _repeated(Path(folder) / "cycle.jsonl", given.records)
        size = path.stat().st_size
        best = {"peer": 0.0, "ours": 0.0}
        for _ in range(given.rounds):
            for name, run in (("peer", _peer), ("ours", _ours)):
                best[name] = max(best[name], _rate(run, path))
    ratio = best["ours"] / best["peer"]
    print(f"file {size / 1e6:.1f} MB; one process")
    print(f"json.loads + model_validate  {best['peer']:9,.0f} records/s")
    print(f"engine.ingest.read           {best['ours']:9,.0f} records/s")
    print(f"ratio ours to peer           {ratio:9.2f}")
    figures = {name: round(rate, 1) for name, rate in best.items()}
    print(json.dumps({"bench": "ingest", "unit": "records/s", **figures, "ratio": round(ratio, 3)}))


def _repeated(path: Path, count: int) -> Path:
    """Write `count` records made of the samples, each with a key of its own."""
    samples = [json.loads(line) for line in _SAMPLES.read_text("utf-8").splitlines()]
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            record = {**samples[number % len(samples)], "key": f"K{number}"}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return path


def _peer(path: Path) -> int:
    with path.open(encoding="utf-8") as file:
        return sum(1 for line in file if Customer.model_validate(json.loads(line)))


def _ours(path: Path) -> int:
    count = 0
    for item in read([path]):
        if not isinstance(item, Read):
            raise SystemExit(f"a record was set aside: {item.problem}")
        count += 1
    return count


def _rate(run: Callable[[Path], int], path: Path) -> float:
    start = time.perf_counter()
    count = run(path)
    return count / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
