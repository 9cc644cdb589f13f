"""What credit management decides for one customer on one day, and why: made by `engine.insight`.

It reaches the channels only as `Communication.decision.outreach`. Reasons are plain English, for the
credit manager and the auditor; they hold no name, address, account or amount.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from engine.model.customer import ContactChannel
from engine.model.quick import quick
from engine.model.statement import Statement
from engine.model.tone import Tone


class Action(StrEnum):
    """What is done now."""

    SEND = "send"
    CALL = "call"  # a person acts; nothing is sent
    WAIT = "wait"  # not now: a waiting time, a cap, a hold, the control group
    SILENT = "silent"  # never, while this holds: a hard brake


class Group(StrEnum):
    """How a customer and their debt are best met."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    WILLING_ABLE = "willing_able"
    UNABLE = "unable"
    UNWILLING = "unwilling"


class OfferKind(StrEnum):
    """What is offered to make paying possible."""

    INSTALMENTS = "instalments"
    SHIFT_DUE_DATE = "shift_due_date"
    BUDGET_BILLING = "budget_billing"
    TARIFF_CHECK = "tariff_check"
    SOCIAL_BONUS = "social_bonus"
    PERSON_TO_CALL = "person_to_call"
    THANKS = "thanks"


class TaskKind(StrEnum):
    """What a person must do."""

    CALL_BACK = "call_back"
    CHECK_DISPUTE = "check_dispute"
    REVIEW_HARDSHIP = "review_hardship"
    APPROVE_PLAN = "approve_plan"
    CHECK_CONTACT = "check_contact"


@quick
@dataclass(frozen=True, slots=True)
class Instalment:
    """One part of a payment plan."""

    due_on: date
    amount: Decimal


@quick
@dataclass(frozen=True, slots=True)
class Offer:
    """One offer. `instalments` sum to what is asked for; `new_due_on` and `monthly` as the kind needs."""

    kind: OfferKind
    reason: str
    instalments: tuple[Instalment, ...] = ()
    new_due_on: date | None = None
    monthly: Decimal | None = None


@quick
@dataclass(frozen=True, slots=True)
class Task:
    """What a person must do, by when and in which group. `id` is the same for the same need."""

    id: str
    key: str  # the customer's
    kind: TaskKind
    due_on: date
    owner: str  # the group of people, as the policy names it
    reason: str
    state: str = "open"  # open | done | cancelled
    bill_number: str = ""  # what it is about; empty: the customer as a whole
    urgency: int = 5  # 1 is done first, 9 last
    score: float = 0.0  # risk of late payment, 0 to 1: orders tasks of one urgency


@quick
@dataclass(frozen=True, slots=True)
class Score:
    """A probability, with the features that moved it most, in plain words."""

    name: str  # late | churn
    probability: float
    reasons: tuple[str, ...] = ()
    model: str = ""  # the model's version


@quick
@dataclass(frozen=True, slots=True)
class Profile:
    """The group of a customer, how sure it is (0 to 1), and by which rules."""

    group: Group
    confidence: float
    reasons: tuple[str, ...]
    version: str
    segment: str = ""  # of a clustering, for marketing


@quick
@dataclass(frozen=True, slots=True)
class Contact:
    """The channel and the time of a message. `at` is aware, in the customer's time zone."""

    channel: ContactChannel | None  # None: no way is open
    at: datetime | None
    reasons: tuple[str, ...]
    refused: tuple[tuple[str, str], ...] = ()  # channel or time, and why not
    is_exploring: bool = False


@quick
@dataclass(frozen=True, slots=True)
class Refused:
    """An alternative that was not taken, and why."""

    what: str
    why: str


@quick
@dataclass(frozen=True, slots=True)
class Outreach:
    """Who gets what, when, through which channel and in which tone, and why."""

    key: str
    action: Action
    stage: str  # name of the policy's stage; empty where none fits
    rule: str  # id of the rule that decided: a stage or a brake
    policy: str  # version of the policy
    tone: Tone | None  # None: compose chooses it
    contact: Contact
    profile: Profile
    statement: Statement
    template: str = ""  # message variant that the stage names
    scores: tuple[Score, ...] = ()
    offers: tuple[Offer, ...] = ()
    tasks: tuple[Task, ...] = ()
    arm: str = ""  # of the experiment: control, or a variant's name; empty outside of one
    is_urgent: bool = True  # false: nothing may press
    is_formal: bool = False  # a formal notice: neither video nor e-mail
    facts: tuple[tuple[str, str], ...] = ()  # what the rule looked at; amounts only as yes or no
    reasons: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()
