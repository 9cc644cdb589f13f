"""Refuse source files over 400 lines and functions over 60: one idea a file, one thought a function."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

MOST_LINES_A_FILE = 400
MOST_LINES_A_FUNCTION = 60
FOLDERS = ("engine", "renderers", "samples", "tests", "benchmarks", ".ci")


def oversized(path: Path) -> list[str]:
    """Return a line for each size that `path` exceeds."""
    source = path.read_text(encoding="utf-8")
    count = source.count("\n")
    found = [f"{path}: {count} lines, at most {MOST_LINES_A_FILE}"] if count > MOST_LINES_A_FILE else []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MOST_LINES_A_FUNCTION:
                found.append(f"{path}:{node.lineno} {node.name}: {length} lines, at most {MOST_LINES_A_FUNCTION}")
    return found


def main() -> int:
    """Check every Python file of the project; return the exit code."""
    files = sorted(path for folder in FOLDERS for path in Path(folder).rglob("*.py"))
    found = [line for path in files for line in oversized(path)]
    print("\n".join(found) if found else f"sizes: {len(files)} files within bounds")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
