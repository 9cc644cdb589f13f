"""The kernel of facts and sentences makes what `FactBook` and `sentence` make in Python, and raises what they raise."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compose import facts
from engine.compose.facts import FactBook, sentence
from engine.errors import BillcastError
from engine.model.communication import Fact, Text, TextBlock
from tests.engine.compose.cases import PlainTexts

kernel = facts.kernel
pytestmark = pytest.mark.skipif(kernel is None, reason="the kernel is not built")
Book, in_python = facts.in_python
FAULTS = (ArithmeticError, AssertionError, AttributeError, BillcastError, LookupError, TypeError, ValueError)
TEXTS = {locale: PlainTexts(locale) for locale in ("en", "it", "fr", "fr-CH", "ro", "lt", "ru", "de-AT", "hi", "ar")}


class Odd(Decimal):
    def __str__(self) -> str:
        return "12.34"


class OddWord(str):
    __slots__ = ()

    def isprintable(self) -> bool:
        return False


class Sub(Fact):
    __slots__ = ()


digits = st.text("0123456789", min_size=1, max_size=14)
figures = st.one_of(
    st.decimals(min_value=-10_000, max_value=10_000, places=2),
    st.decimals(places=3, allow_nan=False, allow_infinity=False),
    st.builds(lambda sign, whole, part: Decimal(f"{sign}{whole}.{part}"), st.sampled_from(["", "-"]), digits, digits),
    st.decimals().filter(lambda value: not value.is_finite() or value.adjusted() < 60),
    st.integers(-2000, 2000).map(Decimal),
    st.sampled_from([Decimal(text) for text in (
        "-0", "-0.00", "0.000", "1E+3", "1E-9", "-1E-7", "12.500", "0.005", "-0.004", "999.995", "9" * 31, "9" * 33,
        "1000000." + "0" * 40, "NaN", "sNaN", "-Infinity", "1E+40",
    )]),
)  # fmt: skip
others = st.sampled_from([None, 0, 7, True, 1.5, "1.00", "", Odd("98765.432101"), b"1", [], float("nan")])
values = figures | figures | figures | others
currencies = st.sampled_from(
    ["EUR", "EUR", "RON", "GBP", "CHF", "JPY", "KWD", "CLF", "XXX", "", "€", Text("EUR"), None, []]
)
words = st.text() | st.sampled_from(
    ["Čiurlionis", "a\u202eb", "\ud800", "x\ny", "\u00a0", Text("t"), OddWord("o"), None, 3]
)
days = st.dates() | st.sampled_from([datetime(2026, 11, 5, tzinfo=UTC), None, "2026-11-05", date.min, date.max])
units = st.sampled_from(
    ["kWh", "m3", "MWh", "day", "days", "month", "Monat", "kW", "pieces", "", "\x00", Text("kWh"), None]
)
messages = st.sampled_from([Text("{n} day"), Text("no count"), Text("{n}{n}"), "{n} bills", None, 4])
ids = st.sampled_from(["a", "b", "c", "d", "e", "f"])
steps = st.one_of(
    st.tuples(st.just("money"), ids, values, currencies),
    st.tuples(st.just("amount"), ids, values, currencies),
    st.tuples(st.just("signed"), ids, values, currencies),
    st.tuples(st.just("price"), ids, values, currencies),
    st.tuples(st.just("number"), ids, values),
    st.tuples(st.just("number"), ids, values, words),
    st.tuples(st.just("percent"), ids, values),
    st.tuples(st.just("quantity"), ids, values, units),
    st.tuples(st.just("counted"), ids, st.integers(-3, 1200) | others, messages),
    st.tuples(st.just("word"), ids, words),
    st.tuples(st.just("day"), ids, days),
    st.tuples(st.just("day_short"), ids, days),
    st.tuples(st.just("add"), ids | st.just([]), values, words),
    st.tuples(st.just("add"), ids, values, words, words),
    st.tuples(st.just("mark"), currencies),
    st.tuples(st.just("spoken_money"), values, currencies),
)


def told(node: object) -> object:
    """Return what an object is made of, classes included."""
    if isinstance(node, Fact):
        return type(node), node.id, repr(node.value), type(node.value), told(node.text), told(node.spoken)
    if isinstance(node, TextBlock):
        return type(node), node.id, [told(part) for part in node.parts]
    return type(node), node


def came_of(make: Callable[[], object]) -> object:
    try:
        return told(make())
    except FAULTS as error:
        return type(error), str(error)


def of_step(book: Any, name: str, *args: Any) -> object:
    return came_of(lambda: getattr(book, name)(*args))


@given(st.sampled_from(sorted(TEXTS)), st.booleans(), st.lists(steps, max_size=8))
def test_any_facts_are_the_same(locale: str, is_said: bool, asked: list[tuple[Any, ...]]) -> None:
    texts = TEXTS[locale]
    one, other = FactBook(texts, is_said=is_said), Book(texts, is_said=is_said)
    assert type(one) is kernel.FactBook is not Book
    for step in asked:
        assert of_step(one, *step) == of_step(other, *step), step


@given(figures, st.sampled_from(["EUR", "JPY", "KWD"]), st.sampled_from(sorted(TEXTS)))
def test_any_figure_is_written_the_same(value: Decimal, currency: str, locale: str) -> None:
    for name, *more in (
        ("money", currency),
        ("amount", currency),
        ("signed", currency),
        ("price", currency),
        ("number",),
    ):
        books = (FactBook(TEXTS[locale], is_said=False), Book(TEXTS[locale], is_said=False))
        assert of_step(books[0], name, "x", value, *more) == of_step(books[1], name, "x", value, *more)


def test_an_id_given_twice_gives_the_first_fact_again() -> None:
    book = FactBook(TEXTS["en"])
    first = book.amount("x", Decimal("1.00"), "EUR")
    assert book.amount("x", Decimal("1.0"), "EUR") is first
    with pytest.raises(ValueError, match="the fact x is made twice, with two texts"):
        book.amount("x", Decimal("1.01"), "EUR")


fact = st.builds(Fact, st.just("f"), st.none(), st.sampled_from(["", "1", "2026 г.", ".", "a.b"]), st.just(""))
text = st.sampled_from(["", ".", ". And", "now", "г."]).map(Text)
block = st.builds(TextBlock, st.just("b"), st.lists(fact | text, max_size=4).map(tuple))
odd = st.sampled_from([
    None, "plain", 5, Sub("s", None, "s."), Fact("n", None, None), TextBlock("l", ["x"]), TextBlock("o", (3,)),
    TextBlock("w", ("str", Sub("s", None, "1"))), TextBlock("m", (Text("x"),) * 100),
])  # fmt: skip
names = st.sampled_from(["one", "two", "three"])
piece = st.sampled_from(["{one}", "{two}", "{three}", ".", " ", "Pay", ". Then", "{One}", "{", "}", "{block_id}"])
said = st.lists(piece, max_size=6).map("".join)


@given(said.map(Text) | st.none(), st.dictionaries(names, fact | text | block | odd, max_size=3))
def test_any_sentences_are_the_same(message: Any, given_: dict[str, Any]) -> None:
    anew = {"".join(list(name)): value for name, value in given_.items()}  # names that aren't interned
    for named in (given_, anew):
        made = came_of(lambda named=named: sentence("x", message, **named))
        assert made == came_of(lambda named=named: in_python("x", message, **named))


def test_a_sentence_of_other_arguments_is_refused_alike() -> None:
    a, b = Text("a"), Text("b {block_id} {message}")
    for args, named in (
        ((), {}), (("x",), {}), (("x", a, a), {}), (("x", b), {"message": a}), (("x", b), {"block_id": a}),
        ((), {"block_id": "x", "message": a}), (("x",), {"message": a, "one": a}), (([], a), {}), (("x", []), {}),
    ):  # fmt: skip
        made = came_of(lambda args=args, named=named: sentence(*args, **named))
        assert made == came_of(lambda args=args, named=named: in_python(*args, **named))


def test_a_sentence_of_many_parts_is_the_same() -> None:
    message = Text(" ".join(["{one}"] * 70))
    assert told(sentence("x", message, one=Text("1"))) == told(in_python("x", message, one=Text("1")))


def test_nothing_is_held_longer_than_the_book() -> None:
    value, part = Decimal("123456.78"), Text("part")
    for _ in range(2):  # what is kept is kept by the first time
        before = sys.getrefcount(value), sys.getrefcount(part)
        for _ in range(50):
            book = FactBook(TEXTS["en"], is_said=False)
            book.money("a", value, "EUR")
            book.quantity("b", value, "kWh")
            book.quantity("c", value, "kWh")
            with pytest.raises(ValueError, match="two texts"):
                book.add("a", value, "other")
            sentence("x", Text("{one}. {two}"), one=part, two=book.word("w", "2."))
            with pytest.raises(facts.CampaignError):
                sentence("x", Text("{one} {two}"), one=part)
        del book
        after = sys.getrefcount(value), sys.getrefcount(part)
    assert after == before


def test_what_is_kept_is_bounded_and_stays_right() -> None:
    texts = PlainTexts("en")
    for number in range(20_000):
        book = FactBook(texts)
        assert book.quantity("x", Decimal(number), "kWh").text == f"{number:,}\u00a0kWh"
        assert sentence("x", Text(f"{number} {{one}}"), one=Text("y")).text == f"{number} y"
