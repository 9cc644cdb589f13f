"""What was proven of spliced pictures, and what was refused, by content key: in memory and in files of a machine.

A proof is paid for once a machine. A refusal is for good: a proof made at the same time by another worker does not
lift it. Both are forgotten last used first when there are more than `ROOM_BYTES` of them, and proven anew then.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from renderers.video.fast.encoder import settings
from renderers.video.fast.film import PaintedScene
from renderers.video.fast.plan import ScenePlan
from renderers.video.frame import Frame
from renderers.video.store import Store, key_of

ROOM_BYTES: Final = 16 << 20
_MEMORY_BYTES: Final = 1 << 20
_PROVEN, _REFUSED = b"+", b"-"
_KEYS: Final = 1 << 12
_SCENE, _GROUND = "scene proof 1", "ground proof 1"


@dataclass(slots=True)
class ProofCounts:
    """How many proofs were made here, how many of them failed, and the processor time that they took."""

    made: int = 0
    failed: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class Proofs:
    """The proofs of a worker. Without `folder` they are kept in memory only."""

    folder: Path | None = None
    counts: ProofCounts = field(default_factory=ProofCounts)
    _store: Store = field(init=False)

    def __post_init__(self) -> None:
        self._store = Store(self.folder, ROOM_BYTES, _MEMORY_BYTES)

    def reason(self, key: str) -> str | None:
        """Return why what has this key is refused, empty if it is proven, None if it was never looked at."""
        data = self._store.get(key)
        if data is None or data[:1] not in (_PROVEN, _REFUSED):
            return None
        return data[1:].decode("utf-8")

    def of(self, key: str, prove: Callable[[], str]) -> str:
        """Return the reason of a refusal, empty if proven; `prove` is asked where nobody knows."""
        known = self.reason(key)
        if known is not None:
            return known
        began = time.process_time()
        found = prove()
        self.counts.seconds += time.process_time() - began
        self.counts.made += 1
        if found:
            self.counts.failed += 1
            self.refuse(key, found)
            return found
        meanwhile = self.reason(key)
        if meanwhile is None:
            self._store.put(key, _PROVEN)
        return meanwhile or ""

    def refuse(self, key: str, reason: str) -> None:
        """Withdraw whatever was proven: from now on `reason` stands."""
        self._store.put(key, _REFUSED + reason.encode("utf-8"))


def scene_key(look: str, name: str, frame: Frame, scene: PaintedScene, plan: ScenePlan, count: int) -> str:
    """Return the key of a scene's proof: look, scene, rendition, ground, all that decides its bands and their times.

    `look` stands for the brand; the length in frames, `count`, matters where a scene ends before its entrances do.
    """
    kinds = tuple(type(piece).__name__ for piece in scene.pieces)
    end = max((run.end for run in plan.runs), default=0)
    return _scene_key(look, name, frame, kinds, scene.ground_key, plan, min(count, end))


@functools.lru_cache(maxsize=_KEYS)
def ground_key(frame: Frame, ground: bytes) -> str:
    """Return the key of a ground's proof."""
    return key_of(_GROUND, settings(), repr(frame), ground)


@functools.lru_cache(maxsize=_KEYS)
def _scene_key(
    look: str, name: str, frame: Frame, kinds: tuple[str, ...], ground: bytes, plan: ScenePlan, count: int
) -> str:
    return key_of(_SCENE, settings(), look, name, repr((frame, kinds, plan, count)), ground)
