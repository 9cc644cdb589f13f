"""The one path from a customer's record to what is done for them today, and why.

    1 today      in the campaign's time zone
    2 statement  all open bills as one
    3 features   what the history says
    4 scores     what is likely, where the policy names models
    5 profile    the group
    6 arm        of the experiment
    7 ruling     brakes, then the stages of policy.toml in order; offers with their figures
    8 contact    channel and time; tasks for people

Render, preview, library and `billcast decide` all walk it. The same record, policy and time give the same
outreach in any process and order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from engine.insight.contact import choose_contact
from engine.insight.contact.moment import NO_DAY_LEFT
from engine.insight.debt import may_remind
from engine.insight.effect import arm_of
from engine.insight.features import ESSENTIAL, features_of
from engine.insight.policy.brakes import Brake, Force, gentle_tone
from engine.insight.policy.conditions import features_in
from engine.insight.policy.dealings import ANSWERS
from engine.insight.policy.decision import Decider, Ruling
from engine.insight.policy.facts import Facts, facts_of
from engine.insight.policy.matter import matter_of
from engine.insight.policy.offers import PreparedOffer
from engine.insight.policy.reader import load_policy
from engine.insight.policy.told import told_facts
from engine.insight.profile import profile_of
from engine.insight.risk import Scorer, load_scorer
from engine.insight.segments import SegmentModel, load_segments, may_have_segment
from engine.insight.tasks import merged, recorded_tasks, task_of
from engine.model.campaign import Campaign
from engine.model.customer import ContactChannel, Customer
from engine.model.outreach import Action, Contact, Group, Offer, Outreach, Profile, Refused, Score, Task, TaskKind
from engine.model.policy.stages import Stage
from engine.model.policy.whole import Policy
from engine.model.quick import quick
from engine.model.statement import Statement

NO_BILL = "no-bill"
NO_CONTACT = "no-contact"
CAP = "cap"
NO_DAY = "no-day"
_NO_RISKS: Mapping[str, float] = MappingProxyType({})
_NO_CAP = 50  # a bill, a formal notice and a call are never held back by the cap on messages


@quick
@dataclass(frozen=True, slots=True)
class Weighed:
    """A customer's facts and what the policy says about them, before channel, offers and tasks."""

    facts: Facts
    ruling: Ruling
    scores: tuple[Score, ...]


class Advisor:
    """A policy at work for one campaign; open it once, ask it for each customer."""

    def __init__(
        self, policy: Policy, campaign: Campaign, scorers: Mapping[str, Scorer], segments: SegmentModel | None = None
    ) -> None:
        self.policy = policy
        self.decider = Decider(policy, self._may_remind)
        self.campaign = campaign
        self._scorers = tuple(scorers.items())
        self._segments = segments
        self._zone = ZoneInfo(campaign.time_zone)
        self._moment: tuple[datetime, datetime, date] | None = None
        self._offers = {rule.id: PreparedOffer.of(rule) for rule in policy.offers}
        self._uncapped = policy.contact.model_copy(update={"cap_per_week": _NO_CAP})
        self._calling = self._uncapped.model_copy(update={"paper_fallback": False})  # no letter for a call
        conditions = [*[stage.when for stage in policy.stages], *[offer.when for offer in policy.offers]]
        read = {name for when in conditions for name in features_in(when)}
        self._reads_all = bool(scorers or segments or policy.profiles.context) or not read <= ESSENTIAL

    @classmethod
    def open(cls, folder: Path | str, campaign: Campaign) -> Advisor | None:
        """Return the advisor of the template set in `folder`; None where it has no policy.toml.

        Raises `InsightError` for a policy or model that can't be used (D140-D145, and those of models).
        """
        root = Path(folder)
        policy = load_policy(root)
        if policy is None:
            return None
        scorers = {name: load_scorer(root / file) for name, file in policy.scores if file is not None}
        named = policy.profiles.segments
        return cls(policy, campaign, scorers, load_segments(root / named) if named is not None else None)

    def advise(self, customer: Customer, now: datetime) -> Outreach:
        """Return what is done for `customer` at `now` (aware), and why. Pure: nothing is read or kept."""
        weighed = self._weighed(customer, now, has_all=self._reads_all)
        if weighed is None:
            return self._without_bill(customer, now)
        facts, ruling = weighed.facts, weighed.ruling
        stage, action = ruling.stage, ruling.action
        rule, reasons = ruling.rule, [ruling.reason, *[brake.reason for brake in ruling.brakes]]
        contact = self._contact(facts, ruling, now)
        tasks = self._brake_tasks(facts, ruling.brakes)
        offers: list[Offer] = []
        refused = list(ruling.refused)
        if stage is not None and action in (Action.SEND, Action.CALL):
            action, rule, why = _reached(action, contact, rule)
            reasons = [*why, *reasons]
            if action is not Action.WAIT:
                offers, none = self._made_offers(stage, facts)
                refused += none
                tasks += [(kind, stage.reason, _oldest(facts)) for kind in _tasks_of(stage, action)]
            elif contact.channel is None:
                tasks += [(kind, "no channel is open", "") for kind in self.policy.brakes.tasks.no_contact]
        tone = stage.tone if stage is not None else None
        if ruling.is_gentle:
            tone = gentle_tone(tone, is_vulnerable=facts.customer.flags.vulnerable)
        return Outreach(
            key=customer.key,
            action=action,
            stage=stage.id if stage is not None else "",
            rule=rule,
            policy=self.policy.version,
            tone=tone,
            contact=contact,
            profile=facts.profile,
            statement=facts.statement,
            template=(stage.template or "") if stage is not None else "",
            scores=weighed.scores,
            offers=tuple(offers),
            tasks=self._tasks(facts, tasks),
            arm=facts.arm,
            is_urgent=stage is not None and stage.is_urgent and not (ruling.is_gentle or facts.keeps_plan),
            is_formal=stage is not None and stage.is_formal,
            facts=told_facts(facts, ruling.brakes),
            reasons=tuple(dict.fromkeys(reasons)),
            refused=tuple(refused),
        )

    def weigh(self, customer: Customer, now: datetime) -> Weighed | None:
        """Return the customer's facts at `now` (aware) and the ruling; None where there is no bill."""
        return self._weighed(customer, now, has_all=True)

    def _weighed(self, customer: Customer, now: datetime, *, has_all: bool) -> Weighed | None:
        """Return what `weigh` does; `has_all` false: without features that neither policy nor profiles read."""
        newest = customer.subject_bill
        if newest is None:
            return None
        local, today = self._day_of(now)
        bill, statement = matter_of(customer, newest, self.policy.debt, today, self._zone)
        known = bill if bill.issued_on <= today else None  # one dated ahead tells nothing of the past
        context = self.policy.profiles.context
        features = features_of(customer, local, bill=known, context=context, is_whole=has_all)
        scored = {name: scorer.score(features) for name, scorer in self._scorers} if self._scorers else {}
        scores = tuple(scored.values())
        segment = self._segments.assign(features) if self._segments and may_have_segment(customer) else ""
        profile = profile_of(customer, statement, features, scores, self.policy.profiles, segment=segment)
        facts = facts_of(
            customer,
            bill,
            statement,
            features=features,
            profile=profile,
            risks={name: score.probability for name, score in scored.items()} if scored else _NO_RISKS,
            arm=arm_of(customer.key, self.policy.experiment),
            today=today,
            zone=self._zone,
        )
        return Weighed(facts, self.decider.decide(facts), scores)

    def _day_of(self, now: datetime) -> tuple[datetime, date]:
        """Return `now` in the campaign's zone, and its day, which counts for statement and features alike."""
        known = self._moment
        if known is None or known[0] is not now:  # mostly the same object for all customers of a run
            local = now.astimezone(self._zone)
            known = self._moment = now, local, local.date()
        return known[1], known[2]

    def _may_remind(self, facts: Facts, counts: bool) -> str | None:
        """Return why the limits of [debt] let no reminder go out; attempts count for soft reminders alone."""
        return may_remind(facts.statement, facts.reminders if counts else (), self.policy.debt)

    def _contact(self, facts: Facts, ruling: Ruling, now: datetime) -> Contact:
        stage, action = ruling.stage, ruling.action
        if stage is None or action not in (Action.SEND, Action.CALL):
            return Contact(None, None, ("nothing is sent",))
        customer, wanted, terms = facts.customer, stage.channels, self._uncapped
        if action is Action.CALL:
            wanted, terms = (ContactChannel.PHONE,), self._calling
        elif stage.is_formal:
            customer, wanted = _on_paper(customer), (ContactChannel.POST,)
        elif stage.about == "debt":
            terms = self.policy.contact
        return choose_contact(
            customer,
            terms,
            wanted,
            now,
            is_urgent=stage.is_urgent and not ruling.is_gentle and stage.about == "debt",
            time_zone=self.campaign.time_zone,
            seed=self.campaign.cycle,
            last_on=_last_day(stage, facts) if action is Action.SEND else None,
        )

    def _made_offers(self, stage: Stage, facts: Facts) -> tuple[list[Offer], list[Refused]]:
        offers: list[Offer] = []
        refused: list[Refused] = []
        for name in stage.offers:
            made = self._offers[name].make(facts)
            if isinstance(made, Offer):
                offers.append(made)
            else:
                refused.append(made)
        return offers, refused

    def _brake_tasks(self, facts: Facts, held: tuple[Brake, ...]) -> list[tuple[TaskKind, str, str]]:
        """Return what people must do since a brake holds: kind, reason and the bill that it is about."""
        wanted = [(kind, f"the customer answered: {one.kind.value.replace('_', ' ')}", one.bill_number or "")
                  for one in facts.answers if (kind := ANSWERS[one.kind]) is not None]  # fmt: skip
        if not held or held[0].force is Force.SILENT:
            return wanted
        terms = self.policy.brakes.tasks
        if facts.has_dispute:
            about = facts.bill.number if facts.is_disputed else ""
            answered = {kind for kind, _, number in wanted if not about or number == about}  # the answer is the dispute
            wanted += [(kind, "a dispute is open", about) for kind in terms.dispute if kind not in answered]
        if facts.customer.flags.vulnerable and facts.overdue > 0:
            wanted += [(kind, "a vulnerable customer is overdue", "") for kind in terms.vulnerable]
        return wanted

    def _tasks(self, facts: Facts, wanted: list[tuple[TaskKind, str, str]]) -> tuple[Task, ...]:
        """Return the tasks, each once, without those that the record knows as done."""
        customer, terms = facts.customer, self.policy.tasks
        if not wanted and not customer.interactions and not customer.tasks:
            return ()
        zone = self.campaign.time_zone
        score = facts.risks.get("late", 0.0)
        raised = [
            task_of(customer.key, kind, reason, facts.today, terms, bill_number=number, score=score, time_zone=zone)
            for kind, reason, number in wanted
        ]
        return merged(raised, recorded_tasks(customer, facts.today, terms, time_zone=zone))

    def _without_bill(self, customer: Customer, now: datetime) -> Outreach:
        today = now.astimezone(self._zone).date()
        profile = Profile(Group.UNKNOWN, 1.0, ("there is no bill",), self.policy.profiles.version)
        return Outreach(
            key=customer.key, action=Action.SILENT, stage="", rule=NO_BILL, policy=self.policy.version, tone=None,
            contact=Contact(None, None, ("nothing is sent",)), profile=profile,
            statement=Statement(self.campaign.currency, today, ()), is_urgent=False,
            reasons=("no bill: there is nothing to say",),
        )  # fmt: skip


def _tasks_of(stage: Stage, action: Action) -> tuple[TaskKind, ...]:
    """Return what people must do at a stage; where a person is to act and no task is named, they call."""
    return stage.tasks or ((TaskKind.CALL_BACK,) if action is Action.CALL else ())


def _oldest(facts: Facts) -> str:
    """Return the number of the oldest bill asked for, which names the need; empty where none is."""
    return next((item.number for item in facts.statement.items if item.asked > 0), "")


def _on_paper(customer: Customer) -> Customer:
    """Return the customer as a formal notice meets them: bills without paper don't make it go without."""
    if not customer.flags.paperless:
        return customer
    return customer.model_copy(update={"flags": customer.flags.model_copy(update={"paperless": False})})


def _last_day(stage: Stage, facts: Facts) -> date | None:
    """Return the last day of a reminder's stage; None where it has no end, or a bill is told of."""
    if stage.about == "bill" or stage.to_day is None or facts.due_on is None:
        return None
    return facts.due_on + timedelta(days=stage.to_day)


def _reached(action: Action, contact: Contact, rule: str) -> tuple[Action, str, list[str]]:
    """Return what comes of a stage once its channel is known: the same, a call by a person, or waiting."""
    if action is Action.CALL:
        return action, rule, []
    if contact.channel is None:
        return Action.WAIT, NO_CONTACT, ["no channel is open"]
    if contact.at is None:
        # Said alike for all, since reports count reasons; the contact's own say until when.
        if contact.reasons[-1].startswith(NO_DAY_LEFT):
            return Action.WAIT, NO_DAY, ["no sending day is left in the stage"]
        return Action.WAIT, CAP, ["this week's messages have gone out"]
    if contact.channel is ContactChannel.PHONE:
        return Action.CALL, rule, ["the phone is the channel: a person calls"]
    return action, rule, []
