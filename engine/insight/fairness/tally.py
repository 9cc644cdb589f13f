"""Counts of outcomes by group, in memory that depends on the groups alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from engine.errors import InsightError
from engine.insight.fairness.interval import Moments

MOST_GROUPS = 12  # of one attribute
NOT_STATED = "not stated"


@dataclass(slots=True)
class GroupCount:
    """What was counted of one group."""

    count: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    score: Moments = field(default_factory=Moments)
    expected: Moments = field(default_factory=Moments)  # score of the newest bill that fell due, before it did
    late: int = 0  # of those bills, how many were late

    def merge(self, other: GroupCount) -> None:
        """Take in what `other` counted."""
        self.count += other.count
        self.outcomes.update(other.outcomes)
        self.score.merge(other.score)
        self.expected.merge(other.expected)
        self.late += other.late


class FairnessTally:
    """Outcomes by the values of some attributes. Memory: groups times outcomes, whatever the number of customers."""

    def __init__(self, attributes: Sequence[str]) -> None:
        """Raises `InsightError` (D137) where no attribute is named."""
        if not attributes:
            raise InsightError("D137", "no attribute is named to compare outcomes by",
                               hint="give --by NAME, or `protected` in [profiles] of policy.toml")  # fmt: skip
        self.attributes = tuple(dict.fromkeys(attributes))
        self.groups: dict[str, dict[str, GroupCount]] = {name: {} for name in self.attributes}
        self.count = 0

    def add(
        self,
        attributes: Mapping[str, str],
        outcomes: Set[str],
        *,
        score: float | None = None,
        told: tuple[float, bool] | None = None,
    ) -> None:
        """Count one customer. `told`: the score of an earlier bill before it was due, and whether it was late.

        Raises `InsightError` (D137) for an attribute of more than twelve values: an age is to be a band.
        """
        self.count += 1
        for name in self.attributes:
            group = self._group(name, attributes.get(name, "").strip() or NOT_STATED)
            group.count += 1
            group.outcomes.update(outcomes)
            if score is not None:
                group.score.add(score)
            if told is not None:
                group.expected.add(told[0])
                group.late += told[1]

    def _group(self, name: str, value: str) -> GroupCount:
        groups = self.groups[name]
        if value not in groups:
            if len(groups) == MOST_GROUPS:
                raise InsightError("D137", f"the attribute `{name}` has more than {MOST_GROUPS} values",
                                   hint="give bands or classes: an attribute as age_band, not an age")  # fmt: skip
            groups[value] = GroupCount()
        return groups[value]
