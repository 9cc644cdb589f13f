"""The clock of the sound: samples, frames of 1024 of them on which phrases start, and the packet of an empty one."""

from __future__ import annotations

import math
from typing import Final

RATE_HZ: Final = 48_000
FRAME: Final = 1024  # samples that an AAC packet adds: 21 ms
SILENCE: Final = bytes.fromhex("211014608c1c")  # the AAC packet of a frame of nothing, two channels


def frame_from(seconds: float) -> int:
    """Return the first frame that does not start before `seconds`; never the first one, which stays silent."""
    return max(1, math.ceil(round(seconds * RATE_HZ / FRAME, 6)))


def start_of(frame: int) -> float:
    """Return when a frame starts, in seconds."""
    return frame * FRAME / RATE_HZ
