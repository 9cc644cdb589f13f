"""How good a model is, as lines for a terminal and as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import fmean, pstdev
from typing import Any

from engine.insight.risk.drift import FEW_ROWS, Drift, Mark
from engine.insight.risk.model_file import Bin, Measured, Measures, Model

_NAMES = ("auc", "brier", "calibration", "lift")
_HEAD = ("AUC", "Brier", "calibration error", "lift at 10 %")


def measure_lines(measures: Sequence[Measures]) -> Iterator[str]:
    """Yield a table: a line a rule, each measure with its interval at 95 %."""
    yield f"{'':<17}" + "".join(f"{name:<22}" for name in _HEAD).rstrip()
    for one in measures:
        yield f"{one.rule:<17}" + "".join(f"{_text(part):<22}" for part in _parts(one)).rstrip()


def bin_lines(bins: Sequence[Bin]) -> Iterator[str]:
    """Yield the calibration chart as a table."""
    yield f"{'said':<14}{'rows':>7}{'mean said':>12}{'came true':>12}"
    for one in bins:
        band = f"{one.low * 100:>3.0f} to {one.high * 100:>3.0f} %"
        yield f"{band:<14}{one.rows:>7}{one.said * 100:>10.1f} %{one.was * 100:>10.1f} %"


def spread_lines(runs: Sequence[tuple[int, Measures]]) -> Iterator[str]:
    """Yield each seed's measures of the model, then mean, spread and the worst."""
    yield f"{'seed':<8}" + "".join(f"{name:<20}" for name in _HEAD).rstrip()
    for seed, one in runs:
        yield f"{seed:<8}" + "".join(f"{part.value:<20.4f}" for part in _parts(one)).rstrip()
    columns = [[getattr(one, name).value for _, one in runs] for name in _NAMES]
    worst = (min, max, max, min)
    for word, figures in (
        ("mean", [fmean(column) for column in columns]),
        ("spread", [pstdev(column) for column in columns]),
        ("worst", [of(column) for of, column in zip(worst, columns, strict=True)]),
    ):
        yield f"{word:<8}" + "".join(f"{figure:<20.4f}" for figure in figures).rstrip()


def model_lines(model: Model) -> Iterator[str]:
    """Yield what was learned, from what, and how good it is."""
    summary = model.summary
    yield f"model      {model.version}: {summary.meaning}"
    span = f", {summary.since} to {summary.until}" if summary.since else ""
    share = summary.positives / summary.rows * 100
    yield f"rows       {summary.rows} of {summary.units} customers{span}; {share:.1f} % with the outcome"
    for reason, count in summary.left_out.items():
        yield f"left out   {count}: {reason}"
    if summary.refused:
        yield f"protected  {', '.join(summary.refused)}: never learned from"
    yield f"taken      {summary.setting}, of {len(summary.tried)} tried"
    yield f"tested     on {summary.tested} rows held back, split {summary.order}"
    yield from measure_lines(summary.measures)


def drift_lines(drifts: Sequence[Drift], rows: int) -> Iterator[str]:
    """Yield the drift of the score and of inputs, those that moved named, the others counted."""
    moved = [one for one in drifts if one.mark is not Mark.SAME or one is drifts[0]]
    yield f"{'':<28}{'PSI':>7}"
    for one in moved:
        yield f"{one.name:<28}{one.psi:>7.3f}  {one.mark.value}"
    if len(drifts) > len(moved):
        yield f"and {len(drifts) - len(moved)} more: {Mark.SAME.value}"
    if rows < FEW_ROWS:
        yield f"only {rows} rows: chance alone moves shares; {FEW_ROWS} or more tell"


def as_data(measures: Sequence[Measures], bins: Sequence[Bin], rows: int) -> dict[str, Any]:
    """Return measures and chart as JSON takes them."""
    return {
        "rows": rows,
        "measures": [one.model_dump(mode="json") for one in measures],
        "bins": [one.model_dump(mode="json") for one in bins],
    }


def _parts(one: Measures) -> tuple[Measured, ...]:
    return one.auc, one.brier, one.calibration, one.lift


def _text(part: Measured) -> str:
    return f"{part.value:.3f} ({part.low:.3f}-{part.high:.3f})"
