"""A cycle of sealed and stamped bills, from the command line to the proof; no secret is left behind."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from engine.commands import app
from engine.evidence.pdf_seal import check_seal
from tests import pki
from tests.e2e.reading import CAMPAIGN, KEY, NOW_TEXT, SAMPLES
from tests.seal_judge import judged
from tests.time_authority import Authority, running

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("sealed")]


@dataclass
class Run:
    root: Path
    environment: dict[str, str]
    said: str = ""

    @property
    def bills(self) -> list[Path]:
        return sorted(self.root.glob("out/2026-10/*/bill.pdf"))

    def call(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run the command line in a process of its own, with the secrets in its environment."""
        command = [sys.executable, "-c", "from engine.commands import main; main()", *map(str, arguments)]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False, cwd=CAMPAIGN.parents[1]
        )

    def verify(self, *arguments: object) -> Result:
        """Run `billcast verify` here: it needs no secret."""
        return CliRunner().invoke(app, ["verify", *map(str, arguments)])


@pytest.fixture(scope="module", params=["p256", "rsa2048"])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    root = tmp_path_factory.mktemp("sealed")
    shutil.copytree(CAMPAIGN, root / "set")
    (root / "root.pem").write_text(pki.authority()[1].chain_pem)
    environment = {**os.environ, "BILLCAST_KEY": KEY, "BILLCAST_SYNC": "false"}
    made = Run(root, environment | pki.sealer(request.param).p12_environment(root / "seal.p12"))
    toml = root / "set/campaign.toml"
    with running(Authority()) as authority:
        text = toml.read_text().replace("[pdf]\n", "[pdf]\nseal = true\n", 1)
        toml.write_text(f'{text}\n[evidence]\ntsa_url = "{authority.url}"\n')
        ended = made.call(
            "render", SAMPLES, "--campaign", root / "set", "--out", root / "out", "--channels", "pdf",
            "--limit", 3, "--now", NOW_TEXT, "--workers", 1, "--audit", 1, "--state", root / "state",
        )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    made.said = ended.stdout + ended.stderr
    return made


def test_every_bill_is_sealed_and_proven(run: Run) -> None:
    assert len(run.bills) == 3
    trust = ("--trust", run.root / "root.pem", "--seal-trust", run.root / "root.pem")
    for bill in run.bills:
        seal = check_seal(bill.read_bytes())
        assert (seal.signer, f"{seal.claimed_at:%Y-%m-%dT%H:%M:%SZ}") == ("Northlight Energy seal", NOW_TEXT)
        proven = run.verify(bill, "--manifest", run.root / "state/manifest.jsonl", *trust)
        assert proven.exit_code == 0, proven.stdout
        assert proven.stdout.count("leads to a trusted one") == 2


def test_pyhanko_agrees(run: Run) -> None:
    for bill in run.bills:
        status = judged(bill.read_bytes())
        assert status.bottom_line
        assert status.coverage.name == "ENTIRE_FILE"


def test_a_flipped_byte_is_disproved_twice(run: Run) -> None:
    changed = bytearray(run.bills[0].read_bytes())
    changed[len(changed) // 2] ^= 1
    path = run.root / "changed.pdf"
    path.write_bytes(changed)
    told = run.verify(path, "--manifest", run.root / "state/manifest.jsonl")
    assert told.exit_code == 3
    assert "E120" in told.stdout
    assert "E128" in told.stdout


def test_no_secret_is_kept_or_printed(run: Run) -> None:
    state = run.root / "state"
    told = run.said + "".join(
        path.read_text() for path in state.glob("*") if path.suffix in (".log", ".jsonl", ".json", ".csv")
    )
    ledger = sqlite3.connect(state / "ledger.sqlite")
    try:
        (spec,) = ledger.execute("SELECT spec FROM run").fetchone()
        told += spec + "".join(str(row) for row in ledger.execute("SELECT * FROM outcome"))
    finally:
        ledger.close()
    assert pki.PASSWORD not in told
    assert "seal.p12" not in told
    assert "PRIVATE KEY" not in told
    assert len(json.loads(spec)["seal_id"]) == 64
