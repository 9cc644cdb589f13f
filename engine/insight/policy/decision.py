"""Which stage fits a customer: brakes first, then the stages in order; every refusal keeps its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.insight.policy.brakes import Brake, Force, brakes_of
from engine.insight.policy.conditions import Test, compiled
from engine.insight.policy.facts import Facts, since_stage
from engine.model.outreach import Action, Refused
from engine.model.policy.experiment import CONTROL
from engine.model.policy.stages import Stage
from engine.model.policy.whole import Policy
from engine.model.quick import quick

MayRemind = Callable[[Facts, bool], str | None]  # why no reminder may go out now; the flag: attempts count
_ACTIONS = {"send": Action.SEND, "call": Action.CALL, "wait": Action.WAIT}
NO_STAGE = "no-stage"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A stage with its conditions compiled, and its refusals written once."""

    stage: Stage
    action: Action
    tests: tuple[tuple[Test, Refused], ...]
    low: float  # first and last day
    high: float
    has_days: bool
    is_debt: bool
    not_day: Refused
    not_arm: Refused
    not_consent: Refused
    spent: Refused
    by_brake: Mapping[str, Refused]  # by the brake's name
    by_brake_reminding: Mapping[str, Refused]  # the same where the newest document reminds by itself


@quick
@dataclass(frozen=True, slots=True)
class Ruling:
    """What the policy says: the stage that fits, or the brake that holds, with every refusal on the way."""

    action: Action
    stage: Stage | None
    rule: str
    reason: str
    brakes: tuple[Brake, ...]  # that hold
    refused: tuple[Refused, ...]
    is_gentle: bool


class Decider:
    """A policy compiled once; `decide` asks it for a customer."""

    def __init__(self, policy: Policy, may_remind: MayRemind) -> None:
        self._brakes = brakes_of(policy.brakes)
        self._stages = tuple(_prepared(stage, self._brakes) for stage in policy.stages)
        self._may_remind = may_remind

    @property
    def brakes(self) -> tuple[Brake, ...]:
        """All brakes, in the order in which they are looked at."""
        return self._brakes

    def decide(self, facts: Facts) -> Ruling:
        """Return what the policy says about `facts`. Pure: the same facts give the same ruling."""
        held = tuple([brake for brake in self._brakes if brake.holds(facts)])
        first = held[0] if held else None
        if first is not None and first.force is Force.SILENT:
            return Ruling(Action.SILENT, None, first.name, first.reason, held, (), is_gentle=False)
        is_gentle = bool(held) and any(brake.force is Force.GENTLE for brake in held)
        refused: list[Refused] = []
        for prepared in self._stages:
            if (why := _refusal(prepared, facts, held)) is not None:
                refused.append(why)
                continue
            return self._ruled(prepared, facts, held, tuple(refused), is_gentle=is_gentle)
        if first is not None and first.force is not Force.GENTLE:
            action = Action.WAIT if first.force is Force.WAIT else Action.SILENT
            return Ruling(action, None, first.name, first.reason, held, tuple(refused), is_gentle)
        return Ruling(Action.WAIT, None, NO_STAGE, "no stage fits today", held, tuple(refused), is_gentle)

    def _ruled(
        self,
        prepared: Prepared,
        facts: Facts,
        held: tuple[Brake, ...],
        refused: tuple[Refused, ...],
        *,
        is_gentle: bool,
    ) -> Ruling:
        """Return the ruling of a stage that fits: what it does, or why it waits."""
        stage = prepared.stage
        if (why := self._waits(prepared, facts)) is not None:
            rule, reason = why
            return Ruling(Action.WAIT, stage, rule, reason, held, refused, is_gentle)
        return Ruling(prepared.action, stage, stage.id, stage.reason, held, refused, is_gentle)

    def _waits(self, prepared: Prepared, facts: Facts) -> tuple[str, str] | None:
        stage = prepared.stage
        if prepared.action is Action.WAIT:
            return None
        # Nobody in need of care goes without help for an experiment; both arms have as many of them.
        is_left = facts.arm == CONTROL and not facts.customer.flags.vulnerable
        if prepared.is_debt and is_left and not stage.is_grave:
            return CONTROL, "the customer is in the control group: no soft outreach"
        if stage.wait_days and facts.sent and (facts.today - facts.sent[-1].day).days < stage.wait_days:
            return "wait-days", f"stage {stage.id} waits {stage.wait_days} days after the last message"
        if prepared.is_debt:
            counts = prepared.action is Action.SEND and not stage.is_grave
            if (reason := self._may_remind(facts, counts)) is not None:
                return "limits", reason
        return None


def _prepared(stage: Stage, brakes: tuple[Brake, ...]) -> Prepared:
    what = f"stage {stage.id}"
    low = float("-inf") if stage.from_day is None else stage.from_day
    high = float("inf") if stage.to_day is None else stage.to_day
    is_debt = stage.about == "debt"
    stops = [brake for brake in brakes if brake.force in (Force.NO_REMINDER, Force.WAIT)]
    # A bill is never held back by its tone: the tone is softened instead.
    presses = [brake for brake in brakes if brake.force is Force.GENTLE and stage.is_pressing and is_debt]
    by_all = {brake.name: Refused(what, f"brake {brake.name}: {brake.reason}") for brake in (*stops, *presses)}
    return Prepared(
        stage=stage,
        action=_ACTIONS[stage.action],
        tests=tuple((test, Refused(what, words)) for test, words in compiled(stage.when)),
        low=low,
        high=high,
        has_days=stage.from_day is not None or stage.to_day is not None,
        is_debt=is_debt,
        not_day=Refused(what, f"its days are {_span(stage)}"),
        not_arm=Refused(what, "the customer is in another arm of the experiment"),
        not_consent=Refused(what, "the customer did not agree to offers"),
        spent=Refused(what, f"{stage.most} message{'' if stage.most == 1 else 's'} went out in it already"),
        by_brake=by_all if is_debt else {},
        by_brake_reminding=by_all,
    )


def _span(stage: Stage) -> str:
    if stage.to_day is None:
        return f"from {stage.from_day}"
    return f"up to {stage.to_day}" if stage.from_day is None else f"{stage.from_day} to {stage.to_day}"


def _refusal(prepared: Prepared, facts: Facts, held: tuple[Brake, ...]) -> Refused | None:
    """Return why a stage does not fit; None where it does. Days first: they refuse most stages."""
    if prepared.has_days and (facts.day is None or not prepared.low <= facts.day <= prepared.high):
        return prepared.not_day
    for test, why in prepared.tests:
        if not test(facts):
            return why
    stage = prepared.stage
    if stage.variants and facts.arm not in stage.variants:
        return prepared.not_arm
    if stage.needs_consent and not facts.customer.consents.offers:
        return prepared.not_consent
    if held:
        by_brake = prepared.by_brake_reminding if facts.is_reminder else prepared.by_brake
        for brake in held:
            if brake.name in by_brake:
                return by_brake[brake.name]
    if stage.most is not None and facts.sent and since_stage(facts, stage.id, stage.from_day) >= stage.most:
        return prepared.spent
    return None
