"""A communication's stand-in: markers in place of its texts, in objects that tell when a template looks at them.

A template may print a text, ask whether it is there, and measure what `template_reads` found measured. Whatever
else it does with one (compares, cuts, looks inside) raises `Unfillable`: then the way it takes may depend on
more than the signature. The same goes for fields that it shouldn't read, and for what is inside of charts.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterator, Sequence
from enum import Enum
from functools import lru_cache
from typing import Any, NoReturn
from urllib.parse import urlsplit

from engine.model.communication import (
    ChartGeometry,
    ChartLabel,
    ChartLine,
    Communication,
    Fact,
    Mark,
    MarkRole,
    MarkStyle,
    QrCode,
    Text,
    TextBlock,
)
from renderers.pdf.fast.flatten import ADDRESS, block_text
from renderers.pdf.fast.model import Unfillable
from renderers.pdf.fast.template_reads import Reads

FIRST = 0xF0000
MOST_SLOTS = 0xFFF0
FILL = "\ue000"
POISON = "\U000ffffd"  # text of a chart's labels: belongs into charts only
MARKER = re.compile(f'[{chr(FIRST)}-{chr(FIRST + MOST_SLOTS)}]{FILL}*|https://[^/\\s"]+/slot-[0-9]+-')
_HEIGHTS = (1.0, 7.9, 8.1, 10.0, 13.0, 17.4, 17.5, 21.0, 40.0)  # about where corners get rounder
_PLAIN = (bool, int, float, Enum)
_LOOKED = "the template looks into a text"


def marker(slot: int, length: int) -> str:
    """Return the text that stands for slot `slot` where the real one has `length` characters."""
    return chr(FIRST + slot) + FILL * (length - 1) if length else ""


def slot_of(found: str) -> int:
    """Return the slot that a match of `MARKER` stands for."""
    return int(found.rsplit("-", 2)[1]) if found.startswith(ADDRESS) else ord(found[0]) - FIRST


def _refuse(*_: object) -> NoReturn:
    raise Unfillable(_LOOKED)


class _Looks:
    """Refuses what could tell one text from another."""

    __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __getitem__ = __iter__ = _refuse
    __add__ = __radd__ = __mul__ = __rmul__ = __mod__ = __rmod__ = _refuse

    def __len__(self) -> int:
        return _refuse()

    def __eq__(self, other: object) -> bool:
        return self is other or _refuse()

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return _refuse()


class Said(_Looks, Text):
    """A translated text, or the text of a block."""

    def __bool__(self) -> bool:
        return str.__len__(self) > 0


class Measured(Said):
    """The text of a field that the template measures."""

    def __len__(self) -> int:
        return str.__len__(self)


class Address(str):
    """An address. It may be taken apart by the `url` filter, but not compared by a template."""

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other) is True if isinstance(other, Address) else _refuse()

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return str.__hash__(self)

    __contains__ = __getitem__ = __len__ = __add__ = __mod__ = _refuse

    def __bool__(self) -> bool:
        return True


class Block(TextBlock):
    """A block with a marker for its text. Slots as its class has: it is frozen."""

    __slots__ = ()

    @property
    def text(self) -> str:
        """The marker."""
        return self.parts[0] if self.parts else ""  # type: ignore[return-value]  # a Text

    def __bool__(self) -> bool:
        return bool(self.parts) or _refuse()  # parts may be there and be empty


class Unread:
    """Stands where the template reads nothing, as far as its syntax shows."""

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("__"):
            raise AttributeError(name)
        raise Unfillable("the template reads a field by a way of its own")

    __bool__ = __iter__ = __len__ = __eq__ = __contains__ = __getitem__ = __str__ = _refuse
    __hash__ = _refuse


class Watched(tuple[Any, ...]):
    """What is in a chart: counts how often it is gone through, refuses anything else."""

    times: int

    def __new__(cls, items: Sequence[Any]) -> Watched:
        found = super().__new__(cls, items)
        found.times = 0
        return found

    def __iter__(self) -> Iterator[Any]:
        self.times += 1
        return super().__iter__()

    __bool__ = __len__ = __eq__ = __contains__ = __getitem__ = _refuse
    __hash__ = _refuse


class Rows(Sequence[tuple[bool, ...]]):
    """The modules of a QR symbol: as many rows as the real one; its path is M<slot> 0.5H<slot + 1>."""

    def __init__(self, slot: int, size: int) -> None:
        self._row = (False,) * slot + (True,)
        self._size = size
        self.times = 0

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[tuple[bool, ...]]:
        self.times += 1
        return iter((self._row,))

    __getitem__ = __contains__ = __eq__ = _refuse
    __hash__ = _refuse


_UNREAD: Any = Unread()


class _How(Enum):
    """What stands in for a field."""

    UNREAD = "nothing of it may be read"
    VALUE = "all of it may be read"
    VIEW = "some of its own fields may be read"


@lru_cache(maxsize=1024)
def _steps(
    reads: Reads, roots: tuple[str, ...] | None, kind: type, path: str | None
) -> tuple[tuple[str, str | None, _How], ...]:
    """Return how the fields of a class are taken where it stands at `path`: name, path and how, in their order."""
    found = []
    for field in dataclasses.fields(kind):
        root = None if path is None else f"{path}{field.name}"
        if (kind.__name__, field.name) not in reads.fields or not _is_open(root, roots):
            how = _How.UNREAD
        else:
            how = _How.VALUE if root is None or root in (roots or (root,)) else _How.VIEW
        found.append((field.name, root, how))
    return tuple(found)


def _is_open(root: str | None, roots: Collection[str] | None) -> bool:
    """True for what may be read, and for a view of which something may."""
    if root is None or roots is None:
        return True
    return any(one == root or one.startswith(f"{root}.") for one in roots)


class StandIn:
    """Makes the stand-in of one communication; keeps what its parts were asked for."""

    def __init__(
        self, reads: Reads, proven: Collection[tuple[str, str]] = (), roots: Collection[str] | None = None
    ) -> None:
        """`proven` are (kind, id) of charts that were seen with marks and labels of every look.

        With `roots`, only these fields may be read, and only their slots are counted: `notices`, `bill.rows`.
        """
        self._reads = reads
        self._roots = None if roots is None else tuple(roots)
        self._proven = proven
        self._locale = ""
        self._next = 0
        self.charts: dict[int, ChartGeometry] = {}  # slot -> what the template is given to draw
        self.watched: dict[int, tuple[Watched, ...]] = {}
        self.symbols: dict[int, Rows] = {}

    def of(self, communication: Communication) -> Communication:
        """Return the stand-in. Slots are counted as `Flattener.flatten` lists them."""
        self._locale = communication.locale
        found: Communication = self._view(communication, "")
        return found

    def _slot(self) -> int:
        self._next += 1
        if self._next > MOST_SLOTS:
            raise Unfillable("the communication has too many texts")
        return self._next - 1

    def _view(self, view: Any, path: str | None = None) -> Any:
        """Return a view's stand-in. `path` is where it stands in the communication, None for one that is read whole."""
        kind: Any = type(view)
        values = []
        for name, root, how in _steps(self._reads, self._roots, kind, path):
            value = getattr(view, name)
            if how is _How.VALUE:
                values.append(self._value(value, name))
            elif how is _How.VIEW:
                values.append(self._view(value, f"{root}."))
            else:
                # The catalogue of a rendering is found by the locale.
                is_locale = value is self._locale and isinstance(view, Communication)
                values.append(value if is_locale else _UNREAD)
        return kind(*values)

    def _value(self, value: Any, field: str) -> Any:
        if value is None or isinstance(value, _PLAIN):
            return value
        if isinstance(value, Fact):
            return Fact(value.id, None, self._said(value.text, field))
        if isinstance(value, TextBlock):
            text = self._said(block_text(value), field)
            return Block(value.id, (text,) if text else ())
        if isinstance(value, Text):
            return Said(marker(self._slot(), len(value)))
        if isinstance(value, str):
            return self._address(value) if value.startswith(ADDRESS) else value
        if isinstance(value, tuple):
            return tuple(self._value(item, field) for item in value)
        if isinstance(value, ChartGeometry):
            return self._chart(value)
        if isinstance(value, QrCode):
            slot = self._slot()
            self.symbols[slot] = Rows(slot, len(value.rows))
            return QrCode(b"", self.symbols[slot], value.kind)
        return self._view(value)

    def _said(self, text: str, field: str) -> Said:
        kind = Measured if field in self._reads.measured else Said
        return kind(marker(self._slot(), len(text)))

    def _address(self, value: str) -> Address:
        return Address(f"{ADDRESS}{urlsplit(value).netloc}/slot-{self._slot()}-")

    def _chart(self, chart: ChartGeometry) -> ChartGeometry:
        slot = self._slot()
        probe = probe_of(chart) if (chart.kind, chart.id) in self._proven else whole_probe(chart)
        self.charts[slot] = probe
        self.watched[slot] = (Watched(probe.lines), Watched(probe.marks), Watched(probe.labels))
        lines, marks, labels = self.watched[slot]
        summary = self._said(block_text(chart.summary), "summary")
        return dataclasses.replace(
            chart, lines=lines, marks=marks, labels=labels, columns=_UNREAD, rows=_UNREAD,
            summary=Block(chart.summary.id, (summary,) if summary else ()),
        )  # fmt: skip


def probe_of(chart: ChartGeometry) -> ChartGeometry:
    """Return the chart with one line, mark and label of each look that it has: enough to see how it is drawn."""
    lines = {line.is_dotted: line for line in chart.lines}
    marks = {(mark.role, mark.style, mark.height > 8): mark for mark in chart.marks}
    labels = {
        (label.anchor, label.is_strong, label.is_axis): dataclasses.replace(label, text=Text(POISON))
        for label in chart.labels
    }
    return dataclasses.replace(
        chart, lines=tuple(lines.values()), marks=tuple(marks.values()), labels=tuple(labels.values())
    )


def whole_probe(chart: ChartGeometry) -> ChartGeometry:
    """Return the chart with a line, mark and label of every look that there is."""
    heights = (chart.height / 2, 2.0)
    marks = [Mark(10.5, 3.257, 12.126, h, role, style) for role in MarkRole for style in MarkStyle for h in heights]
    marks += [Mark(2.5, 1.5, 9.0, h, MarkRole.TAXES, style) for style in MarkStyle for h in _HEIGHTS]
    return dataclasses.replace(
        chart,
        lines=tuple(ChartLine(1.25, 2.5, 30.0, 40.125, dotted) for dotted in (False, True)),
        marks=tuple(marks),
        labels=tuple(
            ChartLabel(50.5, 20.257, Text(POISON), anchor, strong, axis, size)
            for anchor in ("start", "middle", "end")
            for strong in (False, True)
            for axis in (False, True)
            for size in (0.0, 17.5)
        ),
    )
