"""No score decides a formal notice or a cut-off: neither by a condition, nor by leaving the rest to it, nor by lot.

Such a policy is not only a fault of the check: it is refused when it is opened, so that no run can follow it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from engine.model.policy.stages import JUDGING, Stage
from engine.model.policy.whole import Policy

# Of the names of attributes: a score that another system made is one all the same.
_SCORES = frozenset(("score", "scores", "scoring", "risk", "rating", "grade", "segment", "propensity", "probability"))
_WORD = re.compile(r"[^\W\d_]+")
_PUT_OFF_DAYS = 31  # a month: bills come no oftener, and who always has a newer one would never be left over
Fault: TypeAlias = tuple[str, tuple[str | int, ...], str, str]  # code, place, fact, hint


def judged(policy: Policy) -> Iterator[Fault]:
    """Yield what would let a score, group, segment or lot decide who gets a formal notice (D148)."""
    for place, stage in enumerate(policy.stages):
        if stage.is_grave:
            yield from _by_condition(stage, ("stages", place))
            yield from _by_exclusion(stage, policy.stages[:place], ("stages", place))


def _by_condition(stage: Stage, loc: tuple[str | int, ...]) -> Iterator[Fault]:
    for key, _ in stage.when.given:
        if key in JUDGING:
            yield ("D148", (*loc, "when", key), f"stage {stage.id} is formal, and `{key}` would decide it",
                   "let days, dunning stage, amounts or messages sent decide")  # fmt: skip
    for name in stage.when.attribute or ():
        if not _SCORES.isdisjoint(_WORD.findall(name.casefold())):
            yield ("D148", (*loc, "when", "attribute"), f"stage {stage.id} is formal, and `{name}` would decide it",
                   "let days, dunning stage, amounts or messages sent decide")  # fmt: skip
    if stage.variants:
        yield ("D148", (*loc, "variants"), f"stage {stage.id} is formal, and the lot of an experiment would decide it",
               "take `variants` away")  # fmt: skip


def _by_exclusion(stage: Stage, earlier: tuple[Stage, ...], loc: tuple[str | int, ...]) -> Iterator[Fault]:
    for other in earlier:
        days = other.when.issued_within_days
        if other.about == "bill" and days is not None and days <= _PUT_OFF_DAYS:
            continue  # it puts a notice off for some days, and takes nobody for good
        is_judging = other.variants or any(key in JUDGING for key, _ in other.when.given)
        if is_judging and _share_days(other, stage):
            fact = f"stage {other.id} takes customers by group, score or lot, and leaves the rest to {stage.id}"
            yield "D148", loc, fact, f"end {other.id} before day {stage.from_day}"


def _share_days(one: Stage, other: Stage) -> bool:
    """True if a day is in both; a stage about a bill takes customers of any day."""
    return low(one) <= high(other) and low(other) <= high(one)


def low(stage: Stage) -> float:
    """Return the first day of a stage."""
    return float("-inf") if stage.from_day is None else stage.from_day


def high(stage: Stage) -> float:
    """Return its last day."""
    return float("inf") if stage.to_day is None else stage.to_day
