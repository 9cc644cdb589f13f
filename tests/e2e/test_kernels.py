"""A machine without a compiler makes the same files as one with native kernels."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine import natives
from tests.e2e.reading import CAMPAIGN, KEY, NOW_TEXT, ROOT

pytestmark = pytest.mark.slow

CUSTOMERS = 90  # messy ones: long names, odd counts of rows, all locales, rare glyphs


@pytest.fixture(scope="module")
def cycle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cycle") / "cycle.jsonl"
    command = [sys.executable, ROOT / "samples/make_cycle.py", str(CUSTOMERS), "--seed", "23", "--messy", "--out", path]
    subprocess.run(command, check=True)
    return path


def made(cycle: Path, folder: Path, *, is_native: bool) -> dict[str, bytes]:
    """Return what a run makes for customers, by path."""
    environment = {**os.environ, "BILLCAST_KEY": KEY, natives.SETTING: str(int(is_native)), "PYTHONPATH": str(ROOT)}
    command = [
        sys.executable, ROOT / "cli.py", "render", cycle, "--campaign", CAMPAIGN, "--out", folder / "out", "--state",
        folder / "state", "--channels", "pdf,message", "--workers", "1", "--now", NOW_TEXT, "--audit", "0",
    ]  # fmt: skip
    subprocess.run(command, check=True, env=environment, capture_output=True, cwd=folder)
    out = folder / "out"
    files = [path for path in out.rglob("*") if path.is_file() and path.relative_to(out).parts[0] != ".billcast"]
    return {str(path.relative_to(out)): path.read_bytes() for path in files}


def test_files_are_the_same_with_and_without_kernels(cycle: Path, tmp_path: Path) -> None:
    if natives.missing():
        pytest.skip("the native kernels are not built")
    folders = tmp_path / "native", tmp_path / "python"
    for folder in folders:
        folder.mkdir()
    native, python = (made(cycle, folder, is_native=folder.name == "native") for folder in folders)
    assert len(native) > CUSTOMERS
    assert sorted(native) == sorted(python)
    assert [path for path, data in native.items() if data != python[path]] == []
