"""docs/pdf.md names each reason for which a bill goes by the reference, so that a designer finds the mend."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "renderers" / "pdf").rglob("*.py"))
PAGE = (ROOT / "docs" / "pdf.md").read_text("utf-8").replace("\\|", "|")


def _patterns(tree: ast.Module) -> Iterator[str]:
    """Yield the reasons in a module as regular expressions; what is filled in may be anything."""
    named = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Unfillable":
            said = node.args[0]
            if isinstance(said, ast.Constant):
                yield re.escape(said.value)
            elif isinstance(said, ast.JoinedStr):
                yield "".join(
                    re.escape(part.value) if isinstance(part, ast.Constant) else "[^`]+" for part in said.values
                )
            elif isinstance(said, ast.Name) and said.id in named:
                yield re.escape(named[said.id])
        elif isinstance(node, ast.FunctionDef) and node.name == "_reason":
            yield from (
                re.escape(inner.value.value)
                for inner in ast.walk(node)
                if isinstance(inner, ast.Return) and isinstance(inner.value, ast.Constant)
            )
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_REFUSED":
            yield from (re.escape(row.elts[2].value) for row in node.value.elts)


def _reasons() -> set[str]:
    return {found for path in SOURCES for found in _patterns(ast.parse(path.read_text("utf-8")))}


def test_every_reason_for_a_fallback_is_explained():
    missing = {reason for reason in _reasons() if re.search(f"`{reason}`", PAGE) is None}
    assert missing == set()


def test_every_explained_reason_is_one_of_the_code():
    section = PAGE.split("### Reasons\n", 1)[1].split("\n## ", 1)[0]
    told = {
        reason
        for line in section.splitlines()
        if line.startswith("| `")
        for reason in re.findall(r"`([^`]+)`", line.split(" | ")[0])
    }
    patterns = [re.compile(reason) for reason in _reasons()]
    assert {reason for reason in told if not any(pattern.fullmatch(reason) for pattern in patterns)} == set()


def test_reasons_are_found_where_they_are_put_together():
    found = _reasons()
    assert re.escape("a soft hyphen") in found
    assert re.escape("a box has an outline") in found
    assert re.escape("the template looks into a text") in found
    assert len(found) > 90
