"""Why no e-invoice can be made of a bill: a code, a fact and a hint, never a figure."""

from __future__ import annotations

from engine.errors import Problem


class RefusedError(Exception):
    """A bill that no valid e-invoice can be made of. `problem` has a code R130 to R134."""

    def __init__(self, code: str, fact: str, place: str, hint: str) -> None:
        super().__init__(code, fact, place, hint)
        self.problem = Problem(code, fact, place, hint)
