"""What a model and two naive rules said of rows that it had not seen, and how good that was. Needs numpy."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.errors import InsightError
from engine.insight.risk.measures import Graded, measure
from engine.insight.risk.model_file import Bin, GroupTold, Measures

LEAST_SHOWN = 20  # rows of a protected group
MODEL, BASE_RATE, PAST_SHARE = "model", "base rate", "past late share"


@dataclass(slots=True)
class Held:
    """Rows that were held back, with what the model and the naive rules said of them."""

    labels: list[int] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    said: list[float] = field(default_factory=list)
    base: list[float] = field(default_factory=list)
    past: list[float] = field(default_factory=list)
    has_past: bool = False
    groups: list[tuple[tuple[str, str], ...]] = field(default_factory=list)
    settings: list[str] = field(default_factory=list)  # what was taken in each fold

    def add(
        self,
        label: int,
        unit: str,
        said: float,
        base: float,
        past: float | None,
        groups: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Append a row. `past`: of the customer's earlier bills, the share that was late; none: no earlier ones."""
        self.labels.append(label)
        self.units.append(unit)
        self.said.append(said)
        self.base.append(base)
        self.past.append(base if past is None else past)
        self.has_past |= past is not None
        self.groups.append(groups)

    def measures(self, *, seed: int = 0) -> tuple[Measures, ...]:
        """Return the measures of the model and of the naive rules. Raises `InsightError` (D117) without both kinds."""
        if not 0 < sum(self.labels) < len(self.labels):
            raise InsightError("D117", "nothing can be measured: rows with and without the outcome are needed",
                               hint="give more rows, or rows whose outcome is known")  # fmt: skip
        rules = [(MODEL, self.said), (BASE_RATE, self.base)] + ([(PAST_SHARE, self.past)] if self.has_past else [])
        return tuple(measure(rule, self.labels, said, self.units, seed=seed) for rule, said in rules)

    def by_group(self) -> tuple[GroupTold, ...]:
        """Return what was said of protected groups, and what came true; those of few rows are not shown."""
        told: dict[tuple[str, str], list[int]] = {}
        for place, groups in enumerate(self.groups):
            for group in groups:
                told.setdefault(group, []).append(place)
        return tuple(
            GroupTold(
                attribute=attribute,
                value=value,
                rows=len(places),
                said=sum(self.said[place] for place in places) / len(places),
                was=sum(self.labels[place] for place in places) / len(places),
            )
            for (attribute, value), places in sorted(told.items())
            if len(places) >= LEAST_SHOWN
        )

    def bins(self) -> tuple[Bin, ...]:
        """Return the calibration chart of the model."""
        return Graded(self.labels, self.said).bins()
