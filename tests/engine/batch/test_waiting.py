"""Workers keep to what they know, and nobody waits while there is work."""

from __future__ import annotations

from collections import Counter
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from engine.batch.shard import Task
from engine.batch.waiting import Waiting, kind_of

_numbers = count()


def task(locale: str) -> Task:
    number = next(_numbers)
    return Task(number, f"a.jsonl:{number}", str(number), f'{{"key": "x", "locale": "{locale}"}}'.encode(), b"")


def waiting(*locales: str) -> Waiting:
    made = Waiting()
    made.extend(task(locale) for locale in locales)
    return made


def test_the_kind_of_a_line_is_its_locale() -> None:
    assert kind_of(task("it-IT")) == "it-IT"
    assert kind_of(Task(1, "a", "k", b'{"key": "x", "locale" : "ro"}', b"")) == "ro"
    assert kind_of(Task(1, "a", "k", b'{"key": "x"}', b"")) == ""
    assert kind_of(Task(1, "a", "k", b'{"locale": "\\u0069t"}', b"")) == ""


def test_a_worker_takes_its_own_first_and_learns_more_when_it_runs_short() -> None:
    tasks = waiting(*["it"] * 10, *["fr"] * 10)
    own = {"it"}
    assert {kind_of(one) for one in tasks.take(8, own, ())} == {"it"}
    assert own == {"it"}
    assert Counter(map(kind_of, tasks.take(8, own, ()))) == {"it": 2, "fr": 6}
    assert own == {"it", "fr"}


def test_a_worker_leaves_to_others_what_they_know_unless_it_has_nothing_to_do() -> None:
    tasks = waiting("it", *["fr"] * 5, *["ro"] * 2)
    own = {"it"}
    assert [kind_of(one) for one in tasks.take(8, own, {"fr", "ro"})] == ["it"]
    assert [kind_of(one) for one in tasks.take(3, own, {"fr", "ro"})] == ["fr"] * 3
    assert own == {"it"}


@given(st.lists(st.sampled_from(["it", "fr", "ro", ""]), max_size=60), st.lists(st.integers(1, 9), min_size=1))
def test_every_task_is_handed_out_once_the_oldest_of_a_kind_first(locales: list[str], sizes: list[int]) -> None:
    tasks = waiting(*locales)
    workers: list[set[str]] = [set(), set()]
    taken: list[Task] = []
    turn = 0
    while tasks:
        own, other = workers[turn % 2], workers[1 - turn % 2]
        found = tasks.take(sizes[turn % len(sizes)], own, other)
        assert 0 < len(found) <= sizes[turn % len(sizes)]
        taken += found
        turn += 1
    assert len({one.ordinal for one in taken}) == len(taken) == len(locales)
    for kind in {kind_of(one) for one in taken}:
        ordinals = [one.ordinal for one in taken if kind_of(one) == kind]
        assert ordinals == sorted(ordinals)
