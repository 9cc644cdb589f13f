"""Reads a specimen's box tree: the same boxes, as numbers that hold for other texts too.

Only what is known to behave is read: blocks, floats and inline blocks of fixed width, tables of fixed
layout, absolute boxes held by one edge, running text. The rest raises `Unfillable`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from weasyprint.formatting_structure import boxes as wp
from weasyprint.layout.absolute import AbsolutePlaceholder

from renderers.pdf.fast.decor import decor_of, has_background, is_decorated
from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.grid import is_blank
from renderers.pdf.fast.model import TypeStyle, Unfillable
from renderers.pdf.fast.parts import Atom, LinesPart, PartBox, Place, Span
from renderers.pdf.fast.type_style import type_style

PAGE, PAGES = -1, -2  # counters, as numbers of slots
_EPS = 0.01


class Reader:
    """Reads boxes of one part. `numbers` gives each element's number in its part; page counters stand in margins."""

    def __init__(self, numbers: Mapping[int, int], fonts: FontSet, *, counts_pages: bool = False) -> None:
        self._counts_pages = counts_pages
        self.numbers = numbers
        self._fonts = fonts
        # Of texts, and of lines without a text of their own; those in a row of a table by the row's identity.
        self.styles: dict[TypeStyle, None] = {}
        self.row_styles: dict[int, dict[TypeStyle, None]] = {}
        self.is_bound = False  # to its language: the font of a line isn't known

    def read(
        self, box: Any, previous_bottom: float, floats: list[Any] | None = None, *, is_running: bool = False
    ) -> PartBox:
        """Return a box that stands below `previous_bottom`, with all that is in it.

        WeasyPrint calls a running element relative once it stands in its margin.
        """
        place: Place = "flow"
        if isinstance(box, AbsolutePlaceholder):
            box = box._box  # noqa: SLF001
        style = box.style
        if style["position"] in ("absolute", "fixed"):
            place = "bottom" if style["bottom"] != "auto" else "top"
            if style["width"] == "auto":
                raise Unfillable("an absolute box is as wide as its text")
        elif style["float"] != "none":
            place = "float"
            if style["width"] == "auto" and not isinstance(box, wp.ReplacedBox):
                raise Unfillable("a float is as wide as its text")
        elif style["position"] != "static" and not is_running:
            raise Unfillable("a box is positioned relatively")
        _refuse(style)
        part = PartBox(
            _kind(box), self._number(box), box.element_tag or "", box.border_box_x(), box.border_width(), place=place
        )
        part.gap = box.border_box_y() - previous_bottom
        part.margin_top, part.margin_bottom = box.margin_top, box.margin_bottom
        part.edges = (box.border_top_width, box.border_right_width, box.border_bottom_width, box.border_left_width)
        part.top = box.border_top_width + box.padding_top
        part.bottom = box.border_bottom_width + box.padding_bottom
        part.before, part.after, part.inside = style["break_before"], style["break_after"], style["break_inside"]
        part.orphans, part.widows = style["orphans"], style["widows"]
        part.clears = style["clear"] != "none"
        part.is_context = place != "flow" or _is_context(box)
        part.is_last = style["overflow"] != "visible" and not isinstance(box, AbsolutePlaceholder)
        level = style["bookmark_level"]
        part.bookmark = level if box.bookmark_label and level != "none" else 0
        if is_decorated(box):
            part.decor = decor_of(style)
        self._fill(part, box, floats if floats is not None and place == "flow" and not _is_context(box) else [])
        return part

    def _number(self, box: Any) -> int:
        if box.element is None:
            return -1
        return self.numbers.get(id(box.element), -1)

    def _fill(self, part: PartBox, box: Any, floats: list[Any]) -> None:
        if part.kind == "picture":
            part.fixed = box.height
            return
        if part.kind == "table":
            self._table(part, box)
            return
        lines = [child for child in box.children if isinstance(child, wp.LineBox)]
        if lines:
            if len(lines) != len(box.children):
                raise Unfillable("lines stand between blocks")
            self._lines(part, box, lines, floats)
        else:
            self._blocks(part, box, floats)
        _heights(part, box)

    def _blocks(self, part: PartBox, box: Any, floats: list[Any]) -> None:
        content_top = box.content_box_y()
        bottom = content_top
        for child in box.children:
            inner = child._box if isinstance(child, AbsolutePlaceholder) else child  # noqa: SLF001
            read = self.read(child, bottom, floats)
            if read.place in ("top", "bottom"):
                if inner.style["height"] == "auto" and read.place == "bottom":
                    raise Unfillable("an absolute box at the bottom has no fixed height")
                read.gap = 0.0  # set by `anchor_absolutes`, once the containing box is known
            part.children.append(read)
            if read.place == "float":
                floats.append(inner)
            elif read.place == "flow":
                bottom = inner.border_box_y() + inner.border_height()
        part.tail = content_top + box.height - bottom

    def _lines(self, part: PartBox, box: Any, lines: list[Any], floats: list[Any]) -> None:
        shown = [[kid for kid in line.children if not is_blank(kid)] for line in lines]
        if any(isinstance(kid, wp.InlineBlockBox) and kid.children for kids in shown for kid in kids):
            self._columns(part, lines, shown)
            return
        part.kind = "lines"
        part.lines = self._running_text(part, box, lines, floats)

    def _columns(self, part: PartBox, lines: list[Any], shown: list[list[Any]]) -> None:
        """Inline blocks of fixed width, side by side, at the top of their line."""
        part.kind = "columns"
        for line, kids in zip(lines, shown, strict=True):
            row: list[PartBox] = []
            tallest = 0.0
            for kid in kids:
                if kid.style["position"] == "absolute" or isinstance(kid, AbsolutePlaceholder):
                    raise Unfillable("an absolute box stands in a line")
                if not isinstance(kid, wp.InlineBlockBox):
                    raise Unfillable("text stands beside an inline block")
                if kid.style["width"] == "auto":
                    raise Unfillable("an inline block is as wide as its text")
                if kid.style["vertical_align"] != "top":
                    raise Unfillable("inline blocks are not aligned at the top")
                row.append(self.read(kid, line.position_y))
                tallest = max(tallest, kid.margin_height())
            part.rows.append(row)
            part.row_tails.append(line.height - tallest)

    def _running_text(self, part: PartBox, box: Any, lines: list[Any], floats: list[Any]) -> LinesPart:
        spans: dict[int, Span] = {}
        atoms: dict[int, Atom] = {}
        pseudo: dict[int, tuple[str | int, ...]] = {}
        self._strut(box.style)
        for line in lines:
            self._inline(line, line, -1, spans, atoms, pseudo, part)
        pitches = {round(line.height, 3) for line in lines}
        style = box.style
        left, right = box.content_box_x(), box.content_box_x() + box.width
        beside = 0.0
        for other in floats:
            top, bottom = other.position_y, other.position_y + other.margin_height()
            if top < lines[-1].position_y + lines[-1].height - _EPS and bottom > lines[0].position_y + _EPS:
                if top > lines[0].position_y + _EPS:
                    raise Unfillable("a float begins beside running text")
                near, far = other.position_x, other.position_x + other.margin_width()
                if other.style["float"] == "left" and far > left + _EPS:
                    left, beside = far, bottom - lines[0].position_y
                elif other.style["float"] == "right" and near < right - _EPS:
                    right, beside = near, bottom - lines[0].position_y
        align = style["text_align_all"]
        if align not in ("start", "left", "end", "right", "center") or style["direction"] != "ltr":
            raise Unfillable("text is justified or runs from right to left")
        if style["text_indent"].value if hasattr(style["text_indent"], "value") else style["text_indent"]:
            raise Unfillable("the first line is indented")
        return LinesPart(
            left,
            right - left,
            {"start": "left", "end": "right"}.get(align, align),
            lines[0].height,
            len(pitches) < 2 and not any(atom.box.kind == "picture" for atom in atoms.values()),
            style["white_space"] in ("normal", "pre-line"),
            style["overflow"] != "visible",
            style["overflow_wrap"] != "normal",
            spans,
            atoms,
            pseudo,
            beside,
        )

    def _inline(
        self,
        parent: Any,
        line: Any,
        owner: int,
        spans: dict[int, Span],
        atoms: dict[int, Atom],
        pseudo: dict[int, tuple[str | int, ...]],
        part: PartBox,
    ) -> None:
        for kid in parent.children:
            inner = kid._box if isinstance(kid, AbsolutePlaceholder) else kid  # noqa: SLF001
            number = self._number(inner)
            if isinstance(kid, AbsolutePlaceholder) or (
                inner.style["float"] != "none" and not isinstance(inner, wp.TextBox)
            ):
                if isinstance(kid, AbsolutePlaceholder):
                    raise Unfillable("an absolute box stands in a line")
                part.children.append(self.read(kid, line.position_y))
            elif isinstance(inner, wp.TextBox):
                self._text(inner, line, owner, spans)
            elif isinstance(inner, wp.InlineBlockBox | wp.InlineReplacedBox):
                read = self.read(inner, line.position_y)
                atoms[number] = Atom(
                    inner.margin_width(), inner.margin_left, inner.border_box_y() - line.position_y, read,
                    inner.style["vertical_align"] if inner.style["vertical_align"] in ("top", "bottom") else "baseline",
                )  # fmt: skip
            elif isinstance(inner, wp.InlineBox):
                tag = inner.element_tag or ""
                if tag.endswith("::after"):
                    pseudo[number] = _content(inner.style, counts_pages=self._counts_pages)
                    self._inline(inner, line, number, spans, atoms, pseudo, part)
                elif "::" in tag:
                    if tag != "br::before":
                        raise Unfillable(f"{tag.partition('::')[2]} is styled")
                else:
                    self._span(inner, line, number, spans, atoms, pseudo, part)
            else:
                raise Unfillable(f"a {type(inner).__name__} stands in a line")

    def _span(
        self,
        box: Any,
        line: Any,
        number: int,
        spans: dict[int, Span],
        atoms: dict[int, Atom],
        pseudo: dict[int, tuple[str | int, ...]],
        part: PartBox,
    ) -> None:
        if box.margin_left or box.margin_right or box.border_width() - box.width > _EPS:
            raise Unfillable("an inline box has a margin, a border or a padding at its side")
        _refuse(box.style)
        self._strut(box.style)
        self._inline(box, line, number, spans, atoms, pseudo, part)
        if number in spans:
            _, y, _, height = box.hit_area()
            spans[number].top, spans[number].height = y - line.position_y, height
            if is_decorated(box):
                raise Unfillable("an inline box has a background or a border")

    def _text(self, box: Any, line: Any, owner: int, spans: dict[int, Span]) -> None:
        if owner in spans or not box.text.strip():
            return
        if box.style["text_decoration_line"] != "none" and box.style["text_decoration_line"]:
            raise Unfillable("text is decorated")
        above = box.position_y - line.position_y
        style = type_style(box.style, self._fonts)
        self.styles[style] = None
        spans[owner] = Span(
            style, above + box.baseline,
            room_above=above, room_below=line.height - above - box.margin_height(),
        )  # fmt: skip

    def _strut(self, style: Any) -> None:
        """Note the font that a line is at least as high as."""
        try:
            self.styles[type_style(style, self._fonts)] = None
        except Unfillable:
            self.is_bound = True

    def _table(self, part: PartBox, table: Any) -> None:
        if table.style["table_layout"] != "fixed" or table.style["border_collapse"] != "collapse":
            raise Unfillable("a table's columns follow its texts")
        bottom = table.content_box_y()
        _, horizontal = table.collapsed_border_grid
        number = 0
        for group in table.children:
            read = PartBox(
                "group", self._number(group), group.element_tag or "", group.position_x, group.width,
                gap=group.position_y - bottom, is_header=group.is_header,
                before=group.style["break_before"], after=group.style["break_after"],
                inside=group.style["break_inside"],
            )  # fmt: skip
            row_bottom = group.position_y
            for row in group.children:
                number += 1
                read.children.append(self._row(row, row_bottom, horizontal[number]))
                row_bottom = row.position_y + row.height
            bottom = group.position_y + group.height
            part.children.append(read)
        part.tail = table.content_box_y() + table.height - bottom

    def _row(self, row: Any, previous_bottom: float, borders: Any) -> PartBox:
        read = PartBox(
            "row", self._number(row), row.element_tag or "", row.position_x, row.width,
            gap=row.position_y - previous_bottom,
            before=row.style["break_before"], after=row.style["break_after"], inside=row.style["break_inside"],
        )  # fmt: skip
        rules = {(style, width, tuple(color.coordinates), color.alpha) for _, (style, width, color) in borders}
        if len(rules) != 1:
            raise Unfillable("the cells of a row have different rules below")
        ((style, width, colour, alpha),) = rules
        if width and alpha:
            if style != "solid" or alpha != 1:
                raise Unfillable("a table's rule is not solid")
            read.rule = (width, colour)
        around, self.styles = self.styles, {}
        for cell in row.children:
            if cell.rowspan != 1:
                raise Unfillable("a cell spans rows")
            read.children.append(self._cell(cell, row))
        self.row_styles[id(read)], self.styles = self.styles, around
        return read

    def _cell(self, cell: Any, row: Any) -> PartBox:
        align = cell.style["vertical_align"]
        if align not in ("top", "middle", "bottom"):
            raise Unfillable("cells are aligned at their baselines")
        read = PartBox(
            "cell", self._number(cell), cell.element_tag or "", cell.border_box_x(), cell.border_width(),
            gap=cell.border_box_y() - row.position_y, align=align, col_span=cell.colspan,
            is_context=True,
        )  # fmt: skip
        # The row stretched the padding of its lower cells: the style says what it was.
        top, bottom = (_padding(cell.style[f"padding_{side}"]) for side in ("top", "bottom"))
        read.edges = (cell.border_top_width, 0.0, cell.border_bottom_width, 0.0)
        read.top, read.bottom = cell.border_top_width + top, cell.border_bottom_width + bottom
        if cell.style["height"] != "auto":
            read.minimum = cell.height
        if has_background(cell.style):
            read.decor = decor_of(cell.style)
        kind = read.kind
        lines = [child for child in cell.children if isinstance(child, wp.LineBox)]
        if lines:
            self._lines(read, cell, lines, [])
            read.kind, inner = kind, read.kind
            if inner == "columns":
                raise Unfillable("inline blocks stand in a cell")
        else:
            self._blocks(read, cell, [])
            read.tail = 0.0
        return read


def _kind(box: Any) -> Any:
    if isinstance(box, wp.ReplacedBox):
        return "picture"
    if isinstance(box, wp.TableBox):
        return "table"
    if isinstance(box, wp.BlockBox | wp.InlineBlockBox):
        return "block"
    raise Unfillable(f"a {type(box).__name__} is laid out by the reference only")


def _heights(part: PartBox, box: Any) -> None:
    style = box.style
    if style["height"] != "auto":
        part.fixed = box.height
    minimum = box.min_height
    part.minimum = 0.0 if minimum == "auto" else float(minimum)
    if part.fixed is None and part.minimum and abs(box.height - part.minimum) < _EPS:
        part.tail = 0.0  # stretched to its minimum: what is below its last child is no gap


def _padding(value: Any) -> float:
    return float(value.value if hasattr(value, "value") else value)


def _is_context(box: Any) -> bool:
    return isinstance(box, wp.InlineBlockBox) or box.style["overflow"] != "visible"


def _refuse(style: Any) -> None:
    """Refuse what isn't laid out or painted here."""
    if style["opacity"] < 1 or style["transform"]:
        raise Unfillable("a box is transparent or transformed")
    if style["box_shadow"] if "box_shadow" in style else False:  # noqa: SIM401 - not a plain mapping
        raise Unfillable("a box throws a shadow")
    if style["column_count"] != "auto" or style["column_width"] != "auto":
        raise Unfillable("text runs in columns")
    if style["z_index"] != "auto" or style["visibility"] != "visible":
        raise Unfillable("a box is hidden or stacked")


def _content(style: Any, *, counts_pages: bool) -> tuple[str | int, ...]:
    """Return the text of a pseudo element: strings and page counters."""
    pieces: list[str | int] = []
    content = style["content"]
    if content in ("normal", "inhibit", "none"):
        return ()
    if not counts_pages and any(kind == "counter()" for kind, _ in content):
        raise Unfillable("a page number stands outside of the page margins")
    for kind, value in content:
        if kind == "string":
            pieces.append(value)
        elif kind == "counter()" and value[0] in ("page", "pages") and value[1] == "decimal":
            pieces.append(PAGE if value[0] == "page" else PAGES)
        else:
            raise Unfillable("a pseudo element shows more than text and page numbers")
    return tuple(pieces)
