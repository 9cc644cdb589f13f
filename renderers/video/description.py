"""What is seen and not said: the audio description, for those who hear the film and don't see it.

It is made of what the storyboard shows, in the customer's language: words and figures on the
picture, the findings of charts, the `alt` of pictures. What the voice says over a scene, and what stood
there in the scene before, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.model.communication import ChartGeometry, Fact
from renderers.video.captions import escaped, stamp
from renderers.video.storyboard import (
    ButtonElement,
    ChartElement,
    ClipElement,
    CounterElement,
    Element,
    ImageElement,
    ListElement,
    Scene,
    TextElement,
)
from renderers.video.timeline import Timeline

_BLANKS = re.compile(r"\s+")
_ENDS = (".", "!", "?", "…", ":")


def description_vtt(timeline: Timeline) -> str:
    """Return a WebVTT file of kind `descriptions`: one cue a scene that shows more than is said over it."""
    blocks, before = ["WEBVTT"], frozenset[str]()
    for span in timeline.spans:
        names = span.scene.narration.split()
        said = " ".join(one.phrase.text for one in timeline.spoken if one.phrase.scene in names)
        text = described(span.scene, said, before)
        if text:
            start = timeline.start_s(span)
            end = start + span.count / timeline.frames_per_second
            blocks.append(f"{span.scene.id}\n{stamp(start)} --> {stamp(end)}\n{escaped(text)}")
        before = frozenset(map(_plain, shown_words(span.scene)))
    return "\n\n".join(blocks) + "\n"


def described(scene: Scene, said: str, before: frozenset[str] = frozenset()) -> str:
    """Return in sentences what a scene shows besides what is `said` over it and what stood there `before`."""
    spoken = _plain(said)
    told: dict[str, str] = {}
    for words in shown_words(scene):
        plain = _plain(words)
        if plain and plain not in before and not any(plain in other for other in (spoken, *told)):
            told[plain] = words[0].upper() + words[1:]
    return " ".join(words if words.endswith(_ENDS) else f"{words}." for words in told.values())


def shown_words(scene: Scene) -> Iterator[str]:
    """Yield what each element says to a reader, in the order of the file."""
    has_list = any(isinstance(element, ListElement) for element in scene.elements)
    for element in scene.elements:
        if has_list and isinstance(element, ChartElement) and element.chart.kind == "stack":
            continue  # the list says the same in figures
        words = _BLANKS.sub(" ", _of(element)).strip()
        if words:
            yield words


def _of(element: Element) -> str:
    if isinstance(element, TextElement | CounterElement | ButtonElement):
        return element.text
    if isinstance(element, ListElement):
        return ", ".join(f"{row.label} {row.amount}".strip() for row in element.rows)
    if isinstance(element, ChartElement):
        return _chart(element.chart)
    return element.alt if isinstance(element, ImageElement | ClipElement) else ""


def _chart(chart: ChartGeometry) -> str:
    """Return the steps of a waterfall with their amounts, or the finding of a chart of many bars."""
    if chart.kind != "waterfall" or not chart.rows:
        return chart.summary.text
    steps = ((row.label, *row.cells) for row in chart.rows)
    told = ((part.text if isinstance(part, Fact) else str(part) for part in step) for step in steps)
    return ", ".join(" ".join(filter(None, step)) for step in told)


def _plain(words: str) -> str:
    """Return words as they are compared: one blank between them, small letters, no mark at the end."""
    return _BLANKS.sub(" ", words).strip().rstrip(".!?…:").casefold()
