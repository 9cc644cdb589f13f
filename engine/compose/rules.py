"""The campaign's rules: when / show / hide / say, each with its reason kept."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from engine.compose.bill_view import amount_due, credit_day, is_estimated, month_fact, overdue_days
from engine.compose.case import Case
from engine.compose.explain import Cause, ChangePart
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

MOST_KNOWN = 4096  # kinds of cases in one locale of which the ruling is kept
_Look: TypeAlias = Callable[[Case], object]  # what of a case decides one or several conditions; to be looked up


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
    """A rule of a campaign, and in one locale what it says, once it was said without a value."""

    rule: Rule
    said: Tip | Notice | None = None


@dataclass(slots=True)
class _Book:
    """A campaign's rules in one locale, and what they decide of cases that are alike in all that they look at."""

    rules: tuple[_Looked, ...]
    looks: tuple[_Look, ...]
    known: dict[tuple[object, ...], tuple[tuple[_Looked, ...], Ruling | None]]  # those that hold; None: they say values


def apply_rules(case: Case) -> Ruling:
    """Return what the campaign's rules show, hide and say for this case, in their order."""
    book = _book_of(case.campaign, case.book.texts)
    key = tuple([look(case) for look in book.looks])
    found = book.known.get(key)
    if found is None:
        if len(book.known) >= MOST_KNOWN:
            book.known.clear()
        holding = tuple([looked for looked in book.rules if holds(looked.rule, case)])
        ruling = _ruled(holding, case)
        book.known[key] = holding, ruling if all(map(_says_the_same, holding)) else None
        return ruling
    holding, known = found
    return _ruled(holding, case) if known is None else known


def _says_the_same(looked: _Looked) -> bool:
    """True if a rule that was applied once says, and leaves out, the same to everyone."""
    return looked.said is not None or looked.rule.show not in ("notice", "tip") or looked.rule.say is None


def _ruled(holding: tuple[_Looked, ...], case: Case) -> Ruling:
    """Return what these rules, which hold for the case, decide."""
    hidden: set[str] = set()
    shown: set[str] = set()
    notices: list[Notice] = []
    tips: list[Tip] = []
    reasons: list[str] = []
    spoke: list[str] = []
    for looked in holding:
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
    return all(_KEYS[name].test(_KEYS[name].value(case), wanted) for name, wanted in rule.when.given)


def _one_of(found: object, wanted: tuple[object, ...]) -> bool:
    return found in wanted


def _any_of(found: tuple[object, ...], wanted: tuple[object, ...]) -> bool:
    return any(one in wanted for one in found)


def _is(found: bool | None, wanted: bool) -> bool:
    return found is wanted


def _at_least(found: Decimal | None, wanted: Decimal) -> bool:
    return found is not None and found >= wanted


def _at_most(found: Decimal | None, wanted: Decimal) -> bool:
    return found is not None and found <= wanted


def _has_all(found: dict[str, str], wanted: dict[str, str]) -> bool:
    return all(found.get(name) == value for name, value in wanted.items())


def _largest(case: Case) -> ChangePart | None:
    return case.change.largest if case.change else None


def _first_use(case: Case) -> Usage | None:
    return case.usages[0] if case.usages else None


def _use_percent(case: Case) -> Decimal | None:
    return use.percent if (use := _first_use(case)) else None


_CAUSES = {cause: cause.value for cause in Cause}


class _Key(NamedTuple):
    """A key of a condition: what of the case it looks at, and whether that is as wanted."""

    value: Callable[[Case], Any]
    test: Callable[[Any, Any], bool]


_KEYS: dict[str, _Key] = {
    "customer": _Key(lambda case: case.customer.kind, _one_of),
    "kind": _Key(lambda case: case.bill.kind, _one_of),
    "stage": _Key(lambda case: case.bill.dunning_stage, _one_of),
    "commodity": _Key(lambda case: tuple([point.commodity for point in case.customer.supply_points]), _any_of),
    "locale": _Key(lambda case: case.book.texts.locale, _one_of),
    "month": _Key(lambda case: case.month.month, _one_of),
    "largest_cause": _Key(lambda case: _CAUSES[part.cause] if (part := _largest(case)) else "", _one_of),
    "cause_raises": _Key(lambda case: part.amount > 0 if (part := _largest(case)) else None, _is),
    "overdue": _Key(lambda case: case.is_overdue, _is),
    "credit": _Key(lambda case: case.is_credit, _is),
    "estimated": _Key(is_estimated, _is),
    "disputed": _Key(lambda case: case.is_disputed, _is),
    "vulnerable": _Key(lambda case: case.customer.flags.vulnerable, _is),
    "first_bill": _Key(lambda case: case.change is None and len(case.customer.bills) == 1, _is),
    "paperless": _Key(lambda case: case.customer.flags.paperless, _is),
    "offers": _Key(lambda case: case.customer.consents.offers, _is),
    "amount_from": _Key(lambda case: case.outstanding, _at_least),
    "change_percent_from": _Key(lambda case: case.change.percent if case.change else None, _at_least),
    "usage_percent_from": _Key(_use_percent, _at_least),
    "usage_percent_to": _Key(_use_percent, _at_most),
    "above_similar_percent": _Key(lambda case: use.above_similar if (use := _first_use(case)) else None, _at_least),
    "attribute": _Key(lambda case: case.customer.attributes, _has_all),
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
def _book_of(campaign: Campaign, texts: Texts) -> _Book:
    """Return the campaign's rules, and how what they look at is found."""
    del texts  # what is said in them is kept beside
    asked: dict[Callable[[Case], Any], list[Any]] = {}  # by what they look at: what conditions want of it
    for rule in campaign.rules:
        for name, wanted in rule.when.given:
            asked.setdefault(_KEYS[name].value, []).append(wanted)
    if any(rule.needs_consent for rule in campaign.rules):
        asked.setdefault(_KEYS["offers"].value, [])
    tests = {key.value: key.test for key in _KEYS.values()}
    return _Book(
        tuple([_Looked(rule) for rule in campaign.rules]),
        tuple([_look(value, tests[value], wanted) for value, wanted in asked.items()]),
        {},
    )


def _look(value: Callable[[Case], Any], test: Callable[[Any, Any], bool], wanted: list[Any]) -> _Look:
    """Return what gives the same for all cases in which the same of these conditions hold, to be looked up."""
    if test is _has_all:
        names = sorted({name for one in wanted for name in one})
        return lambda case: tuple([value(case).get(name) for name in names])
    if test in (_at_least, _at_most):
        bounds = sorted(set(wanted))

        def reached(case: Case) -> object:
            """Return how many bounds a figure is above, and how many it is not below."""
            found = value(case)
            return None if found is None else (bisect_left(bounds, found), bisect_right(bounds, found))

        return reached
    return value
