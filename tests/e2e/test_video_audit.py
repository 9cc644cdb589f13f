"""A run's videos are held against the reference beside its PDFs; each channel's part and cost is told apart."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from engine.api import audit_cycle, run_cycle
from tests.e2e.reading import CAMPAIGN, KEY, NOW, SAMPLES
from tests.renderers.video.conftest import SHORT

pytestmark = pytest.mark.slow
AMOUNT = SHORT.partition('<scene id="pay"')[0] + "</storyboard>"  # not every customer has to pay
SILENT = '\n[video]\nframes_per_second = 10\n[video.narration]\nvoice = "silent"\n'


def test_videos_and_documents_are_audited_in_one_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILLCAST_KEY", KEY)
    monkeypatch.setenv("BILLCAST_SYNC", "false")
    campaign, out, given = tmp_path / "set", tmp_path / "out", tmp_path / "in.jsonl"
    shutil.copytree(CAMPAIGN, campaign)
    (campaign / "video" / "storyboard.xml.j2").write_text(AMOUNT)
    settings = (campaign / "campaign.toml").read_text().split("\n[video")
    rest = "".join("\n[" + part.partition("\n[")[2] for part in settings[1:] if "\n[" in part)
    (campaign / "campaign.toml").write_text(settings[0] + rest + SILENT)
    given.write_text("".join(SAMPLES.read_text(encoding="utf-8").splitlines(keepends=True)[:2]))

    report = run_cycle([given], campaign, out, channels=("pdf", "video"), now=NOW, workers=1)

    assert report.audit
    assert report.exit_code == 0
    parts = report.audit.channels
    assert set(parts) == {"pdf", "video"}
    assert (parts["video"].documents, parts["video"].fast, parts["video"].differing) == (2, 2, 0)
    assert parts["video"].worker_seconds > 0
    state = report.state_dir
    assert state
    assert json.loads((state / "report.json").read_text())["audit"]["channels"]["video"]["documents"] == 2

    films = sorted(out.glob("2026-10/*/video-1280x720.mp4"))
    films[0].write_bytes(films[1].read_bytes())  # another customer's
    verdict = audit_cycle(state, workers=1)
    assert len(verdict.differing) == 1
    assert (verdict.channels["video"].differing, verdict.channels["pdf"].differing) == (1, 0)
    (kept,) = [folder for folder in (state / "audit").iterdir() if folder.is_dir()]
    assert (kept / "filled-1280x720.mp4").read_bytes() == films[1].read_bytes()
    assert (kept / "differences.txt").read_text().startswith("video 1280x720: ")
