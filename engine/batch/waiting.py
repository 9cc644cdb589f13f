"""Tasks that wait for a worker, by what alike ones share (their language): each worker keeps to its own kinds.

What a worker makes the first of its kind takes a hundred times longer than the next: templates, fonts and layouts
are learnt. So kinds are shared out as workers run short, and only a worker without work of its own helps another.
The oldest of a kind goes first.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterable, Sequence

from engine.batch.shard import Task
from engine.model.customer import Customer

_LOCALE = re.compile(rb'"locale"\s*:\s*"([^"\\]{2,35})"')


def kind_of(task: Task) -> str:
    """Return what tasks alike share, as far as can be told without reading a line: the locale, or nothing."""
    if isinstance(task.record, Customer):
        return task.record.locale or ""
    found = _LOCALE.search(task.record)
    return found[1].decode("ascii", "replace") if found else ""


class Waiting:
    """Tasks by kind."""

    def __init__(self) -> None:
        self._kinds: dict[str, deque[Task]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def extend(self, tasks: Iterable[Task]) -> None:
        """Add tasks."""
        for task in tasks:
            self._kinds.setdefault(kind_of(task), deque()).append(task)
            self._count += 1

    def take(self, size: int, own: set[str], others: Collection[str]) -> tuple[Task, ...]:
        """Return up to `size` tasks for a worker that knows the kinds `own`; `others` are known elsewhere.

        What it is to learn is added to `own`, but for what another worker knows.
        """
        taken: list[Task] = []
        self._from([kind for kind in self._kinds if kind in own], taken, size)
        fresh = [kind for kind in self._kinds if kind not in own and kind not in others]
        for kind in fresh:
            if 2 * len(taken) >= size:
                break
            own.add(kind)
            self._from([kind], taken, size)
        if not taken and self._kinds:
            self._from([max(self._kinds, key=lambda kind: len(self._kinds[kind]))], taken, size)
        return tuple(taken)

    def _from(self, kinds: Sequence[str], taken: list[Task], size: int) -> None:
        for kind in kinds:
            tasks = self._kinds[kind]
            while tasks and len(taken) < size:
                taken.append(tasks.popleft())
                self._count -= 1
            if not tasks:
                del self._kinds[kind]
