"""The video benchmarks run, draw what they say, and their last lines hold the figures that are asked of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))


def ran(name: str, *given: str) -> dict[str, Any]:
    command = [sys.executable, str(ROOT / "benchmarks" / name), *given]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    figures: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return figures


def test_the_design_has_145_personal_frames_that_move_and_18_seconds_for_all(tmp_path: Path) -> None:
    from video_documents import communications
    from video_methods import check_design

    check_design(tmp_path, next(communications()))


def test_another_design_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import video_methods
    from video_documents import communications

    monkeypatch.setattr(video_methods, "PERSONAL", ("hello", "amount", "why"))
    with pytest.raises(SystemExit, match=r"has \{.*\} animated frames and 20.4 s"):
        video_methods.check_design(tmp_path, next(communications()))


@pytest.mark.slow
def test_levels_and_pipe_make_the_same_thirty_seconds(tmp_path: Path) -> None:
    figures = ran("bench_video.py", "--rounds", "1", "--videos", "1", "--warm", "1", "--only", "pipe,level_a,level_b",
                  "--keep", str(tmp_path))  # fmt: skip
    assert figures["benchmark"] == "video"
    assert 0 < figures["level_b_s"] < figures["pipe_s"]
    assert figures["bytes"] < 1_000_000
    assert 145 < figures["pictures"] < 750  # a hold is one picture
    assert {path.stem for path in tmp_path.glob("*.mp4")} == {"pipe", "level_a", "level_b"}


@pytest.mark.slow
def test_a_whole_run_is_measured_from_outside(tmp_path: Path) -> None:
    figures = ran("bench_video_batch.py", "--count", "2", "--workers", "1", "--folder", str(tmp_path))
    assert figures["benchmark"] == "video-batch"
    assert figures["videos"] == 2
    assert figures["by_reference"] == 0
    assert figures["per_min"] > 0
    assert 0 <= figures["segment_hit_share"] <= 1
    assert figures["video_cpu_s"]["all"] >= figures["video_cpu_s"]["film"] > figures["video_cpu_s"]["x264"] > 0
