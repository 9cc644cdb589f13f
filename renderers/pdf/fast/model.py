"""What the steps of the fast fill hand to one another. Lengths are CSS pixels (1/96 inch), y grows downwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeAlias

from engine.model.communication import ChartGeometry, QrCode
from engine.model.quick import quick, sped

if TYPE_CHECKING:
    from collections.abc import Sequence

# A text with holes: static pieces, and the numbers of slots.
Template: TypeAlias = tuple[str | int, ...]
# What a slot holds for one customer: a text or an address; or a thing to draw.
SlotValue: TypeAlias = str | ChartGeometry | QrCode


class Unfillable(Exception):  # noqa: N818 - not an error: the reference takes over
    """Not to be filled fast. The message is the reason, without any value of the customer."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What an <img> shows: a chart or a QR symbol of the customer, or a file that is the same for everyone."""

    kind: Literal["chart", "qr", "static"]
    slot: int = -1  # of the ChartGeometry or QrCode
    height: float = 0.0  # of a squeezed chart, in chart units; 0 for its own height
    source: str = ""  # of a static picture: the src attribute
    quiet: float = 0.0  # of a QR symbol: its white zone, in modules


@dataclass(slots=True)
class Element:
    """An element of the skeleton. `children` are elements and texts in document order."""

    tag: str
    attributes: dict[str, Template]  # class and the like have one static piece
    children: list[Element | Template]
    number: int = -1  # in document order, as in the tree that WeasyPrint lays out
    picture: Picture | None = None

    def attribute(self, name: str) -> str:
        """Return a static attribute, empty where there is none."""
        value = self.attributes.get(name, ())
        return value[0] if value and isinstance(value[0], str) else ""


@dataclass(slots=True)
class Skeleton:
    """The template's tree for one shape and locale, its texts with slots. Same shape, same skeleton."""

    locale: str
    language: str
    title: Template
    author: Template
    description: Template
    body: Element
    root: Element
    html: str  # the real HTML of the communication it was made from: what WeasyPrint lays out as specimen
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FontChoice:
    """What a style sheet says of a run's font. Pango chooses by it, also for letters that the first font lacks."""

    families: tuple[str, ...] = ()
    style: str = "normal"
    weight: int = 400
    stretch: str = "normal"
    variations: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class TypeStyle:
    """All that shapes and paints a run of text. Equal styles come out alike."""

    font: str  # name of the font in the font set, as in F1
    size: float
    letter_spacing: float
    colour: tuple[float, float, float]
    features: tuple[tuple[str, int], ...]
    language: str
    choice: FontChoice = FontChoice()


@dataclass(frozen=True, slots=True)
class RunItem:
    """Text in one style inside a leaf. `owner` names the inline element it belongs to (its place in the tag tree)."""

    text: Template
    style: TypeStyle
    owner: int = -1  # Element.number of the innermost inline element; -1: the block's own text


@dataclass(frozen=True, slots=True)
class AtomItem:
    """An inline box of fixed width in a line: a picture or a swatch. `width` includes its margins."""

    width: float
    element: int  # Element.number


@dataclass(frozen=True, slots=True)
class BreakItem:
    """A forced end of line: <br/>."""


LeafItem: TypeAlias = RunItem | AtomItem | BreakItem


def is_constant(items: Sequence[LeafItem], *, has_counters: bool = False) -> bool:
    """True for texts that say the same to every customer; with counters, on a page of this number."""
    least = 0 if has_counters else -2
    return not any(
        isinstance(piece, int) and piece >= least for item in items if isinstance(item, RunItem) for piece in item.text
    )


@dataclass(slots=True)
class Segment:
    """A piece of one run in one line, drawn by one text object. `glyphs` is the TJ array with its brackets."""

    item: int  # which item of the leaf
    x: float  # from the start of the line
    width: float
    glyphs: bytes
    text: str = ""


@dataclass(slots=True)
class Line:
    """One line of a leaf. `width` is without trailing spaces.

    `above` and `below`: by how much letters of other fonts make it higher than the leaf's lines are, in px.
    """

    width: float
    segments: Sequence[Segment]
    above: float = 0.0
    below: float = 0.0


# The count of lines where a leaf has one run, else its items by line; with (above, below) of each where one isn't 0.
Structure: TypeAlias = "int | tuple[tuple[int, ...], ...] | tuple[Structure, tuple[tuple[float, float], ...]]"


class Lines(Protocol):
    """The lines of a leaf for one customer."""

    lines: Sequence[Line]
    structure: Structure


@dataclass(slots=True)
class SetLines:
    """The lines of a leaf for one customer."""

    lines: Sequence[Line]
    structure: Structure


class LeafLike(Protocol):
    """Running text in a box of fixed width, ready to be set for each customer."""

    width: float

    def set(self, slots: Sequence[SlotValue]) -> Lines:
        """Return the lines for these slots. Raises `Unfillable`."""
        ...


@sped
@dataclass(slots=True)
class Struct:
    """A structure element of the tag tree. Kids: elements, marked content (`Mark`), link annotations (`LinkKid`)."""

    role: str  # as in P, Sect, TH
    kids: list[Struct | Mark | LinkKid] = field(default_factory=list)
    alt: Template = ()
    bbox: Area | None = None  # of a Figure: as WeasyPrint gives it
    is_cell: bool = False  # TH or TD: has the attribute owner Table
    col_span: int = 1
    row_span: int = 1
    header_id: str = ""  # of a TH: the header cells of a strip are told apart by it
    headers: tuple[str, ...] = ()  # of a TD
    scope: str = ""  # of a TH: Row or Column


@quick
@dataclass(frozen=True, slots=True)
class Mark:
    """Marked content of the strip, counted from 0."""

    mcid: int


@dataclass(frozen=True, slots=True)
class LinkKid:
    """A reference to the link annotation number `link` of the strip."""

    link: int


class Area(NamedTuple):
    """A rectangle in px. `top` is counted as the strip's is, or from the page's top where it `is_anchored`."""

    left: float
    top: float
    width: float
    height: float
    is_anchored: bool = False


class TextSpot(NamedTuple):
    """Where a text stands that moves with its line: segment `segment` of line `line` of a leaf, as `Area` has it."""

    leaf: int
    line: int
    segment: int
    align: str
    x: float  # where its lines start
    width: float  # of the room that its lines have
    top: float
    height: float
    is_anchored: bool = False


@quick
@dataclass(frozen=True, slots=True)
class LinkBox:
    """A link annotation: where it is, its address, its description (the address where there is none)."""

    place: Area | TextSpot
    address: Template
    title: Template = ()


@quick
@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline; `x` and `y` in px, y as `Area` has it."""

    level: int
    label: Template
    x: float
    y: float
    is_anchored: bool = False
