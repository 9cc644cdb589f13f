"""Captions and chapters as WebVTT, and the transcript, from what is said and when."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from renderers.video.timeline import SpokenPhrase, Timeline

LINE_CHARACTERS = 42  # a line that is read in one glance; two lines at most
_SHORTEST_S = 0.8
_LEAST_CHARACTERS = 12  # what is shorter belongs to its neighbour
_ENDED = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_a-z])")


@dataclass(frozen=True, slots=True)
class Cue:
    """Text shown from `start_s` to `end_s`; `lines` are one or two."""

    start_s: float
    end_s: float
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The text in one line."""
        return " ".join(self.lines)


def cues(spoken: Iterable[SpokenPhrase]) -> tuple[Cue, ...]:
    """Return the cues of spoken phrases: at most two lines each, timed by their share of the text.

    A cue is on screen for at least 0.8 s unless the next one comes sooner, and no cue or line is one
    lonely short word where the text has more.
    """
    made: list[Cue] = []
    for one in spoken:
        texts = _split(one.phrase.text)
        total = sum(map(len, texts)) or 1
        start, seconds = one.start_s, max(one.speech.seconds, _SHORTEST_S)
        for text in texts:
            end = start + seconds * len(text) / total
            made.append(Cue(round(start, 3), round(end, 3), tuple(_lines(text))))
            start = end
    return _apart(made)


def _split(text: str) -> list[str]:
    """Return a phrase in parts of at most two lines, parted after a sentence or evenly at a blank."""
    if len(_lines(text)) <= 2:
        return [text]
    sentences = _ENDED.split(text)
    if len(sentences) > 1:
        middle = min(range(1, len(sentences)), key=lambda at: abs(len(" ".join(sentences[:at])) * 2 - len(text)))
        halves = (" ".join(sentences[:middle]), " ".join(sentences[middle:]))
        if min(map(len, halves)) >= _LEAST_CHARACTERS:
            return [part for half in halves for part in _split(half)]
    count = -(-len(text) // (2 * LINE_CHARACTERS - 10))
    parts = textwrap.wrap(text, len(text) // max(2, count) + 8, break_on_hyphens=False, break_long_words=False)
    if len(parts) > 1 and len(parts[-1]) < _LEAST_CHARACTERS:
        parts[-2:] = [f"{parts[-2]} {parts[-1]}"]
    return parts if all(len(_lines(part)) <= 2 for part in parts) else _wrapped(text)


def _wrapped(text: str) -> list[str]:
    lines = textwrap.wrap(text, LINE_CHARACTERS, break_on_hyphens=False)
    return [" ".join(lines[i : i + 2]) for i in range(0, len(lines), 2)]


def _lines(text: str) -> list[str]:
    """Return one line, or lines of about the same length, which read faster than a long and a short one."""
    lines = textwrap.wrap(text, LINE_CHARACTERS, break_on_hyphens=False)
    if len(lines) != 2:
        return lines
    sentences = _ENDED.split(text)
    if (
        len(sentences) == 2
        and min(map(len, sentences)) >= _LEAST_CHARACTERS
        and max(map(len, sentences)) <= LINE_CHARACTERS
    ):
        return sentences
    even = textwrap.wrap(text, max(len(text) // 2 + 6, 12), break_on_hyphens=False)
    return even if len(even) == 2 and max(map(len, even)) <= LINE_CHARACTERS else lines


def _apart(made: list[Cue]) -> tuple[Cue, ...]:
    """Return the cues without overlap: a cue ends where the next one begins."""
    ends = [*(cue.start_s for cue in made), float("inf")][1:] if made else []
    return tuple(Cue(cue.start_s, min(cue.end_s, end), cue.lines) for cue, end in zip(made, ends, strict=True))


def captions_vtt(made: Iterable[Cue]) -> str:
    """Return captions as WebVTT (W3C): text escaped, times in milliseconds."""
    blocks = ["WEBVTT"]
    for number, cue in enumerate(made, 1):
        words = "\n".join(escaped(line) for line in cue.lines)
        blocks.append(f"{number}\n{stamp(cue.start_s)} --> {stamp(cue.end_s)}\n{words}")
    return "\n\n".join(blocks) + "\n"


def chapters_vtt(timeline: Timeline) -> str:
    """Return the scenes as WebVTT chapters: the id of a cue is the scene's, its text the scene's title."""
    blocks = ["WEBVTT"]
    for span in timeline.spans:
        start = timeline.start_s(span)
        end = start + span.count / timeline.frames_per_second
        title = escaped(span.scene.title or span.scene.id)
        blocks.append(f"{span.scene.id}\n{stamp(start)} --> {stamp(end)}\n{title}")
    return "\n\n".join(blocks) + "\n"


def transcript(timeline: Timeline) -> str:
    """Return what is said, a paragraph a scene under its title."""
    paragraphs = []
    for span in timeline.spans:
        names = span.scene.narration.split()
        said = " ".join(one.phrase.text for one in timeline.spoken if one.phrase.scene in names)
        if said:
            paragraphs.append(f"{span.scene.title}\n{said}" if span.scene.title else said)
    return "\n\n".join(paragraphs) + "\n"


def stamp(seconds: float) -> str:
    """Return a time of WebVTT: hours, minutes, seconds and milliseconds."""
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"


def escaped(text: str) -> str:
    """Return text as the text of a cue."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
