"""The texts beside a film, read back: captions, chapters, description, transcript, and where it can be pressed.

Captions are read as a player reads them (W3C WebVTT, of which the film's files use identifiers, times and plain text).
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from renderers.video.timeline import Timeline

_TIMES = re.compile(r"(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3}) --> (\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})")
_WITHIN_S = 0.002  # times are written in milliseconds
_WITHIN = 0.02  # per cent: boxes are written in hundredths


@dataclass(frozen=True, slots=True)
class ReadCue:
    """A cue of a file: times in seconds of the film, its lines joined by blanks."""

    id: str
    start_s: float
    end_s: float
    text: str


def read_vtt(data: bytes) -> list[ReadCue]:
    """Return the cues of a WebVTT file. Raises `ValueError` where it is none."""
    head, *blocks = data.decode("utf-8").rstrip("\n").split("\n\n")
    if head != "WEBVTT":
        raise ValueError("it does not begin as WebVTT")
    cues = []
    for block in blocks:
        name, times, *lines = block.split("\n") if block.count("\n") else ("", "")
        found = _TIMES.fullmatch(times)
        if found is None or not lines or "-->" in name:
            raise ValueError("a cue has no identifier, times and text")
        hours, minutes, seconds, thousandths = (found.groups()[index::4] for index in range(4))
        start, end = (
            int(hours[i]) * 3600 + int(minutes[i]) * 60 + int(seconds[i]) + int(thousandths[i]) / 1000 for i in (0, 1)
        )
        cues.append(ReadCue(name, start, end, " ".join(map(_plain, lines))))
    return cues


def caption_faults(data: bytes, timeline: Timeline) -> Iterator[str]:
    """Yield what is wrong with captions: they say what is said, one after another, while the film lasts."""
    cues = yield from _read("captions", data, timeline)
    said = " ".join(one.phrase.text for one in timeline.spoken)
    if cues is not None and " ".join(cue.text for cue in cues).split() != said.split():
        yield "captions: they are not the words of the script"


def chapter_faults(data: bytes, timeline: Timeline) -> Iterator[str]:
    """Yield what is wrong with chapters: one a scene, from its first picture to the next scene's."""
    cues = yield from _read("chapters", data, timeline)
    if cues is None:
        return
    if [cue.id for cue in cues] != [span.scene.id for span in timeline.spans]:
        yield "chapters: they are not the film's scenes"
    elif any(
        abs(cue.start_s - timeline.start_s(span)) > _WITHIN_S for cue, span in zip(cues, timeline.spans, strict=True)
    ):
        yield "chapters: one does not begin with its scene"


def description_faults(data: bytes, timeline: Timeline) -> Iterator[str]:
    """Yield what is wrong with the description: its cues are of scenes of the film."""
    cues = yield from _read("description", data, timeline)
    if cues is not None and not {cue.id for cue in cues} <= {span.scene.id for span in timeline.spans}:
        yield "description: it is of a scene that the film has not"


def transcript_faults(data: bytes, timeline: Timeline) -> Iterator[str]:
    """Yield a fault where a phrase that is said is not in the transcript, in its order."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        yield "transcript: it is no text"
        return
    place = 0
    shown = [name for span in timeline.spans for name in span.scene.narration.split()]
    for one in sorted(timeline.spoken, key=lambda one: one.start_s):
        if one.phrase.scene not in shown:
            continue
        found = text.find(one.phrase.text, place)
        if found < 0:
            yield f"transcript: a phrase of scene `{one.phrase.scene}` is not in it, or not at its place"
            return
        place = found + len(one.phrase.text)


def scenes_faults(data: bytes, timeline: Timeline, rendition: str) -> Iterator[str]:
    """Yield what is wrong with what a player is told: scenes at their times, and each spot within the picture."""
    try:
        told = json.loads(data)
        scenes: Sequence[Any] = told["scenes"]
        if told["rendition"] != rendition or abs(told["seconds"] - timeline.seconds) > _WITHIN_S:
            yield "scenes: they are of another film"
        if [scene["id"] for scene in scenes] != [span.scene.id for span in timeline.spans]:
            yield "scenes: they are not the film's"
            return
        for scene, span in zip(scenes, timeline.spans, strict=True):
            if abs(scene["start"] - timeline.start_s(span)) > _WITHIN_S:
                yield f"scenes: `{span.scene.id}` does not begin with its picture"
            if not all(_is_within(spot, scene) for spot in scene["spots"]):
                yield f"scenes: a spot of `{span.scene.id}` lies outside of the picture, or of the scene's time"
    except (ValueError, KeyError, TypeError):
        yield "scenes: they can't be read"


def _is_within(spot: Any, scene: Any) -> bool:
    left, top, width, height = spot["box"]
    is_inside = left >= 0 and top >= 0 and left + width <= 100 + _WITHIN and top + height <= 100 + _WITHIN
    is_in_time = scene["start"] <= spot["from"] <= scene["end"] + _WITHIN_S
    return bool(is_inside and width > 0 and height > 0 and is_in_time)


def _read(name: str, data: bytes, timeline: Timeline) -> Generator[str, None, list[ReadCue] | None]:
    """Yield what is wrong with the times of a file; return its cues, None where it can't be read."""
    try:
        cues = read_vtt(data)
    except ValueError:
        yield f"{name}: it is no WebVTT"
        return None
    if any(cue.end_s <= cue.start_s for cue in cues):
        yield f"{name}: a cue ends before it begins"
    if any(later.start_s < earlier.end_s - _WITHIN_S for earlier, later in pairwise(cues)):
        yield f"{name}: a cue begins before the one before it ends"
    if any(cue.end_s > timeline.seconds + _WITHIN_S for cue in cues):
        yield f"{name}: a cue lasts longer than the film"
    return cues


def _plain(line: str) -> str:
    """Return the text that a line of a cue stands for."""
    if "<" in line or ">" in line:
        raise ValueError("a cue has a tag")
    return line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
