"""A communication as compact JSON and back: what every method of the PDF benchmark begins from.

The JSON holds what a page shows: texts, addresses, chart geometry, what the QR code carries. Narration,
messages, reasons, the tables behind charts, the video's titles and sums and the machine values of facts
are left out, since no page shows them; they come back empty. Its form is

    [[fact ids], [fact texts], communication]

where a dataclass is the list of its fields in their order (`field_places` says which is where), several
of them a list of columns, a `Fact` its place among the facts, a `Text` a string, a `TextBlock`
[id, [parts]], a `QrCode` [payload, kind].

The functions that read are written once, from the classes: a document is some 500 objects. Of the readers, orjson
takes 0.05 ms a document, json 0.13; msgspec can't fill these classes, which tell texts, facts and numbers apart by
more than JSON has.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import orjson

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
from engine.model.quick import maker

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


class _Reader:
    """Reads one document after the other by functions written once, one for each class."""

    def __init__(self, make_qr: QrMaker) -> None:
        self._facts: list[Fact] = []
        self._scope: dict[str, Any] = {
            "facts": self._facts, "texts": _Texts(), "make_qr": make_qr, "NoneType": NoneType,
        }  # fmt: skip
        self._names: dict[Any, str] = {}  # hint -> the function that reads it
        self._fact = self._function("fact(ids, said)", _loop(self._made(Fact, _FACT), "zip(ids, said)", "id, text"))
        self._function(
            "block(a)",
            [
                "id, parts = a",
                "parts = tuple([texts[part] if part.__class__ is str else facts[part] for part in parts])",
                f"return {self._made(TextBlock, {'id': 'id', 'parts': 'parts'})}",
            ],
        )
        self._body: Read = self._scope[self._reading(Communication)]

    def read(self, text: str) -> Communication:
        """Return the communication that `write` wrote."""
        ids, texts, body = orjson.loads(text)
        self._facts[:] = self._fact(ids, texts)
        communication: Communication = self._body(body)
        return communication

    def _function(self, head: str, lines: Iterable[str]) -> Any:
        exec("\n".join([f"def {head}:", *[f" {line}" for line in lines]]), self._scope)
        return self._scope[head.partition("(")[0]]

    def _made(self, cls: type, values: Mapping[str, str]) -> str:
        """Return the expression that makes an object with these values, by field."""
        self._scope[cls.__name__] = maker(cls)
        return f"{cls.__name__}({', '.join([values[field.name] for field in fields(cls)])})"

    def _value(self, hint: Any, name: str) -> str:
        """Return the expression that reads what stands in `name`."""
        if hint in _PLAIN:
            return name
        if hint is Text:
            return f"texts[{name}]"
        if hint is Fact:
            return f"facts[{name}]"
        if get_origin(hint) in (Union, UnionType):
            return self._choice(get_args(hint), name)
        if get_origin(hint) is tuple and not _is_table(hint):
            return f"tuple([{self._value(get_args(hint)[0], 'item')} for item in {name}])"
        if isinstance(hint, type) and issubclass(hint, Enum):
            self._scope[f"{hint.__name__}_of"] = {member.value: member for member in hint}
            return f"{hint.__name__}_of[{name}]"
        if hint is QrCode:
            return f"make_qr({name}[0].encode('utf-8'), {name}[1])"
        return f"{self._reading(hint)}({name})" if is_dataclass(hint) or _is_table(hint) else name

    def _choice(self, hints: tuple[Any, ...], name: str) -> str:
        """Return the expression for one of several, told apart by what JSON has: null, string, number or list."""
        kinds = {Text: "str", Fact: "int", NoneType: "NoneType"}
        kinds = {hint: kinds.get(hint, "str" if hint is str else "list") for hint in hints}
        if len(set(kinds.values())) < len(kinds):
            raise TypeError(f"these can't be told apart: {hints}")
        *others, last = sorted(kinds, key=lambda hint: hint is not NoneType)
        said = [f"{self._value(hint, name)} if {name}.__class__ is {kinds[hint]} else " for hint in others]
        return f"({''.join(said)}{self._value(last, name)})"

    def _reading(self, hint: Any) -> str:
        """Return the name of the function that reads a dataclass, or several of one as columns."""
        if hint is TextBlock:
            return "block"
        if hint not in self._names:
            is_table = _is_table(hint)
            cls = get_args(hint)[0] if is_table else hint
            self._names[hint] = f"{cls.__name__}_{'table' if is_table else 'single'}"
            fields_of = {name: self._value(_hints(cls)[name], name) for name in _kept(cls)}
            for name in (field.name for field in fields(cls) if field.name not in fields_of):
                fields_of[name] = f"left_{cls.__name__}_{name}"
                self._scope[fields_of[name]] = _LEFT_OUT[cls, name]
            kept = ", ".join(_kept(cls)) + ","
            if is_table:
                lines = ["if not a[0]:", " return ()", *_loop(self._made(cls, fields_of), "zip(*a)", kept)]
            else:
                lines = [f"{kept} = a", f"return {self._made(cls, fields_of)}"]
            self._function(f"{self._names[hint]}(a)", lines)
        return self._names[hint]


_FACT = {"id": "id", "value": "text", "text": "text", "spoken": "''"}


def _loop(made: str, rows: str, names: str) -> list[str]:
    return [f"return tuple([{made} for {names} in {rows}])"]
