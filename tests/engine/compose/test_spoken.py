from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.compose.case import Case
from engine.compose.facts import FactBook
from engine.compose.number_words import cardinal
from engine.compose.spoken import about, first_sentence, largest_parts_said
from engine.model.communication import ChargeGroup, Fact, MarkRole, Text, TextBlock
from engine.payment.keyring import Keyring
from tests.engine.compose.cases import NOW, PlainTexts, make_campaign, make_customer


@pytest.mark.parametrize(
    ("value", "said"),
    [("21.88", "about €22"), ("29.40", "about €29"), ("84.00", "€84"), ("148.20", "about €150"), ("1.83", "€1.83"),
     ("4.14", "about €4"), ("0.42", "€0.42"), ("26105.89", "about €26,000"), ("1000.00", "€1,000")],
)  # fmt: skip
def test_an_amount_is_rounded_as_people_do_and_says_so(value, said):
    assert about(FactBook(PlainTexts()), "x", Decimal(value), "EUR").text == said


@pytest.mark.parametrize("cents", range(1, 40_000, 997))
def test_a_rounded_amount_is_never_off_by_more_than_a_twentieth(cents):
    value = Decimal(cents) / 100
    made = about(FactBook(PlainTexts()), "x", value, "EUR")
    fact = made if isinstance(made, Fact) else made.parts[-1]
    assert abs(Decimal(str(fact.value)) - value) <= value / 20
    assert (made.text == fact.text) == (fact.value == value)


def group(role: MarkRole, value: str) -> ChargeGroup:
    fact = Fact(f"g.{role}", Decimal(value), value)
    return ChargeGroup(role, Text(role), fact, fact)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"energy": "61.56", "taxes": "32.65", "network": "28.04", "fixed": "12.00", "adjustment": "-4.80"},
         "Energy and taxes are about three quarters of it."),
        ({"fixed": "30", "taxes": "7"}, "It has two parts: the standing charge and taxes."),
        ({"energy": "9"}, "It is all one part: energy."),
        ({"energy": "50", "network": "45", "taxes": "5"}, "Energy and the network are almost all of it."),
        ({"energy": "30", "network": "20", "taxes": "18", "fixed": "17", "one_off": "15"},
         "Energy and the network are about half of it."),
        ({"adjustment": "-148.20", "energy": "42.48", "network": "19.35"},
         "The largest parts are adjustments and energy."),
    ],
)  # fmt: skip
def test_the_largest_parts_are_told_as_a_share_in_words(parts, said):
    customer = make_customer()
    case = Case.of(customer, customer.bills[0], make_campaign(), PlainTexts(), NOW, Keyring.from_secret(bytes(32)))
    made_of = tuple(group(MarkRole(role), value) for role, value in parts.items())
    assert largest_parts_said("s", case, made_of).text == said


def test_the_first_sentence_keeps_its_facts_and_an_abbreviation_does_not_end_it():
    phone = Text("800 000 111")
    block = TextBlock("b", (Text("Gaukite el. paštu: "), phone, Text(". Jums atsakys žmogus.")))
    assert first_sentence(block).text == "Gaukite el. paštu: 800 000 111."
    assert first_sentence(TextBlock("b", (Text("Only one."),))).text == "Only one."


@given(cents=st.integers(-(10**9), 10**9), places=st.integers(2, 4))
def test_an_amount_is_said_alike_however_it_is_written(cents: int, places: int) -> None:
    written = Decimal(cents).scaleb(-2).quantize(Decimal(1).scaleb(-places))
    whole, rest = divmod(abs(cents), 100)
    said = [f"{cardinal('en', whole)} {'euro' if whole == 1 else 'euros'}"] if whole or not rest else []
    said += [f"{cardinal('en', rest)} {'cent' if rest == 1 else 'cents'}"] if rest else []
    minus = "minus " if cents < 0 else ""
    assert FactBook(PlainTexts()).spoken_money(written, "EUR") == minus + ", and ".join(said)
