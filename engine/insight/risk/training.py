"""From rows to a model that can be stored: tested on rows held back, then learned from all of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib import metadata

from engine.insight.risk.drift import spread_of
from engine.insight.risk.folds import order_of
from engine.insight.risk.held import Held
from engine.insight.risk.holdout import FOLDS, hold_out
from engine.insight.risk.inputs import InputKind, Value
from engine.insight.risk.model_file import Model, Spread, Summary, Weight
from engine.insight.risk.picking import Learned, learn
from engine.insight.risk.scorer import Scorer
from engine.insight.risk.table import Table
from engine.insight.risk.terms import HistoryTerms

MOST_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Assignment:
    """What is learned, and from what: written into the model."""

    target: str
    meaning: str
    source: str
    as_of: date
    seed: int = 1
    folds: int = FOLDS
    protected: tuple[str, ...] = ()  # names of attributes that were kept for fairness reports
    history: HistoryTerms | None = None  # none: learned from a table


def train(table: Table, task: Assignment) -> tuple[Model, Learned]:
    """Return the model of a table, and what scikit-learn made of it.

    The same table and task give the same model, byte for byte, with the same versions of numpy and scikit-learn.
    Raises `InsightError` (D117) where there is too little to learn from.
    """
    held = hold_out(table, seed=task.seed, folds=task.folds)
    learned = learn(table, seed=task.seed, folds=task.folds)
    model = Model(
        name=task.target,
        version="",
        family=learned.fitted.setting.family,
        encoding=learned.fitted.encoding,
        linear=learned.fitted.linear(),
        forest=learned.fitted.forest(),
        calibrator=learned.calibrator,
        summary=_summary(table, task, learned, held),
        history=task.history,
    )
    scorer = Scorer(model)
    scores = [scorer.probability_of(values) for values in table.values]
    model = model.model_copy(update={"summary": model.summary.model_copy(update={"weights": _weights(scorer, table)})})
    spreads = (*_spreads(table), spread_of("score", scores, is_category=False))
    model = model.model_copy(update={"spreads": spreads})
    content = json.dumps(model.model_dump(mode="json", by_alias=True), sort_keys=True)
    digest = hashlib.sha256(content.encode()).hexdigest()
    return model.model_copy(update={"version": f"{task.target}-{task.as_of.isoformat()}-{digest[:8]}"}), learned


def _weights(scorer: Scorer, table: Table) -> tuple[Weight, ...]:
    """Return the mean size of each input's part over the training rows, the largest first."""
    sums = scorer.mean_parts(table.values)
    weights = [
        Weight(name=one.name, words=one.words or one.name.replace("_", " "), part=part)
        for one, part in zip(scorer.inputs, sums, strict=True)
        if part > 0
    ]
    return tuple(sorted(weights, key=lambda weight: (-weight.part, weight.name)))


def _spreads(table: Table) -> Iterator[Spread]:
    for place, one in enumerate(table.inputs):
        column: list[Value] = [values[place] for values in table.values]
        yield spread_of(one.name, column, is_category=one.kind is InputKind.CATEGORY)


def _summary(table: Table, task: Assignment, learned: Learned, held: Held) -> Summary:
    versions = [f"{name} {metadata.version(name)}" for name in ("scikit-learn", "numpy")]
    return Summary(
        target=task.target,
        meaning=task.meaning,
        source=task.source,
        rows=len(table),
        positives=sum(table.labels),
        units=len(set(table.units)),
        left_out=dict(sorted(table.left_out.items())),
        since=date.fromordinal(min(table.at)).isoformat() if table.has_time else "",
        until=date.fromordinal(max(table.at)).isoformat() if table.has_time else "",
        as_of=task.as_of.isoformat(),
        seed=task.seed,
        order=order_of(table),
        setting=learned.setting,
        tried=learned.tried,
        measures=held.measures(seed=task.seed),
        bins=held.bins(),
        groups=held.by_group(),
        tested=len(held.labels),
        refused=task.protected,
        made_with=", ".join(versions),
    )
