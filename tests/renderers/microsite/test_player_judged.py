"""Outside judges of the film's page: axe-core, the W3C checker, a small phone, the browser's policy."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.renderers.microsite.tabs import DESKTOP, PHONE

TOOLS = Path(__file__).resolve().parents[3] / ".tools" / "node_modules"
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


STATES = (
    "document.querySelectorAll('details').forEach((node) => { node.open = true; })",
    "document.querySelectorAll('.go')[3].click()",
    "document.getElementById('film-keys').showPopover()",
)


@pytest.mark.parametrize("name", ["counted", "credit", "gone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP])
def test_axe_finds_no_violation_at_rest_in_the_pay_scene_and_with_help(
    tab: Any, name: str, scheme: str, viewport: Any
) -> None:
    axe = TOOLS / "axe-core" / "axe.min.js"
    if not axe.is_file():
        pytest.skip("axe-core is not installed: make setup-dev")
    t = tab(name, bypass_csp=True, color_scheme=scheme, viewport=viewport)
    t.page.add_script_tag(path=str(axe))
    if name == "gone":
        t.page.locator("[data-still]").wait_for(state="visible")
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    for state in STATES:
        t.page.evaluate(state)
        t.page.wait_for_timeout(300)
        found = t.page.evaluate("(rules) => axe.run({runOnly: rules}).then((r) => r.violations)", rules)
        assert [(v["id"], [n["html"][:150] + n["failureSummary"] for n in v["nodes"]]) for v in found] == [], state


@pytest.mark.parametrize("name", ["usual", "credit", "counted", "tall"])
def test_nothing_is_refused_or_wider_than_a_small_phone(tab: Any, name: str) -> None:
    t = tab(name, viewport={"width": 320, "height": 640})
    assert t.page.evaluate("document.documentElement.scrollWidth") <= 320
    assert t.faults == []


def test_the_w3c_checker_finds_no_error(site: Any) -> None:
    checker = TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"
    if not checker.is_file() or shutil.which("java") is None:
        pytest.skip("vnu-jar or java is not installed: make setup-dev")
    pages = [str(path) for name in ("usual", "counted", "tall") for path in (site.root / name).glob("*.html")]
    done = subprocess.run(
        ["java", "-jar", str(checker), "--format", "json", *pages], capture_output=True, text=True
    )  # fmt: skip
    messages = json.loads(done.stderr or done.stdout)["messages"]
    assert [(m["message"], m.get("extract")) for m in messages if m["type"] == "error"] == []
