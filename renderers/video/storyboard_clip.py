"""Reads a storyboard's `clip`: footage, or a still that slowly grows."""

from __future__ import annotations

from typing import Final

from lxml import etree

from renderers.video.frame import ROWS, Shape
from renderers.video.storyboard import COLUMNS, Box, ClipElement, Entrance, EntranceKind, Place, Slot
from renderers.video.storyboard_reader import Reader

_WHOLE: Final = {shape: Box(0, 0, COLUMNS, rows) for shape, rows in ROWS.items()}
_PICTURE: Final = Slot("picture", _WHOLE[Shape.WIDE], _WHOLE[Shape.TALL], _WHOLE[Shape.SQUARE])
_LONGEST_S: Final = 60


def read_clip(reader: Reader, node: etree._Element, index: int, fixed_s: float) -> ClipElement:
    """Return a clip of a scene of `fixed_s` seconds (0: as long as need be). Raises `RenderError` (R403, R453).

    It starts when it says so and holds up no entrance: others come in over it.
    """
    reader.need(node, "seconds")
    seconds = reader.number(node, "seconds", 0, 0.2, _LONGEST_S)
    entrance = Entrance(EntranceKind.PLAY, reader.number(node, "wait_s", 0, 0, _LONGEST_S), seconds)
    if fixed_s and entrance.end_s > fixed_s:
        raise reader.error("R453", f"the clip ends at {entrance.end_s:g} s, its scene at {fixed_s:g} s",
                           "mend `seconds` of the one or the other")  # fmt: skip
    place = Place(
        reader.named("slot", node.get("slot", ""), reader.slots) if "slot" in node.attrib else _PICTURE,
        reader.choice(node, "align", "center", ("start", "center", "end")),
        reader.choice(node, "valign", "middle", ("top", "middle", "bottom")),
    )
    return ClipElement(
        id=node.get("id") or f"clip-{index}",
        place=place,
        entrance=entrance,
        path=reader.need(node, "src"),
        fills_slot="slot" in node.attrib,
        start_s=reader.number(node, "start_s", 0, 0, 36_000),
        fit=reader.choice(node, "fit", "cover", ("cover", "contain")),
        zoom=reader.number(node, "zoom", 1, 1, 2),
        dim=reader.number(node, "dim", 0, 0, 1),
        fade_in_s=reader.number(node, "fade_in_s", 0, 0, seconds),
        fade_out_s=reader.number(node, "fade_out_s", 0, 0, seconds),
        radius=reader.number(node, "radius", 0, 0, 200),
        alt=" ".join(node.get("alt", "").split()),
    )
