"""What a filter or the output refuses, before the place in the template is known."""

from __future__ import annotations

from engine.errors import Problem


class RefusedError(Exception):
    """A value that a template must not show. `TemplateSet.render` adds file and line."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.fact)
