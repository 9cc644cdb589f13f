"""Whether the days of a policy's stages fit together: nobody forgotten, no stage that is never reached."""

from __future__ import annotations

from collections.abc import Iterator

from engine.insight.policy.judging import Fault
from engine.model.policy.stages import Stage

_FIRST, _LAST = -400, 4000  # the days that a stage can name
_Span = tuple[int, int]


def check_days(stages: tuple[Stage, ...]) -> Iterator[Fault]:
    """Yield stages that earlier ones shadow (D146), and days that overlap or are left out (D147)."""
    for place, stage in enumerate(stages):
        yield from _shadow_faults(stage, place, stages[:place])
    yield from _gap_faults(stages)


def _shadow_faults(stage: Stage, place: int, earlier: tuple[Stage, ...]) -> Iterator[Fault]:
    span = _span(stage)
    shadows = [other for other in earlier if _takes_all_of(other, stage) and _minus(span, _span(other)) != [span]]
    if not shadows:
        return
    left = [span]
    for other in shadows:
        left = [rest for part in left for rest in _minus(part, _span(other))]
    names = ", ".join(other.id for other in shadows)
    if not left:
        yield ("D146", ("stages", place), f"stage {stage.id} is never reached: {names} takes all of its customers",
               f"put it before {shadows[0].id}, or give that one a condition")  # fmt: skip
    elif stage.from_day is not None or stage.to_day is not None:
        yield ("D147", ("stages", place), f"stage {stage.id} shares days with {names}, which takes them first",
               f"let {stage.id} have day {left[0][0]} to {left[-1][1]}")  # fmt: skip


def _takes_all_of(other: Stage, stage: Stage) -> bool:
    """True if `other` fits every customer whom `stage` fits, on the days that both have, for certain."""
    if other.most is not None or other.is_pressing or (other.needs_consent and not stage.needs_consent):
        return False  # it lets some through
    if other.variants and set(other.variants) != set(stage.variants):
        return False
    if other.about == "debt" and stage.about == "bill":
        return False  # brakes stop reminders only
    wanted = dict(stage.when.given)
    return all(wanted.get(name) == value for name, value in other.when.given)


def _gap_faults(stages: tuple[Stage, ...]) -> Iterator[Fault]:
    spans = [(_span(stage), stage, place) for place, stage in enumerate(stages) if stage.about == "debt"]
    spans.sort(key=lambda one: one[0])
    reached: int | None = None
    before = ""
    for (low, high), stage, place in spans:
        if reached is not None and low > reached + 1:
            fact = f"no stage stands for days {reached + 1} to {low - 1}, between {before} and {stage.id}"
            yield "D147", ("stages", place), fact, f"let {stage.id} begin on day {reached + 1}, or add a stage"
        if reached is None or high > reached:
            reached, before = high, stage.id
    if reached is not None and reached < _LAST:
        place = next(place for _, stage, place in spans if stage.id == before)
        yield ("D147", ("stages", place), f"no stage stands after day {reached}: who is later is forgotten",
               f"take `to_day` of {before} away, or add a last stage")  # fmt: skip


def _span(stage: Stage) -> _Span:
    return (
        _FIRST if stage.from_day is None else stage.from_day,
        _LAST if stage.to_day is None else stage.to_day,
    )


def _minus(span: _Span, other: _Span) -> list[_Span]:
    """Return what of `span` lies outside of `other`."""
    parts = [(span[0], min(span[1], other[0] - 1)), (max(span[0], other[1] + 1), span[1])]
    return [part for part in parts if part[0] <= part[1]]
