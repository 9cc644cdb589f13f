"""Where a film can be pressed: what is drawn of buttons, codes, charts, charges and contacts, and when.

A spot is measured on the laid-out pieces of a scene in per cent of the picture, whatever encodes it. So
a page can lay its own links over the film at any size, and say what they do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from renderers.video.frame import Frame, Rect
from renderers.video.pieces import Piece, RowsPiece
from renderers.video.storyboard import (
    ButtonElement,
    ChartElement,
    Element,
    ListElement,
    QrElement,
    Scene,
    Storyboard,
    TextElement,
)
from renderers.video.timeline import Timeline

PAY, CODE, CHART, CHARGE, WORDS = "pay", "code", "chart", "charge", "words"
CONTACTS = ("phone", "email", "website")
MEDIA_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Spot:
    """A rectangle in per cent of the picture's sides that is shown from `from_s` of its scene to its end.

    `ref` is a chart's id, the category of a charge, or, for `words`, the words themselves.
    """

    kind: str
    ref: str
    left: float
    top: float
    width: float
    height: float
    from_s: float


class LaidOut(Protocol):
    """What has laid out scenes: a painter."""

    @property
    def frame(self) -> Frame: ...

    def pieces(self, scene_id: str) -> Sequence[Piece]:
        """Return the pieces of a scene in the order of its elements."""
        ...


def spots_of(storyboard: Storyboard, painter: LaidOut) -> dict[str, tuple[Spot, ...]]:
    """Return the spots of every scene by its id, `words` included. Raises what laying out raises."""
    return {scene.id: spots_of_scene(scene, painter.pieces(scene.id), painter.frame) for scene in storyboard.scenes}


def spots_of_scene(scene: Scene, pieces: Sequence[Piece], frame: Frame) -> tuple[Spot, ...]:
    """Return the spots of one scene from its pieces, one an element, in their order."""
    return tuple(
        _spot(kind, ref, rect, frame, element.entrance.end_s)
        for element, piece in zip(scene.elements, pieces, strict=True)
        for kind, ref, rect in _pressable(element, piece)
    )


def _pressable(element: Element, piece: Piece) -> Iterator[tuple[str, str, Rect]]:
    if isinstance(element, ButtonElement):
        yield PAY, "", piece.rect
    elif isinstance(element, QrElement):
        yield CODE, "", piece.rect
    elif isinstance(element, ChartElement):
        yield CHART, element.chart.id, piece.rect
    elif isinstance(element, ListElement) and isinstance(piece, RowsPiece):
        for row, rect in zip(element.rows, piece.row_rects(), strict=True):
            if row.swatch:
                yield CHARGE, row.swatch, rect
    elif isinstance(element, TextElement):
        yield WORDS, element.text, piece.rect


def _spot(kind: str, ref: str, rect: Rect, frame: Frame, from_s: float) -> Spot:
    across, down = 100 / frame.width, 100 / frame.height
    left, top = max(0, rect.left), max(0, rect.top)
    right, bottom = min(frame.width, rect.right), min(frame.height, rect.bottom)
    return Spot(
        kind, ref, round(left * across, 2), round(top * down, 2),
        round((right - left) * across, 2), round((bottom - top) * down, 2), round(from_s, 3),
    )  # fmt: skip


def scenes_json(
    timeline: Timeline, rendition: str, spots: Mapping[str, Sequence[Spot]], contacts: Mapping[str, str]
) -> bytes:
    """Return scenes and spots of one rendition as JSON; times in seconds of the film, boxes in per cent.

    `contacts` are the words by which a telephone number, an e-mail address or a website is shown, by kind;
    other words are no spots.
    """
    scenes = []
    for span in timeline.spans:
        start = timeline.start_s(span)
        end = start + span.count / timeline.frames_per_second
        told = [_told(spot, start, end, contacts) for spot in spots.get(span.scene.id, ())]
        scenes.append({
            "id": span.scene.id, "title": span.scene.title or span.scene.id,
            "start": round(start, 3), "end": round(end, 3), "spots": [spot for spot in told if spot],
        })  # fmt: skip
    film = {"rendition": rendition, "seconds": round(timeline.seconds, 3), "scenes": scenes}
    return json.dumps(film, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _told(spot: Spot, start_s: float, end_s: float, contacts: Mapping[str, str]) -> dict[str, object] | None:
    kind, ref = spot.kind, spot.ref
    if kind == WORDS:
        kind, ref = next((name for name, words in contacts.items() if words == ref), ""), ""
    if not kind:
        return None
    return {
        "kind": kind, "ref": ref, "box": [spot.left, spot.top, spot.width, spot.height],
        "from": round(min(start_s + spot.from_s, end_s), 3),
    }  # fmt: skip
