"""What a killed process left is swept, whatever its id says; what a living one writes never is."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from engine.model.artifact import Artifact
from engine.storage.claim import Claim, sweep
from engine.storage.local import LocalSink

GATHERING = """
import sys, time
from pathlib import Path
from engine.model.artifact import Artifact
from engine.storage.local import LocalSink
sink = LocalSink(Path(sys.argv[1]))
sink.gather()
for name in ("a", "b"):
    sink.put(f"c/t/{name}", Artifact("microsite", name, "text/plain", name.encode()))
print("written", flush=True)
sys.stdin.read()
sink.settle()
"""


def page(data: bytes = b"x") -> Artifact:
    return Artifact("microsite", "index.html", "text/html", data)


def left_in(root: Path) -> list[str]:
    return sorted(path.suffix for path in (root / ".billcast/tmp").iterdir())


@pytest.fixture
def writer(tmp_path):
    """A process with two objects that wait to be settled; it settles when its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", GATHERING, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout
    assert process.stdout.readline() == b"written\n"
    yield process
    process.kill()
    process.communicate()


def test_what_a_dead_process_left_is_removed_before_anybody_has_reaped_it(tmp_path, writer):
    assert left_in(tmp_path) == [".live", ".part", ".part"]
    writer.kill()
    os.waitid(os.P_PID, writer.pid, os.WEXITED | os.WNOWAIT)  # dead, and its id still there
    os.kill(writer.pid, 0)
    LocalSink(tmp_path).check()
    assert left_in(tmp_path) == []


def test_what_a_living_process_writes_stays(tmp_path, writer):
    LocalSink(tmp_path).check()
    assert left_in(tmp_path) == [".live", ".part", ".part"]
    writer.communicate()
    assert writer.returncode == 0
    assert [(tmp_path / "c/t" / name).read_text() for name in ("a", "b")] == ["a", "b"]
    assert left_in(tmp_path) == []


def test_what_waits_in_this_process_stays(tmp_path):
    sink = LocalSink(tmp_path)
    sink.gather()
    sink.put("c/t/a", page())
    sink.check()
    sink.sweep()
    sink.settle()
    assert (tmp_path / "c/t/a").read_bytes() == b"x"
    assert left_in(tmp_path) == []


def test_files_of_an_id_that_was_given_out_again_are_removed(tmp_path):
    ended, living = Claim(str(tmp_path)), Claim(str(tmp_path))
    for claim in (ended, living):
        Path(claim.next_path()).write_bytes(b"half")
    os.close(ended._handle)  # as the kernel does when a process ends
    sweep(str(tmp_path))
    assert sorted(tmp_path.iterdir()) == sorted(tmp_path.glob(f"{Path(living._stem).name}*"))
    assert len(list(tmp_path.iterdir())) == 2
    living.drop()


def test_a_file_whose_claim_was_dropped_is_removed(tmp_path):
    claim = Claim(str(tmp_path))
    Path(claim.next_path()).write_bytes(b"half")
    claim.drop()
    sweep(str(tmp_path))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["elsewhere-17-0123456789abcdef-1.part", "notes.txt"])
def test_files_of_other_machines_and_of_people_stay(tmp_path, name):
    (tmp_path / name).write_bytes(b"")
    sweep(str(tmp_path))
    assert (tmp_path / name).exists()


def test_where_there_are_no_locks_objects_are_put_and_nothing_is_swept(tmp_path, monkeypatch):
    def refused(*_):
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", refused)
    sink = LocalSink(tmp_path)
    sink.gather()
    sink.put("c/t/a", page())
    LocalSink(tmp_path).check()
    sink.settle()
    assert (tmp_path / "c/t/a").read_bytes() == b"x"


def test_a_sweep_takes_nothing_from_those_who_write_at_the_same_time(tmp_path):
    sink = LocalSink(tmp_path, sync=False)
    sink.check()
    sink.gather()
    is_over = threading.Event()

    def sweep_on() -> None:
        while not is_over.is_set():
            sweep(str(tmp_path / ".billcast/tmp"))

    sweeper = threading.Thread(target=sweep_on)
    sweeper.start()
    try:
        for number in range(400):
            sink.put(f"c/t/{number}", page())
            sink.settle()
    finally:
        is_over.set()
        sweeper.join()
    assert len(list((tmp_path / "c/t").iterdir())) == 400
    assert left_in(tmp_path) == []
