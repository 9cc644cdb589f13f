"""Outcomes as JSON, and as a worker tells them."""

from __future__ import annotations

import pickle

import pytest

from engine.batch.ledger import Entry, Ledger
from engine.batch.outcome_json import decode, encode, told
from engine.errors import Problem
from engine.model.artifact import Outcome, OutcomeStatus, StoredObject

PROBLEM = Problem("M102", "parts and total differ", "in.jsonl:3", "mend the export")
STORED = StoredObject("pdf", "2026-10/tok/bill.pdf", "application/pdf", 5, "ab" * 32)
OUTCOMES = (
    Outcome("C-1", OutcomeStatus.DONE, "in.jsonl:1", "tok", objects=(STORED,), seconds=0.125,
            step_seconds=(("fill", 0.1), ("put", 1e-6)), paths=(("pdf", "fast"),), subject="Grüße „1“ \u2028"),
    Outcome("", OutcomeStatus.QUARANTINED, problem=PROBLEM, detail='{"a": 1}'),
    Outcome("C-3", OutcomeStatus.SUPPRESSED, reasons=("deceased",), tasks=(("T1", "call_back"),)),
)  # fmt: skip


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda one: one.status.value)
def test_what_a_worker_tells_says_what_the_outcome_does(outcome):
    one = pickle.loads(pickle.dumps(told(outcome)))
    assert one == told(outcome)
    assert decode(one.body) == outcome
    for name in ("key", "status", "source", "problem", "seconds", "step_seconds"):
        assert getattr(one, name) == getattr(outcome, name)


def test_the_ledger_keeps_the_same_of_what_was_told_and_of_an_outcome(tmp_path, make_spec):
    with Ledger.open(tmp_path / "state") as ledger:
        run = ledger.begin(make_spec())
        ledger.record(run, [Entry(number, told(one)) for number, one in enumerate(OUTCOMES)])
        ledger.record(run, [Entry(3 + number, one) for number, one in enumerate(OUTCOMES)])
        assert list(ledger.outcomes(run)) == [*OUTCOMES, *OUTCOMES]
        assert [outcome.key for outcome in ledger.outcomes(run, OutcomeStatus.QUARANTINED)] == ["", ""]


def test_the_body_is_what_encode_writes():
    assert [told(one).body for one in OUTCOMES] == [encode(one) for one in OUTCOMES]
