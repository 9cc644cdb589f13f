"""What is said of use keeps to what the bills show."""

from engine.compose import compose
from engine.model.communication import Communication
from engine.model.customer import Customer
from engine.payment.keyring import Keyring
from tests.engine.compose.cases import NOW, PlainTexts, make_campaign, make_customer

KEYS = Keyring.from_secret(bytes(32))
PERIODS = ({"start": "2026-09-26", "end": "2026-11-02"}, {"start": "2026-08-27", "end": "2026-09-25"})


def sentences(has_periods: bool) -> list[str]:
    record = make_customer().model_dump(mode="json", exclude_none=True)
    older = record["bills"][0] | {"number": "B0", "issued_on": "2026-10-03", "due_on": "2026-10-24"}
    older |= {"total": "80.00", "amount_payable": "80.00"}
    older["lines"] = [{"category": "energy", "label": "Energy", "amount": "80.00", "quantity": "150", "unit": "kWh"}]
    record["bills"].append(older)
    record["payments"] = [{"amount": "80.00", "paid_on": "2026-10-20", "bill_number": "B0"}]
    for bill, period in zip(record["bills"], PERIODS, strict=True):
        bill.pop("period", None)
        if has_periods:
            bill["period"] = period
    found = compose(Customer.model_validate(record), make_campaign(), PlainTexts(), NOW, KEYS)
    assert isinstance(found, Communication)
    assert found.change is not None
    return [sentence.text for sentence in found.change.sentences]


def test_use_per_day_is_spoken_of_only_where_the_days_are_known() -> None:
    assert any("each day" in sentence for sentence in sentences(has_periods=True))
    without = sentences(has_periods=False)
    assert not any("each day" in sentence for sentence in without)
    assert any(sentence.startswith("More use adds") for sentence in without)
