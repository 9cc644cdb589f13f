"""What of a storyboard is one customer's: scenes are asked of the template, elements of their words.

A scene that must be everybody's is judged by rendering the template again with marked facts. What is merely worth
keeping for everybody is judged by words, at no such cost: an element that holds the text of no fact is
everybody's, and one that holds it by chance counts as one customer's, which costs a little and spoils nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar, cast

from engine.contracts import Templates
from engine.errors import RenderError
from engine.model.communication import Communication, Fact
from renderers.video.storyboard import (
    ButtonElement,
    ChartElement,
    ClipElement,
    CounterElement,
    Element,
    EmphasisElement,
    ListElement,
    QrElement,
    Scene,
    Storyboard,
    TextElement,
)
from renderers.video.storyboard_file import Sources, read_storyboard

T = TypeVar("T")
_MARK = "\ue000"  # private use: no font, name or text of a set has it


def check_clips(
    storyboard: Storyboard, templates: Templates, communication: Communication, template: str, sources: Sources
) -> None:
    """Raise `RenderError` (R454) where a clip stands in a personal scene: it would be encoded for each customer.

    Costs a second rendering of the template, and only where there is a clip.
    """
    with_clip = [scene.id for scene in storyboard.scenes if has_clip(scene)]
    if not with_clip:
        return
    personal = personal_scenes(templates, communication, template, sources)
    for scene_id in with_clip:
        if scene_id in personal:
            raise RenderError("R454", "a clip stands in a scene that shows facts of a customer",
                              place=f"{template} scene `{scene_id}` `clip`",
                              hint="a clip is encoded once for everybody: give it a scene of its own")  # fmt: skip


def has_clip(scene: Scene) -> bool:
    """Return whether footage plays in a scene."""
    return any(isinstance(element, ClipElement) for element in scene.elements)


def personal_scenes(
    templates: Templates, communication: Communication, template: str, sources: Sources
) -> frozenset[str]:
    """Return the ids of the scenes that show a fact: as words, as a chart or as a QR symbol."""
    marked = templates.render(template, _marked(communication))
    storyboard = read_storyboard(marked.text, sources, template)
    return frozenset(scene.id for scene in storyboard.scenes if _is_personal(scene))


def _is_personal(scene: Scene) -> bool:
    return bool(personal_elements(scene, (_MARK,)))


def personal_elements(scene: Scene, own: Sequence[str]) -> frozenset[int]:
    """Return the places of the elements that show a chart, a QR symbol or one of the texts `own`.

    An emphasis goes with the element that it is of.
    """
    shown = {element.id for element in scene.elements if _shows(element, own)}
    return frozenset(
        place
        for place, element in enumerate(scene.elements)
        if (element.target if isinstance(element, EmphasisElement) else element.id) in shown
    )


def holds_one_of(text: str, own: Sequence[str]) -> bool:
    """Return whether `text` holds one of the texts `own`."""
    return any(one in text for one in own)


def _shows(element: Element, own: Sequence[str]) -> bool:
    if isinstance(element, ChartElement | QrElement):
        return True
    return any(holds_one_of(text, own) for text in _texts(element))


def _texts(element: object) -> list[str]:
    if isinstance(element, TextElement | CounterElement | ButtonElement):
        return [element.text]
    if isinstance(element, ListElement):
        return [text for row in element.rows for text in (row.label, row.amount)]
    return []


def _marked(node: T) -> T:
    """Return `node` with a mark in the text of each fact below it."""
    if isinstance(node, Fact):
        return cast("T", replace(node, text=_MARK + node.text)) if node.text else node
    if isinstance(node, tuple):
        items = tuple(_marked(item) for item in node)
        return cast("T", items) if any(new is not old for new, old in zip(items, node, strict=True)) else node
    if not is_dataclass(node) or isinstance(node, type):
        return node
    changed = {
        field.name: made
        for field in fields(node)
        if field.init and (made := _marked(was := getattr(node, field.name))) is not was
    }
    return replace(node, **changed) if changed else node
