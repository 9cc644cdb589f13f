"""How many customers a worker gets at a time."""

from __future__ import annotations

import pytest

from engine.batch.pace import AIM_S, FIRST, Pace


def test_the_first_shards_are_small():
    assert Pace().shard_size(200) == FIRST
    assert Pace().shard_size(1) == 1


@pytest.mark.parametrize(("seconds", "expected"), [(0.0005, 200), (0.05, 100), (5.0, 1), (60.0, 1)])
def test_a_shard_takes_about_as_long_as_aimed_at(seconds, expected):
    pace = Pace()
    for _ in range(100):
        pace.note(seconds)
    assert pace.shard_size(200) == expected
    assert expected == 1 or expected * seconds <= AIM_S + 1e-9


def test_the_size_follows_when_customers_become_slower():
    pace = Pace(mean_s=0.001)
    before = pace.shard_size(200)
    for _ in range(50):
        pace.note(2.0)
    assert pace.shard_size(200) < before
