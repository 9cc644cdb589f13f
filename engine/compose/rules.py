"""The campaign's rules: when / show / hide / say, each with its reason kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from engine.compose.bill_view import amount_due, credit_day, is_estimated, month_fact, overdue_days
from engine.compose.case import Case
from engine.compose.explain import ChangePart
from engine.compose.facts import pieces, sentence
from engine.compose.kept import kept
from engine.compose.usage import Usage
from engine.contracts import Texts
from engine.model.campaign import Campaign, Rule
from engine.model.communication import Fact, Notice, Text, TextBlock, Tip
from engine.model.quick import quick

# What the words of a rule may name in braces; the check reads this.
PLACEHOLDERS = (
    "first_name", "amount", "month", "due_date", "days_overdue", "credit_date", "quantity", "percent",
    "similar_percent", "contract_end", "phone", "supplier",
)  # fmt: skip
MOST_TIPS = 2

_Holds: TypeAlias = Callable[[Case, Any], bool]


@quick
@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rules decided. `hidden` and `shown` are names of blocks."""

    hidden: frozenset[str]
    shown: frozenset[str]
    notices: tuple[Notice, ...]
    tips: tuple[Tip, ...]
    reasons: tuple[str, ...]
    spoke: tuple[str, ...]  # ids of the rules that did


@dataclass(slots=True)
class _Looked:
    """A rule of a campaign with its conditions, and in one locale what it says, once it was said without a value."""

    rule: Rule
    needs_consent: bool
    conditions: tuple[tuple[int, _Holds, Any], ...]  # each with its place among the different ones of the campaign
    said: Tip | Notice | None = None


def apply_rules(case: Case) -> Ruling:
    """Return what the campaign's rules show, hide and say for this case, in their order."""
    hidden: set[str] = set()
    shown: set[str] = set()
    notices: list[Notice] = []
    tips: list[Tip] = []
    reasons: list[str] = []
    spoke: list[str] = []
    has_consent = case.customer.consents.offers
    count, rules = _looked_at(case.campaign, case.book.texts)
    held: list[bool | None] = [None] * count
    for looked in rules:
        if looked.needs_consent and not has_consent:
            continue
        for place, holds_for, wanted in looked.conditions:
            does_hold = held[place]
            if does_hold is None:  # several rules have it: looked at once
                does_hold = held[place] = holds_for(case, wanted)
            if not does_hold:
                break
        else:
            _apply(looked, case, hidden, shown, notices, tips, reasons, spoke)
    return Ruling(
        frozenset(hidden), frozenset(shown), tuple(notices), tuple(tips[:MOST_TIPS]), tuple(reasons), tuple(spoke)
    )


def _apply(
    looked: _Looked,
    case: Case,
    hidden: set[str],
    shown: set[str],
    notices: list[Notice],
    tips: list[Tip],
    reasons: list[str],
    spoke: list[str],
) -> None:
    """Do what a rule whose conditions hold wants."""
    rule = looked.rule
    if rule.hide:
        hidden.add(rule.hide)
    if rule.show in ("notice", "tip") and not _say(looked, case, notices, tips):
        reasons.append(f"rule {rule.id} left out: the record lacks a value that it names")
        return
    if rule.show:
        shown.add(rule.show)
    reasons.append(f"rule {rule.id}: {rule.reason}")
    spoke.append(rule.id)


def holds(rule: Rule, case: Case) -> bool:
    """True if every key of the rule's condition holds, and consent where the rule needs it."""
    if rule.needs_consent and not case.customer.consents.offers:
        return False
    return all(_HOLDS[name](case, wanted) for name, wanted in rule.when.given)


def _one_of(value: Callable[[Case], object]) -> _Holds:
    return lambda case, wanted: value(case) in wanted


def _is(value: Callable[[Case], bool | None]) -> _Holds:
    return lambda case, wanted: value(case) is wanted


def _at_least(value: Callable[[Case], Decimal | None]) -> _Holds:
    return lambda case, wanted: (found := value(case)) is not None and found >= wanted


def _largest(case: Case) -> ChangePart | None:
    return case.change.largest if case.change else None


def _first_use(case: Case) -> Usage | None:
    return case.usages[0] if case.usages else None


def _use_percent(case: Case) -> Decimal | None:
    return use.percent if (use := _first_use(case)) else None


def _has_attributes(case: Case, wanted: dict[str, str]) -> bool:
    return all(case.customer.attributes.get(name) == value for name, value in wanted.items())


# How each key of a condition is looked at.
_HOLDS: dict[str, _Holds] = {
    "customer": _one_of(lambda case: case.customer.kind),
    "kind": _one_of(lambda case: case.bill.kind),
    "stage": _one_of(lambda case: case.bill.dunning_stage),
    "commodity": lambda case, wanted: any(point.commodity in wanted for point in case.customer.supply_points),
    "locale": _one_of(lambda case: case.book.texts.locale),
    "month": _one_of(lambda case: case.month.month),
    "largest_cause": _one_of(lambda case: part.cause.value if (part := _largest(case)) else ""),
    "cause_raises": _is(lambda case: part.amount > 0 if (part := _largest(case)) else None),
    "overdue": _is(lambda case: case.is_overdue),
    "credit": _is(lambda case: case.is_credit),
    "estimated": _is(is_estimated),
    "disputed": _is(lambda case: case.is_disputed),
    "vulnerable": _is(lambda case: case.customer.flags.vulnerable),
    "first_bill": _is(lambda case: case.change is None and len(case.customer.bills) == 1),
    "paperless": _is(lambda case: case.customer.flags.paperless),
    "offers": _is(lambda case: case.customer.consents.offers),
    "amount_from": _at_least(lambda case: case.outstanding),
    "change_percent_from": _at_least(lambda case: case.change.percent if case.change else None),
    "usage_percent_from": _at_least(_use_percent),
    "usage_percent_to": lambda case, wanted: (use := _use_percent(case)) is not None and use <= wanted,
    "above_similar_percent": _at_least(lambda case: use.above_similar if (use := _first_use(case)) else None),
    "attribute": _has_attributes,
}


def _say(looked: _Looked, case: Case, notices: list[Notice], tips: list[Tip]) -> bool:
    """Add what the rule says; False where the record lacks a value that it names."""
    rule, said = looked.rule, looked.said
    if rule.say is None:
        return False
    if said is not None:
        if isinstance(said, Tip):
            tips.append(said)
        else:
            notices.append(said)
        return True
    texts, say = case.book.texts, rule.say
    message = texts.get(say.body)
    values = _values(case, {name for _, name in pieces(message) if name})
    if values is None:
        return False
    body = sentence(f"rules.{rule.id}", message, **values)
    title, url = texts.get(say.title), say.url or ""
    if rule.show == "tip":
        tip = Tip(rule.id, title, body, rule.reason, url)
        looked.said = None if values else tip
        tips.append(tip)
    else:
        link = texts.get(say.link) if say.link else Text("")
        notice = Notice(rule.id, title, body, rule.reason, url, link)
        looked.said = None if values else notice
        notices.append(notice)
    return True


def _values(case: Case, names: set[str]) -> dict[str, Fact | Text | TextBlock] | None:
    """Return the named values, None if one of them isn't in the record; unknown names are left to `sentence`."""
    found: dict[str, Fact | Text | TextBlock] = {}
    for name in names & set(PLACEHOLDERS):
        value = _value(case, name)
        if value is None:
            return None
        found[name] = value
    return found


def _value(case: Case, name: str) -> Fact | Text | None:  # noqa: C901 - a table of names
    book, bill, customer = case.book, case.bill, case.customer
    usage = case.usages[0] if case.usages else None
    match name:
        case "first_name":
            return book.word("customer.first_name", customer.name.given or customer.name.full)
        case "amount":
            return amount_due(case)
        case "month":
            return month_fact(case)
        case "due_date":
            return book.day("bill.due_on", bill.due_on) if bill.due_on else None
        case "days_overdue":
            return overdue_days(case) if case.is_overdue else None
        case "credit_date":
            return credit_day(case) if case.is_credit else None
        case "quantity" if usage and usage.quantity is not None:
            return book.quantity("usage.0.quantity", usage.quantity, usage.unit)
        case "percent" if usage and usage.percent is not None:
            return book.percent("usage.0.percent", abs(usage.percent))
        case "similar_percent" if usage and usage.above_similar is not None:
            return book.percent("usage.0.similar_percent", abs(usage.above_similar))
        case "contract_end":
            for place, point in enumerate(customer.supply_points):
                if point.contract_end:
                    return book.day(f"rules.contract_end.{place}", point.contract_end)
            return None
        case "phone":
            return Text(case.campaign.supplier.phone)
        case "supplier":
            return Text(case.campaign.brand.name)
        case _:
            return None


@kept
def _looked_at(campaign: Campaign, texts: Texts) -> tuple[int, tuple[_Looked, ...]]:
    """Return how many different conditions there are, and the campaign's rules with how theirs are looked at."""
    del texts  # what is said in them is kept beside
    places: dict[str, int] = {}
    looked = []
    for rule in campaign.rules:
        conditions = [
            (places.setdefault(f"{name} {wanted!r}", len(places)), _HOLDS[name], wanted)
            for name, wanted in rule.when.given
        ]
        looked.append(_Looked(rule, rule.needs_consent, tuple(conditions)))
    return len(places), tuple(looked)
