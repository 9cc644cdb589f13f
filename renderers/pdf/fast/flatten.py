"""A communication as what varies in it (slots) and what decides how the template runs (signature).

For each field of the communication that the template reads, a function is generated which appends the slots and
signature parts of all views below it in the order of their fields; none of it looks at types where a field has only
one.

Two communications of one locale with equal signatures take the same way through the template: every condition
of the template can see only what is in the signature (`template_reads` finds what is read, and `sentinel`
checks each skeleton that nothing else was looked at).

A kernel does the same by a table of the steps, where each value is of the very class that its view declares: that
is always so. Its signatures are bytes; those of equal communications are equal, too.
"""

from __future__ import annotations

import itertools
import re
import typing
from bisect import bisect_left
from collections.abc import Callable, Collection, Hashable
from functools import cached_property
from operator import attrgetter
from types import ModuleType

from engine.model.communication import Communication, Fact, Text, TextBlock, walk_facts
from engine.model.qr_rows import QrRows
from engine.natives import native
from engine.templating.template_set import TemplateSet, hosts_of
from renderers.pdf.fast.model import SlotValue
from renderers.pdf.fast.steps import SAID, Step, roots_of
from renderers.pdf.fast.template_reads import Reads, reads_of

TEMPLATE = "pdf/bill.html.j2"
# What an address begins with; every other string is an id, a language or the like and goes into the signature.
ADDRESS = "https://"
# As the filter `url` takes it.
_PLAIN_ADDRESS = re.compile(r"https://([^\s<>\"'`\\\x00-\x1f\x7f/?#]+)[^\s<>\"'`\\\x00-\x1f\x7f]*")
_Taker: typing.TypeAlias = Callable[[object, list[SlotValue], list[Hashable]], None]
BETWEEN = "\n"  # of ids
_ADDRESSES_KEPT = 64  # most are the same for everyone
_kernel = native(__name__, "flatten_kernel")
_KINDS = (Communication, Fact, Text, TextBlock, QrRows)


class Flattener:
    """Flattens communications of one template set. Make it once a process by `Flattener.of`."""

    def __init__(self, reads: Reads, hosts: frozenset[str], *, kernel: ModuleType | None = _kernel) -> None:
        """`hosts` are those whose addresses the template may print; `kernel` takes what is of the usual kinds apart."""
        self.reads = reads
        self._hosts = hosts
        found = self._found = tuple(roots_of(reads))
        self.roots: tuple[str, ...] = tuple([root.name for root in found])
        bounds = None if reads.is_exact else reads.bounds
        self._walker = None if kernel is None else kernel.Walker(found, _KINDS, hosts, bounds)
        self._each = tuple([(number,) for number in range(len(found))])

    @classmethod
    def of(cls, templates: TemplateSet, template: str = TEMPLATE) -> Flattener:
        """Return the flattener of a template and all that it imports. Raises `Unfillable`."""
        environment = templates.environment
        environment.extend(billcast_flatteners={})  # unless it is there: locales share an environment
        known: dict[str, Flattener] = vars(environment)["billcast_flatteners"]
        if template not in known:
            known[template] = cls(reads_of(environment, template), hosts_of(templates.campaign))
        return known[template]

    def flatten(self, communication: Communication) -> tuple[Hashable, list[SlotValue]]:
        """Return signature and slots of the whole communication."""
        signatures, slots = self.by_root(communication)
        return signatures, [value for own in slots for value in own]

    def by_section(
        self, communication: Communication, sections: tuple[tuple[int, ...], ...]
    ) -> tuple[Hashable, list[list[SlotValue]]]:
        """Return the communication's signature, and the slots of sections, each of the roots of these numbers."""
        found: tuple[Hashable, list[list[SlotValue]]] | None = self._walked(communication, sections, False)
        if found is not None:
            return found
        signatures, by_root = self._by_root(communication)
        return signatures, [[value for root in roots for value in by_root[root]] for roots in sections]

    def by_root(self, communication: Communication) -> tuple[tuple[Hashable, ...], list[list[SlotValue]]]:
        """Return signatures and slots of the fields in `roots`, each by itself.

        A root is a field of the communication, or of a view that each communication has: `bill.rows`.
        """
        return self._walked(communication, self._each, True) or self._by_root(communication)

    def _walked(self, communication: Communication, sections: tuple[tuple[int, ...], ...], by_root: bool) -> typing.Any:
        """Return what the kernel finds, None where it leaves the communication to the functions."""
        return None if self._walker is None else self._walker.taken(communication, sections, by_root)

    @cached_property
    def _takers(self) -> list[tuple[Callable[[Communication], object], _Taker]]:
        return self._made_by(_Generator(self.reads, self._hosts))

    @cached_property
    def _namers(self) -> list[tuple[Callable[[Communication], object], _Taker]]:
        return self._made_by(_Generator(self.reads, self._hosts, says_ids=True))

    def _made_by(self, generator: _Generator) -> list[tuple[Callable[[Communication], object], _Taker]]:
        return [(attrgetter(root.name), generator.taker(root.step)) for root in self._found]

    def _by_root(self, communication: Communication) -> tuple[tuple[Hashable, ...], list[list[SlotValue]]]:
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


def block_text(block: TextBlock) -> str:
    """Return `block.text`, sooner."""
    parts = block.parts
    if len(parts) == 1:
        part = parts[0]
        return part.text if type(part) is Fact else part  # type: ignore[return-value]
    return "".join([part.text if type(part) is Fact else part for part in parts])  # type: ignore[misc]


class _Generator:
    """Writes and runs the source of the functions that take views apart."""

    def __init__(self, reads: Reads, hosts: frozenset[str], *, says_ids: bool = False) -> None:
        """With `says_ids`, the ids of the facts in a text stand in its place."""
        self._says_ids = says_ids
        self._reads = reads
        self._hosts = hosts
        self._addresses: dict[str, Hashable] = {}
        self._names = itertools.count()
        self._space: dict[str, object] = {
            "Text": Text, "block_text": block_text, "address_class": self._address_class,
            "length_class": self._length_class(), "take_any": self._take_any, "ids_in": _ids_in,
        }  # fmt: skip
        self._writers: dict[str, Callable[[Step, str], list[str]]] = {
            "fact": self._text, "block": self._text, "text": self._text, "said": self._said, "plain": self._plain,
            "name": self._plain, "string": self._string, "size": self._size, "optional": self._optional,
            "items": self._items, "view": self._view, "picture": self._picture,
        }  # fmt: skip

    def taker(self, step: Step) -> _Taker:
        """Return the function that takes a value apart."""
        name = f"take_{step.field}"
        lines = [f"def {name}(value, slots, signature):", *_indented(self._lines(step, "value"))]
        exec(compile("\n".join(lines), f"<{name}>", "exec"), self._space)  # noqa: S102  (made above)
        return typing.cast("_Taker", self._space[name])

    def _lines(self, step: Step, value: str) -> list[str]:
        """Return the lines that take apart what the expression `value` gives."""
        return self._writers[step.way](step, value)

    def _optional(self, step: Step, value: str) -> list[str]:
        name = self._name()
        return [f"{name} = {value}", f"if {name} is None: signature.append(None)", "else:",
                *_indented(["signature.append(0)", *self._lines(step.below[0], name)])]  # fmt: skip

    def _items(self, step: Step, value: str) -> list[str]:
        name, item = self._name(), self._name()
        return [f"{name} = {value}", f"signature.append(len({name}))", f"for {item} in {name}:",
                *_indented(self._lines(step.below[0], item))]  # fmt: skip

    def _view(self, step: Step, value: str) -> list[str]:
        name = self._name()
        lines = [line for own in step.below for line in self._lines(own, f"{name}.{own.field}")]
        return [f"{name} = {value}", *lines]

    def _said(self, step: Step, value: str) -> list[str]:
        """Return the lines for what may be a fact, a text or a block; most are texts."""
        if self._says_ids:
            return [f"slots.append(ids_in({value}))"]
        name = self._name()
        return [f"{name} = {value}",
                f"if type({name}) is Text: slots.append({name}); signature.append(True)",
                f"else: take_any({name}, {step.field!r}, slots, signature)"]  # fmt: skip

    def _text(self, step: Step, value: str) -> list[str]:
        if self._says_ids:
            return [f"slots.append(ids_in({value}))"]
        text = {"fact": f"{value}.text", "block": f"block_text({value})"}.get(step.way, value)
        if not step.is_measured:
            return [f"slots.append({text})"]
        name = self._name()
        return [f"{name} = {text}", f"slots.append({name})", f"signature.append(length_class({name}))"]

    def _plain(self, _: Step, value: str) -> list[str]:
        return [f"signature.append({value})"]

    def _string(self, _: Step, value: str) -> list[str]:
        name = self._name()
        return [
            f"{name} = {value}",
            f"if {name}.startswith({ADDRESS!r}): slots.append({name}); signature.append(address_class({name}))",
            f"else: signature.append({name})",
        ]

    def _size(self, _: Step, value: str) -> list[str]:
        return [f"signature.append(len({value}))"]

    def _picture(self, step: Step, value: str) -> list[str]:
        return [f"slots.append({value})", *self._view(step, value)]

    def _name(self) -> str:
        return f"v{next(self._names)}"

    def _take_any(self, value: object, field: str, slots: list[SlotValue], signature: list[Hashable]) -> None:
        """Take apart what may be a fact, a text or a block. Which it is can't be seen by a template."""
        if not isinstance(value, SAID):
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
