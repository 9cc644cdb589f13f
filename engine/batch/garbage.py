"""When a worker looks for objects that hold each other, which no count of references sets free.

The collector of Python looks at all that is new after so many new objects. What a worker of PDFs keeps, plans and
what was learnt, is some 500 new objects a customer, looked at two or three times before they count as old: half a
millisecond of a customer, to find next to nothing, as neither records nor documents nor renderings leave any
(`Rendering.end` takes apart what would). So it is looked for once in many customers there. What encodes videos does
leave some, with pictures in them: there the collector goes by objects as ever.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from typing import Final

# New objects between two collections of the youngest, then how many of those make one of the next, and of all.
# What is learnt by other channels leaves some: the usual 10 and 10 let millions wait.
_BY_OBJECTS: Final = (20_000, 5, 4)
_CLEAN: Final = frozenset(("pdf", "message"))
EVERY: Final = 10_000  # customers between two looks at everything, of half a second to a second each


class Garbage:
    """The collector in a worker that is warm."""

    def __init__(self, channels: Sequence[str]) -> None:
        self._is_rare = bool(channels) and _CLEAN.issuperset(channels)
        self._unseen = 0  # customers since everything was looked at

    def begin(self) -> None:
        """Set the collector up: what is warm stays and is never looked at."""
        gc.freeze()
        if self._is_rare:
            gc.disable()
        else:
            gc.set_threshold(*_BY_OBJECTS)

    def after(self, customers: int) -> None:
        """Look at everything if it is time to, so many customers later and none of them under way."""
        self._unseen += customers
        if self._is_rare and self._unseen >= EVERY:
            gc.collect()
            self._unseen = 0
