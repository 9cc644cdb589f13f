"""A communication as compact JSON and back: what every method of the PDF benchmark begins from.

The JSON holds what a page shows: texts, addresses, chart geometry, what the QR code carries. Narration,
messages, reasons, the tables behind charts, the video's titles and sums and the machine values of facts
are left out, since no page shows them; they come back empty. Its form is

    [[fact ids], [fact texts], communication]

where a dataclass is the list of its fields in their order (`field_places` says which is where), several
of them a list of columns, a `Fact` its place among the facts, a `Text` a string, a `TextBlock`
[id, [parts]], a `QrCode` [payload, kind].

Frozen classes set their fields by a call each, and 500 objects would cost more than the page itself:
reading fills an object of a subclass that isn't frozen, then gives it the class it stands for.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from itertools import repeat
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from engine.model.communication import (
    BillView,
    ChangeView,
    ChartGeometry,
    Communication,
    Decision,
    Fact,
    MessageView,
    QrCode,
    Text,
    TextBlock,
    Tone,
)

QrMaker = Callable[[bytes, str], QrCode]
Read = Callable[[Any], Any]
_EMPTY = TextBlock("", ())
_PLAIN = (str, int, float, bool)
# (class, field) -> what it comes back as
_LEFT_OUT: dict[tuple[type, str], Any] = {
    (Communication, "script"): (),
    (Communication, "message"): MessageView(_EMPTY, _EMPTY, _EMPTY, (), _EMPTY),
    (Communication, "decision"): Decision(Tone.FRIENDLY, "", (), ()),
    (Communication, "warnings"): (),
    (Communication, "attachments"): (),
    (Communication, "greeting"): _EMPTY,
    (Communication, "intro"): _EMPTY,
    (BillView, "groups"): (),
    (ChangeView, "items"): (),
    (ChangeView, "short"): _EMPTY,
    (ChartGeometry, "columns"): (),
    (ChartGeometry, "rows"): (),
}


def write(communication: Communication) -> str:
    """Return the JSON of a communication."""
    facts: dict[Fact, int] = {}
    body = _plain(communication, Communication, facts)
    table = [[fact.id for fact in facts], [fact.text for fact in facts], body]
    return json.dumps(table, ensure_ascii=False, separators=(",", ":"))


def reader(make_qr: QrMaker) -> Callable[[str], Communication]:
    """Return what reads the JSON back; `make_qr` makes the QR symbol of a payload and its kind."""
    return _Reader(make_qr).read


def field_places() -> dict[str, dict[str, int]]:
    """Return class -> field -> its place, for a reader in another language."""
    classes: set[type] = set()
    _collect(Communication, classes)
    return {cls.__name__: {name: place for place, name in enumerate(_kept(cls))} for cls in classes}


@cache
def _kept(cls: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cls) if (cls, field.name) not in _LEFT_OUT)


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _is_table(hint: Any) -> bool:
    """True for a tuple of dataclasses, which is written as columns."""
    return get_origin(hint) is tuple and is_dataclass(item := get_args(hint)[0]) and item not in (Fact, TextBlock)


def _plain(value: Any, hint: Any, facts: dict[Fact, int]) -> Any:
    if _is_table(hint):
        cls = get_args(hint)[0]
        return [[_plain(getattr(item, name), _hints(cls)[name], facts) for item in value] for name in _kept(cls)]
    if isinstance(value, Fact):
        return facts.setdefault(value, len(facts))
    if isinstance(value, TextBlock):
        return [value.id, [_plain(part, Fact, facts) for part in value.parts]]
    if isinstance(value, QrCode):
        return [value.payload.decode("utf-8"), value.kind]
    if is_dataclass(value):
        cls = type(value)
        return [_plain(getattr(value, name), _hints(cls)[name], facts) for name in _kept(cls)]
    if isinstance(value, tuple):
        return [_plain(item, get_args(hint)[0], facts) for item in value]
    return value.value if isinstance(value, Enum) else value


def _collect(hint: Any, found: set[type]) -> None:
    if isinstance(hint, type) and is_dataclass(hint):
        if hint not in found and hint not in (Fact, TextBlock, QrCode):
            found.add(hint)
            for name in _kept(hint):
                _collect(_hints(hint)[name], found)
        return
    for inner in get_args(hint):
        _collect(inner, found)


class _Texts(dict[str, Text]):
    """Texts by content, each made once: most are the same for everyone."""

    def __missing__(self, text: str) -> Text:
        made = self[text] = Text(text)
        return made


@cache
def _maker(cls: type) -> Callable[..., Any]:
    """Return what makes an object of a frozen class from its kept fields, in their order."""
    # Both, since they share one slot: with one alone, each assignment would still look the other up.
    plain = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    thawed = type(f"Thawed{cls.__name__}", (cls,), {"__slots__": (), **plain})
    scope: dict[str, Any] = {"cls": cls, "thawed": thawed, "new": object.__new__}
    lines = [f"def make({', '.join(_kept(cls))}):", " o = new(thawed)"]
    for name in (field.name for field in fields(cls)):
        if name not in _kept(cls):
            scope[f"left_{name}"] = _LEFT_OUT[cls, name]
        lines.append(f" o.{name} = {name if name in _kept(cls) else f'left_{name}'}")
    exec("\n".join([*lines, " o.__class__ = cls", " return o"]), scope)
    made: Callable[..., Any] = scope["make"]
    return made


class _Reader:
    """Reads one document after the other; the function of each type is made once."""

    def __init__(self, make_qr: QrMaker) -> None:
        self._make_qr = make_qr
        self._facts: list[Fact] = []
        self._texts = _Texts()
        self._made: dict[Any, Read] = {}
        self._fact, self._text_block = _maker(Fact), _maker(TextBlock)
        self._body = self._of(Communication)

    def read(self, text: str) -> Communication:
        """Return the communication that `write` wrote."""
        ids, texts, body = json.loads(text)
        self._facts[:] = map(self._fact, ids, texts, texts, repeat(""))
        communication: Communication = self._body(body)
        return communication

    def _of(self, hint: Any) -> Read:
        if hint not in self._made:
            self._made[hint] = self._make(hint)
        return self._made[hint]

    def _make(self, hint: Any) -> Read:
        if hint is Text:
            return self._texts.__getitem__
        if hint is Fact:
            return self._facts.__getitem__
        if hint is TextBlock:
            return self._block
        if hint is QrCode:
            return lambda a: self._make_qr(a[0].encode("utf-8"), a[1])
        if get_origin(hint) in (Union, UnionType):
            return self._union(get_args(hint))
        if _is_table(hint):
            return self._table(get_args(hint)[0])
        if get_origin(hint) is tuple:
            item = self._of(get_args(hint)[0])
            return lambda a: tuple(map(item, a))
        if is_dataclass(hint):
            return self._single(hint)
        if issubclass(hint, Enum):
            return {member.value: member for member in hint}.__getitem__
        return lambda a: a

    def _block(self, a: Any) -> TextBlock:
        facts, texts = self._facts, self._texts
        parts = tuple([texts[part] if part.__class__ is str else facts[part] for part in a[1]])
        made: TextBlock = self._text_block(a[0], parts)
        return made

    def _union(self, hints: tuple[Any, ...]) -> Read:
        by_class: dict[type, Read] = {NoneType: lambda a: a}
        for hint in hints:
            if hint is not NoneType:
                by_class[{Text: str, Fact: int}.get(hint, list)] = self._of(hint)
        return lambda a: by_class[a.__class__](a)

    def _readers(self, cls: type) -> list[Read | None]:
        """Return what reads each kept field; None where the value stands as it is."""
        return [None if _hints(cls)[name] in _PLAIN else self._of(_hints(cls)[name]) for name in _kept(cls)]

    def _single(self, cls: type) -> Read:
        make, readers = _maker(cls), self._readers(cls)
        return lambda a: make(*[value if of is None else of(value) for of, value in zip(readers, a, strict=True)])

    def _table(self, cls: type) -> Read:
        make, readers = _maker(cls), self._readers(cls)
        columns = [(place, of) for place, of in enumerate(readers) if of is not None]

        def read(a: Any) -> tuple[Any, ...]:
            if not a[0]:
                return ()
            for place, of in columns:
                a[place] = map(of, a[place])
            return tuple(map(make, *a))

        return read
