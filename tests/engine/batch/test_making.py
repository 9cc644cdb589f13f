"""From tasks to outcomes, some at a time: the order, and whose turn it is when something goes wrong."""

from __future__ import annotations

import itertools
import time

import pytest

from engine.batch.making import make
from engine.batch.record_path import RecordPath, Walked
from engine.batch.shard import Task
from engine.errors import MissingPartError
from engine.model.artifact import Outcome, OutcomeStatus
from engine.payment.keyring import Keyring
from engine.templating import TemplateSet
from tests.engine.compose.cases import NOW, ROOT, sample_customers


class Walker:
    """Notes what is begun and finished; breaks or fails at a customer on demand."""

    def __init__(self, *, breaks_at="", fails_at=""):
        self.done = []
        self._breaks_at, self._fails_at = breaks_at, fails_at

    def begin(self, customer, source=""):
        self.done.append(f"begin {customer.key}")
        if customer.key == self._breaks_at:
            raise MissingPartError("X101", "a part is missing")
        if customer.key == self._fails_at:
            raise ZeroDivisionError
        return lambda: self._finished(customer.key, source)

    def _finished(self, key, source):
        self.done.append(f"finish {key}")
        return Walked(Outcome(key, OutcomeStatus.DONE, source))


@pytest.fixture
def tasks(make_customer):
    return [Task(n, "", f"C-{n}", make_customer(f"C-{n}"), b"") for n in range(5)]


def test_some_are_begun_before_the_first_is_finished(tasks):
    walker = Walker()
    assert [task.ordinal for task, _ in make(walker, tasks, together=3)] == [0, 1, 2, 3, 4]
    assert walker.done == [
        "begin C-0", "begin C-1", "begin C-2", "finish C-0", "finish C-1", "finish C-2",
        "begin C-3", "begin C-4", "finish C-3", "finish C-4",
    ]  # fmt: skip


def test_what_breaks_the_run_does_so_in_its_turn(tasks):
    walker, keys = Walker(breaks_at="C-2"), []
    with pytest.raises(MissingPartError):
        keys.extend(outcome.key for _, outcome in make(walker, tasks))
    assert keys == ["C-0", "C-1"]
    assert "finish C-3" not in walker.done


def test_a_bug_costs_the_customer_that_met_it(tasks):
    found = {outcome.key: outcome for _, outcome in make(Walker(fails_at="C-1"), tasks)}
    assert [key for key, outcome in found.items() if outcome.status is OutcomeStatus.FAILED] == ["C-1"]
    assert found["C-1"].problem.code == "B110"


@pytest.fixture(scope="module")
def path():
    return RecordPath.open(TemplateSet(ROOT / "templates" / "bill-explainer"), ["message"],
                           Keyring.from_secret(bytes(32)), NOW)  # fmt: skip


@pytest.mark.parametrize("together", [1, 2, 16])
def test_outcomes_are_the_same_however_many_are_made_together(path, together):
    customers = sample_customers()
    tasks = [Task(n, "in", one.key, one, b"") for n, one in enumerate(customers)]
    made = [outcome.timed(0.0, (), outcome.warnings) for _, outcome in make(path, tasks, together=together)]
    alone = [path.walk(one, "in").outcome for one in customers]
    assert made == [outcome.timed(0.0, (), outcome.warnings) for outcome in alone]
    assert {outcome.status for outcome in made} >= {OutcomeStatus.DONE}


def test_the_seconds_of_a_customer_are_those_of_its_own_steps(path, monkeypatch):
    tasks = [Task(n, "in", one.key, one, b"") for n, one in enumerate(sample_customers())]
    list(make(path, tasks))  # what is learnt once is learnt
    monkeypatch.setattr(time, "perf_counter", itertools.count().__next__)  # each look at the clock takes a second
    alone, beside = ([outcome.seconds for _, outcome in make(path, tasks, together=many)] for many in (1, 16))
    assert alone == beside
    assert min(alone) > 1
