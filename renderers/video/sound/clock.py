"""The clock of the sound: samples, and frames of 1024 of them on which phrases start."""

from __future__ import annotations

import math
from typing import Final

RATE_HZ: Final = 48_000
FRAME: Final = 1024  # samples that an AAC packet adds: 21 ms


def frame_from(seconds: float) -> int:
    """Return the first frame that does not start before `seconds`; never the first one, which stays silent."""
    return max(1, math.ceil(round(seconds * RATE_HZ / FRAME, 6)))


def start_of(frame: int) -> float:
    """Return when a frame starts, in seconds."""
    return frame * FRAME / RATE_HZ
