"""What passed between utility and customer, as a policy needs it: messages, answers still open, promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, tzinfo

from engine.insight.tasks.raising import kind_of
from engine.model.customer import Customer, Interaction, InteractionKind
from engine.model.dealings import TaskState
from engine.model.outreach import TaskKind
from engine.model.quick import quick

# What a person must do about an answer. Until then it is open.
ANSWERS = {
    InteractionKind.ALREADY_PAID: None,
    InteractionKind.DISPUTED: TaskKind.CHECK_DISPUTE,
    InteractionKind.CALL_BACK: TaskKind.CALL_BACK,
    InteractionKind.INSTALMENTS: TaskKind.APPROVE_PLAN,
    InteractionKind.WRONG_PERSON: TaskKind.CHECK_CONTACT,
}


@quick
@dataclass(frozen=True, slots=True)
class Message:
    """A message that went out: the day, the bill and the stage, as far as the record names them."""

    day: date
    bill_number: str | None
    stage: str | None


@quick
@dataclass(frozen=True, slots=True)
class Answer:
    """What the customer answered, and nobody has dealt with yet, as far as the record knows."""

    kind: InteractionKind
    day: date
    bill_number: str | None


@quick
@dataclass(frozen=True, slots=True)
class Dealings:
    """Messages, oldest first; open answers; the last day of a promise to pay that was not broken."""

    sent: tuple[Message, ...]
    answers: tuple[Answer, ...]
    promised_for: date | None


_NONE = Dealings((), (), None)


def dealings_of(customer: Customer, zone: tzinfo) -> Dealings:
    """Return what passed, by days of the time zone `zone`."""
    if not customer.interactions and not customer.promises:
        return _NONE
    sent: list[Message] = []
    answers: list[Answer] = []
    promised: list[date] = []
    for one in customer.interactions:
        if one.kind is InteractionKind.SENT:
            sent.append(Message(one.at.astimezone(zone).date(), one.bill_number, one.stage))
        elif one.kind is InteractionKind.PROMISED:
            if one.due_on is not None:
                promised.append(one.due_on)
        elif one.kind in ANSWERS and not _is_dealt_with(customer, one):
            answers.append(Answer(one.kind, one.at.astimezone(zone).date(), one.bill_number))
    sent.sort(key=lambda message: message.day)
    if customer.promises:
        broken = {one.plan for one in customer.promises if one.plan and one.kept is False}
        promised += [one.due_on for one in customer.promises if one.kept is None and one.plan not in broken]
    return Dealings(tuple(sent), tuple(answers), max(promised, default=None))


def _is_dealt_with(customer: Customer, answer: Interaction) -> bool:
    """True if a person did, after the answer, what it asks for; a dispute's own record says more than the answer."""
    wanted, at = ANSWERS[answer.kind], answer.at
    if wanted is TaskKind.CHECK_DISPUTE and any(
        one.bill_number == answer.bill_number and (one.closed_on is None or one.closed_on >= at.date())
        for one in customer.disputes
    ):
        return True
    if wanted is TaskKind.CALL_BACK and any(
        one.kind is InteractionKind.CALLED and one.at >= at for one in customer.interactions
    ):
        return True
    done = [task for task in customer.tasks if task.state is not TaskState.OPEN and kind_of(task.kind) is wanted]
    return any(task.done_at is not None and task.done_at >= at for task in done)
