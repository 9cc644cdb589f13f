"""The same communication gives the same bytes: in any process, whoever came before, whatever the caches hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[3]


def made(folder: Path, cache: Path | None, order: str, seed: str, level: str = "b") -> dict[str, dict[str, str]]:
    """Return the hashes of what a new process makes."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.renderers.video.making", str(folder / "set"), str(cache or "-"), level, order],
        cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2_000:]
    hashes: dict[str, dict[str, str]] = json.loads(done.stdout)
    return hashes


@pytest.mark.parametrize("level", ["b", "a"])
def test_neither_process_nor_order_nor_cache_changes_a_byte(tmp_path: Path, level: str) -> None:
    cache = tmp_path / "cache"
    alone = {**made(tmp_path, None, "0", "1", level), **made(tmp_path, None, "2", "2", level)}
    together = made(tmp_path, None, "0,1,2,3", "3", level)
    cold = made(tmp_path, cache, "3,2,1,0", "4", level)
    kept = sorted(path.relative_to(cache) for path in cache.rglob("*") if path.is_file())
    warm = made(tmp_path, cache, "1,3,0,2", "5", level)
    assert kept  # there was something to be found
    assert together == cold == warm
    assert {number: together[number] for number in alone} == alone
    assert together["0"] == together["3"]
    assert len({hashes["video-1280x720.mp4"] for hashes in together.values()}) == 3


def test_a_damaged_cache_changes_no_byte(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    clean = made(tmp_path, cache, "0,1,3", "1")
    files = [path for path in sorted(cache.rglob("*")) if path.is_file()]
    for number, path in enumerate(files):
        data = path.read_bytes()
        cut, flipped = data[: len(data) // 2], data[:-1] + bytes([data[-1] ^ 255]) if data else b"x"
        path.write_bytes(cut if number % 2 else flipped)
    assert files
    assert made(tmp_path, cache, "0,1,3", "2") == clean
