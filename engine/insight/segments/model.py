"""A clustering as a portable JSON file, and the segment of a customer by it, in plain Python."""

from __future__ import annotations

import json
import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.errors import InsightError
from engine.model.customer import Customer

FORMAT = "billcast-segments-1"
KNOTS = 41  # percentiles that tell a rank
RANGE = math.sqrt(12)  # of ranks: evenly spread, their standard deviation is 1
_LEAST_KNOWN = 0.5  # share of the features that must be known


@dataclass(frozen=True, slots=True)
class Axis:
    """One feature as the clustering sees it: its rank among the customers, less the mean; unknown is `fill`.

    Ranks, since some features are mostly zero and a few values are far out: no customer counts more than another.
    `knots` are percentiles, evenly spaced.
    """

    feature: str
    fill: float
    knots: tuple[float, ...]
    mean: float

    def place(self, value: float) -> float:
        """Return the rank of a value, less the mean: in standard deviations where all values differ."""
        knots = self.knots
        return (bisect_left(knots, value) + bisect_right(knots, value)) * (RANGE / 2 / len(knots)) - self.mean


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its name, its size in training, its centre in the units of the axes, its means in the features'."""

    name: str
    description: str
    count: int
    centre: tuple[float, ...]
    means: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class SegmentModel:
    """A clustering. `silhouette` (-1 to 1) says how well the segments stand apart."""

    version: str
    axes: tuple[Axis, ...]
    segments: tuple[Segment, ...]
    silhouette: float
    trained_on: int

    def assign(self, features: Mapping[str, float | None]) -> str:
        """Return the name of the nearest segment; empty where less than half of the features are known. No sklearn."""
        known = 0
        point: list[float] = []
        for axis in self.axes:
            value = features.get(axis.feature)
            known += value is not None
            point.append(axis.place(axis.fill if value is None else value))
        if known < _LEAST_KNOWN * len(self.axes):
            return ""
        return min(self.segments, key=lambda segment: _distance(point, segment.centre)).name

    def to_json(self) -> str:
        """Return the model as text; the same model gives the same bytes."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str, *, place: str = "") -> SegmentModel:
        """Return the model of the text. Raises `InsightError` (D135)."""
        try:
            read: dict[str, Any] = json.loads(text)
            if read.get("format") != FORMAT:
                raise InsightError("D135", f"not a segment model of format {FORMAT}", place=place,
                                   hint="`billcast insight segments INPUT --out MODEL` writes one")  # fmt: skip
            axes = tuple(Axis(**(row | {"knots": tuple(row["knots"])})) for row in read["axes"])
            segments = tuple(
                Segment(**(row | {"centre": tuple(row["centre"]), "means": tuple(row["means"])}))
                for row in read["segments"]
            )
            model = cls(str(read["version"]), axes, segments, float(read["silhouette"]), int(read["trained_on"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InsightError("D135", "the segment model is broken", place=place,
                               hint="make it anew with `billcast insight segments`") from error  # fmt: skip
        _check(model, place)
        return model


def load_segments(path: Path) -> SegmentModel:
    """Return the model of the file. Raises `InsightError` (D135)."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InsightError("D135", "the segment model can't be read", place=str(path)) from error
    return SegmentModel.from_json(text, place=str(path))


def may_have_segment(customer: Customer) -> bool:
    """True where the customer agreed to offers, and nothing forbids to sell: no death, hold or need of care."""
    flags = customer.flags
    return customer.consents.offers and not (flags.deceased or flags.vulnerable or flags.legal_hold)


def _check(model: SegmentModel, place: str) -> None:
    size = len(model.axes)
    sound = (
        model.segments
        and size
        and all(axis.knots and list(axis.knots) == sorted(axis.knots) for axis in model.axes)
        and all(len(segment.centre) == size == len(segment.means) and segment.name for segment in model.segments)
    )
    if not sound:
        raise InsightError("D135", "the segment model is broken: axes and centres differ", place=place,
                           hint="make it anew with `billcast insight segments`")  # fmt: skip


def _distance(point: list[float], centre: tuple[float, ...]) -> float:
    return sum([(a - b) * (a - b) for a, b in zip(point, centre, strict=True)])
