"""The figures of docs/risk.md hold."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest.importorskip("sklearn")

from engine.insight.risk.delimited import table_rows
from engine.insight.risk.fitting import SETTINGS
from engine.insight.risk.holdout import hold_out
from engine.insight.risk.mapping import read_mapping
from engine.insight.risk.model_file import Family
from engine.insight.risk.table import gather

ROOT = Path(__file__).parents[4]
FIXTURES = Path(os.environ.get("BILLCAST_FIXTURES", ROOT.parent / "shared" / "fixtures"))


@pytest.mark.slow
def test_south_german_credit_reaches_the_figures_of_the_page():
    path = FIXTURES / "late_payment" / "SouthGermanCredit.asc"
    if not path.exists():
        pytest.skip(f"the fixtures are not at {FIXTURES} (set BILLCAST_FIXTURES)")
    mapping = read_mapping(ROOT / "samples" / "risk" / "south_german_credit.toml")
    table = gather(table_rows(path, mapping), mapping.inputs, most=2000, seed=1)
    held = hold_out(table, seed=1, folds=5)
    model = held.measures()[0]
    assert len(held.labels) == 1000
    assert model.auc.value >= 0.78
    assert model.brier.value <= 0.166
    assert model.calibration.value <= 0.04


def test_both_families_are_tried():
    assert {setting.family for setting in SETTINGS} == set(Family)
