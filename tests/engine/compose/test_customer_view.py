"""Addresses as their country writes them."""

from __future__ import annotations

from typing import Any

import pytest

from engine.compose import compose
from engine.model.communication import Communication
from engine.payment.keyring import Keyring
from tests.engine.compose.cases import NOW, PlainTexts, make_campaign, make_customer


def lines(**address: Any) -> list[str]:
    found = compose(
        make_customer(address=address), make_campaign(), PlainTexts(), NOW, Keyring.from_secret(bytes(range(32)))
    )
    assert isinstance(found, Communication)
    return [line.text for line in found.customer.address]


@pytest.mark.parametrize(
    ("country", "code", "city", "region", "expected"),
    [
        ("IT", "76121", "Barletta", "BT", ["76121 Barletta BT"]),
        ("FR", "75011", "Paris", "", ["75011 Paris", "FRANCE"]),
        ("RO", "400001", "Cluj-Napoca", "Cluj", ["400001 Cluj-Napoca", "Cluj", "ROMANIA"]),
        ("LT", "01103", "Vilnius", "", ["LT-01103 Vilnius", "LITHUANIA"]),
        ("RU", "101000", "Москва", "Москва", ["Москва", "101000", "RUSSIA"]),
        ("DE", "10178", "Berlin", "Berlin", ["10178 Berlin", "GERMANY"]),
        ("NL", "1017 PT", "Amsterdam", "", ["1017 PT Amsterdam", "NETHERLANDS"]),
        ("SE", "111 22", "Stockholm", "", ["111 22 Stockholm", "SWEDEN"]),
        ("CH", "8001", "Zürich", "", ["8001 Zürich", "SWITZERLAND"]),
        ("GB", "SW1A 1AA", "London", "", ["London", "SW1A 1AA", "UNITED KINGDOM"]),
        ("IE", "D02 X285", "Dublin 2", "", ["Dublin 2", "D02 X285", "IRELAND"]),
    ],
)
def test_the_town_is_written_as_its_country_does(
    country: str, code: str, city: str, region: str, expected: list[str]
) -> None:
    found = lines(lines=["Street 1"], postal_code=code, city=city, region=region, country=country)
    assert found == ["Maria Bianchi", "Street 1", *expected]


def test_an_address_never_outgrows_the_window() -> None:
    found = lines(lines=[f"Line {n}" for n in range(9)], postal_code="00100", city="Roma", country="IT")
    assert len(found) == 7
    assert all(f"Line {n}" in ", ".join(found) for n in range(9))


def test_a_customer_without_an_address_has_a_name() -> None:
    assert make_customer().address is None
    found = compose(make_customer(), make_campaign(), PlainTexts(), NOW, Keyring.from_secret(bytes(range(32))))
    assert isinstance(found, Communication)
    assert [line.text for line in found.customer.address] == ["Maria Bianchi"]
