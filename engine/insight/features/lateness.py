"""How the past bills were paid: late or in time, by what way, in how many parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from engine.insight.features.feature import Feature
from engine.insight.features.history import Course, History, kernel

LOOKBACK = 24  # past bills that count, the newest by due date
_YEAR = 365
_LAST = 3  # the newest past bills, taken apart
_WEEK, _MONTH = 7, 30
_RECENT = 6  # newest payments, whose ways count

FEATURES = (
    Feature("past_bills", "count", "past bills that fell due", "{past_bills} past bills are known", -1),
    Feature("late_count", "count", "past bills paid late", "paid {late_count} of the last {past_bills} bills late", 1),
    Feature("late_share", "share", "share of past bills paid late",
            "paid {late_count} of the last {past_bills} bills late", 1),
    Feature("late_week_share", "share", "share of past bills more than a week late",
            "{late_week_share} of past bills were more than a week late", 1),
    Feature("late_month_share", "share", "share of past bills more than a month late",
            "{late_month_share} of past bills were more than a month late", 1),
    Feature("late_days_mean", "days", "mean days late", "past bills were {late_days_mean} days late on average", 1),
    Feature("late_days_median", "days", "median days late",
            "half of the past bills were {late_days_median} or more days late", 1),
    Feature("late_days_max", "days", "most days late", "one bill was {late_days_max} days late", 1),
    Feature("late_days_last", "days", "days late, last bill", "the last bill was {late_days_last} days late", 1),
    Feature("late_days_second", "days", "days late, last bill but one",
            "the last bill but one was {late_days_second} days late", 1),
    Feature("late_days_third", "days", "days late, last bill but two",
            "the last bill but two was {late_days_third} days late", 1),
    Feature("late_trend", "days", "days late, last three against before",
            "the last three bills against those before: {late_trend} days later", 1),
    Feature("late_streak", "count", "newest bills paid late in a row",
            "the last {late_streak} bills in a row were late", 1),
    Feature("on_time_streak", "count", "newest bills paid in time in a row",
            "the last {on_time_streak} bills in a row were paid in time", -1),
    Feature("days_to_pay_mean", "days", "mean days from issue to payment",
            "pays {days_to_pay_mean} days after a bill is issued, on average", 1),
    Feature("days_to_pay_last", "days", "days from issue to payment, last paid bill",
            "paid the last bill {days_to_pay_last} days after it was issued", 1),
    Feature("unpaid_past_bills", "count", "past bills not settled",
            "{unpaid_past_bills} past bills are not settled", 1),
    Feature("oldest_unpaid_days", "days", "days since the oldest unsettled past bill fell due",
            "the oldest unsettled past bill fell due {oldest_unpaid_days} days ago", 1),
    Feature("parts_share", "share", "share of past bills paid in parts",
            "{parts_share} of past bills were paid in parts", 1),
    Feature("returned_year", "count", "payments returned in a year",
            "{returned_year} payments came back within a year", 1),
    Feature("payment_age", "days", "days since the last payment", "the last payment was {payment_age} days ago", 1),
    Feature("debit_share", "share", "share of the last payments by direct debit",
            "{debit_share} of the last payments came by direct debit", -1),
    Feature("card_share", "share", "share of the last payments by card or wallet",
            "{card_share} of the last payments came by card or wallet"),
    Feature("cash_share", "share", "share of the last payments in cash or by slip",
            "{cash_share} of the last payments came in cash or by slip"),
    Feature("method_count", "count", "ways of paying used lately", "used {method_count} ways of paying lately"),
)  # fmt: skip

PAST = tuple(feature.name for feature in FEATURES[: [one.name for one in FEATURES].index("returned_year")])

_AddPast: TypeAlias = Callable[[dict[str, float | None], list[Course], int], None]

# Words of payment methods, in small letters; whatever holds one belongs to the way.
_DEBIT = ("debit", "sdd", "lastschrift", "domicil", "prélèvement", "prelevement", "rid", "addebito", "debitare")
_CARD = ("card", "karte", "carta", "carte", "wallet", "paypal", "apple pay", "google pay", "satispay")
_CASH = ("cash", "slip", "bar", "contanti", "numerar", "espèces", "bollettino", "giro", "counter", "post office")
_WAYS: dict[str, str] = {}
_MOST_WAYS = 4096  # words come from the data: the memory of them is bounded


def way_of(method: str) -> str:
    """Return debit, card, cash or other for a payment's method, which may be any word."""
    way = _WAYS.get(method)
    if way is None:
        word = method.casefold().replace("_", " ")
        listed = (("card", _CARD), ("debit", _DEBIT), ("cash", _CASH))
        way = next((name for name, marks in listed if any(mark in word for mark in marks)), "other")
        if "debit card" in word:
            way = "card"
        if len(_WAYS) < _MOST_WAYS:
            _WAYS[method] = way
    return way


def add_lateness(values: dict[str, float | None], history: History, past: list[Course], *, has_ways: bool) -> None:
    """Put how `past` (bills that fell due, by due date) were paid into `values`; `has_ways`: by what ways, too."""
    today = history.today
    recent = past[-LOOKBACK:]
    values["past_bills"] = float(len(recent))
    if recent:
        _add_past(values, recent, today)
    _add_payments(values, history, has_ways=has_ways)


def _add_past_by_python(values: dict[str, float | None], recent: list[Course], today: int) -> None:
    ends = [today if course.settled is None else course.settled for course in recent]
    gaps = [end - course.due for end, course in zip(ends, recent, strict=True)]
    days = [max(0, gap) for gap in gaps]
    _add_shares(values, days)
    _add_last(values, days)
    _add_course(values, recent, today)


_add_past: _AddPast = _add_past_by_python if kernel is None else kernel.add_past


def _add_shares(values: dict[str, float | None], days: list[int]) -> None:
    count = len(days)
    ordered = sorted(days)
    late = count - ordered.count(0)
    values["late_count"] = float(late)
    values["late_share"] = late / count
    values["late_week_share"] = len([d for d in days if d > _WEEK]) / count
    values["late_month_share"] = len([d for d in days if d > _MONTH]) / count
    values["late_days_mean"] = sum(days) / count
    values["late_days_median"] = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    values["late_days_max"] = float(ordered[-1])


def _add_last(values: dict[str, float | None], days: list[int]) -> None:
    for name, place in (("late_days_last", 1), ("late_days_second", 2), ("late_days_third", 3)):
        if len(days) >= place:
            values[name] = float(days[-place])
    if len(days) >= 2 * _LAST:
        values["late_trend"] = sum(days[-_LAST:]) / _LAST - sum(days[:-_LAST]) / (len(days) - _LAST)
    is_late = days[-1] > 0
    streak = 0
    for late in reversed(days):
        if (late > 0) is not is_late:
            break
        streak += 1
    values["late_streak"] = float(streak if is_late else 0)
    values["on_time_streak"] = float(0 if is_late else streak)


def _add_course(values: dict[str, float | None], recent: list[Course], today: int) -> None:
    paid = [course.settled - course.issued for course in recent if course.settled is not None and not course.is_carried]
    if paid:
        values["days_to_pay_mean"] = sum(paid) / len(paid)
        values["days_to_pay_last"] = float(paid[-1])
    unpaid = [course.due for course in recent if course.settled is None]
    values["unpaid_past_bills"] = float(len(unpaid))
    values["oldest_unpaid_days"] = float(today - min(unpaid)) if unpaid else 0.0
    values["parts_share"] = len([1 for course in recent if course.parts > 1]) / len(recent)


def _add_payments(values: dict[str, float | None], history: History, *, has_ways: bool) -> None:
    moves = history.payments
    if not moves:
        values["returned_year"] = 0.0
        return
    since = history.today - _YEAR
    values["returned_year"] = float(len([1 for move in moves if move[0] > since and move[3].is_signed()]))
    came = [move for move in moves[-_RECENT:] if not move[3].is_signed()]
    if not came:
        return
    values["payment_age"] = float(history.today - came[-1][0])
    ways = [way_of(move[4]) for move in came if move[4]] if has_ways else ()
    if ways:
        values["debit_share"] = ways.count("debit") / len(ways)
        values["card_share"] = ways.count("card") / len(ways)
        values["cash_share"] = ways.count("cash") / len(ways)
        values["method_count"] = float(len(set(ways)))
