"""Communications that credit management had a say in: statements, offers, a plan, something in question."""

from __future__ import annotations

from collections.abc import Iterator

from engine.compose import compose
from engine.contracts import Texts
from engine.model.campaign import Campaign
from engine.model.communication import Communication
from engine.model.customer import Customer
from engine.model.outreach import Offer, OfferKind, Outreach
from engine.model.tone import Tone
from engine.payment.keyring import Keyring
from tests.engine.compose.cases import NOW, make_customer
from tests.engine.compose.outreaches import item, outreach, parts_of, statement

KEYS = Keyring.from_secret(bytes(32))
SEVERAL = statement(
    item("2026-07-4711", "88.20", "2026-08-05", interest="2.46", fee="10.00"),
    item("2026-09-4711", "112.37", "2026-10-05", interest="1.29"),
    item("B1", "100.00"),
)
QUESTIONED = statement(
    item("2026-07-4711", "28.20", "2026-08-05", disputed="60.00"),
    item("2026-09-4711", "0.00", "2026-10-05", held="112.37"),
    item("B1", "100.00"),
    credit="12.00",
)
DECIDED = {
    "help first": outreach(SEVERAL, tone=Tone.HELP, offers=(parts_of("104.77", "104.77", "104.78"),
                                                            Offer(OfferKind.SOCIAL_BONUS, "why"))),
    "facts and a person": outreach(SEVERAL, tone=Tone.FORMAL, offers=(Offer(OfferKind.PERSON_TO_CALL, "why"),)),
    "in question": outreach(QUESTIONED, tone=Tone.EASY),
    "thanks": outreach(statement(item("B1", "100.00")), tone=Tone.FRIENDLY, offers=(
        Offer(OfferKind.TARIFF_CHECK, "why"), Offer(OfferKind.THANKS, "why"))),
}  # fmt: skip


def customer_of(decided: Outreach) -> Customer:
    """Return a customer with a bill for each item of the statement; the newest is B1."""
    one = make_customer().model_dump(mode="json", exclude_none=True)
    for row in decided.statement.items[:-1]:
        total = str(row.owed)
        lines = [{"category": "energy", "label": "Energy", "amount": total}]
        one["bills"].append({"number": row.number, "issued_on": f"{row.issued_on}", "due_on": f"{row.due_on}",
                             "total": total, "amount_payable": total, "lines": lines})  # fmt: skip
    return Customer.model_validate(one)


def collected(campaign: Campaign, texts: Texts) -> Iterator[tuple[str, Communication]]:
    """Yield what is said by each decision, with its name."""
    for name, decided in DECIDED.items():
        found = compose(customer_of(decided), campaign, texts, NOW, KEYS, outreach=decided)
        assert isinstance(found, Communication)
        yield name, found
