"""Customers and messages of the tests of channel and time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from engine.model.customer import Customer

NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)  # a Friday, nine o'clock in Rome
ALL = {"email": True, "sms": True, "push": True, "post": True, "phone": True}


@pytest.fixture(scope="session")
def make() -> Callable[..., Customer]:
    """Make a customer who may be reached by every way."""

    def made(key: str = "K-1", *, consents=None, interactions=(), **more) -> Customer:
        known = {
            "key": key,
            "name": {"given": "Ada", "family": "Rossi"},
            "email": "ada@mail.example",
            "phone": "+39 059 555 0101",
            "address": {"lines": ["Via Uno 1"], "postal_code": "41121", "city": "Modena", "country": "IT"},
            "consents": ALL if consents is None else consents,
            "interactions": interactions,
        }
        return Customer.model_validate({**known, **more})

    return made


@pytest.fixture(scope="session")
def event() -> Callable[..., dict]:
    """Make an interaction so many days before NOW."""

    def made(kind: str, days_ago: float, channel: str | None = "email", **more) -> dict:
        return {"kind": kind, "at": NOW - timedelta(days=days_ago), "channel": channel, **more}

    return made
