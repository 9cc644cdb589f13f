"""kill -9 at random moments, then resume: nobody lost, nothing recorded made again, the same bytes."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from tests.engine.conftest import NOW, customer

COUNT = 120


def files_of(out: Path) -> dict[str, bytes]:
    found = (path for path in sorted((out / "2026-10").rglob("*")) if path.is_file())
    return {str(path.relative_to(out)): path.read_bytes() for path in found}


def manifest_of(state: Path) -> list[dict]:
    return [json.loads(line) for line in (state / "manifest.jsonl").read_text().splitlines()]


def recorded(state: Path) -> set[str]:
    """The keys that the ledger has an outcome of."""
    path = state / "ledger.sqlite"
    if not path.exists():
        return set()
    with contextlib.closing(sqlite3.connect(path)) as database:
        try:
            return {row[0] for row in database.execute("SELECT key FROM outcome")}
        except sqlite3.OperationalError:  # killed before the tables were made
            return set()


def workers_of(process_id: int) -> set[int]:
    """The ids of all processes below one."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(stat.parent.name)] = int(stat.read_text().rsplit(")", 1)[1].split()[1])
    found = {process_id}
    while below := {child for child, parent in parents.items() if parent in found} - found:
        found |= below
    return found - {process_id}


def is_gone(process_id: int) -> bool:
    with contextlib.suppress(OSError):
        state = Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()[0]
        return state in "ZX"
    return True


def run(command: list[str], environment: dict[str, str]) -> int:
    ended = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    print(ended.stderr)  # pytest shows it when the test fails
    return ended.returncode


def kill_after(command: list[str], environment: dict[str, str], state: Path, more: int) -> None:
    """Start the command, and kill -9 it once `more` further records have their outcome."""
    until = len(recorded(state)) + more
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(recorded(state)) < until and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    below = workers_of(process.pid)
    with contextlib.suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert below, "there were no workers to leave behind"
    while not all(is_gone(one) for one in below):
        assert time.monotonic() < deadline, "workers outlive their parent"
        time.sleep(0.02)


@pytest.fixture
def cycle(mini_cycle):
    mini_cycle.write(*(customer(f"C-{n:03}", amount=f"{n + 1}.50") for n in range(COUNT - 1)), "{broken")
    mini_cycle.environment |= {"CHEAP_SECONDS": "0.01", "BILLCAST_REPORT_EVERY_S": "0.05", "BILLCAST_SHARD_SIZE": "20"}
    return mini_cycle


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_killed_at_random_moments_and_resumed_it_ends_as_if_never_killed(cycle, tmp_path, seed):
    whole = tmp_path / "whole"
    render = ("render", cycle.input, "--campaign", cycle.campaign, "--now", NOW)
    assert run(cycle.command(*render, "--out", whole, "--state", tmp_path / "whole-state"), cycle.environment) == 3
    expected = files_of(whole)
    assert len(expected) == 2 * (COUNT - 1)

    state = tmp_path / "state"
    cycle.forget()
    chance = random.Random(seed)
    command = cycle.render_command("--state", state)
    for _ in range(3):
        before = recorded(state)
        cycle.forget()
        kill_after(command, cycle.environment, state, chance.randint(1, 25))
        assert before <= recorded(state)
        assert not before & set(cycle.filled()), "what was recorded was made again"
        command = cycle.command("resume", "--state", state)
    before = recorded(state)
    assert 0 < len(before) < COUNT
    cycle.forget()
    assert run(command, cycle.environment) == 3
    assert not before & set(cycle.filled())
    assert before | set(cycle.filled()) >= {f"C-{n:03}" for n in range(COUNT - 1)}
    assert files_of(cycle.out) == expected
    assert manifest_of(state) == manifest_of(tmp_path / "whole-state")
    assert not list((cycle.out / ".billcast/tmp").iterdir())


def test_the_same_command_again_goes_on_like_resume(cycle, tmp_path):
    state = tmp_path / "state"
    kill_after(cycle.render_command("--state", state), cycle.environment, state, 30)
    before = recorded(state)
    cycle.forget()
    assert run(cycle.render_command("--state", state), cycle.environment) == 3
    assert not before & set(cycle.filled())
    assert len(manifest_of(state)) == COUNT
