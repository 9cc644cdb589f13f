"""Elements of a scene laid out on one rendition: each becomes a piece with its place in pixels."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from engine.errors import RenderError
from engine.model.communication import MarkRole
from renderers.video.chart_piece import ChartMaker
from renderers.video.clip_piece import clip_piece
from renderers.video.emphasis import emphasised
from renderers.video.footage import Footage
from renderers.video.frame import Frame, Rect
from renderers.video.layer import Layer, digest
from renderers.video.pieces import CounterPiece, LayerPiece, Piece, Row, RowsPiece
from renderers.video.shapes import WHITE, Palette, rgb, rounded
from renderers.video.storyboard import (
    ButtonElement,
    ChartElement,
    ClipElement,
    CounterElement,
    Element,
    EmphasisElement,
    ImageElement,
    ListElement,
    ListRow,
    PanelElement,
    Place,
    QrElement,
    Scene,
    TextElement,
    TextStyle,
)
from renderers.video.typeface import FontBook
from renderers.video.typesetting import Setting, draw_setting, fit
from renderers.video.vector import picture_layer

SMALLEST_MODULE_PX = 4
_TRANSFORM_PX = 4  # what the encoder transforms at a time: one that is all of a colour costs least
_FLOW_SCALES = (1.0, 0.9, 0.8, 0.7, 0.6)
QUIET_MODULES = 4  # ISO/IEC 18004


@dataclass(frozen=True, slots=True)
class SceneLayout:
    """Lays out one scene. What had to be cut is added to `warnings`."""

    scene: Scene
    frame: Frame
    palette: Palette
    book: FontBook
    root: Path
    warnings: list[str]
    footage: Footage = Footage()

    def pieces(self) -> tuple[Piece, ...]:
        """Return the pieces in the order of the elements. Raises `RenderError` (R405, R406)."""
        made: dict[int, Piece] = {}
        flows: dict[int, list[int]] = {}
        stressed: dict[int, EmphasisElement] = {}
        for index, element in enumerate(self.scene.elements):
            if isinstance(element, EmphasisElement):
                stressed[index] = element
            elif element.place.flow is None:
                made[index] = self._piece(element, 1.0)
                if not isinstance(element, ClipElement) or element.fills_slot:
                    self._place(made[index], element.place)
            else:
                flows.setdefault(id(element.place.flow), []).append(index)
        for members in flows.values():
            made.update(zip(members, self._flow([self.scene.elements[index] for index in members]), strict=True))
        named = {self.scene.elements[index].id: piece for index, piece in made.items()}
        for index, element in stressed.items():
            made[index] = emphasised(element, named[element.target].rect, self.frame, self.palette)
        return tuple(made[index] for index in sorted(made))

    def _flow(self, elements: Sequence[Element]) -> list[Piece]:
        """Return the elements of one flow below one another, set smaller where they are too tall together."""
        flow = elements[0].place.flow
        assert flow is not None
        rect, gap = self.frame.rect(flow.slot), self.frame.px(flow.gap)
        for scale in _FLOW_SCALES:
            before = len(self.warnings)
            pieces = [self._piece(element, scale) for element in elements]
            total = sum(piece.rect.height for piece in pieces) + gap * (len(pieces) - 1)
            if (total <= rect.height and len(self.warnings) == before) or scale == _FLOW_SCALES[-1]:
                break
            del self.warnings[before:]
        if total > rect.height:
            self.warnings.append(f"video: scene `{self.scene.id}`: the flow in `{flow.slot.name}` is too tall")
        top = rect.top + {"top": 0, "middle": (rect.height - total) // 2, "bottom": rect.height - total}[flow.valign]
        for piece in pieces:
            piece.move_to(rect.left, top)
            top += piece.rect.height + gap
        return pieces

    def _place(self, piece: Piece, place: Place) -> None:
        rect, box = self.frame.rect(place.slot), piece.rect
        left = {"start": 0, "center": (rect.width - box.width) // 2, "end": rect.width - box.width}[place.align]
        top = {"top": 0, "middle": (rect.height - box.height) // 2, "bottom": rect.height - box.height}[place.valign]
        piece.move_to(rect.left + left, rect.top + top)

    def _piece(self, element: Element, scale: float) -> Piece:
        if isinstance(element, EmphasisElement):
            raise TypeError("an emphasis is laid out after its element")
        if isinstance(element, ClipElement):
            return clip_piece(element, self.frame, self.root, self.footage, f"scene `{self.scene.id}` `clip`")
        rect = self.frame.rect(element.place.slot)
        if isinstance(element, TextElement):
            return self._text(element, _scaled(element.style, scale), rect)
        if isinstance(element, CounterElement):
            return self._counter(element, _scaled(element.style, scale), rect)
        if isinstance(element, ButtonElement):
            return self._button(element, _scaled(element.style, scale), rect)
        if isinstance(element, ChartElement):
            return ChartMaker(self.frame, self.palette, self.book, self.warnings.append).make(element, rect)
        if isinstance(element, ListElement):
            return self._list(element, rect)
        if isinstance(element, QrElement):
            return self._qr(element, rect)
        if isinstance(element, PanelElement):
            layer = rounded(rect.width, rect.height, self.frame.px(element.radius), self.palette.token(element.fill))
            return LayerPiece(element.entrance, rect, layer, self.frame)
        return self._image(element)

    def _fit(self, element_id: str, text: str, style: TextStyle, width: int, height: int) -> Setting:
        setting = fit(self.book, text, style, width, height, self.frame.unit, self.frame.is_tall)
        if setting.is_cut:
            self.warnings.append(f"video: scene `{self.scene.id}`: the text of `{element_id}` was shortened")
        return setting

    def _text(self, element: TextElement, style: TextStyle, rect: Rect) -> Piece:
        px = self.frame.px
        pad = px(style.size * 0.42) if style.fill else 0
        setting = self._fit(element.id, element.text, style, rect.width - 2 * pad, rect.height)
        colour = self.palette.token(style.colour)
        words = draw_setting(self.book, setting, colour, element.place.align)
        if not style.fill:
            return LayerPiece(element.entrance, Rect(0, 0, setting.width, setting.height), words, self.frame)
        rise = px(style.size * 0.16)
        size = (setting.width + 2 * pad, setting.height + 2 * rise)
        chip = rounded(*size, px(self.palette.brand.radius_px), self.palette.token(style.fill))
        return LayerPiece(element.entrance, Rect(0, 0, *size), chip.carrying((words, pad, rise)), self.frame)

    def _counter(self, element: CounterElement, style: TextStyle, rect: Rect) -> Piece:
        setting = self._fit(element.id, element.text, style, rect.width, rect.height)
        colour = self.palette.token(style.colour)
        box = Rect(0, 0, setting.width, setting.height)
        return CounterPiece(element.entrance, box, element.text, setting, colour, self.book, element.place.align)

    def _button(self, element: ButtonElement, style: TextStyle, rect: Rect) -> Piece:
        px = self.frame.px
        pad, rise = px(style.size * 1.1), px(style.size * 0.42)
        setting = self._fit(element.id, element.text, style, rect.width - 2 * pad, rect.height)
        size = (setting.width + 2 * pad, setting.height + 2 * rise)
        shape = rounded(*size, px(self.palette.brand.radius_px * 1.5), self.palette.token(element.fill))
        words = draw_setting(self.book, setting, self.palette.token(style.colour), "center")
        return LayerPiece(element.entrance, Rect(0, 0, *size), shape.carrying((words, pad, rise)), self.frame)

    def _list(self, element: ListElement, rect: Rect) -> Piece:
        px = self.frame.px
        gap = px(48)
        columns = self._columns(element, rect, gap)
        width = (rect.width - gap * (columns - 1)) // columns
        lines = -(-len(element.rows) // columns) or 1
        usual = px(element.label.size_in(self.frame.is_tall) * 2.4)
        height = min(usual, rect.height // lines)
        settings = self._row_settings(element, width, height)
        rows = tuple(
            self._row(element, row, said, Rect((i % columns) * (width + gap), (i // columns) * height, width, height))
            for i, (row, said) in enumerate(zip(element.rows, settings, strict=True))
        )
        return RowsPiece(element.entrance, Rect(0, 0, rect.width, lines * height), rows, self.frame)

    def _columns(self, element: ListElement, rect: Rect, gap: int) -> int:
        """Return the columns of a list: one if a row would wrap in the columns asked for, and one has the height."""
        columns = element.tall_columns if self.frame.is_narrow else element.columns
        width = (rect.width - gap * (columns - 1)) // columns
        label, amount = element.label, element.amount
        size = self.frame.px(label.size_in(self.frame.is_tall) * 0.9)
        widest = max(
            (self.book.width(row.label, size, label.weight) + self.book.width(row.amount, size, amount.weight)
             for row in element.rows), default=0.0,
        )  # fmt: skip
        too_wide = widest + self.frame.px(label.size * 0.62 + 36) > width
        return 1 if too_wide and len(element.rows) * self.frame.px(label.size * 1.5) <= rect.height else columns

    def _row_settings(self, element: ListElement, width: int, height: int) -> list[tuple[Setting, Setting | None]]:
        """Return label and amount of each row: all labels in one size, that of the longest, and all amounts."""
        amounts = self._even(element, [(row.amount, width // 2) for row in element.rows], element.amount, height)
        room = [
            width
            - (self._swatch_px(element) + self.frame.px(16) if row.swatch else 0)
            - (amount.width + self.frame.px(20) if row.amount else 0)
            for row, amount in zip(element.rows, amounts, strict=True)
        ]
        wanted = [(row.label, px) for row, px in zip(element.rows, room, strict=True)]
        labels = self._even(element, wanted, element.label, height)
        shown = [amount if row.amount else None for row, amount in zip(element.rows, amounts, strict=True)]
        return list(zip(labels, shown, strict=True))

    def _even(
        self, element: ListElement, wanted: Sequence[tuple[str, int]], style: TextStyle, height: int
    ) -> list[Setting]:
        """Return texts, each with its width, set in the size that the longest of them needs."""
        made = [self._fit(element.id, text, style, width, height) for text, width in wanted]
        smallest = min((setting.size_px for setting in made), default=0)
        even = replace(style, size=smallest / self.frame.unit, floor=smallest / self.frame.unit, tall_size=0.0)
        return [
            setting if setting.size_px == smallest else self._fit(element.id, text, even, width, height)
            for setting, (text, width) in zip(made, wanted, strict=True)
        ]

    def _swatch_px(self, element: ListElement) -> int:
        return self.frame.px(element.label.size * 0.62)

    def _row(self, element: ListElement, row: ListRow, said: tuple[Setting, Setting | None], box: Rect) -> Row:
        px, height = self.frame.px, box.height
        parts: list[tuple[Layer, int, int]] = []
        left = 0
        if row.swatch:
            side = self._swatch_px(element)
            swatch = rounded(side, side, px(4), self.palette.mark(MarkRole(row.swatch)))
            parts.append((swatch, 0, (height - side) // 2))
            left = side + px(16)
        label, amount = said
        if amount is not None:
            words = draw_setting(self.book, amount, self.palette.token(element.amount.colour))
            parts.append((words, box.width - amount.width, _middle(amount, height)))
        words = draw_setting(self.book, label, self.palette.token(element.label.colour))
        parts.append((words, left, _middle(label, height)))
        line = max(1, px(1.5))
        parts.append((rounded(box.width, line, 0, self.palette.token("hairline")), 0, height - line))
        return Row(tuple(parts), box)

    def _qr(self, element: QrElement, rect: Rect) -> Piece:
        side = len(element.rows) + 2 * QUIET_MODULES
        module = min(rect.width, rect.height) // side
        if module < SMALLEST_MODULE_PX:
            raise RenderError(
                "R405", f"the QR symbol of {len(element.rows)} modules needs {side * SMALLEST_MODULE_PX} px, "
                f"its slot `{element.place.slot.name}` has {min(rect.width, rect.height)}",
                place=f"scene `{self.scene.id}`", hint="enlarge the slot",
            )  # fmt: skip
        if module >= 2 * _TRANSFORM_PX:
            module -= module % _TRANSFORM_PX
        modules = b"".join(map(bytes, element.rows))
        symbol = Image.frombytes("L", (len(element.rows), len(element.rows)), modules).point([0, 255] * 128)
        symbol = symbol.resize((symbol.width * module, symbol.height * module), Image.Resampling.NEAREST)
        ink = rgb(self.palette.brand.ink)
        marks = Layer(symbol, ink, digest("qr", modules, module, ink))
        card = rounded(side * module, side * module, self.frame.px(self.palette.brand.radius_px * 2), WHITE)
        piece = LayerPiece(element.entrance, Rect(0, 0, card.width, card.height), card, self.frame)
        self._place(piece, element.place)
        left, top = (QUIET_MODULES * module + _to_grid(at + QUIET_MODULES * module, module) for at in piece.rect[:2])
        return replace(piece, layer=card.carrying((marks, left, top)))

    def _image(self, element: ImageElement) -> Piece:
        tint = self.palette.token(element.tint) if element.tint else None
        path = element.path
        if path == "logo":
            path = self.palette.brand.logo_dark if self.palette.is_dark else self.palette.brand.logo
        data, box = self._read(path), self.frame.rect(element.place.slot)
        layer = picture_layer(data, path, min(self.frame.px(element.height), box.height), self.book, tint)
        if layer.width > box.width:
            layer = picture_layer(data, path, max(1, layer.height * box.width // layer.width), self.book, tint)
        return LayerPiece(element.entrance, Rect(0, 0, layer.width, layer.height), layer, self.frame)

    def _read(self, name: str) -> bytes:
        try:
            path = _inside(self.root, name)
            found = path.stat()
            return _contents(path, found.st_size, found.st_mtime_ns)
        except OSError:
            raise RenderError("R404", f"there is no picture `{name}` in the template set",
                              place=f"scene `{self.scene.id}`") from None  # fmt: skip


@functools.lru_cache(maxsize=256)
def _inside(root: Path, name: str) -> Path:
    """Return the path of a file of the template set. Raises OSError if it lies outside or is none."""
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()) or not path.is_file():
        raise FileNotFoundError(name)
    return path


@functools.lru_cache(maxsize=32)
def _contents(path: Path, size: int, changed_ns: int) -> bytes:  # noqa: ARG001 - a changed file is another
    return path.read_bytes()


def _scaled(style: TextStyle, scale: float) -> TextStyle:
    """Return a style set smaller, but not below its floor."""
    if scale == 1:
        return style
    tall = max(style.floor, style.tall_size * scale) if style.tall_size else 0.0
    return replace(style, size=max(style.floor, style.size * scale), tall_size=tall)


def _to_grid(at: int, module: int) -> int:
    """Return by how many pixels, at most two, modules have to move from `at` to fall on whole blocks of the encoder."""
    if module % _TRANSFORM_PX:
        return 0
    return (_TRANSFORM_PX // 2 - at) % _TRANSFORM_PX - _TRANSFORM_PX // 2


def _middle(setting: Setting, height: int) -> int:
    return max(0, (height - setting.height) // 2)
