"""What a film needs on a page, read from the video's artifacts: sources, poster, chapters with their words, spots."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from engine.model.artifact import Artifact
from engine.model.campaign import Campaign
from engine.model.communication import Text, TextBlock
from renderers.microsite.webvtt import Block, blocks

PLAYER_PAGE = "player.html"
_VIDEO = re.compile(r"video-((\d+)x(\d+))\.mp4")
# A phone held upright gets the picture made for it; the last source is for everything else.
_UPRIGHT = "(orientation: portrait) and (max-width: 40rem)"


@dataclass(frozen=True, slots=True)
class Cue:
    """What is said from `start_s` to `end_s`."""

    start_s: float
    end_s: float
    text: TextBlock


@dataclass(frozen=True, slots=True)
class Chapter:
    """One scene with what is said in it."""

    id: str
    title: TextBlock
    clock: TextBlock  # when it begins, as in 0:12
    start_s: float
    end_s: float
    cues: tuple[Cue, ...]
    seen: TextBlock | None  # what its picture shows and nobody says


@dataclass(frozen=True, slots=True)
class Source:
    """A video beside the page. `media` is the screen it is for; empty: any. `shape` is wide, tall or square."""

    name: str
    media_type: str
    rendition: str
    shape: str
    media: Markup
    poster: str  # a picture of this shape beside the page; empty: none


@dataclass(frozen=True, slots=True)
class Counts:
    """Where it may be counted what is watched, and under which name."""

    url: Markup
    name: Markup


@dataclass(frozen=True, slots=True)
class Player:
    """The film of a page."""

    poster: Markup  # a data URI
    sources: tuple[Source, ...]
    chapters: tuple[Chapter, ...]
    seconds: float
    data: Markup  # JSON for the script: chapters, and spots by rendition
    shapes: tuple[str, ...]
    counts: Counts | None
    page: str  # the film's own page; empty: none is made


def player_of(siblings: Mapping[str, Artifact], language: str, campaign: Campaign) -> Player | None:
    """Return the player for the videos among `siblings`; None when there is none."""
    sources = _sources(siblings)
    poster = siblings.get("poster.jpg")
    if not sources or poster is None:
        return None
    spans = blocks(siblings.get(f"chapters.{language}.vtt"))
    seen = {one.name: one.words for one in blocks(siblings.get(f"description.{language}.vtt"))}
    chapters = _chapters(spans, blocks(siblings.get(f"captions.{language}.vtt")), seen)
    films = {source.rendition: _film(siblings.get(f"scenes-{source.rendition}.json")) for source in sources}
    return Player(
        poster=data_uri(poster.media_type, poster.data),
        sources=sources,
        chapters=chapters,
        seconds=max((span.end_s for span in spans), default=0.0),
        data=_data(chapters, films),
        shapes=tuple(dict.fromkeys(source.shape for source in sources)),
        counts=counts_of(campaign),
        page=PLAYER_PAGE if campaign.player.page else "",
    )


def counts_of(campaign: Campaign) -> Counts | None:
    """Return where viewings may be counted; None where the campaign names no address."""
    if campaign.player.events_url is None:
        return None
    return Counts(escape(campaign.player.events_url), escape(campaign.player.events_name or campaign.cycle))


def data_uri(media_type: str, data: bytes) -> Markup:
    """Return `data` as a data URI."""
    return Markup(f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}")  # noqa: S704 - base64 only


def _sources(siblings: Mapping[str, Artifact]) -> tuple[Source, ...]:
    """Return the videos, the one for any screen last: a browser takes the first that fits."""
    found: list[Source] = []
    for artifact in siblings.values():
        match = _VIDEO.fullmatch(artifact.name)
        if match:
            poster = f"poster-{match[1]}.jpg"
            found.append(
                Source(
                    artifact.name, artifact.media_type, match[1], _shape(int(match[2]), int(match[3])),
                    Markup(), poster if poster in siblings else "",
                )
            )  # fmt: skip
    order = ("tall", "square", "wide")
    found.sort(key=lambda source: (order.index(source.shape), source.rendition))
    media = {"tall": _UPRIGHT, "square": _UPRIGHT}
    return tuple(_for_screen(source, "" if source is found[-1] else media.get(source.shape, "")) for source in found)


def _for_screen(source: Source, media: str) -> Source:
    return Source(source.name, source.media_type, source.rendition, source.shape, escape(media), source.poster)


def _shape(width: int, height: int) -> str:
    return "square" if width == height else "tall" if height > width else "wide"


def _chapters(spans: Sequence[Block], said: Sequence[Block], seen: Mapping[str, str]) -> tuple[Chapter, ...]:
    made: list[Chapter] = []
    for at, span in enumerate(spans):
        is_last = at == len(spans) - 1
        cues = tuple(
            Cue(one.start_s, one.end_s, _words(f"film.cues.{number}", one.words))
            for number, one in enumerate(said)
            if span.start_s <= one.start_s and (one.start_s < span.end_s or is_last)
        )
        title = _words(f"film.chapters.{at}", span.words)
        clock = _words(f"film.chapters.{at}.clock", f"{int(span.start_s) // 60}:{int(span.start_s) % 60:02}")
        shown = _words(f"film.chapters.{at}.seen", seen[span.name]) if span.name in seen else None
        made.append(Chapter(span.name, title, clock, span.start_s, span.end_s, cues, shown))
    return tuple(made)


def _words(name: str, words: str) -> TextBlock:
    return TextBlock(name, (Text(words),))


def _film(artifact: Artifact | None) -> dict[str, Any]:
    """Return what the video channel told of a rendition; of a channel that tells nothing, no scenes."""
    film: dict[str, Any] = json.loads(artifact.data) if artifact else {"scenes": []}
    return film


def _data(chapters: Sequence[Chapter], films: Mapping[str, dict[str, Any]]) -> Markup:
    """Return the script's data as JSON that can't end its element: spots are [scene, kind, ref, box, from]."""
    spots = {
        rendition: [
            [scene["id"], spot["kind"], spot["ref"], spot["box"], spot["from"]]
            for scene in film["scenes"]
            for spot in scene["spots"]
        ]
        for rendition, film in films.items()
    }
    scenes = [
        {"id": one.id, "title": one.title.text, "start": one.start_s, "end": one.end_s} for one in chapters
    ]  # fmt: skip
    plain = json.dumps({"scenes": scenes, "spots": spots}, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        plain = plain.replace(char, f"\\u{ord(char):04x}")
    return Markup(plain)  # noqa: S704 - what could end a script element is escaped above
