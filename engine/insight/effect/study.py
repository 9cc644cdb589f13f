"""The study: sums of each arm, by intention to treat, and the differences that they show.

Everyone counts in the arm that they were put into, whether anything was sent or not, and in the group that
they were in when they were. Memory: the sums of each arm and group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from engine.errors import InsightError
from engine.insight.effect.distributions import chi_square_p
from engine.insight.effect.estimate import Difference, holm, mean_difference, share_difference
from engine.insight.effect.outcome import Assigned, CustomerOutcome
from engine.insight.effect.sums import DaySums, RatioSums, ShareSums
from engine.model.policy.experiment import CONTROL

LEVEL = 0.95
ALARM_P = 0.001
ALL = ""


@dataclass(slots=True)
class Sums:
    """One arm, or one group of it."""

    horizon: int
    known: int = 0  # with a record
    nothing_due: int = 0
    unripe: int = 0
    paid: ShareSums = field(default_factory=ShareSums)  # who paid all that was open
    bills: RatioSums = field(default_factory=RatioSums)  # paid in full, of those open
    amount: RatioSums = field(default_factory=RatioSums)
    days: DaySums = field(init=False)
    complaints: ShareSums = field(default_factory=ShareSums)
    opt_outs: ShareSums = field(default_factory=ShareSums)

    def __post_init__(self) -> None:
        self.days = DaySums(self.horizon)

    def add(self, outcome: CustomerOutcome) -> None:
        """Take in one customer."""
        self.known += 1
        self.nothing_due += not outcome.bills
        self.unripe += not outcome.is_ripe
        if outcome.bills:
            self.days.add(outcome.days, is_done=outcome.is_paid)
        if not outcome.is_ripe:
            return
        self.complaints.add(is_hit=outcome.complained)
        self.opt_outs.add(is_hit=outcome.opted_out)
        if outcome.bills:
            self.paid.add(is_hit=outcome.is_paid)
            self.bills.add(outcome.bills, outcome.bills_paid)
        if outcome.owed:
            self.amount.add(outcome.owed, outcome.paid)

    def less(self, baseline: Sums, measure: str) -> Difference | None:
        """Return how much more this arm has of a measure than `baseline`."""
        one, other = getattr(self, measure), getattr(baseline, measure)
        if isinstance(one, ShareSums):
            return share_difference(one, other, LEVEL)
        return mean_difference(one, other, LEVEL)


@dataclass(frozen=True, slots=True)
class Effect:
    """A measure of one arm against the baseline, for all customers or a group.

    `corrected_p` is by Holm over the arms, and over the groups where it is of one. It, and not the
    interval alone, says whether an effect is shown.
    """

    measure: str
    arm: str
    group: str
    customers: int
    of_baseline: int
    difference: Difference
    corrected_p: float

    @property
    def is_shown(self) -> bool:
        """Whether the interval leaves zero out and the correction agrees."""
        return self.difference.is_shown and self.corrected_p < 1 - LEVEL


@dataclass(frozen=True, slots=True)
class Balance:
    """Whether arms came out as large as they should: chi-square on their counts."""

    counts: tuple[tuple[str, int, float], ...]  # arm, customers, expected
    p: float

    @property
    def is_alarm(self) -> bool:
        """Whether something other than chance put customers into arms, or took them out."""
        return self.p < ALARM_P


class Study:
    """The sums of all arms. `part` says what parts customers: group or stage."""

    def __init__(self, horizon: int, part: str = "group") -> None:
        self.horizon, self.part = horizon, part
        self.sums: dict[tuple[str, str], Sums] = {}

    def add(self, assigned: Assigned, outcome: CustomerOutcome) -> None:
        """Take in one customer."""
        part = assigned.stage if self.part == "stage" else assigned.group
        for name in {ALL, part}:
            key = (assigned.arm, name)
            if key not in self.sums:
                self.sums[key] = Sums(self.horizon)
            self.sums[key].add(outcome)

    @property
    def arms(self) -> list[str]:
        """The arms, the control group first, the others by name."""
        return sorted({arm for arm, _ in self.sums}, key=lambda arm: (arm != CONTROL, arm))

    @property
    def baseline(self) -> str:
        """The arm that the others are compared with: the control group, or the first variant by name."""
        arms = self.arms
        if len(arms) < 2:
            raise InsightError("D172", f"there are records of {len(arms)} arms: nothing can be compared",
                               hint="give decisions with [experiment] on, and the records that followed")  # fmt: skip
        return arms[0]

    @property
    def groups(self) -> list[str]:
        """The groups, by name."""
        return sorted({part for _, part in self.sums} - {ALL})

    def effects(self, measure: str) -> list[Effect]:
        """Return the effects on all customers, one an arm."""
        return self._effects(measure, [ALL])

    def effects_by_group(self, measure: str) -> list[Effect]:
        """Return the effects by group and arm, corrected together."""
        return self._effects(measure, self.groups)

    def _effects(self, measure: str, groups: Sequence[str]) -> list[Effect]:
        base = self.baseline
        found: list[tuple[str, str, Sums, Sums, Difference]] = []
        for group in groups:
            for arm in self.arms[1:]:
                one, other = self.sums.get((arm, group)), self.sums.get((base, group))
                difference = one.less(other, measure) if one and other else None
                if one and other and difference is not None:
                    found.append((arm, group, one, other, difference))
        corrected = holm([row[4].p for row in found])
        return [
            Effect(measure, arm, group, getattr(one, measure).count, getattr(other, measure).count, difference, p)
            for (arm, group, one, other, difference), p in zip(found, corrected, strict=True)
        ]


def balance_of(counts: Mapping[str, int], shares: Sequence[tuple[str, Fraction]]) -> Balance:
    """Return whether `counts` fit the shares that were asked for.

    Raises `InsightError` (D172) for an arm that the policy does not have.
    """
    strange = sorted(set(counts) - {arm for arm, _ in shares})
    if strange:
        raise InsightError("D172", f"the policy has no arm `{strange[0]}`",
                           hint="give the policy.toml by which it was decided")  # fmt: skip
    total = sum(counts.values())
    rows = tuple((arm, counts.get(arm, 0), float(total * share)) for arm, share in shares)
    value = sum((count - expected) ** 2 / expected for _, count, expected in rows if expected)
    return Balance(rows, chi_square_p(value, len(rows) - 1))


def even_loss(counts: Mapping[str, int], lost: Mapping[str, int]) -> float:
    """Return the chance of losses at least so uneven between the arms, if none had to do with the arm."""
    total, gone = sum(counts.values()), sum(lost.values())
    if not gone or gone == total:
        return 1.0
    value = 0.0
    for arm, count in counts.items():
        for seen, share in ((lost.get(arm, 0), gone / total), (count - lost.get(arm, 0), 1 - gone / total)):
            value += (seen - count * share) ** 2 / (count * share)
    return chi_square_p(value, len(counts) - 1)
