"""What a policy must not do, and what in it can't work: every fault at once, as file:line, without a customer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.errors import BillcastError, Problem, nearest
from engine.insight.features import FEATURES
from engine.insight.features.context import context_features
from engine.insight.policy.judging import Fault, judged, low
from engine.insight.policy.lint_days import check_days
from engine.insight.policy.reader import FILE_NAME, read_policy
from engine.model.customer import ContactChannel
from engine.model.outreach import OfferKind
from engine.model.policy.stages import Conditions, OfferRule, Stage
from engine.model.policy.whole import Policy
from engine.templating.option_file import line_of

_FIGURES = {
    OfferKind.INSTALMENTS: ("parts",),
    OfferKind.SHIFT_DUE_DATE: ("shift_days",),
}
_FORMS = ("email.html", "email.txt", "sms.txt", "push.txt")  # of the channel `message`
_RISKS = {"late_risk_from": "late", "late_risk_to": "late", "churn_risk_from": "churn", "churn_risk_to": "churn"}


def check_policy(root: Path) -> list[Problem]:
    """Return every problem of the policy in `root`, in the order of the file; none where there is no policy."""
    try:
        read = read_policy(root)
    except BillcastError as error:
        return [error.problem]
    if read is None:
        return []
    policy, source = read
    found = [
        (line_of(source, loc), Problem(code, fact, f"{FILE_NAME}:{line_of(source, loc)} [{loc[0]}]", hint))
        for code, loc, fact, hint in faults_of(policy, root)
    ]
    return [problem for _, problem in sorted(found, key=lambda one: one[0])]


def faults_of(policy: Policy, root: Path) -> Iterator[Fault]:
    """Yield the faults of `policy`, whose template set lies in `root`."""
    rules = {rule.id: rule for rule in policy.offers}
    for place, rule in enumerate(policy.offers):
        loc = ("offers", place)
        yield from _offer_faults(rule, loc)
        yield from _condition_faults(rule.when, policy, loc, f"offer {rule.id}")
    for place, stage in enumerate(policy.stages):
        loc = ("stages", place)
        yield from _name_faults(stage, policy, root, loc)
        yield from _condition_faults(stage.when, policy, loc, f"stage {stage.id}")
        yield from _channel_faults(stage, policy, loc)
        yield from _press_faults(stage, loc)
        if stage.is_grave:
            yield from _grave_faults(stage, place, policy, rules, loc)
    yield from judged(policy)
    yield from check_days(policy.stages)


def _offer_faults(rule: OfferRule, loc: tuple[str | int, ...]) -> Iterator[Fault]:
    for name in _FIGURES.get(rule.kind, ()):
        if getattr(rule, name) is None:
            yield "D151", loc, f"the offer `{rule.id}` ({rule.kind.value}) has no `{name}`", f"add `{name}`"
    if rule.kind is OfferKind.TARIFF_CHECK and not rule.needs_consent:
        yield "D150", loc, f"the offer `{rule.id}` sells, and does not ask for consent", "add `needs_consent = true`"


def _name_faults(stage: Stage, policy: Policy, root: Path, loc: tuple[str | int, ...]) -> Iterator[Fault]:
    arms = [name for name, _ in policy.experiment.shares] if policy.experiment.name else []
    for name in stage.variants:
        if name not in arms:
            hint = _near(name, arms) if arms else "[experiment] names none: give it a `name` and variants"
            yield "D145", (*loc, "variants"), f"stage {stage.id}: the experiment has no arm `{name}`", hint
    if stage.template is not None:
        folder = root / "message" / stage.template
        if not any((folder / f"{form}.j2").is_file() for form in _FORMS):
            yield ("D145", (*loc, "template"), f"stage {stage.id}: `message/{stage.template}` holds no message",
                   f"add {_FORMS[0]}.j2 there, or leave `template` out")  # fmt: skip


def _condition_faults(when: Conditions, policy: Policy, loc: tuple[str | int, ...], who: str) -> Iterator[Fault]:
    known = (*FEATURES, *(one.name for one in context_features(policy.profiles.context)))
    for key in ("feature_from", "feature_to"):
        for name in getattr(when, key) or ():
            if name not in known:
                yield "D145", (*loc, "when", key), f"{who}: there is no feature `{name}`", _near(name, known)
    for key, score in _RISKS.items():
        if getattr(when, key) is not None and getattr(policy.scores, score) is None:
            yield ("D145", (*loc, "when", key), f"{who}: `{key}` never holds, since [scores] names no model `{score}`",
                   f"add `{score}` to [scores]; `billcast insight train` makes a model")  # fmt: skip


def _channel_faults(stage: Stage, policy: Policy, loc: tuple[str | int, ...]) -> Iterator[Fault]:
    place = (*loc, "channels")
    if stage.is_formal and stage.channels != (ContactChannel.POST,):
        yield "D150", place, f"stage {stage.id}: a formal notice goes by post alone", 'write `channels = ["post"]`'
    if stage.action != "send":
        return
    if not stage.channels:
        yield "D150", place, f"stage {stage.id} sends, and names no channel", 'name one, as in `channels = ["email"]`'
    elif ContactChannel.POST not in stage.channels and stage.about == "bill" and not policy.contact.paper_fallback:
        yield ("D150", place, f"stage {stage.id}: who agreed to none of its channels gets no bill",
               "add `post`, or set `paper_fallback` in [contact]")  # fmt: skip


def _press_faults(stage: Stage, loc: tuple[str | int, ...]) -> Iterator[Fault]:
    when = stage.when
    is_for_them = when.vulnerable or when.disputed or when.gentle
    if not is_for_them:
        return
    if stage.is_pressing:
        yield ("D149", loc, f"stage {stage.id} is firm or formal, and meant for whom nothing may press: it never fits",
               'take `tone = "help"` or `tone = "easy"`')  # fmt: skip
    elif stage.is_urgent and stage.about == "debt" and stage.action == "send":
        yield ("D149", loc, f"stage {stage.id} is urgent, and meant for whom nothing may press",
               "add `is_urgent = false`")  # fmt: skip


def _grave_faults(
    stage: Stage, place: int, policy: Policy, rules: Mapping[str, OfferRule], loc: tuple[str | int, ...]
) -> Iterator[Fault]:
    """Yield why a formal stage comes too soon: before a person was asked to act, or without one to call."""
    if not any(other.action == "call" and _is_before(other, stage) for other in policy.stages[:place]):
        yield ("D152", loc, f"stage {stage.id} is formal, and no person was asked to act before it",
               'add a stage with `action = "call"` on earlier days')  # fmt: skip
    if not any(rules[name].kind is OfferKind.PERSON_TO_CALL for name in stage.offers):
        yield ("D152", loc, f"stage {stage.id} is formal, and names no person to call",
               "offer one: `kind = \"person_to_call\"`")  # fmt: skip


def _is_before(one: Stage, other: Stage) -> bool:
    return low(one) < low(other)


def _near(name: str, known: object) -> str:
    names = [str(one) for one in known] if isinstance(known, list | tuple | dict) else []
    close = nearest(name, names)
    if close:
        return f"did you mean `{close}`?"
    return f"known: {', '.join(names)}" if len(names) <= 12 else "docs/policy.md says where they are listed"
