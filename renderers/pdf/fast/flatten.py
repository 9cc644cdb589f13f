"""A communication as what varies in it (slots) and what decides how the template runs (signature).

For each class of view that the template reads, a function is generated which appends the class's slots and
signature parts in the order of its fields; none of it looks at types where a field has only one.

Two communications of one locale with equal signatures take the same way through the template: every condition
of the template can see only what is in the signature (`template_reads` finds what is read, and `sentinel`
checks each skeleton that nothing else was looked at).
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from bisect import bisect_left
from collections.abc import Callable, Hashable
from enum import Enum

from engine.model import communication as views
from engine.model.communication import ChartGeometry, Communication, Fact, QrCode, Text, TextBlock
from engine.templating.template_set import TemplateSet, hosts_of
from renderers.pdf.fast.model import SlotValue
from renderers.pdf.fast.template_reads import Reads, reads_of

TEMPLATE = "pdf/bill.html.j2"
# What an address begins with; every other string is an id, a language or the like and goes into the signature.
ADDRESS = "https://"
# As the filter `url` takes it.
_PLAIN_ADDRESS = re.compile(r"https://([^\s<>\"'`\\\x00-\x1f\x7f/?#]+)[^\s<>\"'`\\\x00-\x1f\x7f]*")
_Taker: typing.TypeAlias = Callable[[object, list[SlotValue], list[Hashable]], None]
_SAID = (Fact, Text, TextBlock)


class Flattener:
    """Flattens communications of one template set. Make it once a process by `Flattener.of`."""

    def __init__(self, reads: Reads, hosts: frozenset[str]) -> None:
        """`hosts` are those whose addresses the template may print."""
        self.reads = reads
        generator = Generator(reads, hosts)
        fields = {field.name for field in dataclasses.fields(Communication)}
        read = {field for kind, field in reads.fields if kind == Communication.__name__} & fields
        self.roots: tuple[str, ...] = tuple(
            field.name for field in dataclasses.fields(Communication) if field.name in read
        )
        self._takers = [(root, generator.field_taker(Communication, root)) for root in self.roots]

    @classmethod
    def of(cls, templates: TemplateSet, template: str = TEMPLATE) -> Flattener:
        """Return the flattener of a template and all that it imports. Raises `Unfillable`."""
        return cls(reads_of(templates.environment, template), hosts_of(templates.campaign))

    def flatten(self, communication: Communication) -> tuple[Hashable, list[SlotValue]]:
        """Return signature and slots of the whole communication."""
        signatures, slots = self.by_root(communication)
        return signatures, [value for own in slots for value in own]

    def by_root(self, communication: Communication) -> tuple[tuple[Hashable, ...], list[list[SlotValue]]]:
        """Return signatures and slots of the fields in `roots`, each by itself."""
        signatures: list[Hashable] = []
        every: list[list[SlotValue]] = []
        for root, take in self._takers:
            slots: list[SlotValue] = []
            signature: list[Hashable] = []
            take(getattr(communication, root), slots, signature)
            if not all(slots):  # charts and symbols are true: some text is empty, which templates may ask for
                signature.append(tuple(number for number, value in enumerate(slots) if not value))
            signatures.append(tuple(signature))
            every.append(slots)
        return tuple(signatures), every


def block_text(block: TextBlock) -> str:
    """Return `block.text`, sooner."""
    parts = block.parts
    if len(parts) == 1:
        part = parts[0]
        return part.text if type(part) is Fact else part  # type: ignore[return-value]
    return "".join([part.text if type(part) is Fact else part for part in parts])  # type: ignore[misc]


class Generator:
    """Writes and runs the source of the functions that take views apart."""

    def __init__(self, reads: Reads, hosts: frozenset[str]) -> None:
        self._reads = reads
        self._hosts = hosts
        self._known: dict[type, str] = {}
        self._space: dict[str, object] = {
            "Fact": Fact, "TextBlock": TextBlock, "ChartGeometry": ChartGeometry, "block_text": block_text,
            "address_class": self._address_class, "length_class": self._length_class(), "take_any": self._take_any,
        }  # fmt: skip

    def taker(self, kind: type) -> _Taker:
        """Return the function that takes one view of class `kind` apart."""
        return typing.cast("_Taker", self._space[self._function(kind)])

    def field_taker(self, kind: type, field: str) -> _Taker:
        """Return the function that takes one field's value of class `kind` apart."""
        hints = typing.get_type_hints(kind, vars(views))
        name = f"take_{kind.__name__}_{field}"
        lines = [f"def {name}(value, slots, signature):", "    slot, part = slots.append, signature.append"]
        lines += ["    " + line for line in self._value(hints[field], field)]
        exec(compile("\n".join(lines), f"<{name}>", "exec"), self._space)  # noqa: S102  (made above)
        return typing.cast("_Taker", self._space[name])

    def _function(self, kind: type) -> str:
        """Return the name of the function for `kind`, made at its first use."""
        if kind in self._known:
            return self._known[kind]
        name = self._known[kind] = f"take_{kind.__name__}"
        hints = typing.get_type_hints(kind, vars(views))
        lines = [f"def {name}(view, slots, signature):", "    slot, part = slots.append, signature.append"]
        for field in dataclasses.fields(kind):
            if (kind.__name__, field.name) in self._reads.fields:
                lines.append(f"    value = view.{field.name}")
                lines += ["    " + line for line in self._value(hints[field.name], field.name)]
        exec(compile("\n".join((*lines, "    return")), f"<{name}>", "exec"), self._space)  # noqa: S102  (made above)
        return name

    def _value(self, hint: object, field: str, name: str = "value") -> list[str]:
        """Return the lines that take `name`, a value of type `hint`, apart."""
        options = [option for option in _options(hint) if option is not type(None)]
        if len(options) < len(_options(hint)):
            inner = self._value(typing.Union[tuple(options)], field, name)  # noqa: UP007  (made at run time)
            return [f"if {name} is None: part(None)", "else:", "    part(0)", *("    " + line for line in inner)]
        if len(options) > 1:
            return [f"take_any({name}, {field!r}, slots, signature)"]
        return self._plain(options[0], field, name)

    def _plain(self, kind: object, field: str, name: str) -> list[str]:
        measured = field in self._reads.measured
        if kind is Fact or kind is TextBlock:
            text = f"{name}.text" if kind is Fact else f"block_text({name})"
            return [f"text = {text}", "slot(text)", "part(length_class(text))"] if measured else [f"slot({text})"]
        if kind is Text:
            return [f"slot({name})"]
        if typing.get_origin(kind) is tuple:
            item = typing.get_args(kind)[0]
            inner = self._value(item, field, "item")
            return [f"part(len({name}))", f"for item in {name}:", *("    " + line for line in inner)]
        if kind is str:
            return [
                f"if {name}.startswith({ADDRESS!r}): slot({name}); part(address_class({name}))",
                f"else: part({name})",
            ]
        if kind is ChartGeometry:
            return [f"slot({name})", f"slot(block_text({name}.summary))",
                    f"part(({name}.kind, {name}.id, {name}.width, {name}.height))"]  # fmt: skip
        if kind is QrCode:
            return [f"slot({name})", f"part((len({name}.rows), {name}.kind))"]
        if dataclasses.is_dataclass(kind) and isinstance(kind, type):
            return [f"{self._function(kind)}({name}, slots, signature)"]
        if isinstance(kind, type) and issubclass(kind, bool | int | float | Enum):
            return [f"part({name})"]
        raise TypeError(f"a view has a field `{field}` of a type that is not flattened")

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
        found = _PLAIN_ADDRESS.fullmatch(address)
        return 0 if found and found[1].lower() in self._hosts else address

    def _length_class(self) -> Callable[[str], int]:
        if self._reads.is_exact:
            return len
        bounds = self._reads.bounds
        return lambda text: bisect_left(bounds, len(text))


def _options(hint: object) -> tuple[object, ...]:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return typing.get_args(hint)
    return (hint,)
