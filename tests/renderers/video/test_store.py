"""What was made once is found again, by all workers, within a stated room."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from renderers.video.store import Store, key_of

KEYS = [key_of("phrase", str(number)) for number in range(40)]


def on_disk(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.bin"))


def used(folder: Path, key: str, seconds_ago: float) -> None:
    when = time.time() - seconds_ago
    os.utime(folder / key[:2] / f"{key[2:]}.bin", (when, when))


def test_what_was_put_is_found_by_another_store_on_the_same_folder(tmp_path: Path) -> None:
    Store(tmp_path / "new").put(KEYS[0], b"sound")
    other = Store(tmp_path / "new")
    assert other.get(KEYS[0]) == b"sound"
    assert other.get(KEYS[1]) is None


def test_uses_tell_where_bytes_were_found(tmp_path: Path) -> None:
    Store(tmp_path).put(KEYS[0], b"sound")
    store = Store(tmp_path)
    for key in (KEYS[0], KEYS[0], KEYS[1], KEYS[0]):
        store.get(key)
    assert (store.uses.on_disk, store.uses.in_memory, store.uses.absent) == (1, 2, 1)
    assert store.uses.hit_share == 0.75


@pytest.mark.parametrize("damage", [b"", b"abc", b"\0\0\0\0sound", b"\0" * 100])
def test_a_damaged_file_is_as_good_as_absent_and_can_be_written_again(tmp_path: Path, damage: bytes) -> None:
    Store(tmp_path).put(KEYS[0], b"sound")
    (path,) = tmp_path.rglob("*.bin")
    path.write_bytes(damage)
    assert Store(tmp_path).get(KEYS[0]) is None
    Store(tmp_path).put(KEYS[0], b"sound")
    assert Store(tmp_path).get(KEYS[0]) == b"sound"


def test_an_empty_value_is_a_value(tmp_path: Path) -> None:
    Store(tmp_path).put(KEYS[0], b"")
    assert Store(tmp_path).get(KEYS[0]) == b""


def test_files_stay_within_their_room_and_what_was_used_least_recently_goes(tmp_path: Path) -> None:
    store = Store(tmp_path, room_bytes=10_000, memory_bytes=0)
    for number, key in enumerate(KEYS[:10]):
        store.put(key, bytes(996))
        used(tmp_path, key, 1000 - number)
    assert store.get(KEYS[0]) is not None  # used again: now the freshest
    for key in KEYS[10:]:
        store.put(key, bytes(996))
        assert on_disk(tmp_path) <= 10_000 + 10_000 // 16 + 1000
    assert store.get(KEYS[1]) is None


def test_a_file_used_again_outlives_one_that_was_not(tmp_path: Path) -> None:
    store = Store(tmp_path, room_bytes=2_500, memory_bytes=0)
    for key in KEYS[:3]:
        store.put(key, bytes(996))
    for key, age in zip(KEYS[:3], (300, 200, 100), strict=True):
        used(tmp_path, key, age)
    store.get(KEYS[0])
    store.trim()
    assert [store.get(key) is not None for key in KEYS[:3]] == [True, False, True]


def test_memory_keeps_no_more_than_its_bytes(tmp_path: Path) -> None:
    store = Store(None, memory_bytes=2_000)
    for key in KEYS[:3]:
        store.put(key, bytes(900))
    assert [store.get(key) is not None for key in KEYS[:3]] == [False, True, True]
    store.put(KEYS[3], bytes(5_000))
    assert store.get(KEYS[3]) is None
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_costs_only_the_sharing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    store = Store(tmp_path / "file" / "cache")
    store.put(KEYS[0], b"sound")
    assert store.get(KEYS[0]) == b"sound"


def test_drafts_of_processes_that_ended_are_cleared_and_young_ones_left_alone(tmp_path: Path) -> None:
    Store(tmp_path).put(KEYS[0], b"sound")
    folder = tmp_path / KEYS[0][:2]
    old, young = folder / "a.1.draft", folder / "b.2.draft"
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    os.utime(old, (time.time() - 7200,) * 2)
    Store(tmp_path).trim()
    assert not old.exists()
    assert young.exists()


def test_keys_tell_parts_apart() -> None:
    assert key_of("ab", "c") != key_of("a", "bc")
    assert key_of("ab") == key_of(b"ab")
    assert len(key_of("")) == 40


def test_workers_write_and_trim_the_same_folder_at_once(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "from renderers.video.store import Store, key_of\n"
        "store = Store(pathlib.Path(sys.argv[1]), room_bytes=20_000, memory_bytes=0)\n"
        "for turn in range(300):\n"
        "    key = key_of(str(turn % 60))\n"
        "    found = store.get(key)\n"
        "    assert found is None or found == key.encode() * 25\n"
        "    store.put(key, key.encode() * 25)\n"
    )
    workers = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) for _ in range(3)]
    assert [worker.wait(timeout=60) for worker in workers] == [0, 0, 0]
    assert on_disk(tmp_path) <= 20_000 + 3 * (20_000 // 16 + 1_004)
    assert not list(tmp_path.rglob("*.draft"))
