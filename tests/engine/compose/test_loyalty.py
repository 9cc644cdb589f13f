"""The loyalty page is for those who agreed to offers and are not in trouble."""

from datetime import UTC, datetime

import pytest

from engine.compose import compose
from engine.model.communication import Communication
from engine.payment.keyring import Keyring
from tests.engine.compose.cases import NOW, PlainTexts, make_campaign, make_customer

URL = "https://northlight.example/thanks"
KEYS = Keyring.from_secret(bytes(32))
LATER = datetime(2026, 12, 20, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("offers", "now", "expected"), [(True, NOW, URL), (False, NOW, ""), (True, LATER, "")], ids=["yes", "no", "overdue"]
)
def test_the_loyalty_link_needs_consent_and_a_bill_in_order(offers: bool, now: datetime, expected: str) -> None:
    supplier = make_campaign().supplier.model_dump(exclude_none=True) | {"loyalty_url": URL}
    customer = make_customer(consents={"offers": offers})
    said = compose(customer, make_campaign(supplier=supplier), PlainTexts(), now, KEYS)
    assert isinstance(said, Communication)
    assert said.loyalty_url == expected
