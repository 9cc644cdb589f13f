"""The log of a run: step names, fields, private file."""

from __future__ import annotations

import logging
import stat

import pytest

from engine.log import STEPS, close_run_log, event, open_run_log


@pytest.fixture
def written(tmp_path):
    handler = open_run_log(tmp_path / "run.log", "info")

    def read() -> str:
        return (tmp_path / "run.log").read_text()

    yield read
    close_run_log(handler)


def test_a_line_has_time_level_step_and_fields(written):
    event("fill", "failed", level=logging.WARNING, key="C-1", code="R101")
    assert written().rstrip().endswith("WARNING fill failed key=C-1 code=R101")
    assert written()[10] == "T"


def test_a_key_can_not_forge_a_line(written):
    event("ingest", "quarantined", key='C-1\n2026-11-06T08:00:00Z INFO run ends exit_code=0 "')
    assert written().count("\n") == 1
    assert "\\n2026" in written()


def test_what_is_below_the_level_is_not_written(written):
    event("put", "done", level=logging.DEBUG, key="C-1")
    assert written() == ""


def test_the_log_is_its_owners_alone(written, tmp_path):
    assert stat.S_IMODE((tmp_path / "run.log").stat().st_mode) == 0o600


def test_nothing_is_written_after_the_log_is_closed(tmp_path):
    close_run_log(open_run_log(tmp_path / "run.log", "info"))
    event("run", "ends")
    assert (tmp_path / "run.log").read_text() == ""


def test_the_steps_are_the_four_hops():
    assert STEPS == ("ingest", "compose", "fill", "put")
