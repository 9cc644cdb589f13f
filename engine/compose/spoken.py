"""What a voice says in fewer words than a page: rounded amounts, shares in words, first sentences.

Rounded is said to be rounded ("about"); the picture beside it shows the exact figure.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from engine.compose.case import Case
from engine.compose.charge_rows import figure_of
from engine.compose.facts import FactBook, sentence
from engine.contracts import Texts
from engine.model.communication import ChargeGroup, Fact, MarkRole, Text, TextBlock
from engine.model.money import exponent

_STEPS = (1_000_000, 100_000, 10_000, 1000, 100, 10, 1)
_COARSE, _FINE = Decimal("0.02"), Decimal("0.05")  # by how much rounding may move an amount: to tens and up, to ones


def about(book: FactBook, fact_id: str, value: Decimal, currency: str) -> Fact | TextBlock:
    """Return `value` as people say it: `about €22` for 21.88; exact where rounding would say too much."""
    rounded = _rounded(value)
    if rounded == value:
        return _whole(book, fact_id, value, currency)
    if rounded is None:
        return book.money(fact_id, value, currency)
    amount = _whole(book, fact_id, rounded, currency)
    return sentence(fact_id, book.texts.get("about {amount}"), amount=amount)


def _rounded(value: Decimal) -> Decimal | None:
    for step in _STEPS:
        near = (value / step).quantize(Decimal(1), rounding=ROUND_HALF_EVEN) * step
        if near and abs(near - value) <= abs(value) * (_FINE if step == 1 else _COARSE):
            return near
    return None


def _whole(book: FactBook, fact_id: str, value: Decimal, currency: str) -> Fact:
    """Return an amount without decimals, which it has none of."""
    text = book.formats.money(value, currency)
    places = exponent(currency)
    if places:
        text = text.replace(book.formats.decimal_mark + "0" * places, "", 1)
    return book.add(fact_id, value, text, book.spoken_money(value, currency))


def largest_parts_said(block_id: str, case: Case, made_of: tuple[ChargeGroup, ...]) -> TextBlock:
    """Return a sentence on the one or two largest parts and their share of the whole, in words."""
    texts = case.book.texts
    values = {group.role: figure_of(group) for group in made_of}
    ranked = sorted(values, key=lambda role: -abs(values[role]))
    names = [_noun(texts, role) for role in ranked[:2]]
    first = Text(names[0][:1].upper() + names[0][1:])
    if len(ranked) == 1:
        return sentence(block_id, texts.get("It is all one part: {first}."), first=names[0])
    if len(ranked) == 2:
        return sentence(block_id, texts.get("It has two parts: {first} and {second}."), first=names[0], second=names[1])
    share = _share(texts, values[ranked[0]], values[ranked[1]], list(values.values()))
    if share is None:
        message = texts.get("The largest parts are {first} and {second}.")
        return sentence(block_id, message, first=names[0], second=names[1])
    message = texts.get("{first} and {second} are {share}.")
    return sentence(block_id, message, first=first, second=names[1], share=share)


def _share(texts: Texts, first: Decimal, second: Decimal, values: list[Decimal]) -> Text | None:
    """Return the share of two parts in words, true to within five parts of a hundred.

    None for a small share, and where a part or more than a tenth of the charges is taken off again:
    then no share of the rest would be plain to hear.
    """
    off = -sum((value for value in values if value < 0), Decimal(0))
    total = sum(values, Decimal(0))
    if min(first, second) <= 0 or off * 10 > total + off:
        return None
    share = (first + second) / total
    if share >= Decimal("0.95"):
        return texts.get("almost all of it")
    if share >= Decimal("0.86"):
        return texts.get("about nine tenths of it")
    if share >= Decimal("0.78"):
        return texts.get("about four fifths of it")
    if share >= Decimal("0.71"):
        return texts.get("about three quarters of it")
    if share >= Decimal("0.62"):
        return texts.get("about two thirds of it")
    if share >= Decimal("0.53"):
        return texts.get("more than half of it")
    return texts.get("about half of it") if share >= Decimal("0.47") else None


def _noun(texts: Texts, role: MarkRole) -> Text:
    """Return a category as it stands inside a spoken sentence, with its article where the language has one."""
    match role:
        case MarkRole.ENERGY:
            return texts.get("energy")
        case MarkRole.NETWORK:
            return texts.get("the network")
        case MarkRole.TAXES:
            return texts.get("taxes")
        case MarkRole.FIXED:
            return texts.get("the standing charge")
        case MarkRole.ONE_OFF:
            return texts.get("one-off charges")
        case _:
            return texts.get("adjustments")


def first_sentence(block: TextBlock) -> TextBlock:
    """Return `block` up to the end of its first sentence."""
    parts: list[Text | Fact] = []
    for part in block.parts:
        end = None if isinstance(part, Fact) else _end(part)
        if end is not None:
            return TextBlock(block.id, (*parts, Text(part[:end])))  # type: ignore[index] # a Text: it has an end
        parts.append(part)
    return block


@lru_cache(maxsize=4096)
def _end(text: str) -> int | None:
    """Return where a sentence ends before another begins; an abbreviation is followed by a small letter."""
    for place in range(len(text) - 2):
        if text[place] in ".!?" and text[place + 1].isspace() and text[place + 2].isupper():
            return place + 1
    return None
