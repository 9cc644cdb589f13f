"""Finding the segments: k-means on ranks of features, k by silhouette (extra `insight`)."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from engine.errors import InsightError, MissingPartError
from engine.insight.segments.model import KNOTS, RANGE, Axis, Segment, SegmentModel
from engine.insight.segments.sample import Row
from engine.insight.segments.traits import TRAITS, describe

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

LEAST_CUSTOMERS = 60
LEAST_MEMBERS = 20  # of a segment: fewer would speak of persons
_LEAST_SHARE = 0.05  # of all customers, too: a segment is worth words of its own
_LEAST_KNOWN = 0.5  # share of customers of whom a feature is known
_NEAR = 0.03  # of the silhouette: as good, and more is told
_JUDGED = 2_000  # rows that the silhouette is taken of
_DECIMALS = 6  # of centres: last bits may differ between machines
_STARTS = 10


def train_segments(rows: list[Row], *, version: str, seed: int, most: int = 8) -> SegmentModel:
    """Return the clustering of `rows` (one figure a trait, None: unknown) into 2 to `most` segments.

    Of the numbers of segments whose silhouette is within 0.03 of the best the largest is taken. The same rows and
    seed give the same model. A segment has 20 customers and 5 % of all at least. Raises
    `InsightError` (D136) where the customers are too few or too alike, `MissingPartError` (X101) without scikit-learn.
    """
    if len(rows) < LEAST_CUSTOMERS:
        raise InsightError("D136", f"{len(rows)} customers are too few to find segments: {LEAST_CUSTOMERS} are needed",
                           hint="only customers who agreed to offers count")  # fmt: skip
    cluster, metrics = _sklearn()
    kept, axes, points = _scaled(rows)
    labels, silhouette = _clustered(points, seed, most, cluster, metrics)
    return SegmentModel(version, tuple(axes), _segments(kept, axes, points, labels), silhouette, len(rows))


def _scaled(rows: list[Row]) -> tuple[Matrix, list[Axis], Matrix]:
    """Return the usable columns with gaps filled, (n, d) float64, their axes, and the same scaled."""
    import numpy as np

    table = np.array(rows, dtype=np.float64)  # None becomes NaN
    axes, columns = [], []
    for place, trait in enumerate(TRAITS):
        column = table[:, place]
        known = column[~np.isnan(column)]
        if len(known) < _LEAST_KNOWN * len(rows):
            continue
        knots = tuple(float(edge) for edge in np.percentile(known, np.linspace(0, 100, KNOTS)))
        filled = np.where(np.isnan(column), np.median(known), column)
        if knots[0] < knots[-1]:
            axes.append(Axis(trait.feature, float(np.median(known)), knots, float(_ranks(filled, knots).mean())))
            columns.append(filled)
    if not axes:
        raise InsightError("D136", "the customers are alike in all that segments are made of",
                           hint="segments need bills and payments of a year or more")  # fmt: skip
    kept = np.column_stack(columns)
    return kept, axes, np.column_stack([_ranks(kept[:, n], a.knots) - a.mean for n, a in enumerate(axes)])


def _ranks(column: Matrix, knots: tuple[float, ...]) -> Matrix:
    """Return the place of each value among the knots, 0 to `RANGE`, as `Axis.place` does."""
    import numpy as np

    below, up_to = np.searchsorted(knots, column, "left"), np.searchsorted(knots, column, "right")
    return np.asarray((below + up_to) * (RANGE / 2 / len(knots)), dtype=np.float64)


def _clustered(points: Matrix, seed: int, most: int, cluster: Any, metrics: Any) -> tuple[Matrix, float]:
    """Return the labels, (n,) int, of the number of segments that stand apart best, and their silhouette."""
    import numpy as np

    least = max(LEAST_MEMBERS, int(_LEAST_SHARE * len(points)))
    found: list[tuple[float, Any]] = []
    for count in range(2, min(most, len(np.unique(points, axis=0))) + 1):
        with warnings.catch_warnings():
            # A machine without lscpu can't count its cores; then all processors are used, and the result is the same.
            warnings.filterwarnings("ignore", "Could not find the number of physical cores")
            labels = cluster.KMeans(n_clusters=count, n_init=_STARTS, random_state=seed).fit_predict(points)
        if np.bincount(labels).min() >= least:
            size = min(_JUDGED, len(points))  # rows stand in order of their hash
            found.append((float(metrics.silhouette_score(points[:size], labels[:size])), labels))
    if not found:
        raise InsightError("D136", f"no segments of {least} customers or more stand apart",
                           hint="give more customers, or fewer segments with --most")  # fmt: skip
    best = max(apart for apart, _ in found)
    apart, labels = next(one for one in reversed(found) if one[0] >= best - _NEAR)
    return labels, round(apart, 4)


def _segments(kept: Matrix, axes: list[Axis], points: Matrix, labels: Matrix) -> tuple[Segment, ...]:
    found = []
    for label in sorted(set(labels.tolist())):
        is_in = labels == label
        centre = tuple(round(float(x), _DECIMALS) for x in points[is_in].mean(axis=0))
        means = tuple(round(float(x), _DECIMALS) for x in kept[is_in].mean(axis=0))
        found.append((int(is_in.sum()), centre, means))
    found.sort(key=lambda one: (-one[0], one[1]))
    names = [axis.feature for axis in axes]
    made: list[Segment] = []
    for count, centre, means in found:
        told = describe(dict(zip(names, centre, strict=True)), dict(zip(names, means, strict=True)))
        words = ", ".join(told) or "nothing out of the ordinary"
        taken = [segment.description for segment in made].count(words)
        name = words if not taken else f"{words} ({taken + 1})"
        made.append(Segment(name, words, count, centre, means))
    return tuple(made)


def _sklearn() -> tuple[Any, Any]:
    try:
        from sklearn import cluster, metrics
    except ImportError as error:
        raise MissingPartError("X101", "finding segments needs the package scikit-learn",
                               hint="pip install 'billcast[insight]'") from error  # fmt: skip
    return cluster, metrics
