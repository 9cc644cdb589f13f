"""Facts and sentences: every value of a customer, formatted once, under an id of its own.

Messages are written in code as literal arguments of `texts.get`, `texts.get_plural`,
`texts.get_context` or `N_` and nowhere else, so that the check can list them by walking the code.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from engine.compose.locale import Formats, currency_name, currency_symbol, formats_of
from engine.compose.number_words import Noun, counted, noun_of_money, percent_said, quantity_said, signed
from engine.compose.units import canonical_unit
from engine.contracts import Texts
from engine.errors import CampaignError
from engine.model.communication import Fact, FactValue, Text, TextBlock
from engine.model.money import exponent
from engine.model.quick import maker
from engine.natives import native

kernel: Any = native(__name__, "facts_kernel")
_fact, _block = maker(Fact), maker(TextBlock)
_WITH_CENTS = frozenset({"EUR", "RON", "GBP"})  # whose hundredths have a name in the catalogues
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
# C0, C1, line and paragraph separators, surrogates, noncharacters, and what turns the reading order round.
_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr((plane << 16) | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
    + "]+"
)


def N_(message: str) -> str:  # noqa: N802 - the name that gettext tools know
    """Mark `message` for translation; it is looked up later."""
    return message


def harmless(value: str) -> str:
    """Return `value` in one line, without control characters and without what turns the reading order."""
    if value.isprintable() or not _CONTROLS.search(value):  # what is printable has none, and is told sooner
        return value
    return " ".join(_CONTROLS.sub(" ", value).split(" ")).strip()


def sentence(block_id: str, message: Text, **values: Fact | Text | TextBlock) -> TextBlock:
    """Return the translated `message` with its {placeholders} replaced.

    Raises `CampaignError` (C131) when the message names a value that isn't given: a fault of a
    catalogue or a rule, which the check finds before a run.
    """
    if not values and "{" not in message:
        return _plain(block_id, message)
    kept: list[Text | Fact] = []
    is_stopped = False  # after a full stop of a value's own, as in `2026 г.`, the message's is left out
    for literal, unstopped, name in _pattern(message):
        if literal:
            if not is_stopped:
                kept.append(literal)
            elif unstopped:
                kept.append(unstopped)
            is_stopped = False
        if not name:
            continue
        value = values.get(name)
        if isinstance(value, Fact):
            text = value.text
            if text:
                kept.append(value)
            is_stopped = text.endswith(".")
        elif value is None:
            known = ", ".join(sorted(values)) or "none"
            raise CampaignError("C131", f"a message names {{{name}}}, which is not given here",
                                place=f"message `{message[:60]}`", hint=f"known here: {known}")  # fmt: skip
        else:
            is_stopped = _add(kept, value, is_stopped)
    return _block(block_id, tuple(kept))


def _add(kept: list[Text | Fact], value: Text | TextBlock, is_stopped: bool) -> bool:
    """Add what is not empty of `value`, without a full stop after another; True if it ends in one of a fact."""
    for part in value.parts if isinstance(value, TextBlock) else (value,):
        if isinstance(part, Fact):
            is_stopped = part.text.endswith(".")
            if part.text:
                kept.append(part)
        else:
            rest = Text(part[1:]) if is_stopped and part.startswith(".") else part
            is_stopped = False
            if rest:
                kept.append(rest)
    return is_stopped


@lru_cache(maxsize=4096)
def _plain(block_id: str, message: Text) -> TextBlock:
    """Return a message that names no value."""
    return TextBlock(block_id, (message,) if message else ())


def joined(block_id: str, *blocks: Text | Fact | TextBlock) -> TextBlock:
    """Return `blocks` one after the other, with a blank between."""
    parts: list[Text | Fact] = []
    for block in blocks:
        if parts:
            parts.append(Text(" "))
        parts += block.parts if isinstance(block, TextBlock) else (block,)
    return TextBlock(block_id, tuple(parts))


@lru_cache(maxsize=4096)
def pieces(message: str) -> tuple[tuple[Text, str], ...]:
    """Return `message` as pairs of literal text and the placeholder after it (empty at the end)."""
    found, start = [], 0
    for match in _PLACEHOLDER.finditer(message):
        found.append((Text(message[start : match.start()]), match[1]))
        start = match.end()
    found.append((Text(message[start:]), ""))
    return tuple(found)


@lru_cache(maxsize=4096)
def _pattern(message: str) -> tuple[tuple[Text, Text, str], ...]:
    """Return the pieces of `message`, each text also as it stands after a full stop."""
    return tuple((text, Text(text[1:]) if text.startswith(".") else text, name) for text, name in pieces(message))


class FactBook:
    """Makes the facts of one communication. An id given twice must mean the same text."""

    def __init__(self, texts: Texts, *, is_said: bool = True) -> None:
        """`is_said` false: no voice will say an amount, so its words are left out."""
        self.texts = texts
        self._is_said = is_said
        self.formats: Formats = formats_of(texts.locale)
        self._facts: dict[str, Fact] = {}

    def add(self, fact_id: str, value: FactValue, text: str, spoken: str = "") -> Fact:
        """Return the fact `fact_id`. Raises `ValueError` if that id already means another text."""
        known = self._facts.get(fact_id)
        if known is None:
            known = self._facts[fact_id] = _fact(fact_id, value, text, spoken)
        elif known.text != text:
            raise ValueError(f"the fact {fact_id} is made twice, with two texts")
        return known

    def word(self, fact_id: str, value: str) -> Fact:
        """Return a name, number or label as it stands in the record, made harmless."""
        plain = value if value.isprintable() else harmless(value)
        return self.add(fact_id, plain, plain)

    def money(self, fact_id: str, value: Decimal, currency: str) -> Fact:
        """Return an amount with its currency."""
        if not self._is_said:
            return self.add(fact_id, value, self.formats.money(value, currency))
        text, spoken = _money(self.texts, value, currency)
        return self.add(fact_id, value, text, spoken)

    def amount(self, fact_id: str, value: Decimal, currency: str) -> Fact:
        """Return an amount without its currency."""
        return self.add(fact_id, value, self.formats.amount(value, currency))

    def signed(self, fact_id: str, value: Decimal, currency: str) -> Fact:
        """Return an amount with plus or minus, without its currency."""
        return self.add(fact_id, value, self.formats.signed(value, currency))

    def price(self, fact_id: str, value: Decimal, currency: str) -> Fact:
        """Return a unit price: at least the currency's decimals, at most six, as many as it was given with."""
        return self.add(fact_id, value, _price(self.formats, str(value), currency))

    def number(self, fact_id: str, value: Decimal, spoken: str = "") -> Fact:
        """Return a number with at most three decimals."""
        return self.add(fact_id, value, self.formats.number(value), spoken)

    def day(self, fact_id: str, value: date) -> Fact:
        """Return a date with its year."""
        text, spoken = _day(self.formats, value)
        return self.add(fact_id, value, text, spoken)

    def day_short(self, fact_id: str, value: date) -> Fact:
        """Return a date without its year."""
        return self.add(fact_id, value, self.formats.day_short(value), self.formats.day_spoken(value))

    def percent(self, fact_id: str, value: Decimal) -> Fact:
        """Return whole percents."""
        return self.add(fact_id, value, self.formats.percent(value), percent_said(self.texts.locale, round(abs(value))))

    def counted(self, fact_id: str, count: int, message: Text) -> Fact:
        """Return a plural message with its {n}."""
        return self.add(fact_id, count, message.replace("{n}", self.formats.number(Decimal(count))))

    def quantity(self, fact_id: str, value: Decimal, unit: str) -> Fact:
        """Return a quantity with its unit; days and months in words."""
        text, said, is_count = _quantity(self.texts, value, unit)
        return self.add(fact_id, int(value) if is_count else value, text, said)

    def mark(self, currency: str) -> Text:
        """Return the currency's sign, for the head of a column."""
        return Text(currency_symbol(self.texts.locale, currency))

    def spoken_money(self, value: Decimal, currency: str) -> str:
        """Return an amount as a voice reads it: 129 euros and 45 cents."""
        return _spoken_money(self.texts, value, currency)


@lru_cache(maxsize=8192)
def _quantity(texts: Texts, value: Decimal, unit: str) -> tuple[str, str, bool]:
    """Return a quantity with its unit as written, as said, and whether it is a whole number of days or months."""
    formats, known = formats_of(texts.locale), canonical_unit(unit)
    name = known.name
    if name not in ("day", "month") or value != value.to_integral_value():
        number = formats.number(value)
        whole = int(value) if value == value.to_integral_value() else None
        said = quantity_said(texts.locale, number, whole, name) if known.factor == 1 else ""
        return f"{number}\u00a0{_shown_unit(texts, unit)}", said, False
    count = int(value)
    if name == "day":
        noun, message = Noun.DAY, texts.get_plural("{n} day", "{n} days", abs(count))
    else:
        noun, message = Noun.MONTH, texts.get_plural("{n} month", "{n} months", abs(count))
    said = signed(texts.locale, counted(texts.locale, abs(count), message, noun), is_negative=count < 0)
    return message.replace("{n}", formats.number(Decimal(count))), said, True


@lru_cache(maxsize=1024)
def _shown_unit(texts: Texts, unit: str) -> str:
    """Return a unit as it stands after a quantity."""
    name = canonical_unit(unit).name
    return harmless({"m3": "m³", "day": str(texts.get("days")), "month": str(texts.get("months"))}.get(name, unit))


@lru_cache(maxsize=8192)
def _price(formats: Formats, written: str, currency: str) -> str:
    """Return a unit price; by its digits, since 0.10 and 0.100 are equal but not shown alike."""
    least, value = exponent(currency), Decimal(written)
    given = -int(value.as_tuple().exponent)
    most = max(least, min(given, 6))
    return formats.number(value, most, most)


@lru_cache(maxsize=8192)
def _money(texts: Texts, value: Decimal, currency: str) -> tuple[str, str]:
    """Return an amount with its currency as it is written and as it is read."""
    return formats_of(texts.locale).money(value, currency), _spoken_money(texts, value, currency)


@lru_cache(maxsize=8192)
def _day(formats: Formats, value: date) -> tuple[str, str]:
    """Return a date as it is written, with its year, and as it is read."""
    return formats.day(value), formats.day_spoken(value)


def _spoken_money(texts: Texts, value: Decimal, currency: str) -> str:
    """Return an amount as a voice reads it, in words; minus is said where it is written."""
    places = exponent(currency)
    if places not in (0, 2):
        return f"{value:.{places}f} {currency}"
    text = str(value)
    if places == 2 and text[-3:-2] == "." and text[-1].isdigit():  # mostly: in euros and cents
        whole, cents = int(text[:-3].removeprefix("-")), int(text[-2:])
    else:
        whole, cents = divmod(int(abs(value).scaleb(places).to_integral_value(ROUND_HALF_EVEN)), 10**places)
    if not cents:
        said = _major(texts, whole, currency)
    elif not whole and currency in _WITH_CENTS:
        said = _minor(texts, cents, currency)
    else:
        both = texts.get("{major} and {minor}")
        # A breath between the two, so that a voice says each part of many amounts once.
        said = both.replace("{major}", f"{_major(texts, whole, currency)},")
        said = said.replace("{minor}", _minor(texts, cents, currency))
    return signed(texts.locale, said, is_negative=value < 0 and bool(whole or cents))


@lru_cache(maxsize=4096)
def _major(texts: Texts, count: int, currency: str) -> str:
    """Return so many euros, lei or pounds in words; another currency by its CLDR name."""
    match currency:
        case "EUR":
            message = texts.get_plural("{n} euro", "{n} euros", count)
        case "RON":
            message = texts.get_plural("{n} leu", "{n} lei", count)
        case "GBP":
            message = texts.get_plural("{n} pound", "{n} pounds", count)
        case _:
            message = Text(f"{{n}} {currency_name(texts.locale, currency, count)}")
    return counted(texts.locale, count, message, noun_of_money(currency))


@lru_cache(maxsize=4096)
def _minor(texts: Texts, count: int, currency: str) -> str:
    """Return so many cents, bani or pence in words; the number alone for another currency."""
    match currency:
        case "EUR":
            message = texts.get_plural("{n} cent", "{n} cents", count)
        case "RON":
            message = texts.get_plural("{n} ban", "{n} bani", count)
        case "GBP":
            message = texts.get_plural("{n} penny", "{n} pence", count)
        case _:
            message = Text("{n}")
    return counted(texts.locale, count, message)


in_python = FactBook, sentence  # twins of the kernel's
if not TYPE_CHECKING and kernel is not None:
    FactBook, sentence = kernel.of_python(
        FactBook, sentence, _quantity.__wrapped__, _day.__wrapped__, _pattern.__wrapped__, harmless
    )
