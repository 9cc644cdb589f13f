"""Which facts a skeleton shows, so that a fill proves as much as the guard reads back from a reference's file.

A fill writes each slot that its skeleton has, so what it shows is known once for all customers of a shape.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from engine.model.communication import ChartGeometry, Communication, Fact, QrCode, Text, TextBlock, walk_facts
from renderers.pdf.fast.flatten import Flattener
from renderers.pdf.fast.model import Element, SlotValue, Template, Unfillable
from renderers.pdf.guard import required

_BETWEEN = "\n"


def facts_shown(
    body: Element, roots: Collection[str], communication: Communication, flattener: Flattener
) -> tuple[str, ...]:
    """Return the ids of the facts that a section shows, in order of first appearance.

    `roots` are the section's, over which its slots are counted.
    """
    named = communication
    for root in roots:
        field, _, inner = root.partition(".")
        value = getattr(communication, field)
        if inner:
            value = dataclasses.replace(getattr(named, field), **{inner: _named(getattr(value, inner))})
        else:
            value = _named(value)
        named = dataclasses.replace(named, **{field: value})
    _, every = flattener.by_root(named)
    slots = [value for root, own in zip(flattener.roots, every, strict=True) if root in roots for value in own]
    shown: dict[str, None] = {}
    for slot in _used(body):
        value = slots[slot]
        if isinstance(value, str):
            shown.update(dict.fromkeys(filter(None, value.split(_BETWEEN))))
        elif isinstance(value, ChartGeometry):
            shown.update(dict.fromkeys(label.text.id for label in value.labels if isinstance(label.text, Fact)))
    return tuple(shown)


def leads_to(body: Element, slots: Sequence[SlotValue], address: str) -> bool:
    """True if a link of a section leads to this address."""
    return any(slots[piece] == address for href in _targets(body) for piece in href if isinstance(piece, int))


def check_shown(shown: Collection[str], communication: Communication, *, has_pay_link: bool) -> None:
    """Raise `Unfillable` where a document leaves out what no bill may: the reference says so then (R103, R104)."""
    if any(fact.id not in shown for fact in required(communication)):
        raise Unfillable("the template leaves out what every bill shows")
    if communication.payment is not None and not has_pay_link:
        raise Unfillable("the template has no link to the payment page")


def _named(view: Any) -> Any:
    """Return a view with the ids of its facts in place of their texts."""
    if isinstance(view, Fact):
        return dataclasses.replace(view, text=view.id)
    if isinstance(view, TextBlock):
        return TextBlock(view.id, (Text(_BETWEEN.join(fact.id for fact in walk_facts(view.parts)) or _BETWEEN),))
    if isinstance(view, Text):
        return Text(_BETWEEN)
    if isinstance(view, tuple):
        return tuple(_named(item) for item in view)
    if isinstance(view, QrCode) or not dataclasses.is_dataclass(view) or isinstance(view, type):
        return view
    values = {field.name: _named(getattr(view, field.name)) for field in dataclasses.fields(view) if field.init}
    return dataclasses.replace(view, **values)


def _used(element: Element) -> Iterator[int]:
    """Yield the slots that are seen: texts and pictures, not attributes."""
    if element.picture is not None and element.picture.slot >= 0:
        yield element.picture.slot
    for child in element.children:
        if isinstance(child, Element):
            yield from _used(child)
        else:
            yield from (piece for piece in child if isinstance(piece, int))


def _targets(element: Element) -> Iterator[Template]:
    if element.tag == "a" and "href" in element.attributes:
        yield element.attributes["href"]
    for child in element.children:
        if isinstance(child, Element):
            yield from _targets(child)
