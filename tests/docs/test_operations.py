"""docs/operations.md says what the code does."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from engine.batch import report
from engine.commands import render
from engine.log import STEPS
from engine.model.artifact import OutcomeStatus
from engine.settings import PREFIX, Settings

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "operations.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_stands_there_with_default_and_sentence(name):
    field = Settings.model_fields[name]
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{PREFIX}{name.upper()}` |"))
    default = "none" if field.default is None else str(field.default).lower()
    assert row == f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |"


def test_every_option_of_render_stands_there():
    options = set(inspect.signature(render.render).parameters) - {"inputs", "input_format"} | {"format"}
    missing = {option for option in options if f"| `--{option.replace('_', '-')}` |" not in PAGE}
    assert missing == set()


@pytest.mark.parametrize("status", list(OutcomeStatus))
def test_every_status_stands_there(status):
    assert f"\n| {status.value} |" in PAGE


@pytest.mark.parametrize("name", [report.MANIFEST, report.QUARANTINE, report.LINKS, report.REPORT, "run.log"])
def test_every_file_of_a_run_stands_there(name):
    assert f"\n| `{name}` |" in PAGE


def test_the_steps_have_the_same_names_in_docs_and_log():
    architecture = (DOCS / "architecture.md").read_text(encoding="utf-8")
    for step in STEPS:
        assert f"**{step}**" in PAGE
        assert f"\n| {step} |" in architecture
