"""The hard brakes: what no stage, no score and no policy can lift. Named here, looked at first, for everybody.

| brake | holds when | then |
|---|---|---|
| deceased | the customer has died | silent |
| legal-hold | a court or insolvency case runs | silent |
| wrong-person | the customer wrote that the message reached somebody else | silent |
| paid | nothing may be asked for | no reminder |
| plan-kept | a payment plan is kept | no reminder |
| in-dispute | the newest bill is in dispute | no reminder |
| promise | a promise to pay still runs | reminders wait |
| just-paid | a payment came in these days | reminders wait |
| answered | an answer of these days waits for a person | reminders wait |
| vulnerable | the customer is flagged as vulnerable | gentle |
| dispute | a dispute about any bill is open | gentle |

Silent: nothing is sent at all. No reminder: an ordinary new bill still goes out, but none that reminds by itself.
Gentle: nothing is urgent, formal or firm, and nothing announces a cut-off. `engine.compose.brakes` is the second net.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache

from engine.insight.policy.facts import Facts
from engine.model.customer import Customer, InteractionKind
from engine.model.policy.brakes import Brakes
from engine.model.tone import Tone

_TO_DEAL_WITH = (
    InteractionKind.ALREADY_PAID, InteractionKind.DISPUTED, InteractionKind.CALL_BACK, InteractionKind.INSTALMENTS,
)  # fmt: skip


class Force(StrEnum):
    """What a brake does while it holds, the strongest first."""

    SILENT = "silent"
    NO_REMINDER = "no reminder"
    WAIT = "reminders wait"
    GENTLE = "gentle"


@dataclass(frozen=True, slots=True)
class Brake:
    """One brake: when it holds, what it does then, and why in plain words."""

    name: str
    force: Force
    holds: Callable[[Facts], bool]
    reason: str


def brakes_of(terms: Brakes) -> tuple[Brake, ...]:
    """Return all brakes in their order. `terms` may make them stricter; none can be left out."""
    is_held = held_by_law(terms)
    return (
        Brake("deceased", Force.SILENT, lambda facts: facts.customer.flags.deceased,
              "the customer has died: nothing is sent"),
        Brake("legal-hold", Force.SILENT, lambda facts: is_held(facts.customer),
              "a court or insolvency case runs: nothing is sent"),
        Brake("wrong-person", Force.SILENT, _answered(terms, (InteractionKind.WRONG_PERSON,)),
              "a message reached somebody else: nothing is sent until the contact is checked"),
        Brake("paid", Force.NO_REMINDER, lambda facts: facts.asked <= 0,
              "nothing may be asked for: no reminder"),
        Brake("plan-kept", Force.NO_REMINDER, lambda facts: facts.keeps_plan,
              "a payment plan is kept: no reminder"),
        Brake("in-dispute", Force.NO_REMINDER, lambda facts: facts.is_disputed,
              "the newest bill is in dispute: no reminder"),
        Brake("promise", Force.WAIT, _promise_runs(terms),
              "a promise to pay still runs: reminders wait for it"),
        Brake("just-paid", Force.WAIT, _just_paid(terms),
              "a payment came in these days: reminders wait until it is booked"),
        Brake("answered", Force.WAIT, _answered(terms, _TO_DEAL_WITH),
              "the customer answered: reminders wait until a person has dealt with it"),
        Brake("vulnerable", Force.GENTLE, lambda facts: facts.customer.flags.vulnerable,
              "the customer is vulnerable: nothing presses"),
        Brake("dispute", Force.GENTLE, lambda facts: facts.has_dispute,
              "a dispute is open: nothing presses"),
    )  # fmt: skip


def held_by_law(terms: Brakes) -> Callable[[Customer], bool]:
    """Return what tells of a customer whether the law forbids to collect: by flag, or by an attribute of `terms`.

    Names and values of attributes count in any case: a CRM writes `Legal_Hold` as well as `legal_hold`.
    """
    held = {name.casefold(): frozenset(_plain(value) for value in values) for name, values in terms.holds.items()}

    def holds(customer: Customer) -> bool:
        if customer.flags.legal_hold:
            return True
        for name, value in customer.attributes.items():
            if (values := held.get(_plain(name))) is not None and _plain(value) in values:
                return True
        return False

    return holds


@lru_cache(maxsize=4096)
def _plain(word: str) -> str:
    return word.strip().casefold()


def _promise_runs(terms: Brakes) -> Callable[[Facts], bool]:
    grace = timedelta(days=terms.promise_days)
    return lambda facts: facts.promised_for is not None and facts.today <= facts.promised_for + grace


def _just_paid(terms: Brakes) -> Callable[[Facts], bool]:
    wait = timedelta(days=terms.payment_days)

    def holds(facts: Facts) -> bool:
        since = facts.today - wait
        today = facts.today
        for one in facts.customer.payments:  # noqa: SIM110 - a loop: asked of every customer
            if since < one.paid_on <= today and one.amount > 0:
                return True
        return False

    return holds


def _answered(terms: Brakes, kinds: tuple[InteractionKind, ...]) -> Callable[[Facts], bool]:
    wait = timedelta(days=terms.answer_days)
    # Somebody else's bill must not be sent on, however long nobody looks into it.
    is_lasting = InteractionKind.WRONG_PERSON in kinds

    def holds(facts: Facts) -> bool:
        if not facts.answers:
            return False
        return any(one.kind in kinds and (is_lasting or facts.today <= one.day + wait) for one in facts.answers)

    return holds


def gentle_tone(tone: Tone | None, *, is_vulnerable: bool) -> Tone | None:
    """Return the tone that a gentle brake leaves of `tone`: help for the vulnerable, never firm or formal."""
    if tone is Tone.GOOD_NEWS:
        return tone
    if is_vulnerable:
        return Tone.HELP
    return Tone.EASY if tone in (Tone.FIRM, Tone.FORMAL) else tone
