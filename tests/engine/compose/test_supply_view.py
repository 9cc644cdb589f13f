"""Supply points and what their readings are called."""

from __future__ import annotations

from typing import Any

import pytest

from engine.compose import compose
from engine.model.communication import Communication, Fact, TextBlock
from engine.payment.keyring import Keyring
from tests.engine.compose.cases import NOW, PlainTexts, make_campaign, make_customer

POINT = "IT001E00471100"


def titles(*readings: dict[str, Any]) -> list[Any]:
    """Return what the rows are called that a customer with these readings gets."""
    customer = make_customer(
        supply_points=[{"code": POINT, "commodity": "electricity"}],
        consumption=[{"supply_point": POINT, "readings": list(readings)}],
    )
    found = compose(customer, make_campaign(), PlainTexts(), NOW, Keyring.from_secret(bytes(range(32))))
    assert isinstance(found, Communication)
    return [row.title for row in found.bill.supply_points[0].readings]


@pytest.mark.parametrize(
    ("method", "title"), [("actual", "Actual"), ("estimated", "Estimated"), ("customer", "Read by you")]
)
def test_a_reading_without_a_register_is_called_by_how_it_was_read(method: str, title: str) -> None:
    assert titles({"previous": "10", "latest": "20", "method": method}) == [title]


def test_a_reading_of_a_register_bears_its_name_as_a_fact() -> None:
    day, night = titles(
        {"register_name": "Day rate", "latest": "20", "method": "estimated"},
        {"register_name": "Night rate", "latest": "30", "method": "actual"},
    )
    assert isinstance(day, TextBlock)
    assert [day.text, night.text] == ["Day rate, estimated", "Night rate, actual"]
    assert isinstance(day.parts[0], Fact)
    assert day.parts[0].value == "Day rate"
