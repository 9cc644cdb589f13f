"""Customers and policies in a few words, for tests of what is decided."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from engine.insight.advisor import Advisor
from engine.model.campaign import Campaign
from engine.model.customer import Customer
from engine.model.policy.whole import Policy
from engine.resources import resource_dir
from engine.templating import load_campaign

STARTER = resource_dir("templates") / "bill-explainer"
NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)  # a Friday
TODAY = date(2026, 11, 6)
CONSENTS = {"email": True, "sms": True, "push": True, "post": True, "phone": True}
# What a utility would never write: it presses everybody, at once, and threatens.
HOSTILE = """
version = "hostile"

[debt]
attempts = 100
attempts_days = 0

[contact]
cap_per_week = 50

[brakes]
promise_days = 0
payment_days = 0
holds = {}

[[offers]]
id = "person"
kind = "person_to_call"
reason = "A person."

[[stages]]
id = "cut-off"
from_day = 1
channels = ["post"]
tone = "formal"
is_formal = true
announces_cut_off = true
offers = ["person"]
reason = "Pay or be cut off."

[[stages]]
id = "threat"
tone = "firm"
channels = ["sms"]
reason = "Press whenever something is open."

[[stages]]
id = "nag"
tone = "easy"
channels = ["sms"]
reason = "Remind of whatever, whenever."

[[stages]]
id = "bill"
about = "bill"
tone = "firm"
channels = ["sms"]
reason = "The bill, in firm words."
"""


@cache
def starter_campaign() -> Campaign:
    """The campaign of the starter set, read once."""
    return load_campaign(STARTER)


def policy_of(text: str) -> Policy:
    """The policy that TOML says."""
    return Policy.model_validate(tomllib.loads(text, parse_float=Decimal))


def stages(*tables: str, more: str = "") -> Policy:
    """A policy of stages alone, each without its head; `more` comes before them."""
    parts = [f'[[stages]]\nreason = "Because."\n{table}\n' for table in tables]
    return policy_of('version = "1"\n' + more + "\n" + "\n".join(parts))


def advisor(policy: Policy | str) -> Advisor:
    """The advisor of a policy, without models."""
    return Advisor(policy_of(policy) if isinstance(policy, str) else policy, starter_campaign(), {})


def bill(
    number: str = "B1", *, late: int | None = 10, age: int = 30, amount: str = "120.00", **more: Any
) -> dict[str, Any]:
    """A bill that is `late` days past its due date today (negative: ahead), issued `age` days ago."""
    due = {} if late is None else {"due_on": str(TODAY - timedelta(days=late))}
    return {
        "number": number,
        "issued_on": str(TODAY - timedelta(days=age)),
        **due,
        "lines": [{"category": "energy", "label": "Energy", "amount": amount}],
        "total": amount,
        "amount_payable": amount,
    } | more


def person(*bills: dict[str, Any], **more: Any) -> Customer:
    """A customer with consent for every channel and an address for each; one bill ten days late unless told."""
    record = {
        "key": "K1",
        "name": {"given": "Ada", "family": "Private"},
        "email": "ada@private.example",
        "phone": "+39 055 000 0000",
        "address": {"lines": ["Via Privata 1"], "city": "Modena", "country": "IT"},
        "consents": CONSENTS,
        "bills": list(bills) if bills else [bill()],
    }
    return Customer.model_validate(record | more)


def sent(days_ago: int, number: str | None = "B1", **more: Any) -> dict[str, Any]:
    """A message that went out so many days ago, by SMS at noon."""
    at = NOW.replace(hour=12) - timedelta(days=days_ago)
    about = {} if number is None else {"bill_number": number}
    return {"kind": "sent", "at": at.isoformat(), "channel": "sms", **about, **more}


def answer(kind: str, days_ago: int, number: str | None = "B1") -> dict[str, Any]:
    """What the customer answered so many days ago."""
    return sent(days_ago, number) | {"kind": kind}
