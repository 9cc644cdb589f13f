"""What is the same for everyone of a campaign and a locale is made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from engine.contracts import Texts
from engine.model.campaign import Campaign

MOST = 64  # campaigns times locales

_Made = TypeVar("_Made")


def kept(make: Callable[[Campaign, Texts], _Made]) -> Callable[[Campaign, Texts], _Made]:
    """Return `make`, which must depend on nothing else, with its results kept.

    Campaign and texts, both unchanging, are told apart by identity: to compare them would cost more than
    most results. They are held beside the result, so that no other object takes their place in memory.
    """
    found: dict[tuple[int, int], tuple[Campaign, Texts, _Made]] = {}

    @wraps(make)
    def get(campaign: Campaign, texts: Texts) -> _Made:
        key = id(campaign), id(texts)
        entry = found.get(key)
        if entry is None:
            if len(found) >= MOST:
                found.clear()
            entry = found[key] = campaign, texts, make(campaign, texts)
        return entry[2]

    return get
