"""`billcast insight train`, `score`, `evaluate`, `drift`, `card`: how likely a bill is to be paid late.

Exit codes: 0 well; 1 something can't be read or used; 3 of drift: what comes in has moved, learn anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO, cast

import typer

from engine.commands.risk_source import Source, need_learning, source_of, terms_of
from engine.errors import InsightError

if TYPE_CHECKING:
    from engine.insight.risk.model_file import Measures, Model
    from engine.insight.risk.scorer import Scorer
    from engine.insight.risk.terms import Target

MOVED = 3

History = Annotated[list[Path], typer.Argument(help="Files or folders of customers, or tables with --mapping.")]
ModelFile = Annotated[Path, typer.Option("--model", help="A model that `billcast insight train` made.")]
MappingFile = Annotated[Path | None, typer.Option("--mapping", help="TOML file that declares the columns of a table.")]
Now = Annotated[
    str | None, typer.Option(help="The time that counts, as in 2026-11-06T08:00:00Z; by default the clock's.")
]
Format = Annotated[str, typer.Option("--format", help="Input format of customers: auto, jsonl, parquet or csv.")]
TargetName = Annotated[str, typer.Option("--target", help="late or churn (switching); a mapping says it itself.")]
Folder = Annotated[
    Path | None, typer.Option("--campaign", help="Template set whose policy declares context and protected attributes.")
]
Grace = Annotated[int, typer.Option(min=0, max=365, help="Late: more days than that after the due date.")]
Horizon = Annotated[int, typer.Option(min=1, max=3650, help="Churn: left within so many days of a bill's issue.")]
LeftOn = Annotated[str, typer.Option("--left-on", help="Churn: attribute with the day on which a customer left.")]
Most = Annotated[int, typer.Option(min=100, help="Rows learned from at most; customers are drawn by chance.")]
Folds = Annotated[int, typer.Option(min=2, max=20, help="Parts that are held back in turn.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("train")(train)
    app.command("score")(score)
    app.command("evaluate")(evaluate)
    app.command("drift")(drift)
    app.command("card")(card)


def train(
    history: History,
    out: Annotated[Path, typer.Option(help="File for the model, JSON.")],
    mapping: MappingFile = None,
    target: TargetName = "late",
    campaign: Folder = None,
    seed: Annotated[int, typer.Option(help="Seed of folds, draws and trees.")] = 1,
    folds: Folds = 5,
    most_rows: Most = 20_000,
    grace_days: Grace = 3,
    horizon_days: Horizon = 180,
    left_on: LeftOn = "left_on",
    now: Now = None,
    input_format: Format = "auto",
) -> None:
    """Learn how likely bills are to be paid late, or customers to switch; test it, say how good it is, store it."""
    need_learning()
    from engine.insight.risk.model_file import write_model
    from engine.insight.risk.report import model_lines
    from engine.insight.risk.table import gather
    from engine.insight.risk.training import Assignment
    from engine.insight.risk.training import train as learn

    terms = terms_of(_target(target), campaign, grace_days, horizon_days, left_on)
    source = source_of(history, mapping, now, terms=terms, input_format=input_format)
    table = gather(source.rows(), source.features(), most=most_rows, seed=seed, place=_names(history))
    model, _ = learn(
        table,
        Assignment(
            target=source.target,
            meaning=source.meaning,
            source=source.words,
            as_of=source.now.date(),
            seed=seed,
            folds=folds,
            protected=tuple(sorted(source.groups)),
            history=None if mapping else terms,
        ),
    )
    digest = write_model(model, out)
    _print(model_lines(model))
    source.tell()
    typer.echo(f"stored     {out} sha256 {digest}")


def score(
    inputs: History,
    model: ModelFile,
    out: Annotated[Path, typer.Option(help="File for the scores, JSON Lines; only its owner may read it.")],
    mapping: MappingFile = None,
    every_bill: Annotated[
        bool, typer.Option("--every-bill", help="Past bills too, each as of its issue; else those not yet due.")
    ] = False,
    now: Now = None,
    input_format: Format = "auto",
) -> None:
    """Score bills that are open and not yet due, with reasons; constant memory, no scikit-learn."""
    scorer = _scorer(model)
    source = source_of(inputs, mapping, now, model=scorer.model, input_format=input_format)
    rows = source.rows(needs_label=False) if every_bill else source.open_rows()
    count, total = 0, 0.0
    with _private(out) as target:
        for row in rows:
            found = scorer.score(row.features)
            line = {"key": row.unit, "bill": row.name, "score": found.name, "probability": round(found.probability, 6),
                    "reasons": found.reasons, "model": found.model}  # fmt: skip
            target.write(json.dumps(line, ensure_ascii=False) + "\n")
            count, total = count + 1, total + found.probability
    source.tell()
    typer.echo(f"scored     {count}{f', mean {total / count * 100:.1f} %' if count else ''}")
    typer.echo(f"scores     {out}")


def evaluate(
    inputs: History,
    model: Annotated[
        Path | None,
        typer.Option("--model", help="A stored model; without, learning is tested on parts held back."),
    ] = None,
    mapping: MappingFile = None,
    target: TargetName = "late",
    campaign: Folder = None,
    seed: Annotated[int, typer.Option(help="First seed.")] = 1,
    seeds: Annotated[int, typer.Option(min=1, max=100, help="Seeds to repeat it with, from the first on.")] = 1,
    folds: Folds = 5,
    most_rows: Most = 20_000,
    grace_days: Grace = 3,
    horizon_days: Horizon = 180,
    left_on: LeftOn = "left_on",
    out: Annotated[Path | None, typer.Option(help="File for the figures, JSON.")] = None,
    now: Now = None,
    input_format: Format = "auto",
) -> None:
    """Say how good probabilities are, against two naive rules: those of a model, or of learning itself."""
    need_learning()
    if model is not None:
        scorer = _scorer(model)
        source = source_of(inputs, mapping, now, model=scorer.model, input_format=input_format)
        data = _evaluate_model(source, scorer, seed)
    else:
        terms = terms_of(_target(target), campaign, grace_days, horizon_days, left_on)
        source = source_of(inputs, mapping, now, terms=terms, input_format=input_format)
        data = _evaluate_learning(source, range(seed, seed + seeds), folds, most_rows, _names(inputs))
    source.tell()
    if out is not None:
        with _private(out) as stream:
            stream.write(json.dumps(data, indent=1) + "\n")


def drift(
    inputs: History,
    model: ModelFile,
    mapping: MappingFile = None,
    out: Annotated[Path | None, typer.Option(help="File for all figures, JSON.")] = None,
    now: Now = None,
    input_format: Format = "auto",
) -> None:
    """Say how far bills have moved from those that a model was learned from; exit code 3: learn anew."""
    from engine.insight.risk.drift import Mark, Tally
    from engine.insight.risk.report import drift_lines

    scorer = _scorer(model)
    source = source_of(inputs, mapping, now, model=scorer.model, input_format=input_format)
    tally = Tally(scorer)
    for row in source.rows(needs_label=False):
        tally.add(row.features)
    drifts = tally.drifts()
    _print(drift_lines(drifts, tally.rows))
    source.tell()
    if out is not None:
        figures = [{"name": one.name, "psi": round(one.psi, 6), "mark": one.mark.value} for one in drifts]
        with _private(out) as stream:
            stream.write(json.dumps({"model": scorer.version, "rows": tally.rows, "drift": figures}, indent=1) + "\n")
    if any(one.mark is Mark.ACT for one in drifts):
        raise typer.Exit(MOVED)


def card(
    model: ModelFile,
    out: Annotated[Path, typer.Option(help="File for the card, HTML.")],
    fairness: Annotated[
        Path | None, typer.Option(help="Shown on it: a report that `billcast insight fairness --json` wrote.")
    ] = None,
) -> None:
    """Write a model's card: what it is for, what it was learned from, how good it is, what it must not do."""
    from engine.insight.risk.card import card_html
    from engine.insight.risk.fairness_part import read_fairness

    text = card_html(_read(model), read_fairness(fairness) if fairness else None)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InsightError("D111", f"can't be written: {error.strerror}", place=str(out)) from error
    typer.echo(f"card       {out}")


def _evaluate_model(source: Source, scorer: Scorer, seed: int) -> dict[str, Any]:
    from engine.insight.risk.held import Held
    from engine.insight.risk.report import as_data, bin_lines, measure_lines

    held = Held()
    base = scorer.model.summary.positives / scorer.model.summary.rows
    for row in source.rows():
        if row.label is not None:
            held.add(int(row.label), row.unit, scorer.probability(row.features), base, row.past_share)
    measures, bins = held.measures(seed=seed), held.bins()
    typer.echo(f"model      {scorer.version} on {len(held.labels)} rows, {sum(held.labels)} of them with the outcome")
    _print([*measure_lines(measures), "", *bin_lines(bins)])
    return {"model": scorer.version} | as_data(measures, bins, len(held.labels))


def _evaluate_learning(source: Source, seeds: range, folds: int, most: int, place: str) -> dict[str, Any]:
    from engine.insight.risk.folds import order_of
    from engine.insight.risk.holdout import hold_out
    from engine.insight.risk.report import as_data, bin_lines, measure_lines, spread_lines
    from engine.insight.risk.table import gather

    table = gather(source.rows(), source.features(), most=most, seed=seeds[0], place=place)
    typer.echo(
        f"rows       {len(table)}, {sum(table.labels)} of them with the outcome; {folds} folds {order_of(table)}"
    )
    typer.echo(
        f"inputs     {len(table.inputs)}; protected, never learned from: {', '.join(sorted(source.groups)) or '-'}"
    )
    runs: list[tuple[int, Measures]] = []
    data: list[dict[str, Any]] = []
    for seed in seeds:
        held = hold_out(table, seed=seed, folds=folds)
        measures, bins = held.measures(seed=seed), held.bins()
        runs.append((seed, measures[0]))
        data.append({"seed": seed, "taken": held.settings} | as_data(measures, bins, len(held.labels)))
        if seed == seeds[0]:
            _print([*measure_lines(measures), "", *bin_lines(bins)])
    if len(runs) > 1:
        _print(["", *spread_lines(runs)])
    return {"runs": data}


def _scorer(path: Path) -> Scorer:
    from engine.insight.risk.scorer import load_scorer

    return load_scorer(path)


def _read(path: Path) -> Model:
    from engine.insight.risk.model_file import read_model

    return read_model(path)


def _target(name: str) -> Target:
    if name not in ("late", "churn"):
        raise InsightError("D116", f"there is no target `{name}`", place="--target", hint="late or churn")
    return cast("Target", name)


def _names(paths: Iterable[Path]) -> str:
    return ", ".join(str(path) for path in paths)


def _print(lines: Iterable[str]) -> None:
    typer.echo("\n".join(lines))


@contextmanager
def _private(path: Path) -> Iterator[TextIO]:
    """Open a file that only its owner may read. Raises `InsightError` (D111)."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        with open(number, "w", encoding="utf-8", newline="\n") as stream:  # noqa: PTH123 - of a file descriptor
            yield stream
    except OSError as error:
        raise InsightError("D111", f"can't be written: {error.strerror}", place=str(path)) from error
