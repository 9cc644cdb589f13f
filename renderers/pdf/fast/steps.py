"""How a view of the communication is taken apart: a step for each value in it that the template reads."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterator
from enum import Enum
from typing import Literal, NamedTuple, TypeAlias

from engine.model import communication as views
from engine.model.communication import ChartGeometry, Communication, Fact, QrCode, Text, TextBlock
from renderers.pdf.fast.model import Unfillable
from renderers.pdf.fast.template_reads import Reads

# fact, text, block: what each prints; said: any of the three. plain: a number, truth value or member of an enum.
# name: an id and the like; string: an address or a name. size: of rows. optional and items hold one step, a view
# many; a picture is a slot itself, and a view.
Way: TypeAlias = Literal[
    "fact", "text", "block", "said", "plain", "name", "string", "size", "optional", "items", "view", "picture"
]
SAID = (Fact, Text, TextBlock)
_WHOLE = (*SAID, ChartGeometry, QrCode)
_WAYS: dict[object, Way] = {Fact: "fact", Text: "text", TextBlock: "block", str: "string"}


class Step(NamedTuple):
    """What is done with a value; `field` is where it stands in its view, `kind` its class where that is one."""

    way: Way
    field: str
    kind: type
    is_measured: bool = False  # the template may ask how long the text is
    below: tuple[Step, ...] = ()


# What a template may know of a picture.
_PICTURES: dict[object, tuple[Step, ...]] = {
    ChartGeometry: (
        Step("block", "summary", TextBlock), Step("name", "kind", str), Step("name", "id", str),
        Step("plain", "width", float), Step("plain", "height", float),
    ),
    QrCode: (Step("size", "rows", tuple), Step("name", "kind", str)),
}  # fmt: skip


class Root(NamedTuple):
    """What communications are known by: `bill.rows` has the path (bill, rows), through the view `kind`."""

    path: tuple[str, ...]
    kind: type  # that has the last field
    step: Step

    @property
    def name(self) -> str:
        """As sections and templates name it."""
        return ".".join(self.path)


def roots_of(reads: Reads) -> Iterator[Root]:
    """Yield all roots that a template reads. Raises `Unfillable`, and `TypeError` for a view of another kind."""
    hints = typing.get_type_hints(Communication, vars(views))
    for field in dataclasses.fields(Communication):
        if (Communication.__name__, field.name) not in reads.fields:
            continue
        kind = hints[field.name]
        inner = [] if kind in _WHOLE or not dataclasses.is_dataclass(kind) else dataclasses.fields(kind)
        read = [own.name for own in inner if (kind.__name__, own.name) in reads.fields]
        if not read:
            yield Root((field.name,), Communication, _step(_hints(Communication)[field.name], field.name, reads))
        for name in read:
            yield Root((field.name, name), kind, _step(_hints(kind)[name], name, reads))


def _step(hint: object, field: str, reads: Reads) -> Step:
    """Return the step for a value of this type. No view holds another of its own class."""
    options = [option for option in _options(hint) if option is not type(None)]
    if len(options) < len(_options(hint)):
        inner = _step(typing.Union[tuple(options)], field, reads)  # noqa: UP007  (made at run time)
        return Step("optional", field, object, below=(inner,))
    kind = options[0]
    is_measured = field in reads.measured
    if len(options) > 1:
        if not set(options) <= set(SAID):
            raise _unknown(field)
        return Step("said", field, object, is_measured)
    if typing.get_origin(kind) is tuple:
        return Step("items", field, tuple, below=(_step(typing.get_args(kind)[0], field, reads),))
    if not isinstance(kind, type):
        raise _unknown(field)
    if kind in _WAYS:
        return Step(_WAYS[kind], field, kind, is_measured and kind in (Fact, TextBlock))
    if kind in _PICTURES:
        return Step("picture", field, kind, below=_PICTURES[kind])
    if issubclass(kind, bool | int | float | Enum):
        return Step("plain", field, kind)
    if not dataclasses.is_dataclass(kind):
        raise _unknown(field)
    hints = _hints(kind)
    names = [own.name for own in dataclasses.fields(kind) if (kind.__name__, own.name) in reads.fields]
    return Step("view", field, kind, below=tuple([_step(hints[name], name, reads) for name in names]))


def _unknown(field: str) -> TypeError:
    return TypeError(f"a view has a field `{field}` of a type that is not flattened")


def _options(hint: object) -> tuple[object, ...]:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return typing.get_args(hint)
    return (hint,)


def _hints(kind: type) -> dict[str, typing.Any]:
    """Return the types of a view's fields. Raises `Unfillable` for what no template prints: a decision's parts."""
    try:
        return typing.get_type_hints(kind, vars(views))
    except NameError as error:
        raise Unfillable("the template reads what is no view of the communication") from error
