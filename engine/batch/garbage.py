"""When a worker looks for objects that hold each other, which no count of references sets free.

The collector of Python looks at all that is new after so many new objects. What a worker of PDFs keeps, plans and
what was learnt, is some 200 new objects a customer: looked at after every 300,000, that is a fortieth of a worker's
time to find next to nothing, as neither records nor documents nor renderings leave any: `Rendering.end` and
`Layout.end` take apart what would. A document that WeasyPrint writes still leaves some 3,000 objects of 1.3 MB, by
parsers and by the objects of its PDF: a million of them would be 400 MB, so the reference looks for them by itself.
"""

from __future__ import annotations

import gc
from collections.abc import Sequence
from typing import Final

# New objects between two collections of the youngest, then how many of those make one of the next, and of all.
# What is learnt by other channels leaves some: the usual 10 and 10 let millions wait.
OFTEN: Final = (20_000, 5, 4)
RARELY: Final = (1_000_000, 2, 2)
_CLEAN: Final = frozenset(("pdf", "message"))


def set_up_collector(channels: Sequence[str]) -> None:
    """Have the collector of a warm worker look when it is worth it; what is there already it never looks at again."""
    gc.freeze()
    gc.enable()  # the fork server had it off
    gc.set_threshold(*(RARELY if channels and _CLEAN.issuperset(channels) else OFTEN))
