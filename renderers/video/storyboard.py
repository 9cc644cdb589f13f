"""A storyboard: scenes of typed elements, each with its place, its style and its entrance.

Everything is frozen and picklable and holds what it shows (charts, QR modules, words), so that a
scene can be painted anywhere without the communication it was made from. Sizes are in pixels of
a 1280x720 picture; another rendition scales them by its shorter side over 720.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from engine.model.communication import ChartGeometry

COLUMNS = 12
FADE_STEPS, COUNT_STEPS = 5, 8  # pictures of a fade and of a counting amount, 70 to 100 ms each
SETTLED = 0.7  # of its time: a slide that eases out is then within a pixel of its place, a fade or a wipe within 3 %
_FIRST = 1e-6  # the progress of a clip's first frame
SMALLEST_PX = 28  # LOOK: no text under 28 px at 720p


@dataclass(frozen=True, slots=True)
class Box:
    """A place on the grid of a rendition: 12 columns, and 12 rows (wide, square) or 24 rows (tall)."""

    column: float
    row: float
    columns: float
    rows: float


@dataclass(frozen=True, slots=True)
class Slot:
    """A named place, a box for each shape. A square picture without its own takes that of landscape."""

    name: str
    wide: Box
    tall: Box
    square: Box | None = None


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How text is set. `size` shrinks to `floor` before `lines` are used, or after, by `fit`."""

    name: str
    size: float
    floor: float
    weight: int = 400
    lines: int = 1
    leading: float = 1.25
    colour: str = "on"
    fit: str = "shrink"  # shrink: smaller first, then more lines; wrap: more lines first
    figures: bool = False
    fill: str = ""  # ground of a chip that hugs its text; empty: none
    tall_size: float = 0.0  # size in portrait; 0: the same

    def size_in(self, is_tall: bool) -> float:
        """Return the size in portrait, or in another shape."""
        return self.tall_size if is_tall and self.tall_size else self.size


class EntranceKind(StrEnum):
    """How an element comes in. COUNT runs a figure up; GROW draws a chart mark by mark; PLAY is a clip's."""

    NONE = "none"
    FADE = "fade"
    SLIDE = "slide"
    WIPE = "wipe"
    GROW = "grow"
    COUNT = "count"
    PLAY = "play"


_SETTLING = (EntranceKind.FADE, EntranceKind.SLIDE, EntranceKind.WIPE)


class Ease(StrEnum):
    """How an entrance goes: OUT comes to rest, IN_OUT also starts gently, BACK slides a little past its place."""

    OUT = "out"
    IN_OUT = "in-out"
    LINEAR = "linear"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Entrance:
    """An entrance from `start_s` of its scene, eased over `seconds`; then the element is still."""

    kind: EntranceKind
    start_s: float
    seconds: float
    ease: Ease = Ease.OUT

    @property
    def end_s(self) -> float:
        """When the element stands still; rounded, so that the frame of that moment is the last to move."""
        return round(self.start_s + self.seconds, 6)

    def progress(self, t_s: float) -> float:
        """Return 0 before the entrance, 1 after it, and the share of its time between.

        What the eye does not see is left out, since each picture costs: the end of an eased entrance, when
        it is all but still, and every other step of a fade or of a counting amount. What plays is seen from its
        first frame on: more than 0 then. Six digits: a state is part of the key of what is encoded, and a
        counted million must not differ by a cent between what is spliced and the reference.
        """
        if self.kind is EntranceKind.NONE or t_s >= self.end_s:
            return 1.0
        if self.kind is EntranceKind.PLAY and t_s >= self.start_s:
            return round(max(_FIRST, (t_s - self.start_s) / self.seconds), 6)
        share = max(0.0, (t_s - self.start_s) / self.seconds)
        steps = {EntranceKind.FADE: FADE_STEPS, EntranceKind.COUNT: COUNT_STEPS}.get(self.kind)
        if steps:
            share = math.ceil(round(share * steps, 6)) / steps
        if self.kind in _SETTLING and self.ease is Ease.OUT and share >= SETTLED:
            return 1.0
        return round(share, 6)


@dataclass(frozen=True, slots=True)
class Flow:
    """Elements that stand below one another in one slot, `gap` pixels apart."""

    slot: Slot
    gap: float
    valign: str  # top | middle | bottom


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element stands: a slot of its own, or its turn in a flow."""

    slot: Slot
    align: str = "start"  # start | center | end
    valign: str = "top"
    flow: Flow | None = None
    shown_in: str = "both"  # film | mail | both


@dataclass(frozen=True, slots=True)
class TextElement:
    """Words in one style."""

    id: str
    place: Place
    entrance: Entrance
    style: TextStyle
    text: str


@dataclass(frozen=True, slots=True)
class CounterElement:
    """A formatted amount that counts up to exactly its own text."""

    id: str
    place: Place
    entrance: Entrance
    style: TextStyle
    text: str


@dataclass(frozen=True, slots=True)
class ButtonElement:
    """The shape of the pay button."""

    id: str
    place: Place
    entrance: Entrance
    style: TextStyle
    text: str
    fill: str


@dataclass(frozen=True, slots=True)
class ChartElement:
    """A chart. In portrait and square `tall_rows` turns a waterfall on its side: a row a step."""

    id: str
    place: Place
    entrance: Entrance
    chart: ChartGeometry
    label: TextStyle
    axis: TextStyle
    tall_rows: bool


@dataclass(frozen=True, slots=True)
class ListRow:
    """A line of a list: a swatch of a chart role or none, words, and an amount or none."""

    swatch: str
    label: str
    amount: str


@dataclass(frozen=True, slots=True)
class ListElement:
    """Rows with swatch, label and amount, in columns: `tall_columns` in portrait and square."""

    id: str
    place: Place
    entrance: Entrance
    rows: tuple[ListRow, ...]
    label: TextStyle
    amount: TextStyle
    columns: int
    tall_columns: int


@dataclass(frozen=True, slots=True)
class QrElement:
    """A QR symbol on a white card with its quiet zone. Modules are whole pixels."""

    id: str
    place: Place
    entrance: Entrance
    rows: Sequence[tuple[bool, ...]]


@dataclass(frozen=True, slots=True)
class ImageElement:
    """A picture of the template set (SVG, PNG or JPEG), no larger than its slot. `tint` colours a one-colour icon.

    `alt` says what it shows; empty: it is an ornament.
    """

    id: str
    place: Place
    entrance: Entrance
    path: str
    height: float
    tint: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class PanelElement:
    """A plain rounded ground behind other elements."""

    id: str
    place: Place
    entrance: Entrance
    fill: str
    radius: float


class EmphasisKind(StrEnum):
    """How attention is drawn to an element. PULSE and GLOW come and go; an UNDERLINE stays."""

    PULSE = "pulse"
    UNDERLINE = "underline"
    GLOW = "glow"


@dataclass(frozen=True, slots=True)
class EmphasisElement:
    """What draws attention to the element `target` of the same scene, while `entrance` runs."""

    id: str
    place: Place
    entrance: Entrance
    kind: EmphasisKind
    target: str
    colour: str


@dataclass(frozen=True, slots=True)
class ClipElement:
    """Footage, or a still that slowly grows, for as long as its entrance. Only in scenes that are everybody's.

    `start_s` is where in the footage it begins. It covers its place, cut evenly, or is contained in it.
    """

    id: str
    place: Place
    entrance: Entrance
    path: str
    fills_slot: bool  # else the whole picture, margins included
    start_s: float
    fit: str  # cover | contain
    zoom: float  # size at the end, of that at the beginning
    dim: float  # share of light taken away
    fade_in_s: float
    fade_out_s: float
    radius: float
    alt: str = ""  # what it shows; empty: it is an ornament

    @property
    def seconds(self) -> float:
        """How long it plays."""
        return self.entrance.seconds


Element: TypeAlias = (
    TextElement | CounterElement | ButtonElement | ChartElement | ListElement | QrElement | ImageElement
    | PanelElement | EmphasisElement | ClipElement
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scene:
    """One idea on one ground. `narration` names the phrases of the script that are said over it.

    It lasts as long as they take and its picture needs, at least `min_s`; or `fixed_s`, if that is not 0.
    """

    id: str
    title: str
    ground: str  # a colour token; `primary` is a gradient
    min_s: float
    narration: str
    elements: tuple[Element, ...]
    fixed_s: float = 0.0

    @property
    def moving_s(self) -> float:
        """When the last entrance, or clip, has ended."""
        return max((element.entrance.end_s for element in self.elements), default=0.0)

    @property
    def entered_s(self) -> float:
        """When the last entrance has ended, clips apart: from then on all can be read."""
        entrances = (element.entrance for element in self.elements if not isinstance(element, ClipElement))
        return max((entrance.end_s for entrance in entrances), default=0.0)


@dataclass(frozen=True, slots=True)
class Storyboard:
    """The scenes of one video in order. `poster` is the scene whose held frame is the poster.

    `words` are all words of the file that rules left, if they left something out. `mail` are the scenes
    that an e-mail shows of it. `own` are the texts of the facts that it shows: what holds one of them may be
    one customer's.
    """

    scenes: tuple[Scene, ...]
    poster: str
    words: str = ""
    mail: tuple[Scene, ...] = ()
    own: tuple[str, ...] = ()

    def scene(self, scene_id: str) -> Scene:
        """Return a scene by id; raises `KeyError`."""
        for scene in self.scenes:
            if scene.id == scene_id:
                return scene
        raise KeyError(scene_id)
