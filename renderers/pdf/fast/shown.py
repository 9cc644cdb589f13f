"""Which facts a skeleton shows, so that a fill proves as much as the guard reads back from a reference's file.

A fill writes each slot that its skeleton has, so what it shows is known once for all customers of a shape.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from sys import intern

from engine.model.communication import ChartGeometry, Communication, Fact
from renderers.pdf.fast.flatten import BETWEEN, Flattener
from renderers.pdf.fast.model import Element, SlotValue, Template, Unfillable
from renderers.pdf.figures import required


def facts_shown(
    body: Element, roots: Collection[str], communication: Communication, flattener: Flattener
) -> tuple[str, ...]:
    """Return the ids of the facts that a section shows, in order of first appearance.

    `roots` are the section's, over which its slots are counted.
    """
    slots = flattener.fact_ids(communication, roots)
    shown: dict[str, None] = {}
    for slot in _used(body):
        value = slots[slot]
        if isinstance(value, str):
            shown.update(dict.fromkeys(map(intern, filter(None, value.split(BETWEEN)))))
        elif isinstance(value, ChartGeometry):
            shown.update(dict.fromkeys(intern(label.text.id) for label in value.labels if isinstance(label.text, Fact)))
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
