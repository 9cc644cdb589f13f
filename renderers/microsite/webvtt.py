"""Reads the cues of the video channel's own WebVTT files."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from engine.model.artifact import Artifact

_TIMES = re.compile(r"^(\d+):(\d\d):(\d\d)\.(\d{3}) --> (\d+):(\d\d):(\d\d)\.(\d{3})$")


@dataclass(frozen=True, slots=True)
class Block:
    """One cue: its id, its times in seconds, its words in one line."""

    name: str
    start_s: float
    end_s: float
    words: str


def blocks(artifact: Artifact | None) -> tuple[Block, ...]:
    """Return the cues of a file in order; of no file, none."""
    if artifact is None:
        return ()
    found: list[Block] = []
    for block in artifact.data.decode("utf-8").split("\n\n"):
        name, _, rest = block.strip().partition("\n")
        times, _, words = rest.partition("\n")
        match = _TIMES.match(times)
        if match:
            start_s, end_s = _seconds(match.groups()[:4]), _seconds(match.groups()[4:])
            found.append(Block(name, start_s, end_s, html.unescape(words.replace("\n", " "))))
    return tuple(found)


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, milliseconds = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds + milliseconds / 1000
