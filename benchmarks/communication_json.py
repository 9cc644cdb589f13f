"""A communication as compact JSON and back: what every method of the PDF benchmark begins from.

The JSON holds what a page shows: texts, addresses, chart geometry, what the QR code carries. What no template of
a PDF reads is left out: narration, messages, reasons, the tables behind charts, the video's titles and sums, the
machine values and ids of facts; it comes back empty. The id of a fact that is a field by itself comes back as its
class and field, by which the fill proves that a bill shows its amount, number and account. Its form is

    a dataclass is the list of its fields in their order (`field_places` says which is where), several of them a
    list of columns, none an empty list; a column but the first is one value where that is the same in each row and
    no fact or block; a `Text` a string; a `Fact` a string, or where a `Text` may stand too the
    list of one; a `TextBlock` the list of its parts; a `QrCode` [payload, kind].

The functions that read are written once, from the classes: a document is some 500 objects. Of the readers, orjson
takes 0.02 ms a document, json 0.08; msgspec can't fill these classes, which tell texts, facts and numbers apart by
more than JSON has.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from itertools import repeat
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import orjson

from engine.model.communication import (
    AnswerLink,
    BillView,
    ChangeView,
    ChartGeometry,
    Communication,
    CustomerView,
    Decision,
    Fact,
    LegalRow,
    MessageView,
    Notice,
    PaymentView,
    QrCode,
    ReadingRow,
    SupplierView,
    Text,
    TextBlock,
    Tip,
    Tone,
    TotalRow,
    UsageView,
)
from engine.model.quick import maker

QrMaker = Callable[[bytes, str], QrCode]
Read = Callable[[Any], Any]
_EMPTY = TextBlock("", ())
_NO_FACT = Fact("", "", "")
_PLAIN = (str, int, float, bool)
# (class, field) -> what it comes back as
_LEFT_OUT: dict[tuple[type, str], Any] = {
    **dict.fromkeys([(Communication, name) for name in ("key", "cycle", "token", "loyalty_url")], ""),
    **dict.fromkeys([(Communication, name) for name in ("script", "warnings", "attachments", "missing_legal")], ()),
    **dict.fromkeys([(Communication, name) for name in ("greeting", "intro")], _EMPTY),
    (Communication, "message"): MessageView(_EMPTY, _EMPTY, _EMPTY, (), _EMPTY),
    (Communication, "decision"): Decision(Tone.FRIENDLY, "", (), ()),
    **dict.fromkeys([(CustomerView, name) for name in ("first_name", "full_name")], _NO_FACT),
    **dict.fromkeys([(CustomerView, name) for name in ("is_business", "is_vulnerable")], False),
    **dict.fromkeys([(SupplierView, name) for name in ("phone_hours", "website", "help_url", "website_url")], Text()),
    **dict.fromkeys([(BillView, name) for name in ("month", "total")], _NO_FACT),
    **dict.fromkeys([(BillView, name) for name in ("due_on", "due_short")]),
    **dict.fromkeys([(BillView, name) for name in ("is_payable", "is_disputed", "is_estimated")], False),
    (BillView, "groups"): (),
    (TotalRow, "is_part"): False,
    (ReadingRow, "method"): Text(),
    (UsageView, "commodity"): Text(),
    (ChangeView, "items"): (),
    (ChangeView, "short"): _EMPTY,
    **dict.fromkeys([(PaymentView, name) for name in ("host", "valid_until")], _NO_FACT),
    **dict.fromkeys([(kind, "id") for kind in (LegalRow, AnswerLink, Notice, Tip)], ""),
    **dict.fromkeys([(kind, "reason") for kind in (Notice, Tip)], ""),
    (ChartGeometry, "columns"): (),
    (ChartGeometry, "rows"): (),
}


def write(communication: Communication) -> str:
    """Return the JSON of a communication."""
    return json.dumps(_plain(communication, Communication), ensure_ascii=False, separators=(",", ":"))


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


def _plain(value: Any, hint: Any) -> Any:
    if _is_table(hint):
        return _columns(value, get_args(hint)[0]) if value else []
    if isinstance(value, Fact):
        return [value.text] if hint == Fact | Text else value.text
    if isinstance(value, TextBlock):
        return [_plain(part, Fact | Text) for part in value.parts]
    if isinstance(value, QrCode):
        return [value.payload.decode("utf-8"), value.kind]
    if is_dataclass(value):
        cls = type(value)
        return [_plain(getattr(value, name), _hints(cls)[name]) for name in _kept(cls)]
    if isinstance(value, tuple):
        return [_plain(item, get_args(hint)[0]) for item in value]
    return value.value if isinstance(value, Enum) else value


def _columns(items: tuple[Any, ...], cls: type) -> list[Any]:
    hints = [_hints(cls)[name] for name in _kept(cls)]
    columns = [
        [_plain(getattr(item, name), hint) for item in items] for name, hint in zip(_kept(cls), hints, strict=True)
    ]
    return columns[:1] + [
        column[0] if _is_single(hint) and column.count(column[0]) == len(column) else column
        for hint, column in zip(hints[1:], columns[1:], strict=True)
    ]


def _is_single(hint: Any) -> bool:
    """True for what is written as one value that isn't null: a column of them may be too."""
    return hint in (*_PLAIN, Text) or (isinstance(hint, type) and issubclass(hint, Enum))


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
        self._scope: dict[str, Any] = {
            "texts": _Texts(), "make_qr": make_qr, "repeat": repeat, "Fact": maker(Fact), "TextBlock": maker(TextBlock),
        }  # fmt: skip
        self._names: dict[Any, str] = {}  # hint -> the function that reads it
        part = self._value(Fact | Text, "part", "")
        self._function("block(parts)", [f"return TextBlock('', tuple([{part} for part in parts]))"])
        self._body: Read = self._scope[self._reading(Communication)]

    def read(self, text: str) -> Communication:
        """Return the communication that `write` wrote."""
        communication: Communication = self._body(orjson.loads(text))
        return communication

    def _function(self, head: str, lines: Iterable[str]) -> None:
        exec("\n".join([f"def {head}:", *[f" {line}" for line in lines]]), self._scope)

    def _value(self, hint: Any, name: str, place: str) -> str:
        """Return the expression that reads what stands in `name`. `place` is the id of a fact."""
        if hint in _PLAIN:
            return name
        if hint is Text:
            return f"texts[{name}]"
        if hint is Fact:
            return f"Fact({place!r}, {name}, {name}, '')"
        if get_origin(hint) in (Union, UnionType):
            return self._choice(get_args(hint), name, place)
        if get_origin(hint) is tuple and not _is_table(hint):
            item = get_args(hint)[0]
            return f"tuple([{self._value(item, 'item', '')} for item in {name}])"
        if isinstance(hint, type) and issubclass(hint, Enum):
            return f"{self._members(hint)}[{name}]"
        if hint is QrCode:
            return f"make_qr({name}[0].encode('utf-8'), {name}[1])"
        return f"{self._reading(hint)}({name})" if is_dataclass(hint) or _is_table(hint) else name

    def _members(self, kind: type[Enum]) -> str:
        self._scope[f"{kind.__name__}_of"] = {member.value: member for member in kind}
        return f"{kind.__name__}_of"

    def _choice(self, hints: tuple[Any, ...], name: str, place: str) -> str:
        """Return the expression for one of two, told apart by what JSON has: null, a string or a list."""
        if NoneType in hints:
            (other,) = (hint for hint in hints if hint is not NoneType)
            return f"(None if {name} is None else {self._value(other, name, place)})"
        (other,) = (hint for hint in hints if hint is not Text)
        if other not in (Fact, TextBlock):
            raise TypeError(f"these can't be told apart: {hints}")
        read = f"block({name})" if other is TextBlock else self._value(Fact, f"{name}[0]", place)
        return f"(texts[{name}] if {name}.__class__ is str else {read})"

    def _column(self, hint: Any, name: str, place: str) -> str:
        """Return the expression that goes through a column."""
        if hint is Fact:
            return f"map(Fact, repeat({place!r}), {name}, {name}, repeat(''))"
        if _is_single(hint):
            each = "texts" if hint is Text else "" if hint in _PLAIN else self._members(hint)
            several = f"map({each}.__getitem__, {name})" if each else name
            return f"({several} if {name}.__class__ is list else repeat({self._value(hint, name, place)}))"
        return f"[{self._value(hint, 'item', place)} for item in {name}]"

    def _reading(self, hint: Any) -> str:
        """Return the name of the function that reads a dataclass, or several of one as columns."""
        if hint is TextBlock:
            return "block"
        if hint not in self._names:
            is_table = _is_table(hint)
            cls = get_args(hint)[0] if is_table else hint
            self._names[hint] = f"{cls.__name__}_{'table' if is_table else 'single'}"
            self._scope[cls.__name__] = maker(cls)
            read = self._column if is_table else self._value
            values = []
            for name in (field.name for field in fields(cls)):
                if name in _kept(cls):
                    values.append(read(_hints(cls)[name], name, f"{cls.__name__}.{name}"))
                else:
                    left = f"left_{cls.__name__}_{name}"
                    self._scope[left] = _LEFT_OUT[cls, name]
                    values.append(f"repeat({left})" if is_table else left)
            said = ", ".join(values)
            made = f"tuple(map({cls.__name__}, {said}))" if is_table else f"{cls.__name__}({said})"
            lines = [
                *(["if not a:", " return ()"] if is_table else ()),
                f"{', '.join(_kept(cls))}, = a",
                f"return {made}",
            ]
            self._function(f"{self._names[hint]}(a)", lines)
        return self._names[hint]
