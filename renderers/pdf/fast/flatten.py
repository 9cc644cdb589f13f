"""A communication as what varies in it (slots) and what decides how the template runs (signature).

For each field of the communication that the template reads, a function is generated which appends the slots and
signature parts of all views below it in the order of their fields; none of it looks at types where a field has only
one.

Two communications of one locale with equal signatures take the same way through the template: every condition
of the template can see only what is in the signature (`template_reads` finds what is read, and `sentinel`
checks each skeleton that nothing else was looked at).
"""

from __future__ import annotations

import dataclasses
import itertools
import re
import types
import typing
from bisect import bisect_left
from collections.abc import Callable, Collection, Hashable
from enum import Enum
from operator import attrgetter

from engine.model import communication as views
from engine.model.communication import ChartGeometry, Communication, Fact, QrCode, Text, TextBlock, walk_facts
from engine.templating.template_set import TemplateSet, hosts_of
from renderers.pdf.fast.model import SlotValue, Unfillable
from renderers.pdf.fast.template_reads import Reads, reads_of

TEMPLATE = "pdf/bill.html.j2"
# What an address begins with; every other string is an id, a language or the like and goes into the signature.
ADDRESS = "https://"
# As the filter `url` takes it.
_PLAIN_ADDRESS = re.compile(r"https://([^\s<>\"'`\\\x00-\x1f\x7f/?#]+)[^\s<>\"'`\\\x00-\x1f\x7f]*")
_Taker: typing.TypeAlias = Callable[[object, list[SlotValue], list[Hashable]], None]
_SAID = (Fact, Text, TextBlock)
_WHOLE = (*_SAID, ChartGeometry, QrCode)
BETWEEN = "\n"  # of ids
_ADDRESSES_KEPT = 64  # most are the same for everyone


class Flattener:
    """Flattens communications of one template set. Make it once a process by `Flattener.of`."""

    def __init__(self, reads: Reads, hosts: frozenset[str]) -> None:
        """`hosts` are those whose addresses the template may print."""
        self.reads = reads
        found = list(_roots(reads))
        self.roots: tuple[str, ...] = tuple([root for root, _, _ in found])
        self._takers, self._namers = (
            [(attrgetter(root), generator.field_taker(kind, field)) for root, kind, field in found]
            for generator in (Generator(reads, hosts), Generator(reads, hosts, says_ids=True))
        )

    @classmethod
    def of(cls, templates: TemplateSet, template: str = TEMPLATE) -> Flattener:
        """Return the flattener of a template and all that it imports. Raises `Unfillable`."""
        return cls(reads_of(templates.environment, template), hosts_of(templates.campaign))

    def flatten(self, communication: Communication) -> tuple[Hashable, list[SlotValue]]:
        """Return signature and slots of the whole communication."""
        signatures, slots = self.by_root(communication)
        return signatures, [value for own in slots for value in own]

    def by_root(self, communication: Communication) -> tuple[tuple[Hashable, ...], list[list[SlotValue]]]:
        """Return signatures and slots of the fields in `roots`, each by itself.

        A root is a field of the communication, or of a view that each communication has: `bill.rows`.
        """
        signatures: list[Hashable] = []
        every: list[list[SlotValue]] = []
        for value_of, take in self._takers:
            slots: list[SlotValue] = []
            signature: list[Hashable] = []
            take(value_of(communication), slots, signature)
            if not all(slots):  # charts and symbols are true: some text is empty, which templates may ask for
                signature.append(tuple(number for number, value in enumerate(slots) if not value))
            signatures.append(tuple(signature))
            every.append(slots)
        return tuple(signatures), every

    def fact_ids(self, communication: Communication, roots: Collection[str]) -> list[SlotValue]:
        """Return the slots of these roots with the ids of the facts in each, divided by `BETWEEN`, as their texts."""
        slots: list[SlotValue] = []
        for root, (value_of, take) in zip(self.roots, self._namers, strict=True):
            if root in roots:
                take(value_of(communication), slots, [])
        return slots


def _ids_in(value: Fact | Text | TextBlock) -> str:
    if isinstance(value, Fact):
        return value.id
    return BETWEEN.join([fact.id for fact in walk_facts(value.parts)]) if isinstance(value, TextBlock) else ""


def _roots(reads: Reads) -> typing.Iterator[tuple[str, type, str]]:
    """Yield what communications are known by: its name, and the field of a class that it is."""
    hints = typing.get_type_hints(Communication, vars(views))
    for field in dataclasses.fields(Communication):
        if (Communication.__name__, field.name) not in reads.fields:
            continue
        kind = hints[field.name]
        inner = [] if kind in _WHOLE or not dataclasses.is_dataclass(kind) else dataclasses.fields(kind)
        read = [own.name for own in inner if (kind.__name__, own.name) in reads.fields]
        if not read:
            yield field.name, Communication, field.name
        for name in read:
            yield f"{field.name}.{name}", kind, name


def block_text(block: TextBlock) -> str:
    """Return `block.text`, sooner."""
    parts = block.parts
    if len(parts) == 1:
        part = parts[0]
        return part.text if type(part) is Fact else part  # type: ignore[return-value]
    return "".join([part.text if type(part) is Fact else part for part in parts])  # type: ignore[misc]


class Generator:
    """Writes and runs the source of the functions that take views apart."""

    def __init__(self, reads: Reads, hosts: frozenset[str], *, says_ids: bool = False) -> None:
        """With `says_ids`, the ids of the facts in a text stand in its place."""
        self._says_ids = says_ids
        self._reads = reads
        self._hosts = hosts
        self._addresses: dict[str, Hashable] = {}
        self._names = itertools.count()
        self._space: dict[str, object] = {
            "Fact": Fact, "Text": Text, "TextBlock": TextBlock, "ChartGeometry": ChartGeometry,
            "block_text": block_text, "address_class": self._address_class, "length_class": self._length_class(),
            "take_any": self._take_any, "ids_in": _ids_in,
        }  # fmt: skip

    def field_taker(self, kind: type, field: str) -> _Taker:
        """Return the function that takes one field's value of class `kind` apart."""
        hints = _hints(kind)
        name = f"take_{kind.__name__}_{field}"
        lines = [f"def {name}(value, slots, signature):", *_indented(self._value(hints[field], field, "value"))]
        exec(compile("\n".join(lines), f"<{name}>", "exec"), self._space)  # noqa: S102  (made above)
        return typing.cast("_Taker", self._space[name])

    def _view(self, kind: type, name: str) -> list[str]:
        """Return the lines that take a view of class `kind` apart. No view holds another of its own class."""
        hints = _hints(kind)
        lines: list[str] = []
        for field in dataclasses.fields(kind):
            if (kind.__name__, field.name) in self._reads.fields:
                lines += self._value(hints[field.name], field.name, f"{name}.{field.name}")
        return lines or ["pass"]

    def _value(self, hint: object, field: str, value: str) -> list[str]:
        """Return the lines that take apart what the expression `value`, of type `hint`, gives."""
        options = [option for option in _options(hint) if option is not type(None)]
        if len(options) < len(_options(hint)):
            name = self._name()
            inner = self._value(typing.Union[tuple(options)], field, name)  # noqa: UP007  (made at run time)
            return [f"{name} = {value}", f"if {name} is None: signature.append(None)", "else:",
                    *_indented(["signature.append(0)", *inner])]  # fmt: skip
        if len(options) > 1:
            return self._said(field, value)
        return self._plain(options[0], field, value)

    def _said(self, field: str, value: str) -> list[str]:
        """Return the lines for what may be a fact, a text or a block; most are texts."""
        if self._says_ids:
            return [f"slots.append(ids_in({value}))"]
        name = self._name()
        return [f"{name} = {value}",
                f"if type({name}) is Text: slots.append({name}); signature.append(True)",
                f"else: take_any({name}, {field!r}, slots, signature)"]  # fmt: skip

    def _plain(self, kind: object, field: str, value: str) -> list[str]:
        if self._says_ids and kind in _SAID:
            return [f"slots.append(ids_in({value}))"]
        if kind is Fact or kind is TextBlock:
            text = f"{value}.text" if kind is Fact else f"block_text({value})"
            if field not in self._reads.measured:
                return [f"slots.append({text})"]
            name = self._name()
            return [f"{name} = {text}", f"slots.append({name})", f"signature.append(length_class({name}))"]
        if kind is Text:
            return [f"slots.append({value})"]
        if isinstance(kind, type) and issubclass(kind, bool | int | float | Enum):
            return [f"signature.append({value})"]
        name = self._name()
        return [f"{name} = {value}", *self._named(kind, field, name)]

    def _named(self, kind: object, field: str, name: str) -> list[str]:
        """Return the lines that take the variable `name` apart."""
        if typing.get_origin(kind) is tuple:
            item = self._name()
            inner = self._value(typing.get_args(kind)[0], field, item)
            return [f"signature.append(len({name}))", f"for {item} in {name}:", *_indented(inner)]
        if kind is str:
            return [
                f"if {name}.startswith({ADDRESS!r}): slots.append({name}); signature.append(address_class({name}))",
                f"else: signature.append({name})",
            ]
        if kind is ChartGeometry:
            said = "ids_in" if self._says_ids else "block_text"
            return [f"slots.append({name})", f"slots.append({said}({name}.summary))",
                    f"signature.append(({name}.kind, {name}.id, {name}.width, {name}.height))"]  # fmt: skip
        if kind is QrCode:
            return [f"slots.append({name})", f"signature.append((len({name}.rows), {name}.kind))"]
        if dataclasses.is_dataclass(kind) and isinstance(kind, type):
            return self._view(kind, name)
        raise TypeError(f"a view has a field `{field}` of a type that is not flattened")

    def _name(self) -> str:
        return f"v{next(self._names)}"

    def _take_any(self, value: object, field: str, slots: list[SlotValue], signature: list[Hashable]) -> None:
        """Take apart what may be a fact, a text or a block. Which it is can't be seen by a template."""
        if not isinstance(value, _SAID):
            raise TypeError(f"a view has a field `{field}` of a type that is not flattened")
        text = value.text if isinstance(value, Fact) else value if isinstance(value, Text) else block_text(value)
        slots.append(text)
        # A template may ask a fact or a block for its text, but not a text.
        signature.append(isinstance(value, Text))
        if field in self._reads.measured and not isinstance(value, Text):
            signature.append(typing.cast("Callable[[str], int]", self._space["length_class"])(text))

    def _address_class(self, address: str) -> Hashable:
        """Return 0 for an address that a template may print, and any other as it is."""
        known = self._addresses.get(address)
        if known is None:
            found = _PLAIN_ADDRESS.fullmatch(address)
            known = 0 if found and found[1].lower() in self._hosts else address
            if len(self._addresses) >= _ADDRESSES_KEPT:
                self._addresses.clear()
            self._addresses[address] = known
        return known

    def _length_class(self) -> Callable[[str], int]:
        if self._reads.is_exact:
            return len
        bounds = self._reads.bounds
        return lambda text: bisect_left(bounds, len(text))


def _indented(lines: list[str]) -> list[str]:
    return ["    " + line for line in lines]


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
