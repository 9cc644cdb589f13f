"""A campaign, customers and texts for the tests of compose."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.model.campaign import Campaign
from engine.model.communication import Text
from engine.model.customer import Customer

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)


class PlainTexts:
    """English as it stands in the code, in any locale's formats."""

    def __init__(self, locale: str = "en") -> None:
        self._locale = locale

    @property
    def locale(self) -> str:
        return self._locale

    def get(self, message: str) -> Text:
        return Text(message)

    def get_plural(self, singular: str, plural: str, count: int) -> Text:
        return Text(singular if count == 1 else plural)

    def get_context(self, context: str, message: str) -> Text:
        return Text(message)


def make_campaign(**changes: Any) -> Campaign:
    record: dict[str, Any] = {
        "name": "October bills",
        "cycle": "2026-10",
        "locale": "en",
        "locales": ["en", "it", "fr", "ro", "lt", "ru"],
        "brand": {"name": "Northlight Energy"},
        "supplier": {
            "legal_name": "Northlight Energy S.p.A.",
            "address": "Via Roma 1, 20121 Milano",
            "phone": "800 000 111",
            "email": "help@northlight.example",
            "website": "https://northlight.example",
            "help_url": "https://northlight.example/help",
            "answer_url": "https://pay.northlight.example/answer",
        },
        "payee": {"name": "Northlight Energy S.p.A.", "iban": "IT60X0542811101000000123456"},
        "payment": {"base_url": "https://pay.northlight.example/p", "allowed_hosts": ["pay.northlight.example"]},
        "publication": {"base_url": "https://bills.northlight.example"},
    }
    return Campaign.model_validate(record | changes)


def make_customer(bill: dict[str, Any] | None = None, **changes: Any) -> Customer:
    first = {
        "number": "B1", "issued_on": "2026-11-03", "due_on": "2026-11-24", "currency": "EUR",
        "period": {"start": "2026-09-26", "end": "2026-11-02"},
        "lines": [{"category": "energy", "label": "Energy", "amount": "100.00", "quantity": "171", "unit": "kWh"}],
        "total": "100.00", "amount_payable": "100.00",
    }  # fmt: skip
    record: dict[str, Any] = {
        "key": "C1",
        "name": {"given": "Maria", "family": "Bianchi"},
        "bills": [first | (bill or {})],
    }
    return Customer.model_validate(record | changes)


def sample_customers() -> list[Customer]:
    lines = (ROOT / "samples" / "customers.jsonl").read_text(encoding="utf-8").splitlines()
    return [Customer.model_validate(json.loads(line, parse_float=Decimal)) for line in lines]
