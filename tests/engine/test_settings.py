"""The process's options: from the environment, checked, secrets hidden."""

from __future__ import annotations

import pytest

from engine.errors import BatchError
from engine.settings import Settings, load_settings


def test_nothing_set_gives_the_defaults():
    assert load_settings({}) == Settings()


def test_a_setting_is_read_by_its_name():
    settings = load_settings({"BILLCAST_WORKERS": "3", "BILLCAST_SYNC": "false", "PATH": "/bin"})
    assert (settings.workers, settings.worker_count, settings.sync) == (3, 3, False)


def test_an_empty_setting_is_not_set():
    assert load_settings({"BILLCAST_WORKERS": ""}) == Settings()


def test_no_number_of_workers_means_one_a_processor():
    assert load_settings({}).worker_count >= 1


@pytest.mark.parametrize(
    ("name", "meant"),
    [("BILLCAST_WORKER", "BILLCAST_WORKERS"), ("BILLCAST_SHARDSIZE", "BILLCAST_SHARD_SIZE")],
)
def test_a_name_that_is_nearly_right_is_refused_with_the_right_one(name, meant):
    with pytest.raises(BatchError) as raised:
        load_settings({name: "3"})
    assert raised.value.problem.code == "B101"
    assert meant in raised.value.problem.hint


def test_a_name_of_somebody_else_is_let_be():
    assert load_settings({"BILLCAST_FIXTURES": "/somewhere"}) == Settings()


def test_a_value_that_does_not_fit_is_refused_without_being_repeated():
    with pytest.raises(BatchError) as raised:
        load_settings({"BILLCAST_SHARD_SIZE": "secret-by-mistake"})
    assert "BILLCAST_SHARD_SIZE" in str(raised.value)
    assert "secret-by-mistake" not in str(raised.value)


def test_the_key_is_never_shown():
    assert "c2VjcmV0" not in repr(load_settings({"BILLCAST_KEY": "c2VjcmV0"}))
