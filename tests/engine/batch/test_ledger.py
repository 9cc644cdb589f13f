"""The ledger: what is recorded stays, one process at a time, resume finds what is left."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import textwrap

import pytest

from engine.batch.ledger import FILE_NAME, Entry, Ledger, RunState
from engine.errors import BatchError, Problem, StorageError
from engine.model.artifact import OutcomeStatus


@pytest.fixture
def ledger(tmp_path):
    with Ledger.open(tmp_path / "state") as opened:
        yield opened


def test_an_outcome_comes_back_as_it_was_recorded(ledger, make_spec, make_outcome):
    run = ledger.begin(make_spec())
    outcome = make_outcome(
        locale="it",
        token="tok",
        reasons=("a", "b"),
        warnings=("w",),
        paths=(("pdf", "reference: rare"),),
        subject="Ciao",
        step_seconds=(("fill", 0.25),),
        seconds=1.5,
        tone="friendly",
        shows=("help",),
    )
    problem = Problem("R101", "fact", "place", "hint")
    failed = make_outcome("C-2", OutcomeStatus.FAILED, problem=problem, detail="private")
    ledger.record(run, [Entry(0, outcome), Entry(1, failed)])
    assert list(ledger.outcomes(run)) == [outcome, failed]
    assert list(ledger.outcomes(run, OutcomeStatus.FAILED)) == [failed]


def test_what_is_recorded_stays(ledger, make_spec, make_outcome):
    run = ledger.begin(make_spec())
    assert ledger.record(run, [Entry(0, make_outcome())]) == 1
    assert ledger.record(run, [Entry(0, make_outcome(status=OutcomeStatus.FAILED))]) == 0
    assert ledger.counts(run)[OutcomeStatus.DONE] == 1
    assert ledger.counts(run)[OutcomeStatus.FAILED] == 0


def test_outcomes_stand_in_the_order_of_the_input(ledger, make_spec, make_outcome):
    run = ledger.begin(make_spec())
    ledger.record(run, [Entry(ordinal, make_outcome(f"C-{ordinal}")) for ordinal in (3, 0, 2, 1)])
    assert [outcome.key for outcome in ledger.outcomes(run)] == ["C-0", "C-1", "C-2", "C-3"]


def test_an_unfinished_run_of_the_same_work_is_gone_on_with(ledger, make_spec):
    run = ledger.begin(make_spec())
    again = ledger.begin(make_spec())
    assert (again.id, again.state) == (run.id, RunState.RUNNING)


def test_a_run_gone_on_with_keeps_its_time(ledger, make_spec):
    first = make_spec()
    ledger.begin(first)
    later = make_spec(now=first.now.replace(hour=20))
    assert ledger.begin(later, keeps_time=True).spec.now == first.now
    assert ledger.begin(later).spec.now == later.now


@pytest.mark.parametrize("change", [{"limit": 3}, {"channels": ("pdf",)}, {"input_digest": "x"}, {"key_id": "x"}])
def test_other_work_is_another_run(ledger, make_spec, change):
    first = ledger.begin(make_spec())
    assert ledger.begin(make_spec(**change), keeps_time=True).id != first.id


def test_a_finished_run_is_not_gone_on_with(ledger, make_spec):
    first = ledger.begin(make_spec())
    ledger.finish(first)
    assert ledger.begin(make_spec()).id != first.id
    assert ledger.resume(ledger.last_run()).state is RunState.RUNNING


def test_a_stopped_run_is_found_as_the_newest(ledger, make_spec):
    run = ledger.begin(make_spec())
    ledger.stop(run)
    assert ledger.last_run().state is RunState.STOPPED
    assert ledger.resume(ledger.last_run()).state is RunState.RUNNING


def test_content_is_found_across_runs_and_failures_are_not(ledger, make_spec, make_outcome):
    run = ledger.begin(make_spec())
    ledger.record(run, [Entry(0, make_outcome(), content=b"same"), Entry(1, make_outcome("C-2"))])
    ledger.finish(run)
    ledger.begin(make_spec(limit=1))
    assert {found.key for found in ledger.same_contents([b"same"]).values()} == {"C-1"}
    assert ledger.same_contents([b"other"]) == {}


def test_a_finished_run_drops_what_older_runs_say_of_the_same_customers_only(ledger, make_spec, make_outcome):
    whole = ledger.begin(make_spec())
    ledger.record(whole, [Entry(n, make_outcome(f"C-{n}"), content=bytes([n])) for n in range(3)])
    ledger.finish(whole)
    one = ledger.begin(make_spec(customer="C-1"))
    ledger.record(one, [Entry(1, make_outcome("C-1"), content=b"new")])
    ledger.finish(one)
    assert [outcome.key for outcome in ledger.outcomes(whole)] == ["C-0", "C-2"]
    assert {found.key for found in ledger.same_contents([bytes([2])]).values()} == {"C-2"}
    assert ledger.same_contents([bytes([1])]) == {}


def test_the_state_is_its_owners_alone(tmp_path, ledger):
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700
    for name in (FILE_NAME, "lock"):
        assert stat.S_IMODE((tmp_path / "state" / name).stat().st_mode) == 0o600


def test_two_runs_at_once_are_refused(tmp_path, ledger):
    with pytest.raises(BatchError) as raised:
        Ledger.open(tmp_path / "state")
    assert raised.value.problem.code == "B103"


def test_a_killed_process_gives_the_lock_back_and_loses_nothing_recorded(tmp_path, make_spec):
    script = textwrap.dedent(
        """
        import os, sys, signal
        from pathlib import Path
        from engine.batch.ledger import Entry, Ledger
        from engine.batch.run_spec import RunSpec
        from engine.model.artifact import Outcome, OutcomeStatus
        ledger = Ledger.open(Path(sys.argv[1]))
        run = ledger.begin(RunSpec.model_validate_json(sys.argv[2]))
        ledger.record(run, [Entry(n, Outcome(f"C-{n}", OutcomeStatus.DONE)) for n in range(500)])
        os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    spec = make_spec()
    killed = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "state"), spec.model_dump_json()], check=False
    )
    assert killed.returncode == -9
    with Ledger.open(tmp_path / "state") as ledger:
        run = ledger.last_run()
        assert run.state is RunState.RUNNING
        assert run.spec == spec
        assert ledger.recorded(run, 0, 10_000) == set(range(500))


def test_a_damaged_ledger_says_so(tmp_path):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / FILE_NAME).write_bytes(b"this is no database, nor will it ever become one" * 100)
    with pytest.raises(BatchError) as raised:
        Ledger.open(tmp_path / "state")
    assert raised.value.problem.code == "B104"


def test_a_ledger_of_a_newer_version_is_refused(tmp_path):
    Ledger.open(tmp_path / "state").close()
    with sqlite3.connect(tmp_path / "state" / FILE_NAME) as database:
        database.execute("PRAGMA user_version=99")
    database.close()
    with pytest.raises(BatchError) as raised:
        Ledger.open(tmp_path / "state")
    assert "99" in raised.value.problem.fact


def test_a_full_disk_is_told_and_what_was_recorded_stays(ledger, make_spec, make_outcome):
    run = ledger.begin(make_spec())
    ledger.record(run, [Entry(0, make_outcome())])
    pages = ledger._db.execute("PRAGMA page_count").fetchone()[0]
    ledger._db.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StorageError) as raised:
        ledger.record(run, [Entry(n, make_outcome(f"C-{n}", subject="x" * 500)) for n in range(1, 500)])
    assert raised.value.problem.code == "S103"
    assert ledger.recorded(run, 0, 1000) == {0}
