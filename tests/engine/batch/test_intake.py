"""Records and tasks: a line reaches the worker as it is, and becomes there what it became before."""

from __future__ import annotations

import json
import pickle

import pytest

from engine.batch.intake import customer_of
from engine.batch.ledger import Ledger
from engine.batch.making import make
from engine.batch.plan import numbered_items, plan
from engine.batch.record_path import Walked
from engine.errors import BatchError
from engine.model.artifact import Outcome, OutcomeStatus


@pytest.fixture
def tasks_of(tmp_path, make_spec):
    def tasks(*records: dict | str, **more):
        lines = (one if isinstance(one, str) else json.dumps({"name": {"given": "Ada"}} | one) for one in records)
        (tmp_path / "in.jsonl").write_text("\n".join(lines))
        spec = make_spec(**more)
        with Ledger.in_memory() as ledger:
            batches = list(plan(numbered_items(spec), ledger.begin(spec), ledger, lambda _: True, 10))
        return [task for batch in batches for task in batch.tasks]

    return tasks


class NoWalker:
    def begin(self, customer, source=""):
        raise AssertionError("nobody is to be made")


def test_a_line_is_handed_to_the_worker_as_it_is(tasks_of):
    (task,) = tasks_of({"key": "A"})
    assert isinstance(task.record, bytes)
    assert len(pickle.dumps(task)) < len(task.record) + 400
    assert "Ada" not in repr(task)
    customer, warnings = customer_of(task)
    assert (customer.key, customer.name.given, warnings) == ("A", "Ada", ())


def test_a_line_that_is_no_customer_is_set_aside_by_the_worker_with_its_place(tasks_of):
    (task,) = tasks_of({"key": "A", "knd": "household"})
    ((_, outcome),) = make(NoWalker(), [task])
    assert outcome.status is OutcomeStatus.QUARANTINED
    assert (outcome.key, outcome.source) == ("A", "in.jsonl:1")
    assert (outcome.problem.code, outcome.problem.place) == ("I105", "in.jsonl:1 field `knd`")


def test_amounts_of_a_bill_that_does_not_add_up_stay_in_the_private_detail(tasks_of):
    line = {"category": "energy", "label": "E", "amount": "7.70"}
    bill = {"number": "1", "issued_on": "2026-11-03", "lines": [line], "total": "7.77", "amount_payable": "7.77"}
    ((_, outcome),) = make(NoWalker(), tasks_of({"key": "A", "bills": [bill]}))
    assert outcome.problem.code == "M102"
    assert "7.77" in outcome.detail
    assert "7.77" not in str(outcome.problem)


def test_a_warning_of_the_reading_is_told_with_the_outcome(tasks_of):
    (task,) = tasks_of({"key": "A", "name": {"given": "Ada\u0001"}})

    class Walker:
        def begin(self, customer, source=""):
            outcome = Outcome(customer.key, OutcomeStatus.DONE, source, warnings=("later",), seconds=1.0)
            return lambda: Walked(outcome)

    ((_, outcome),) = make(Walker(), [task])
    assert outcome.warnings[0].startswith("I114 ")
    assert outcome.warnings[1] == "later"
    assert outcome.step_seconds[0][0] == "ingest"
    assert outcome.seconds == pytest.approx(1.0 + outcome.step_seconds[0][1])


def test_line_ends_and_outer_blanks_do_not_change_the_content_key(tasks_of):
    plain, spaced = '{"key": "A", "name": {"given": "Ada"}}', ' {"key": "A", "name": {"given": "Ada"}} \r\n'
    assert tasks_of(plain)[0].content == tasks_of(spaced)[0].content
    assert tasks_of(plain)[0].content != tasks_of(plain.replace("Ada", "Eva"))[0].content


def test_one_customer_is_looked_for_by_its_true_key(tasks_of):
    doubled = '{"key": "B", "key": "A", "name": {"given": "Ada"}}'
    (task,) = tasks_of({"key": "C"}, doubled, {"key": " B "}, customer="B")
    assert (task.ordinal, task.key) == (2, "B")
    with pytest.raises(BatchError):
        tasks_of(doubled, customer="B")
