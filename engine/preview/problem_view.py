"""A problem as the page shows it: code, fact, hint, and the source lines around its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import CODES, BillcastError, Problem

AROUND = 3  # lines shown before and after
_MOST_BYTES = 2_000_000
_MOST_CHARACTERS = 400  # of one line
_PLACE = re.compile(r"(?P<file>[^\s:]+\.[A-Za-z0-9]+)(?::(?P<line>\d+))?")
_TOML_LINE = re.compile(r"at line (\d+)")  # tomllib says the line in its message only


@dataclass(frozen=True, slots=True)
class Spot:
    """A file of the template set and a line in it; 0 when the line is not known."""

    file: str
    line: int


def problem_view(problem: Problem, root: Path) -> dict[str, Any]:
    """Return `problem` as plain data, with the source around its line if it lies in the set at `root`."""
    spot = spot_of(problem, root)
    return {
        "code": problem.code,
        "general": CODES[problem.code],
        "fact": problem.fact,
        "place": problem.place.replace(f"{root}/", ""),
        "hint": problem.hint,
        "file": spot.file if spot else "",
        "line": spot.line if spot else 0,
        "source": source_lines(root / spot.file, spot.line) if spot else [],
    }


def spot_of(problem: Problem, root: Path) -> Spot | None:
    """Return the file of the set that the problem's place names, or None."""
    root = root.resolve()
    for match in _PLACE.finditer(problem.place):
        path = (root / match["file"]).resolve()  # an absolute name stays as it is
        if path.is_relative_to(root) and path.is_file():
            line = int(match["line"] or 0)
            if not line and path.suffix == ".toml" and (said := _TOML_LINE.search(problem.fact)):
                line = int(said[1])
            return Spot(path.relative_to(root).as_posix(), line)
    return None


def source_lines(path: Path, line: int) -> list[dict[str, Any]]:
    """Return the lines around `line` with their numbers; none where the file can't be shown as text."""
    if line < 1:
        return []
    try:
        if path.stat().st_size > _MOST_BYTES:
            return []
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    first, last = max(1, line - AROUND), min(len(lines), line + AROUND)
    return [
        {"number": number, "text": lines[number - 1][:_MOST_CHARACTERS], "is_it": number == line}
        for number in range(first, last + 1)
    ]


def as_error(problem: Problem) -> BillcastError:
    """Return a problem that was an outcome as an error again."""
    return BillcastError(problem.code, problem.fact, place=problem.place, hint=problem.hint)
