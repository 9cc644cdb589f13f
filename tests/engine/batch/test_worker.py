"""The loop of a worker: it tells of no customer whose objects are not settled."""

from __future__ import annotations

import pickle
import queue
import time
from dataclasses import fields, replace

import pytest

from engine.batch import record_path, worker
from engine.batch.shard import Broken, Kit, Report, Shard, Task
from engine.batch.teller import Teller
from engine.compose import OF_MAIL
from engine.errors import Problem, StorageError
from engine.model.artifact import Outcome, OutcomeStatus, StoredObject
from engine.payment.keyring import Keyring
from tests.engine.compose.cases import NOW, ROOT, sample_customers


class Wire:
    """A connection that keeps what is sent, and notes that it was in a list."""

    def __init__(self, noted=None):
        self.sent = []
        self._noted = [] if noted is None else noted

    def send(self, message):
        self.sent.append(message)
        self._noted.append("told")


class Walker:
    """Notes walks and settlings in one list; breaks at a settling or a customer on demand."""

    def __init__(self, *, breaks_at: str = "", steps: bool = False):
        self.done = []
        self._steps = steps
        self._breaks_at = breaks_at

    def begin(self, customer, source=""):
        return lambda: self._walk(customer, source)

    def _walk(self, customer, source):
        self._note(customer.key)
        return record_path.Walked(Outcome(customer.key, OutcomeStatus.DONE, source))

    def advance(self):
        if self._steps:
            self._note("advance")
        return self._steps

    def settle(self):
        self._note("settle")

    def _note(self, what):
        if what == self._breaks_at:
            raise StorageError("S103", "no room to write")
        self.done.append(what)


@pytest.fixture
def shard(make_customer):
    return Shard(tuple(Task(n, "", f"C-{n}", make_customer(f"C-{n}"), b"") for n in range(3)))


class Idle:
    """An inbox without a shard, until the end comes."""

    def get_nowait(self):
        raise queue.Empty

    def get(self):
        return None


def serve(wire, walker, shard, every_s):
    """Make one shard, as a worker does for which no other waits."""
    teller = Teller(wire, walker, every_s)
    worker._serve(wire, walker, shard, teller)
    worker._next(wire, Idle(), teller)


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
    serve(wire, walker, shard, every_s=0)
    assert walker.done == ["C-0", "settle", "C-1", "settle", "C-2", "settle", "settle"]
    assert told(wire) == [["C-0"], ["C-1"], ["C-2"], []]
    assert [message.is_last for message in wire.sent] == [False, False, False, True]


def test_one_settling_does_for_many(shard):
    wire, walker = Wire(), Walker()
    serve(wire, walker, shard, every_s=60)
    assert walker.done == ["C-0", "C-1", "C-2", "settle"]
    assert told(wire) == [["C-0", "C-1", "C-2"]]


def test_the_seconds_of_settling_are_told(shard, monkeypatch):
    wire, walker = Wire(), Walker()
    monkeypatch.setattr(walker, "settle", lambda: time.sleep(0.02))
    serve(wire, walker, shard, every_s=60)
    assert 0.02 <= wire.sent[0].settled_s < 5


def test_a_settling_that_fails_breaks_the_run_and_nothing_is_told(shard):
    wire, walker = Wire(), Walker(breaks_at="settle")
    serve(wire, walker, shard, every_s=60)
    assert told(wire) == []
    assert isinstance(wire.sent[-1], Broken)


def test_a_settling_that_fails_on_the_way_is_not_tried_again(shard):
    wire, walker = Wire(), Walker(breaks_at="settle")
    serve(wire, walker, shard, every_s=0)
    assert walker.done == ["C-0"]
    assert [type(message) for message in wire.sent] == [Broken]


def test_before_a_break_is_told_what_was_made_is_settled_and_told(shard):
    wire, walker = Wire(), Walker(breaks_at="C-2")
    serve(wire, walker, shard, every_s=60)
    assert walker.done == ["C-0", "C-1", "settle"]
    assert told(wire) == [["C-0", "C-1"]]
    assert (wire.sent[-1].problem.code, wire.sent[-1].kind) == ("S103", "StorageError")


class Clock:
    """A clock that each look at it brings on."""

    def __init__(self, each_s):
        self.now, self._each_s = 0.0, each_s

    def monotonic(self):
        self.now += self._each_s
        return self.now

    def perf_counter(self):
        return self.now


@pytest.fixture
def six(make_customer):
    return Shard(tuple(Task(n, "", f"C-{n}", make_customer(f"C-{n}"), b"") for n in range(6)))


def test_what_comes_fast_is_told_two_steps_later_and_all_when_nothing_is_left(six, monkeypatch):
    walker = Walker(steps=True)
    wire = Wire(walker.done)
    monkeypatch.setattr("engine.batch.teller.time", Clock(1))  # a look at each outcome and each step
    serve(wire, walker, six, every_s=1.9)
    first = ["C-0", "advance", "C-1", "advance", "C-2", "advance", "told"]
    then = ["C-3", "advance", "told", "C-4", "advance", "told", "C-5", "advance", "told", "settle", "told", "told"]
    assert walker.done == [*first, *then, "told"]
    assert told(wire) == [["C-0"], ["C-1"], ["C-2"], ["C-3"], ["C-4"], ["C-5"], []]
    assert [message.is_last for message in wire.sent] == [False] * 6 + [True]


def test_where_the_sink_knows_no_steps_all_is_told_in_time(six, monkeypatch):
    walker = Walker()
    wire = Wire(walker.done)
    monkeypatch.setattr("engine.batch.teller.time", Clock(1))  # a look at each outcome and each step
    serve(wire, walker, six, every_s=3.9)
    assert told(wire)[:3] == [["C-0", "C-1"], ["C-2", "C-3"], ["C-4", "C-5"]]
    assert walker.done[:4] == ["C-0", "C-1", "settle", "told"]


def test_a_shard_goes_on_while_the_end_of_the_one_before_is_not_told(six, monkeypatch):
    wire, walker = Wire(), Walker(steps=True)
    monkeypatch.setattr("engine.batch.teller.time", Clock(0.1))
    teller = Teller(wire, walker, every_s=1)
    worker._serve(wire, walker, Shard(six.tasks[:2]), teller)
    worker._serve(wire, walker, Shard(six.tasks[2:]), teller)
    assert "settle" not in walker.done
    worker._next(wire, Idle(), teller)
    ordinals = [[ordinal for ordinal, _ in message.outcomes] for message in wire.sent]
    assert [one for of_one in ordinals for one in of_one] == [0, 1, 2, 3, 4, 5]
    assert [message.is_last for message in wire.sent if message.is_last] == [True, True]
    ends = [ordinals[n][-1] for n, message in enumerate(wire.sent) if message.is_last and ordinals[n]]
    assert ends[0] == 1


def test_a_step_that_fails_breaks_the_run_and_nothing_on_the_way_is_told(six, monkeypatch):
    wire, walker = Wire(), Walker(steps=True, breaks_at="advance")
    monkeypatch.setattr("engine.batch.teller.time", Clock(1))
    serve(wire, walker, six, every_s=1.9)
    assert walker.done == ["C-0"]
    assert [type(message) for message in wire.sent] == [Broken]


def test_before_a_careful_shard_all_is_told(six):
    wire, walker = Wire(), Walker(steps=True)
    teller = Teller(wire, walker, every_s=60)
    worker._serve(wire, walker, Shard(six.tasks[:4]), teller)
    worker._serve(wire, walker, Shard(six.tasks[4:], tries=1), teller)
    assert walker.done == ["C-0", "C-1", "C-2", "C-3", "settle", "C-4", "settle", "C-5", "settle"]


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
    """A channel that reads these fields of a class of views."""

    def __init__(self, *read, view="ChartGeometry"):
        self.view, self.read = view, read

    def reads(self, templates, view, field):
        return view == self.view and field in self.read


def path_of(channels, monkeypatch):
    """Return the path that a worker opens for these channels; it makes nothing."""
    monkeypatch.setattr(record_path, "load_channel", channels.__getitem__)
    places = tuple(range(len(channels)))
    kit = Kit(ROOT / "templates" / "bill-explainer", places, Keyring.from_secret(bytes(32)), NOW, None, None, 1.0)
    path = worker.open_path(kit)
    path.channels = ()
    return path


@pytest.mark.parametrize(
    ("channels", "has_tables"),
    [
        ((Reader("marks"),), False), ((Reader("rows"),), True), ((Reader("columns"),), True),
        ((Reader(), Secret()), True), ((Reader(), Reader("rows")), True), ((), True),
    ],
)  # fmt: skip
def test_the_tables_behind_charts_are_made_where_something_may_show_them(channels, has_tables, monkeypatch):
    said = path_of(channels, monkeypatch).walk(sample_customers()[0]).communication
    assert bool(said.usage[0].chart.rows) is has_tables


@pytest.mark.parametrize(
    ("channels", "has_mail"),
    [
        *(((Reader(), Reader(field, view=view)), True) for view, field in OF_MAIL), ((Reader("bill"),), False),
        ((Reader(), Secret()), True), ((), True),
    ],
)  # fmt: skip
def test_the_words_of_messages_are_made_where_something_may_show_them(channels, has_mail, monkeypatch):
    path = path_of(channels, monkeypatch)
    path.has_script = False
    said = path.walk(sample_customers()[0]).communication
    assert bool(said.message.body) is bool(said.intro) is path.has_mail is has_mail


def test_an_outcome_gets_its_times_as_by_replace():
    texts = {one.name: f"the {one.name}" for one in fields(Outcome)}
    outcome = Outcome(**texts | {"status": OutcomeStatus.DONE})
    times = {"seconds": 1.5, "step_seconds": (("put", 0.5),), "warnings": ("a",)}
    assert outcome.timed(**times) == replace(outcome, **times)
