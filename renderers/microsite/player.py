"""What the page's player needs, read from the video's artifacts: sources, poster, cues by scene."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from engine.model.artifact import Artifact
from engine.model.communication import Text, TextBlock

_TIMES = re.compile(r"^(\d+):(\d\d):(\d\d)\.(\d{3}) --> (\d+):(\d\d):(\d\d)\.(\d{3})$")
_WIDE_FIRST = ("video-1280x720.mp4",)


@dataclass(frozen=True, slots=True)
class Cue:
    """What is said from `start_s` to `end_s`, in scene `scene`."""

    start_s: float
    end_s: float
    scene: str
    text: TextBlock


@dataclass(frozen=True, slots=True)
class Source:
    """A video beside the page."""

    name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Player:
    """The film of the page."""

    poster: Markup  # a data URI
    sources: tuple[Source, ...]
    cues: tuple[Cue, ...]


def player_of(siblings: Mapping[str, Artifact], language: str) -> Player | None:
    """Return the player for the video among `siblings`; None when there is none."""
    videos = [a for name, a in sorted(siblings.items()) if name.startswith("video-") and name.endswith(".mp4")]
    poster = siblings.get("poster.jpg")
    if not videos or poster is None:
        return None
    videos.sort(key=lambda artifact: artifact.name not in _WIDE_FIRST)
    captions, chapters = (siblings.get(f"{kind}.{language}.vtt") for kind in ("captions", "chapters"))
    return Player(
        poster=data_uri(poster.media_type, poster.data),
        sources=tuple(Source(video.name, video.media_type) for video in videos[:1]),
        cues=_cues(captions, chapters),
    )


def data_uri(media_type: str, data: bytes) -> Markup:
    """Return `data` as a data URI."""
    return Markup(f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}")  # noqa: S704 - base64 only


def _cues(captions: Artifact | None, chapters: Artifact | None) -> tuple[Cue, ...]:
    spans = _blocks(chapters)
    made: list[Cue] = []
    for number, (_, start_s, end_s, words) in enumerate(_blocks(captions)):
        scene = next((name for name, begin, end, _ in spans if begin <= start_s < end), "")
        made.append(Cue(start_s, end_s, scene, TextBlock(f"film.cues.{number}", (Text(words),))))
    return tuple(made)


def _blocks(artifact: Artifact | None) -> list[tuple[str, float, float, str]]:
    """Return (id, start, end, text) of each cue of a WebVTT artifact of ours."""
    if artifact is None:
        return []
    found: list[tuple[str, float, float, str]] = []
    for block in artifact.data.decode("utf-8").split("\n\n"):
        name, _, rest = block.strip().partition("\n")
        times, _, words = rest.partition("\n")
        match = _TIMES.match(times)
        if match:
            start, end = _seconds(match.groups()[:4]), _seconds(match.groups()[4:])
            found.append((name, start, end, html.unescape(words.replace("\n", " "))))
    return found


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, milliseconds = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds + milliseconds / 1000
