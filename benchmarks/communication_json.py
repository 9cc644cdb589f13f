"""A communication as compact JSON and back: what every method of the PDF benchmark begins from.

The JSON holds what a page shows: texts, addresses, chart geometry, what the QR code carries. Narration,
messages, reasons, the tables behind charts and the machine values of facts are left out, since no page
shows them; they come back empty. Its form is

    [[fact ids], [fact texts], communication]

where a dataclass is the list of its fields in their order (`field_places` says which is where), several
of them a list of columns, a `Fact` its place among the facts, a `Text` a string, a `TextBlock`
[id, [parts]], a `QrCode` [payload, kind].

Reading sets slots past the frozen classes' own `__init__`, tables column by column: 500 objects would
cost more than the page itself.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from itertools import repeat
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from engine.model.communication import (
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
_SET_BLOCK_ID, _SET_BLOCK_PARTS = TextBlock.id.__set__, TextBlock.parts.__set__  # type: ignore[attr-defined]
# (class, field) -> what it comes back as
_LEFT_OUT: dict[tuple[type, str], Any] = {
    (Communication, "script"): (),
    (Communication, "message"): MessageView(_EMPTY, _EMPTY, _EMPTY, (), _EMPTY),
    (Communication, "decision"): Decision(Tone.FRIENDLY, "", (), ()),
    (Communication, "warnings"): (),
    (Communication, "attachments"): (),
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


def _set(cls: type, name: str, objects: list[Any], values: Iterable[Any]) -> None:
    """Set a slot of frozen objects, one value each."""
    deque(map(getattr(cls, name).__set__, objects, values), 0)


class _Reader:
    """Reads one document after the other; the function of each type is made once."""

    def __init__(self, make_qr: QrMaker) -> None:
        self._make_qr = make_qr
        self._facts: list[Fact] = []
        self._texts = _Texts()
        self._made: dict[Any, Read] = {}
        self._body = self._of(Communication)

    def read(self, text: str) -> Communication:
        """Return the communication that `write` wrote."""
        ids, texts, body = json.loads(text)
        facts = self._facts
        facts[:] = map(object.__new__, repeat(Fact, len(ids)))
        for name, values in (("id", ids), ("text", texts), ("value", texts), ("spoken", repeat(""))):
            _set(Fact, name, facts, values)
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
        facts, texts, made = self._facts, self._texts, object.__new__(TextBlock)
        _SET_BLOCK_ID(made, a[0])
        _SET_BLOCK_PARTS(made, tuple([texts[part] if part.__class__ is str else facts[part] for part in a[1]]))
        return made

    def _union(self, hints: tuple[Any, ...]) -> Read:
        by_class: dict[type, Read] = {NoneType: lambda a: a}
        for hint in hints:
            if hint is not NoneType:
                by_class[{Text: str, Fact: int}.get(hint, list)] = self._of(hint)
        return lambda a: by_class[a.__class__](a)

    def _single(self, cls: type) -> Read:
        """Return what reads one object: a generated function without a loop."""
        kept, hints = _kept(cls), _hints(cls)
        scope: dict[str, Any] = {"cls": cls, "new": object.__new__}
        lines = ["def read(a):", " o = new(cls)"]
        for name in (field.name for field in fields(cls)):
            scope[f"set_{name}"] = getattr(cls, name).__set__
            source = f"a[{kept.index(name)}]" if name in kept else f"left_{name}"
            if name not in kept:
                scope[source] = _LEFT_OUT[cls, name]
            elif hints[name] not in _PLAIN:
                scope[f"read_{name}"] = self._of(hints[name])
                source = f"read_{name}({source})"
            lines.append(f" set_{name}(o, {source})")
        exec("\n".join([*lines, " return o"]), scope)
        made: Read = scope["read"]
        return made

    def _table(self, cls: type) -> Read:
        """Return what reads columns into objects: each slot is set for all of them at once."""
        kept, hints = _kept(cls), _hints(cls)
        setters = {field.name: getattr(cls, field.name).__set__ for field in fields(cls)}
        columns = [(place, setters[name], None if hints[name] in _PLAIN else self._of(hints[name])) for place, name in
                   enumerate(kept)]  # fmt: skip
        left = [(setters[field.name], _LEFT_OUT[cls, field.name]) for field in fields(cls) if field.name not in kept]
        new = object.__new__

        def read(a: Any) -> tuple[Any, ...]:
            if not a[0]:
                return ()
            made = tuple(map(new, repeat(cls, len(a[0]))))
            for place, put, of in columns:
                deque(map(put, made, a[place] if of is None else map(of, a[place])), 0)
            for put, value in left:
                deque(map(put, made, repeat(value)), 0)
            return made

        return read
