"""A run is held against the reference; one that fails isn't finished until its documents are equal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.api import audit_cycle, bundle_letters, resume_cycle, run_cycle
from engine.errors import BatchError
from tests.e2e.reading import CAMPAIGN, KEY, NOW, SAMPLES

pytestmark = pytest.mark.slow
CUSTOMERS = 2


def test_a_run_whose_documents_differ_is_not_finished_until_they_are_equal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BILLCAST_KEY", KEY)
    monkeypatch.setenv("BILLCAST_SYNC", "false")
    given = tmp_path / "in.jsonl"
    given.write_text("".join(SAMPLES.read_text(encoding="utf-8").splitlines(keepends=True)[:CUSTOMERS]))

    report = run_cycle([given], CAMPAIGN, tmp_path / "out", channels=("pdf",), now=NOW, workers=1)

    assert report.audit
    assert report.exit_code == 0
    assert (report.audit.documents, report.audit.differing) == (report.paths["pdf fast"], ())
    assert report.audit.documents >= 1
    assert report.audit.seconds > 0
    state = report.state_dir
    assert state
    assert json.loads((state / "report.json").read_text())["audit"] == report.audit.as_json()
    assert resume_cycle(state, workers=1).audit == report.audit

    stored = {path: path.read_bytes() for path in (tmp_path / "out/2026-10").glob("*/bill.pdf")}
    for path, data in stored.items():
        path.write_bytes(data.replace(b"%PDF-1.7", b"%PDF-1.6"))
    verdict = audit_cycle(state, workers=1)
    assert len(verdict.differing) == verdict.documents
    told = json.loads((state / "report.json").read_text())
    assert (told["is_whole"], told["exit_code"], told["audit"]) == (False, 4, verdict.as_json())
    kept = [folder for folder in (state / "audit").iterdir() if folder.is_dir()]
    assert len(kept) == verdict.documents
    assert {(folder / "filled.pdf").read_bytes()[:8] for folder in kept} == {b"%PDF-1.6"}
    with pytest.raises(BatchError) as refused:
        bundle_letters(state, 100)
    assert refused.value.problem.code == "R140"

    again = resume_cycle(state, workers=1, audit=0)  # what differed before is looked at all the same
    assert (again.exit_code, again.is_whole) == (4, False)

    for path, data in stored.items():
        path.write_bytes(data)
    steps: list[tuple[int, int | None]] = []
    mended = resume_cycle(state, workers=1, on_progress=lambda now: steps.append((now.audited, now.to_audit)))
    assert steps[-1] == (verdict.documents, verdict.documents)
    assert (mended.exit_code, mended.is_whole) == (0, True)
    assert not [folder for folder in (state / "audit").iterdir() if folder.is_dir()]
