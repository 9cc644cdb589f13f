"""Small customers, a spec and outcomes for the tests of the batch."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from engine.batch.run_spec import RunSpec
from engine.model.artifact import Outcome, OutcomeStatus, StoredObject
from engine.model.customer import Customer

NOW = datetime(2026, 11, 6, 8, 0, tzinfo=UTC)


@pytest.fixture
def make_customer():
    def make(key: str = "C-1", **more) -> Customer:
        return Customer(key=key, name={"given": "Ada", "family": f"of {key}"}, **more)

    return make


@pytest.fixture
def make_spec(tmp_path):
    def make(**more) -> RunSpec:
        known = {
            "inputs": (str(tmp_path / "in.jsonl"),),
            "named": ("in.jsonl",),
            "campaign_dir": str(tmp_path / "set"),
            "cycle": "2026-10",
            "time_zone": "Europe/Rome",
            "out": str(tmp_path / "out"),
            "cache_control": "private",
            "channels": ("message",),
            "now": NOW,
            "home": str(tmp_path / "out/.billcast"),
            "input_digest": "i",
            "campaign_digest": "c",
            "program_digest": "p",
            "key_id": "k",
        }
        return RunSpec(**{**known, **more})

    return make


@pytest.fixture
def make_outcome():
    def make(key: str = "C-1", status: OutcomeStatus = OutcomeStatus.DONE, **more) -> Outcome:
        stored = StoredObject("message", f"2026-10/tok-{key}/sms.txt", "text/plain", 5, "ab" * 32)
        objects = (stored,) if status is OutcomeStatus.DONE else ()
        return Outcome(key, status, f"in.jsonl:{key}", objects=objects, **more)

    return make
