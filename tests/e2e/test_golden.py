"""What six very different customers are told, word by word.

Renewed by `pytest tests/e2e/test_golden.py --renew-golden`. A change of words or figures shows here as
a diff, to be looked at before it is renewed. Line breaks of a PDF depend on the machine's fonts and
don't count.
"""

from __future__ import annotations

import difflib
import json
import shutil
from pathlib import Path

import pytest

from engine.api import render_one
from engine.model.communication import Communication
from engine.templating import TemplateSet
from tests.e2e.reading import KEYS, NOW, page_text, pdf_text, samples

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
WHO = {"NL-0001": "a-higher-bill", "NL-0004": "a-credit", "NL-0013": "help-with-a-plan", "NL-0015": "clear-words",
       "NL-0020": "the-final-notice", "NL-0025": "in-dispute"}  # fmt: skip


def facts_json(said: Communication) -> str:
    """Return every fact and the decision, a line each."""
    facts = {name: [fact.text, fact.spoken] if fact.spoken else fact.text for name, fact in said.facts().items()}
    decision = {"tone": said.tone.value, "stage": said.decision.stage, "shows": list(said.decision.shows),
                "reasons": list(said.decision.reasons)}  # fmt: skip
    script = [f"{phrase.scene}: {phrase.spoken}" for phrase in said.script]
    whole = {"decision": decision, "facts": dict(sorted(facts.items())), "script": script}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


@pytest.mark.parametrize("key", WHO)
def test_the_customer_is_told_the_same_as_before(
    starter: TemplateSet, key: str, request: pytest.FixtureRequest
) -> None:
    customer = samples()[key]
    result = render_one(customer, starter, keys=KEYS, now=NOW, channels=("pdf", "microsite"))
    assert result.communication is not None, result.outcome.problem
    files = {artifact.name: artifact.data for artifact in result.artifacts}
    made = {"facts.json": facts_json(result.communication), "pdf.txt": pdf_text(files["bill.pdf"]) + "\n"}
    if "index.html" in files:  # a formal notice has no page
        made["page.txt"] = page_text(files["index.html"]) + "\n"
    folder = GOLDEN / f"{key}-{WHO[key]}"
    if request.config.getoption("--renew-golden"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, text in made.items():
            (folder / name).write_text(text, encoding="utf-8")
        return
    changed = [] if {path.name for path in folder.iterdir()} == set(made) else [f"other files than {sorted(made)}"]
    for name, text in made.items():
        path = folder / name
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if before.split() != text.split():
            changed += difflib.unified_diff(before.splitlines(), text.splitlines(), f"golden/{folder.name}/{name}",
                                            "made now", lineterm="", n=1)  # fmt: skip
    if changed:
        pytest.fail(
            "\n".join([*changed, "", "right as it is? pytest tests/e2e/test_golden.py --renew-golden"]), pytrace=False
        )
