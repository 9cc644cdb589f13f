"""The folder sink: atomic, durable, never outside its root."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import stat
import threading

import pytest

from engine.errors import StorageError
from engine.model.artifact import Artifact
from engine.storage import open_sink
from engine.storage.local import LocalSink


def page(data: bytes = b"<p>x</p>") -> Artifact:
    return Artifact("microsite", "index.html", "text/html", data)


def test_what_was_put_is_a_file_under_its_path(tmp_path):
    stored = open_sink(str(tmp_path)).put("2026-10/tok/index.html", page())
    assert (tmp_path / "2026-10/tok/index.html").read_bytes() == b"<p>x</p>"
    assert (stored.path, stored.size_bytes, stored.media_type) == ("2026-10/tok/index.html", 8, "text/html")


def test_putting_again_replaces_the_whole_file(tmp_path):
    sink = LocalSink(tmp_path)
    sink.put("c/t/a", page(b"a much longer first version"))
    sink.put("c/t/a", page(b"short"))
    assert sink.get("c/t/a") == b"short"


def test_no_temporary_file_stays(tmp_path):
    LocalSink(tmp_path).put("c/t/a", page())
    files = [found for found in tmp_path.rglob("*") if found.is_file()]
    assert files == [tmp_path / "c/t/a"]


def test_a_reader_never_sees_half_a_file(tmp_path, monkeypatch):
    sink = LocalSink(tmp_path)
    sink.put("c/t/a", page(b"old"))

    def interrupted(*_):
        raise OSError(errno.EIO, "gone")

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(StorageError) as raised:
        sink.put("c/t/a", page(b"new and never whole"))
    assert raised.value.problem.code == "S104"
    assert (tmp_path / "c/t/a").read_bytes() == b"old"
    assert not list((tmp_path / ".billcast/tmp").iterdir())


def test_every_file_is_forced_to_the_disk_unless_switched_off(tmp_path, monkeypatch):
    forced = []
    real = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda handle: (forced.append(stat.S_ISREG(os.fstat(handle).st_mode)), real(handle))
    )
    LocalSink(tmp_path / "kept").put("c/t/a", page())
    assert True in forced  # the file
    assert False in forced  # the folder's entry
    forced.clear()
    LocalSink(tmp_path / "scratch", sync=False).put("c/t/a", page())
    assert forced == []


@pytest.mark.parametrize(
    "path",
    [
        "../up",
        "/etc/passwd",
        "c/../../up",
        "c//a",
        "",
        ".billcast/key",
        "c/.hidden",
        "c\\a",
        "c/a\x00b",
        "c/ä",
        "c/a b",
    ],
)
def test_no_path_leads_out_of_the_folder(tmp_path, path):
    root = tmp_path / "out"
    with pytest.raises(StorageError) as raised:
        LocalSink(root).put(path, page())
    assert raised.value.problem.code == "S102"
    assert not root.exists()


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out/c").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageError) as raised:
        LocalSink(tmp_path / "out").put("c/t/a", page())
    assert raised.value.problem.code == "S102"
    assert not list((tmp_path / "elsewhere").rglob("a"))


def test_the_private_folder_is_its_owners_alone(tmp_path):
    LocalSink(tmp_path).check()
    assert stat.S_IMODE((tmp_path / ".billcast").stat().st_mode) == 0o700


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_says_so_and_keeps_what_was_there(tmp_path, monkeypatch, number):
    sink = LocalSink(tmp_path)
    sink.put("c/t/a", page(b"old"))

    def full(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError) as raised:
        sink.put("c/t/a", page(b"new"))
    assert raised.value.problem.code == "S103"
    assert "resume" in raised.value.problem.hint
    assert sink.get("c/t/a") == b"old"


def test_a_real_limit_of_the_system_is_told_as_no_room(tmp_path):
    sink = LocalSink(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        sink.put("c/t/small", page(b"x" * 4096))
        with pytest.raises(StorageError) as raised:
            sink.put("c/t/large", page(b"x" * 4097))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert raised.value.problem.code == "S103"
    assert not (tmp_path / "c/t/large").exists()
    assert not list((tmp_path / ".billcast/tmp").iterdir())


def test_a_folder_that_is_a_file_says_so(tmp_path):
    (tmp_path / "out").write_text("I am a file")
    with pytest.raises(StorageError) as raised:
        LocalSink(tmp_path / "out").check()
    assert raised.value.problem.code == "S104"


def test_an_object_that_is_not_there_says_so(tmp_path):
    with pytest.raises(StorageError) as raised:
        LocalSink(tmp_path).get("c/t/none")
    assert raised.value.problem.code == "S105"


def test_a_recorded_object_is_held_while_its_file_is_whole(tmp_path):
    sink = LocalSink(tmp_path)
    stored = sink.put("c/t/a", page())
    assert sink.holds(stored)
    (tmp_path / "c/t/a").write_bytes(b"cut")
    assert not sink.holds(stored)
    (tmp_path / "c/t/a").unlink()
    assert not sink.holds(stored)


@pytest.fixture
def gathering(tmp_path):
    sink = LocalSink(tmp_path)
    sink.gather()
    return sink


def test_a_gathered_object_has_its_name_once_it_is_settled(tmp_path, gathering):
    stored = [gathering.put(f"c/t{n}/a", page(bytes([n]) * 10)) for n in range(3)]
    assert not (tmp_path / "c").exists()
    gathering.settle()
    assert [gathering.get(one.path) for one in stored] == [bytes([n]) * 10 for n in range(3)]
    assert not list((tmp_path / ".billcast/tmp").iterdir())
    gathering.settle()  # nothing waits: nothing to do


def test_the_last_of_two_gathered_under_one_path_stays(gathering):
    gathering.put("c/t/a", page(b"a much longer first version"))
    gathering.put("c/t/a", page(b"short"))
    gathering.settle()
    assert gathering.get("c/t/a") == b"short"


def test_gathered_objects_are_forced_out_before_they_get_their_names_and_the_names_after(
    tmp_path, gathering, monkeypatch
):
    seen = []

    def flush(_):
        seen.append(sorted(found.name for found in tmp_path.glob("c/t/*")))
        return 0

    monkeypatch.setattr("engine.storage.flush._syncfs", lambda: flush)
    gathering.put("c/t/a", page())
    gathering.put("c/t/b", page())
    gathering.settle()
    assert seen == [[], ["a", "b"]]


def test_steps_force_out_bytes_then_names_while_the_caller_goes_on(tmp_path, gathering, monkeypatch):
    seen, may_go_on = [], threading.Event()

    def flush(_):
        may_go_on.wait(10)
        seen.append(sorted(found.name for found in tmp_path.glob("c/t/*")))
        return 0

    monkeypatch.setattr("engine.storage.flush._syncfs", lambda: flush)
    gathering.put("c/t/a", page())
    gathering.advance()
    assert seen == []
    may_go_on.set()
    gathering.put("c/t/b", page())
    gathering.advance()
    gathering.put("c/t/d", page())
    gathering.advance()
    assert [one in ([], ["a"]) for one in seen[:2]] == [True, True]
    gathering.settle()
    assert [seen[0], seen[1], seen[-1]] == [[], ["a"], ["a", "b", "d"]]
    assert gathering.get("c/t/d") == page().data
    assert not list((tmp_path / ".billcast/tmp").iterdir())


def test_after_three_steps_an_object_lasts(tmp_path, gathering, monkeypatch):
    calls = []
    monkeypatch.setattr(
        "engine.storage.flush._syncfs", lambda: lambda _: calls.append((tmp_path / "c/t/a").exists()) or 0
    )
    gathering.put("c/t/a", page())
    for _ in range(3):
        gathering.advance()
    assert calls == [False, True]
    assert not list((tmp_path / ".billcast/tmp").iterdir())


@pytest.mark.parametrize("then", ["advance", "settle"])
def test_what_the_disk_did_not_take_at_a_step_never_gets_a_name(tmp_path, gathering, monkeypatch, then):
    results = [errno.EIO]

    def flush(_):
        ctypes.set_errno(results[0] if results else 0)
        return -1 if results and results.pop() else 0

    monkeypatch.setattr("engine.storage.flush._syncfs", lambda: flush)
    gathering.put("c/t/a", page())
    gathering.advance()
    with pytest.raises(StorageError) as raised:
        getattr(gathering, then)()
    assert raised.value.problem.code == "S104"
    gathering.settle()
    gathering.advance()
    assert not (tmp_path / "c").exists()


def test_whatever_stops_a_step_is_raised_and_nothing_gets_a_name(tmp_path, gathering, monkeypatch):
    def refuse(_within, _paths):
        raise MemoryError

    monkeypatch.setattr("engine.storage.flush.sync_together", refuse)
    gathering.put("c/t/a", page())
    gathering.advance()
    with pytest.raises(MemoryError):
        gathering.advance()
    assert not (tmp_path / "c").exists()


def test_where_the_system_gives_no_thread_a_step_waits_for_the_disk(tmp_path, gathering, monkeypatch):
    def refuse(_thread):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", refuse)
    gathering.put("c/t/a", page())
    for _ in range(3):
        gathering.advance()
    assert (tmp_path / "c/t/a").exists()


def test_scratch_output_is_named_by_steps_without_being_forced(tmp_path, monkeypatch):
    monkeypatch.setattr("engine.storage.flush._syncfs", lambda: pytest.fail)
    sink = LocalSink(tmp_path, sync=False)
    sink.gather()
    sink.put("c/t/a", page())
    sink.advance()
    sink.advance()
    sink.put("c/t/b", page())
    sink.advance()
    sink.settle()
    assert [sink.get(f"c/t/{name}") for name in "ab"] == [page().data] * 2


def _unknown_call(_):
    ctypes.set_errno(errno.ENOSYS)
    return -1


@pytest.mark.parametrize("syncfs", [None, _unknown_call])
def test_without_syncfs_each_gathered_file_and_folder_is_forced_out(tmp_path, gathering, monkeypatch, syncfs):
    forced = []
    real = os.fsync
    monkeypatch.setattr("engine.storage.flush._syncfs", lambda: syncfs)
    monkeypatch.setattr(
        os, "fsync", lambda handle: (forced.append(os.readlink(f"/proc/self/fd/{handle}")), real(handle))
    )
    gathering.put("c/t/a", page())
    forced.clear()
    gathering.settle()
    assert forced[0].startswith(str(tmp_path / ".billcast/tmp/"))
    assert forced[1:] == [str(tmp_path / "c/t"), str(tmp_path / "c"), str(tmp_path)]


@pytest.mark.parametrize(("number", "code"), [(errno.EIO, "S104"), (errno.ENOSPC, "S103")])
def test_what_the_disk_did_not_take_gets_no_name(tmp_path, gathering, monkeypatch, number, code):
    def flush(_):
        ctypes.set_errno(number)
        return -1

    gathering.put("c/t/a", page())
    monkeypatch.setattr("engine.storage.flush._syncfs", lambda: flush)
    with pytest.raises(StorageError) as raised:
        gathering.settle()
    assert raised.value.problem.code == code
    assert not (tmp_path / "c").exists()


def test_scratch_output_is_gathered_without_being_forced(tmp_path, monkeypatch):
    def refused(*_):
        raise AssertionError("nothing is to be forced out")

    monkeypatch.setattr(os, "fsync", refused)
    monkeypatch.setattr("engine.storage.flush._syncfs", lambda: refused)
    sink = LocalSink(tmp_path, sync=False)
    sink.gather()
    sink.put("c/t/a", page())
    sink.settle()
    assert sink.get("c/t/a") == page().data


def test_a_link_that_leads_out_is_refused_at_settling(tmp_path, gathering):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out/c").symlink_to(tmp_path / "elsewhere")
    sink = LocalSink(tmp_path / "out")
    sink.gather()
    sink.put("c/t/a", page())
    with pytest.raises(StorageError) as raised:
        sink.settle()
    assert raised.value.problem.code == "S102"
    assert not list((tmp_path / "elsewhere").rglob("a"))


def test_the_address_of_an_object_is_a_file_address(tmp_path):
    assert LocalSink(tmp_path).url("c/t/a") == (tmp_path / "c/t/a").as_uri()
