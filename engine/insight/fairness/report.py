"""From counts to comparisons: each group against all others that are large enough to be shown."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from engine.insight.fairness.interval import Interval, Moments, mean_difference, rate, rate_difference
from engine.insight.fairness.outcomes import OUTCOMES, Outcome
from engine.insight.fairness.tally import FairnessTally, GroupCount

LEAST = 20  # customers of a group; fewer speak of persons, and say little
FOUR_FIFTHS = 0.8  # 29 CFR 1607.4(D): a selection rate below four fifths of the highest is a mark of adverse impact


@dataclass(frozen=True, slots=True)
class Compared:
    """One outcome of one group. `ratio` is to the group that fares best; None for what is neither good nor burden."""

    group: str
    count: int
    share: Interval
    difference: Interval  # to all other groups shown
    ratio: float | None
    is_marked: bool  # the ratio is below four fifths, and the difference is not by chance alone


@dataclass(frozen=True, slots=True)
class OutcomeTable:
    """One outcome by group."""

    id: str
    words: str
    kind: str
    rows: tuple[Compared, ...]


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """The scores of one group: their mean against the others', and how well they came true.

    `expected` is the mean score of each customer's newest bill that fell due, told as of its issue; `observed` the
    share of these that were late. `is_off`: the expectation lies outside of the interval.
    """

    group: str
    count: int
    mean: float
    difference: Interval
    told: int
    expected: float | None
    observed: Interval | None
    is_off: bool


@dataclass(frozen=True, slots=True)
class AttributeReport:
    """All that is compared by one attribute."""

    name: str
    groups: tuple[tuple[str, int], ...]  # shown, with their customers
    suppressed: tuple[str, ...]  # too small to be shown
    outcomes: tuple[OutcomeTable, ...]
    scores: tuple[ScoreRow, ...]

    @property
    def marks(self) -> int:
        """How many comparisons are marked: outcomes that differ, and scores that do not come true."""
        return sum(row.is_marked for table in self.outcomes for row in table.rows) + sum(
            row.is_off for row in self.scores
        )

    @property
    def comparisons(self) -> int:
        """How many were made; at 95 % one of twenty stands out by chance."""
        told = sum(row.observed is not None for row in self.scores)
        return sum(len(table.rows) for table in self.outcomes) + told


@dataclass(frozen=True, slots=True)
class FairnessReport:
    """The report, for the page and as data."""

    campaign: str
    as_of: str
    policy: str
    customers: int
    attributes: tuple[AttributeReport, ...]

    def to_row(self) -> dict[str, Any]:
        """Return the report as JSON takes it."""
        row = asdict(self)
        for told, attribute in zip(row["attributes"], self.attributes, strict=True):
            told |= {"marks": attribute.marks, "comparisons": attribute.comparisons}
        return row | {"least": LEAST, "confidence": 0.95}


def report_of(tally: FairnessTally, *, campaign: str, as_of: str, policy: str) -> FairnessReport:
    """Return the report of what was counted. Pure; groups of fewer than 20 are named and not shown."""
    attributes = tuple(_attribute(name, tally.groups[name]) for name in tally.attributes)
    return FairnessReport(campaign, as_of, policy, tally.count, attributes)


def _attribute(name: str, groups: dict[str, GroupCount]) -> AttributeReport:
    shown = {value: groups[value] for value in sorted(groups) if groups[value].count >= LEAST}
    hidden = tuple(value for value in sorted(groups) if value not in shown)
    tables = [
        OutcomeTable(outcome.id, outcome.words, outcome.kind, _compared(outcome, shown))
        for outcome in OUTCOMES
        if any(group.outcomes[outcome.id] for group in shown.values())
    ]
    counts = tuple((value, group.count) for value, group in shown.items())
    return AttributeReport(name, counts, hidden, tuple(tables), _scores(shown))


def _others(value: str, shown: dict[str, GroupCount]) -> GroupCount:
    rest = GroupCount()
    for other, group in shown.items():
        if other != value:
            rest.merge(group)
    return rest


def _compared(outcome: Outcome, shown: dict[str, GroupCount]) -> tuple[Compared, ...]:
    shares = {value: group.outcomes[outcome.id] / group.count for value, group in shown.items()}
    rows = []
    for value, group in shown.items():
        rest = _others(value, shown)
        if not rest.count:
            return ()
        count = group.outcomes[outcome.id]
        difference = rate_difference(count, group.count, rest.outcomes[outcome.id], rest.count)
        ratio = _ratio(outcome.kind, shares[value], shares.values())
        is_marked = ratio is not None and ratio < FOUR_FIFTHS and difference.is_off_zero
        rows.append(Compared(value, group.count, rate(count, group.count), difference, ratio, is_marked))
    return tuple(rows)


def _ratio(kind: str, share: float, all_shares: Any) -> float | None:
    """Return how a group fares against the best one: 1 as well, 0 not at all; None for a neutral outcome."""
    shares = list(all_shares)
    if kind == "good":
        return share / max(shares) if max(shares) else 1.0
    if kind == "burden":
        return min(shares) / share if share else 1.0
    return None


def _scores(shown: dict[str, GroupCount]) -> tuple[ScoreRow, ...]:
    rows = []
    for value, group in shown.items():
        rest = _others(value, shown).score
        if group.score.count < LEAST or rest.count < LEAST:
            continue
        rows.append(_score_row(value, group, rest))
    return tuple(rows)


def _score_row(value: str, group: GroupCount, rest: Moments) -> ScoreRow:
    difference = mean_difference(group.score, rest)
    told = group.expected.count
    if told < LEAST:
        return ScoreRow(value, group.score.count, group.score.mean, difference, told, None, None, is_off=False)
    expected, observed = group.expected.mean, rate(group.late, told)
    is_off = not observed.low <= expected <= observed.high
    return ScoreRow(value, group.score.count, group.score.mean, difference, told, expected, observed, is_off)
