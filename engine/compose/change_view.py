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
from engine.model.communication import NO_BLOCK, ChangeItem, ChangeView, ChartGeometry, ChartRow, Fact, Text, TextBlock

MOST_STEPS = charts.MAX_COLUMNS - 2
MOST_SENTENCES = 3
LEAST_OF_MOST = Decimal("0.5")  # of the difference: below it no cause is called the largest part


# Of each cause its name, and the ids of what is said of it.
_NAMES = {cause: cause.value for cause in Cause}
_MONEY_IDS = {cause: f"change.{cause}.money" for cause in Cause}
_AMOUNT_IDS = {cause: f"change.{cause}.amount" for cause in Cause}
_SENTENCE_IDS = {cause: f"change.sentences.{cause}" for cause in Cause}


def change_view(case: Case, *, has_table: bool = True, has_short: bool = True) -> ChangeView | None:
    """Return why the bill changed, or None where nothing can be claimed or nothing changed.

    `has_table`: with the figures behind its chart. `has_short`: with the short headline.
    """
    change = case.change
    if change is None or not change.parts:
        return None
    items = tuple([_item(case, part) for part in change.parts])
    headline, short = _headlines(case, change, items[0].label, has_short=has_short)
    return ChangeView(
        headline=headline,
        short=short,
        sentences=tuple([_sentence(case, part) for part in change.parts[:MOST_SENTENCES]]),
        items=items,
        chart=_chart(case, change, items, headline, has_table=has_table),
    )


def _headlines(
    case: Case, change: Change, largest: Text | TextBlock, *, has_short: bool
) -> tuple[TextBlock, TextBlock]:
    """Return the headline and the short one; `largest` is the label of the largest cause."""
    texts, difference = case.book.texts, change.difference
    month = _month(case, change)
    if not difference:
        return (
            sentence("change.headline", texts.get("The same total as the {month} bill"), month=month),
            sentence("change.short", texts.get("The same total as before")) if has_short else NO_BLOCK,
        )
    amount = case.book.money("change.difference", abs(difference), change.currency)
    if not _is_main_cause(change.parts[0], difference):
        if difference > 0:
            message = texts.get("{amount} more than the {month} bill")
        else:
            message = texts.get("{amount} less than the {month} bill")
        return (
            sentence("change.headline", message, amount=amount, month=month),
            sentence("change.short", message, amount=amount, month=month) if has_short else NO_BLOCK,
        )
    cause = _within(largest)
    if difference > 0:
        message, short = (
            texts.get("{amount} more than the {month} bill. Mostly: {cause}"),
            texts.get("{amount} more: {cause}"),
        )
    else:
        message, short = (
            texts.get("{amount} less than the {month} bill. Mostly: {cause}"),
            texts.get("{amount} less: {cause}"),
        )
    return (
        sentence("change.headline", message, amount=amount, month=month, cause=cause),
        sentence("change.short", short, amount=amount, cause=cause) if has_short else NO_BLOCK,
    )


def _month(case: Case, change: Change) -> Fact:
    old, new = month_of(change.comparison), month_of(case.bill)
    text = case.book.formats.month_of_bill(old, has_year=old.month == new.month)
    return case.book.add("change.month", old, text)


def _within(label: Text | TextBlock) -> TextBlock:
    """Return a label as it stands inside a sentence: without its capital."""
    parts = label.parts if isinstance(label, TextBlock) else (label,)
    first = parts[0]
    small = first if isinstance(first, Fact) else Text(first[:1].lower() + first[1:])
    return TextBlock("change.cause", (small, *parts[1:]))


def _is_main_cause(part: ChangePart, difference: Decimal) -> bool:
    """True if a cause points the way of the difference and makes out most of it."""
    return part.amount / difference >= LEAST_OF_MOST


def part_label(book: FactBook, part: ChangePart) -> Text | TextBlock:
    """Return a cause in two or three words."""
    if part.days and part.cause is Cause.DAYS:
        return _days_label(book, part)
    return _label(book.texts, part.cause, part.amount > 0)


def _days_label(book: FactBook, part: ChangePart) -> TextBlock:
    texts, count = book.texts, abs(part.days or 0)
    if part.amount > 0:
        message = texts.get_plural("{n} more day", "{n} more days", count)
    else:
        message = texts.get_plural("{n} fewer day", "{n} fewer days", count)
    return sentence("change.days.label", message, n=_number(book, "change.days", Decimal(count)))


@lru_cache(maxsize=1024)
def _label(texts: Texts, cause: Cause, is_more: bool) -> Text:
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
    money = case.book.money(_MONEY_IDS[part.cause], abs(part.amount), case.bill.currency)
    return cause_sentence(case.book, _SENTENCE_IDS[part.cause], part, money)


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
    return sentence(block_id, _message(book.texts, part.cause, part.amount > 0), amount=amount)


def _days_message(texts: Texts, count: int, *, is_more: bool) -> Text:
    if is_more:
        return texts.get_plural(
            "This bill covers {n} more day: {amount} more.", "This bill covers {n} more days: {amount} more.", count
        )
    return texts.get_plural(
        "This bill covers {n} fewer day: {amount} less.", "This bill covers {n} fewer days: {amount} less.", count
    )


@lru_cache(maxsize=1024)
def _message(texts: Texts, cause: Cause, is_more: bool) -> Text:
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
    cause, value = part.cause, part.amount
    amount = case.book.signed(_AMOUNT_IDS[cause], value, case.bill.currency)
    return ChangeItem(_NAMES[cause], part_label(case.book, part), amount, value > 0)


def _chart(
    case: Case, change: Change, items: tuple[ChangeItem, ...], summary: TextBlock, *, has_table: bool
) -> ChartGeometry:
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
    steps = _steps(case, change, items)
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


def _steps(case: Case, change: Change, items: tuple[ChangeItem, ...]) -> list[charts.Column]:
    """Return a column for each cause; the smallest share one where there are too many."""
    book, parts = case.book, change.parts
    count = len(parts) if len(parts) <= MOST_STEPS else MOST_STEPS - 1
    made = tuple.__new__  # a third of the time that the named tuple takes of itself
    columns = [
        made(charts.Column, (item.label, item.amount, part.amount))
        for item, part in zip(items[:count], parts, strict=False)
    ]
    if count < len(parts):
        rest = sum([part.amount for part in parts[count:]], Decimal(0))
        amount = book.signed("change.chart.rest", rest, change.currency)
        columns.append(charts.Column(book.texts.get("Other"), amount, rest))
    return columns
