from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from engine.commands import app

ROOT = Path(__file__).resolve().parents[3]
SET = str(ROOT / "templates" / "bill-explainer")
NOW = ("--now", "2026-11-06T08:00:00Z")


def _copies(folder: Path, count: int) -> str:
    """Write a sample customer many times, under new keys, half in each of two bands."""
    row = json.loads((ROOT / "samples" / "customers.jsonl").read_text(encoding="utf-8").splitlines()[0])
    path = folder / "many.jsonl"
    with path.open("w", encoding="utf-8") as target:
        for place in range(count):
            band = "65+" if place % 2 else "18-64"
            target.write(json.dumps(row | {"key": f"C-{place}", "attributes": {"age_band": band}}) + "\n")
    return str(path)


def test_alike_customers_of_two_groups_are_met_alike(tmp_path: Path) -> None:
    out, data = tmp_path / "fair.html", tmp_path / "fair.json"
    arguments = ["insight", "fairness", _copies(tmp_path, 60), "--campaign", SET, "--by", "age_band",
                 "--out", str(out), "--json", str(data), *NOW]  # fmt: skip
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "age_band            0 marks" in result.output
    report = json.loads(data.read_text(encoding="utf-8"))
    assert report["customers"] == 60
    assert report["attributes"][0]["groups"] == [["18-64", 30], ["65+", 30]]
    text = out.read_text(encoding="utf-8")
    assert "Are all met alike?" in text
    assert "Bianchi" not in text
