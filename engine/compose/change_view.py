"""Why the bill changed, in words and as a waterfall. Nothing is said without a comparison."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from engine.compose import charts
from engine.compose.case import Case, month_of
from engine.compose.explain import Cause, Change, ChangePart
from engine.compose.facts import FactBook, sentence
from engine.compose.number_words import Noun, cardinal
from engine.contracts import Texts
from engine.model.communication import ChangeItem, ChangeView, ChartGeometry, ChartRow, Fact, Text, TextBlock

MOST_STEPS = charts.MAX_COLUMNS - 2
MOST_SENTENCES = 3
LEAST_OF_MOST = Decimal("0.5")  # of the difference: below it no cause is called the largest part


def change_view(case: Case, *, has_table: bool = True) -> ChangeView | None:
    """Return why the bill changed, or None where nothing can be claimed or nothing changed.

    `has_table`: with the figures behind its chart.
    """
    change = case.change
    if change is None or not change.parts:
        return None
    headline = _headline(case, change)
    return ChangeView(
        headline=headline,
        short=_short(case, change),
        sentences=tuple([_sentence(case, part) for part in change.parts[:MOST_SENTENCES]]),
        items=tuple([_item(case, part) for part in change.parts]),
        chart=_chart(case, change, headline, has_table=has_table),
    )


def _difference(case: Case, change: Change) -> Fact:
    return case.book.money("change.difference", abs(change.difference), change.currency)


def _month(case: Case, change: Change) -> Fact:
    old, new = month_of(change.comparison), month_of(case.bill)
    text = case.book.formats.month_of_bill(old, has_year=old.month == new.month)
    return case.book.add("change.month", old, text)


def _headline(case: Case, change: Change) -> TextBlock:
    texts, month = case.book.texts, _month(case, change)
    if not change.difference:
        return sentence("change.headline", texts.get("The same total as the {month} bill"), month=month)
    amount = _difference(case, change)
    if not _has_main_cause(change):
        return _without_cause("change.headline", case, change)
    if change.difference > 0:
        message = texts.get("{amount} more than the {month} bill. Mostly: {cause}")
    else:
        message = texts.get("{amount} less than the {month} bill. Mostly: {cause}")
    cause = _within(part_label(case.book, change.parts[0]))
    return sentence("change.headline", message, amount=amount, month=month, cause=cause)


def _short(case: Case, change: Change) -> TextBlock:
    texts = case.book.texts
    if not change.difference:
        return sentence("change.short", texts.get("The same total as before"))
    if not _has_main_cause(change):
        return _without_cause("change.short", case, change)
    message = texts.get("{amount} more: {cause}") if change.difference > 0 else texts.get("{amount} less: {cause}")
    cause = _within(part_label(case.book, change.parts[0]))
    return sentence("change.short", message, amount=_difference(case, change), cause=cause)


def _within(label: Text | TextBlock) -> TextBlock:
    """Return a label as it stands inside a sentence: without its capital."""
    parts = label.parts if isinstance(label, TextBlock) else (label,)
    first = parts[0]
    small = first if isinstance(first, Fact) else Text(first[:1].lower() + first[1:])
    return TextBlock("change.cause", (small, *parts[1:]))


def _has_main_cause(change: Change) -> bool:
    """True if the largest cause points the way of the difference and makes out most of it."""
    return change.parts[0].amount / change.difference >= LEAST_OF_MOST


def _without_cause(block_id: str, case: Case, change: Change) -> TextBlock:
    texts = case.book.texts
    if change.difference > 0:
        message = texts.get("{amount} more than the {month} bill")
    else:
        message = texts.get("{amount} less than the {month} bill")
    return sentence(block_id, message, amount=_difference(case, change), month=_month(case, change))


def part_label(book: FactBook, part: ChangePart) -> Text | TextBlock:
    """Return a cause in two or three words."""
    if part.days and part.cause is Cause.DAYS:
        return _days_label(book, part)
    return _label(book.texts, part.cause, is_more=part.amount > 0)


def _days_label(book: FactBook, part: ChangePart) -> TextBlock:
    texts, count = book.texts, abs(part.days or 0)
    if part.amount > 0:
        message = texts.get_plural("{n} more day", "{n} more days", count)
    else:
        message = texts.get_plural("{n} fewer day", "{n} fewer days", count)
    return sentence("change.days.label", message, n=_number(book, "change.days", Decimal(count)))


@lru_cache(maxsize=1024)
def _label(texts: Texts, cause: Cause, *, is_more: bool) -> Text:
    match cause:
        case Cause.DAYS:
            return texts.get("More days") if is_more else texts.get("Fewer days")
        case Cause.VOLUME:
            return texts.get("More use") if is_more else texts.get("Less use")
        case Cause.PRICE:
            return texts.get("Unit price")
        case _:
            return _flat_label(texts, cause)


def _flat_label(texts: Texts, cause: Cause) -> Text:
    match cause:
        case Cause.FIXED:
            return texts.get("Standing charge")
        case Cause.TAXES:
            return texts.get("Taxes")
        case Cause.ADJUSTMENTS:
            return texts.get("Adjustments")
        case Cause.ONE_OFFS:
            return texts.get("One-off charges")
        case _:
            return texts.get("Other")


def _number(book: FactBook, fact_id: str, value: Decimal) -> Fact:
    return book.number(fact_id, value, cardinal(book.texts.locale, int(value), Noun.DAY))


def _sentence(case: Case, part: ChangePart) -> TextBlock:
    money = case.book.money(f"change.{part.cause}.money", abs(part.amount), case.bill.currency)
    return cause_sentence(case.book, f"change.sentences.{part.cause}", part, money)


def cause_sentence(book: FactBook, block_id: str, part: ChangePart, amount: Fact | TextBlock) -> TextBlock:
    """Return a sentence that names a cause, with `amount` as its share of the change."""
    if part.cause is Cause.DAYS and part.days:
        count = abs(part.days)
        days = _number(book, "change.days", Decimal(count))
        return sentence(block_id, _days_message(book.texts, count, is_more=part.amount > 0), n=days, amount=amount)
    if part.cause is Cause.VOLUME and not part.is_daily:
        texts = book.texts
        message = texts.get("More use adds {amount}.") if part.amount > 0 else texts.get("Less use takes off {amount}.")
        return sentence(block_id, message, amount=amount)
    return sentence(block_id, _message(book.texts, part.cause, is_more=part.amount > 0), amount=amount)


def _days_message(texts: Texts, count: int, *, is_more: bool) -> Text:
    if is_more:
        return texts.get_plural(
            "This bill covers {n} more day: {amount} more.", "This bill covers {n} more days: {amount} more.", count
        )
    return texts.get_plural(
        "This bill covers {n} fewer day: {amount} less.", "This bill covers {n} fewer days: {amount} less.", count
    )


@lru_cache(maxsize=1024)
def _message(texts: Texts, cause: Cause, *, is_more: bool) -> Text:
    if is_more:
        return _rise(texts, cause)
    return _fall(texts, cause)


def _rise(texts: Texts, cause: Cause) -> Text:
    match cause:
        case Cause.DAYS:
            return texts.get("This bill covers more days: {amount} more.")
        case Cause.VOLUME:
            return texts.get("You used more each day: {amount} more.")
        case Cause.PRICE:
            return texts.get("The price of a unit went up: {amount} more.")
        case Cause.FIXED:
            return texts.get("The standing charge went up: {amount} more.")
        case Cause.TAXES:
            return texts.get("Taxes and levies: {amount} more.")
        case Cause.ADJUSTMENTS:
            return texts.get("Adjustments and discounts add {amount}.")
        case Cause.ONE_OFFS:
            return texts.get("One-off charges add {amount}.")
        case Cause.OTHER:
            return texts.get("Other charges add {amount}.")


def _fall(texts: Texts, cause: Cause) -> Text:
    match cause:
        case Cause.DAYS:
            return texts.get("This bill covers fewer days: {amount} less.")
        case Cause.VOLUME:
            return texts.get("You used less each day: {amount} less.")
        case Cause.PRICE:
            return texts.get("The price of a unit went down: {amount} less.")
        case Cause.FIXED:
            return texts.get("The standing charge went down: {amount} less.")
        case Cause.TAXES:
            return texts.get("Taxes and levies: {amount} less.")
        case Cause.ADJUSTMENTS:
            return texts.get("Adjustments and discounts take off {amount}.")
        case Cause.ONE_OFFS:
            return texts.get("Fewer one-off charges take off {amount}.")
        case Cause.OTHER:
            return texts.get("Other charges take off {amount}.")


def _item(case: Case, part: ChangePart) -> ChangeItem:
    amount = case.book.signed(f"change.{part.cause}.amount", part.amount, case.bill.currency)
    return ChangeItem(part.cause.value, part_label(case.book, part), amount, part.amount > 0)


def _chart(case: Case, change: Change, summary: TextBlock, *, has_table: bool) -> ChartGeometry:
    book = case.book
    old, new = month_of(change.comparison), month_of(case.bill)
    names = (book.formats.month(old), book.formats.month(new))
    if names[0] == names[1]:
        names = (f"{names[0]} {old.year}", f"{names[1]} {new.year}")
    start = charts.Column(
        book.add("change.chart.old", old, names[0]),
        book.money("change.chart.old_total", change.old_total, change.currency),
        change.old_total,
    )
    end = charts.Column(
        book.add("change.chart.new", new, names[1]),
        book.money("change.chart.new_total", change.new_total, change.currency),
        change.new_total,
    )
    steps = _steps(case, change)
    if not has_table:
        return charts.waterfall("change", start, steps, end, summary)
    rows = tuple(
        [
            ChartRow(_cell(book, label, place), (amount,))
            for place, (label, amount, _) in enumerate((start, *steps, end))
        ]
    )
    columns = (book.texts.get("Cause"), book.texts.get("Amount"))
    return charts.waterfall("change", start, steps, end, summary, columns=columns, rows=rows)


def _cell(book: FactBook, label: Text | Fact | TextBlock, place: int) -> Text | Fact:
    return book.add(f"change.chart.cells.{place}", label.text, label.text) if isinstance(label, TextBlock) else label


def _steps(case: Case, change: Change) -> list[charts.Column]:
    """Return a column for each cause; the smallest share one where there are too many."""
    book, parts = case.book, change.parts
    shown = parts if len(parts) <= MOST_STEPS else parts[: MOST_STEPS - 1]
    columns = []
    for part in shown:
        amount = book.signed(f"change.{part.cause}.amount", part.amount, change.currency)
        columns.append(charts.Column(part_label(book, part), amount, part.amount))
    rest = sum((part.amount for part in parts[len(shown) :]), Decimal(0))
    if len(shown) < len(parts):
        amount = book.signed("change.chart.rest", rest, change.currency)
        columns.append(charts.Column(book.texts.get("Other"), amount, rest))
    return columns
