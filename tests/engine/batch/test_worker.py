"""The loop of a worker: it tells of no customer whose objects are not settled."""

from __future__ import annotations

import pickle
import time
from dataclasses import fields, replace

import pytest

from engine.batch import record_path, worker
from engine.batch.shard import Broken, Kit, Report, Shard, Task
from engine.batch.worker import _serve
from engine.errors import Problem, StorageError
from engine.model.artifact import Outcome, OutcomeStatus, StoredObject
from engine.payment.keyring import Keyring
from tests.engine.compose.cases import NOW, ROOT, sample_customers


class Wire:
    """A connection that keeps what is sent."""

    def __init__(self):
        self.sent = []

    def send(self, message):
        self.sent.append(message)


class Walker:
    """Notes walks and settlings in one list; breaks at a settling or a customer on demand."""

    def __init__(self, *, breaks_at: str = ""):
        self.done = []
        self._breaks_at = breaks_at

    def begin(self, customer, source=""):
        return lambda: self._walk(customer, source)

    def _walk(self, customer, source):
        self._note(customer.key)
        return record_path.Walked(Outcome(customer.key, OutcomeStatus.DONE, source))

    def settle(self):
        self._note("settle")

    def _note(self, what):
        if what == self._breaks_at:
            raise StorageError("S103", "no room to write")
        self.done.append(what)


@pytest.fixture
def shard(make_customer):
    return Shard(tuple(Task(n, "", f"C-{n}", make_customer(f"C-{n}"), b"") for n in range(3)))


def told(wire) -> list[list[str]]:
    return [[outcome.key for _, outcome in message.outcomes] for message in wire.sent if isinstance(message, Report)]


def test_tasks_and_outcomes_arrive_as_they_were_sent(shard):
    stored = StoredObject("pdf", "c/t/bill.pdf", "application/pdf", 9, "ab" * 32)
    texts = {one.name: f"the {one.name}" for one in fields(Outcome)}
    outcome = Outcome(**texts | {"status": OutcomeStatus.DONE, "objects": (stored,), "problem": Problem("R101", "no")})
    assert pickle.loads(pickle.dumps(outcome)) == outcome
    task = replace(shard.tasks[0], record=b"{}", content=b"digest", warnings=("w",), source="in.jsonl:1")
    assert pickle.loads(pickle.dumps(task)) == task


def test_what_is_told_was_settled_before(shard):
    wire, walker = Wire(), Walker()
    _serve(wire, walker, shard, every_s=0)
    assert walker.done == ["C-0", "settle", "C-1", "settle", "C-2", "settle", "settle"]
    assert told(wire) == [["C-0"], ["C-1"], ["C-2"], []]
    assert [message.is_last for message in wire.sent] == [False, False, False, True]


def test_one_settling_does_for_many(shard):
    wire, walker = Wire(), Walker()
    _serve(wire, walker, shard, every_s=60)
    assert walker.done == ["C-0", "C-1", "C-2", "settle"]
    assert told(wire) == [["C-0", "C-1", "C-2"]]


def test_the_seconds_of_settling_are_told(shard, monkeypatch):
    wire, walker = Wire(), Walker()
    monkeypatch.setattr(walker, "settle", lambda: time.sleep(0.02))
    _serve(wire, walker, shard, every_s=60)
    assert 0.02 <= wire.sent[0].settled_s < 5


def test_a_settling_that_fails_breaks_the_run_and_nothing_is_told(shard):
    wire, walker = Wire(), Walker(breaks_at="settle")
    _serve(wire, walker, shard, every_s=60)
    assert told(wire) == []
    assert isinstance(wire.sent[-1], Broken)


def test_a_settling_that_fails_on_the_way_is_not_tried_again(shard):
    wire, walker = Wire(), Walker(breaks_at="settle")
    _serve(wire, walker, shard, every_s=0)
    assert walker.done == ["C-0"]
    assert [type(message) for message in wire.sent] == [Broken]


def test_before_a_break_is_told_what_was_made_is_settled_and_told(shard):
    wire, walker = Wire(), Walker(breaks_at="C-2")
    _serve(wire, walker, shard, every_s=60)
    assert walker.done == ["C-0", "C-1", "settle"]
    assert told(wire) == [["C-0", "C-1"]]
    assert (wire.sent[-1].problem.code, wire.sent[-1].kind) == ("S103", "StorageError")


@pytest.mark.parametrize(
    ("channels", "has_script"), [(("pdf", "message"), False), (("pdf",), False), (("video",), True), ((), True)]
)
def test_the_videos_words_are_made_where_something_may_say_them(channels, has_script, monkeypatch):
    monkeypatch.setattr(record_path, "load_channel", lambda name: type("Made", (), {"name": name})())
    kit = Kit(ROOT / "templates" / "bill-explainer", channels, Keyring.from_secret(bytes(32)), NOW, None, None, 1.0)
    path = worker.open_path(kit)
    assert path.has_script is has_script
    path.channels = ()
    said = path.walk(sample_customers()[0]).communication
    assert said is not None
    assert bool(said.script) is has_script
    assert bool(said.bill.amount_due.spoken) is has_script


class Secret:
    """A channel that doesn't tell what it reads."""

    name = "made"


class Reader(Secret):
    """A channel that reads these fields of charts."""

    def __init__(self, *read):
        self.read = read

    def reads(self, templates, view, field):
        return view == "ChartGeometry" and field in self.read


@pytest.mark.parametrize(
    ("channels", "has_tables"),
    [
        ((Reader("marks"),), False), ((Reader("rows"),), True), ((Reader("columns"),), True),
        ((Reader(), Secret()), True), ((Reader(), Reader("rows")), True), ((), True),
    ],
)  # fmt: skip
def test_the_tables_behind_charts_are_made_where_something_may_show_them(channels, has_tables, monkeypatch):
    monkeypatch.setattr(record_path, "load_channel", channels.__getitem__)
    places = tuple(range(len(channels)))
    kit = Kit(ROOT / "templates" / "bill-explainer", places, Keyring.from_secret(bytes(32)), NOW, None, None, 1.0)
    path = worker.open_path(kit)
    path.channels = ()
    said = path.walk(sample_customers()[0]).communication
    assert bool(said.usage[0].chart.rows) is has_tables


def test_an_outcome_gets_its_times_as_by_replace():
    texts = {one.name: f"the {one.name}" for one in fields(Outcome)}
    outcome = Outcome(**texts | {"status": OutcomeStatus.DONE})
    times = {"seconds": 1.5, "step_seconds": (("put", 0.5),), "warnings": ("a",)}
    assert outcome.timed(**times) == replace(outcome, **times)
