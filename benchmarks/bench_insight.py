"""How fast bills are scored with the features of their histories, how fast decisions are made, in how much memory.

Run: python benchmarks/bench_insight.py, or make bench-insight. The last line is JSON. CPU time of one core, medians.

`scored_per_s`: bills a second, each with its features as of its day of issue and its reasons, by boosted trees (the
slower of the two families). Beside it, the same features by scikit-learn's own predict_proba in the same run: a row
at a time, as a service would ask, and a thousand at once. scikit-learn gives a probability only, ours its reasons too.
`decide_us`: the policy's decision on facts that are ready. `advise_us`: all of it, from the customer's record to the
outreach, statement, features, profile, channel, time and offers included.
`peak_mb`: the largest memory of `billcast insight score` over a file; over four times the file, `peak_4x_mb`.
"""

from __future__ import annotations

import itertools
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "samples"))

import make_history
import numpy as np
from watched import watch

from engine.insight.advisor import Advisor
from engine.insight.risk.columns import columns_of, matrix
from engine.insight.risk.fitting import Bench, Fitted, Setting
from engine.insight.risk.history import history_rows, inputs_of
from engine.insight.risk.model_file import Family, Model, Summary, write_model
from engine.insight.risk.scorer import Scorer
from engine.insight.risk.table import Row, Table
from engine.insight.risk.terms import HistoryTerms
from engine.model.customer import Customer
from engine.templating.campaign_file import load_campaign

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)
CUSTOMERS, CHUNK, ROUNDS, BATCH = 400, 40, 5, 1000
IN_FILE = 250
TERMS = HistoryTerms()
SETTINGS = {
    Family.LOGISTIC: Setting(Family.LOGISTIC, penalty=0.03, has_logs=True),
    Family.BOOSTING: Setting(Family.BOOSTING, depth=3, trees=100),
}


def records(count: int) -> Iterator[dict[str, object]]:
    """Yield customers with two years of bills."""
    made = make_history.histories(7, 24, date(2026, 11, 6))
    return (record for record, _ in itertools.islice(made, count))


def cpu_s(work: Callable[[], object]) -> float:
    """Return the CPU seconds of a call."""
    started = time.process_time()
    work()
    return time.process_time() - started


def table_of(rows: Sequence[Row]) -> Table:
    """Return the rows whose outcome is known."""
    table = Table(inputs_of(TERMS))
    for row in rows:
        if row.label is not None:
            table.add(row)
    return table


def model_of(table: Table, family: Family) -> tuple[Model, Fitted]:
    """Return a model of a table, as training would make it, without its tests."""
    fitted = Bench(columns_of(table.inputs, table.values), np.array(table.labels)).fit(SETTINGS[family], seed=1)
    summary = Summary(target="late", meaning=TERMS.meaning, rows=len(table), positives=sum(table.labels),
                      units=len(set(table.units)), seed=1, order="none")  # fmt: skip
    model = Model(name="late", version="bench", family=family, encoding=fitted.encoding, linear=fitted.linear(),
                  forest=fitted.forest(), summary=summary, history=TERMS)  # fmt: skip
    return model, fitted


def whole_per_s(scorer: Scorer, customers: Sequence[Customer]) -> float:
    """Return bills a second from customers to scores with reasons: the median of chunks."""

    def rate(part: Sequence[Customer]) -> float:
        scored = 0

        def score() -> None:
            nonlocal scored
            for row in history_rows(part, TERMS, NOW):
                scorer.score(row.features)
                scored += 1

        seconds = cpu_s(score)
        return scored / seconds

    return statistics.median(rate(customers[at : at + CHUNK]) for at in range(0, len(customers), CHUNK))


def against_peer(scorer: Scorer, fitted: Fitted, rows: Sequence[Row], table: Table) -> dict[str, float]:
    """Return microseconds a row: ours with reasons, ours without, scikit-learn's one by one and in bulk, in turn."""
    figures = matrix(fitted.encoding, columns_of(table.inputs, table.values))[:BATCH]
    some, ones = rows[:BATCH], figures[:100]
    ways: dict[str, tuple[Callable[[], object], int]] = {
        "score_us": (lambda: [scorer.score(row.features) for row in some], len(some)),
        "probability_us": (lambda: [scorer.probability(row.features) for row in some], len(some)),
        "sklearn_row_us": (lambda: [fitted.estimator.predict_proba(one.reshape(1, -1)) for one in ones], len(ones)),
        "sklearn_bulk_us": (lambda: fitted.estimator.predict_proba(figures), len(figures)),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, (work, count) in ways.items():
            taken[name].append(cpu_s(work) / count * 1e6)
    return {name: statistics.median(times) for name, times in taken.items()}


def decisions(customers: Sequence[Customer]) -> dict[str, float]:
    """Return microseconds a customer: the decision on facts that are ready, and all of it."""
    folder = ROOT / "templates" / "bill-explainer"
    advisor = Advisor.open(folder, load_campaign(folder))
    if advisor is None:
        raise SystemExit("the starter set has no policy")
    weighed = [advisor.weigh(customer, NOW) for customer in customers]
    facts = [one.facts for one in weighed if one is not None]
    found = {"decide_us": [], "advise_us": []}
    for _ in range(ROUNDS):
        found["decide_us"].append(cpu_s(lambda: [advisor.decider.decide(one) for one in facts]) / len(facts) * 1e6)
        whole = cpu_s(lambda: [advisor.advise(customer, NOW) for customer in customers])
        found["advise_us"].append(whole / len(customers) * 1e6)
    return {name: statistics.median(times) for name, times in found.items()}


def memory(model: Model) -> tuple[float, float]:
    """Return the largest memory of scoring a file and one of four times the customers, in MB."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_model(model, folder / "model.json")
        peaks = []
        for times in (1, 4):
            path = folder / f"{times}.jsonl"
            with path.open("w", encoding="utf-8") as file:
                file.writelines(json.dumps(record) + "\n" for record in records(IN_FILE * times))
            command = [sys.executable, str(ROOT / "cli.py"), "insight", "score", str(path), "--every-bill",
                       "--model", str(folder / "model.json"), "--out", str(folder / "scores.jsonl"),
                       "--now", NOW.isoformat()]  # fmt: skip
            peaks.append(watch(command, os.environ | {"PYTHONPATH": str(ROOT)}).peak_mb)
    return peaks[0], peaks[1]


def main() -> None:
    """Print the figures."""
    customers = [Customer.model_validate_json(json.dumps(record), strict=False) for record in records(CUSTOMERS)]
    rows = list(history_rows(customers, TERMS, NOW))
    table = table_of(rows)
    figures: dict[str, float] = {}
    for family in Family:
        model, fitted = model_of(table, family)
        scorer = Scorer(model)
        rate, ways = whole_per_s(scorer, customers), against_peer(scorer, fitted, rows, table)
        print(f"{family.value}: {rate:,.0f} bills a second with features of history and reasons")
        print(f"  a row: {ways['score_us']:.1f} us with reasons, {ways['probability_us']:.1f} us without")
        print(f"  scikit-learn: {ways['sklearn_row_us']:.1f} us one by one, {ways['sklearn_bulk_us']:.2f} us in bulk")
        figures = {"scored_per_s": rate, **ways}  # of the last, the slower
    figures["ratio"] = figures["sklearn_row_us"] / figures["score_us"]
    figures["ratio_bulk"] = figures["sklearn_bulk_us"] / figures["score_us"]
    figures |= decisions(customers)
    print(f"a decision: {figures['decide_us']:.1f} us of ready facts, {figures['advise_us']:.0f} us from the record")
    figures["peak_mb"], figures["peak_4x_mb"] = memory(model)
    print(f"memory of scoring a file: {figures['peak_mb']:.0f} MB, of four times it: {figures['peak_4x_mb']:.0f} MB")
    print(json.dumps({"benchmark": "insight"} | {name: round(value, 3) for name, value in figures.items()}))


if __name__ == "__main__":
    main()
