"""Parts on disk and in memory: what was laid out once isn't again, and nothing else is different."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from renderers.pdf.fast import part_store
from renderers.pdf.fast.decor import Decor
from renderers.pdf.fast.model import FontChoice, TypeStyle
from renderers.pdf.fast.part_pickle import Entry, packed, unpacked
from renderers.pdf.fast.part_store import PartStore, digest_of
from renderers.pdf.fast.parts import LinesPart, PartBox, Span

STYLE = TypeStyle("F", 12.0, 0.0, (0.0, 0.0, 0.0), (("tnum", 1),), "*", FontChoice(("Inter",)))


def part() -> PartBox:
    lines = LinesPart(0.0, 100.0, "left", 16.5, True, True, False, True, {-1: Span(STYLE, 12.5)}, {}, {})
    decor = Decor((("currentcolor",), ("srgb", (0.1, 0.2, 0.3), 1.0)), (("border-box",),), True)
    return PartBox(
        "block", 0, "div", 1.5, 100.0, children=[PartBox("lines", 1, "p", 2.5, 98.0, lines=lines)], decor=decor
    )


def test_an_entry_is_read_as_it_was_written() -> None:
    entry = Entry(part(), styles=((STYLE, "digest"),))
    assert unpacked(packed(entry)) == entry


@pytest.mark.parametrize(
    "data", [b"", b"not a pickle", pickle.dumps(part()), pickle.dumps(os.getcwd), packed(Entry(part()))[:-9]]
)
def test_anything_else_is_no_entry(data: bytes) -> None:
    assert unpacked(data) is None


def test_what_one_process_stored_another_finds(tmp_path: Path) -> None:
    assert PartStore(tmp_path).get("a") is None
    PartStore(tmp_path).put("a", b"data")
    assert PartStore(tmp_path).get("a") == b"data"
    assert not list(tmp_path.glob("*.draft"))


def test_without_a_folder_things_are_kept_in_memory() -> None:
    store = PartStore()
    store.put("a", b"data")
    with store.turn(["a"]):
        assert store.get("a") == b"data"


@pytest.mark.parametrize("harm", ["cut", "changed", "emptied"])
def test_a_file_that_was_harmed_is_as_good_as_absent_and_made_anew(tmp_path: Path, harm: str) -> None:
    PartStore(tmp_path).put("a", b"some data")
    (path,) = tmp_path.glob("*.part")
    whole = path.read_bytes()
    path.write_bytes({"cut": whole[:-1], "changed": whole[:-1] + b"!", "emptied": b""}[harm])
    store = PartStore(tmp_path)
    assert store.get("a") is None
    store.put("a", b"some data")
    assert path.read_bytes() == whole


def test_a_folder_that_can_not_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    store = PartStore(tmp_path / "file" / "parts")
    store.put("a", b"data")
    with store.turn(["a"]):
        assert store.get("a") == b"data"


def test_the_folder_does_not_grow_without_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part_store, "MOST_BYTES", 10_000)
    for run in range(5):
        store = PartStore(tmp_path)
        for number in range(5):
            store.put(f"{run}-{number}", bytes(1000))
            os.utime(tmp_path / f"{run}-{number}.part", (run * 10 + number,) * 2)
    left = {path.stem for path in tmp_path.glob("*.part")}
    assert sum(path.stat().st_size for path in tmp_path.glob("*.part")) <= 10_000
    assert {f"4-{number}" for number in range(5)} <= left
    assert not {f"0-{number}" for number in range(5)} & left


def test_memory_does_not_grow_without_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part_store, "MOST_KEPT", 2500)
    store = PartStore()
    for number in range(5):
        store.put(str(number), bytes(1000))
    assert [number for number in range(5) if store.get(str(number))] == [3, 4]


def test_keys_tell_texts_apart_however_they_are_divided() -> None:
    assert len({digest_of("ab", "c"), digest_of("a", "bc"), digest_of("abc")}) == 3


def _hold(folder: Path, ready: Connection) -> None:
    with PartStore(folder).turn(["a"]):
        ready.send(None)
        ready.recv()  # until the test ends it, or kills this process


def test_a_turn_is_waited_for_and_given_back_by_a_process_that_dies(tmp_path: Path) -> None:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_hold, args=(tmp_path, theirs))
    process.start()
    ours.recv()
    process.kill()
    process.join()
    start = time.monotonic()
    with PartStore(tmp_path).turn(["a"]):
        assert time.monotonic() - start < part_store._PATIENCE_S / 2


def test_nobody_waits_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part_store, "_PATIENCE_S", 0.05)
    start = time.monotonic()
    with PartStore(tmp_path).turn(["a"]), PartStore(tmp_path).turn(["a"]):
        assert 0.05 <= time.monotonic() - start < 2


def test_what_has_another_lock_is_not_waited_for(tmp_path: Path) -> None:
    with PartStore(tmp_path).turn(["a", "b"]):
        start = time.monotonic()
        with PartStore(tmp_path).turn(["c", "d"]):
            assert time.monotonic() - start < part_store._PATIENCE_S / 2


def test_what_another_process_makes_is_told_from_what_nobody_makes(tmp_path: Path) -> None:
    store, other = PartStore(tmp_path), PartStore(tmp_path)
    assert not other.is_taken("a")  # there is no folder yet
    with store.turn(["a"]):
        assert other.is_taken("a")
        assert not other.is_taken("b")
    assert not other.is_taken("a")
    assert not PartStore().is_taken("a")
