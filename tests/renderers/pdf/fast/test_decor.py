"""Boxes drawn from kept operators must look as WeasyPrint's own file does."""

from __future__ import annotations

import time
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pytest
import weasyprint
from PIL import ImageChops

from renderers.pdf.fast import decor
from renderers.pdf.fast.decor import box_operators, decor_of, moved, rule_operators
from renderers.pdf.fast.model import Unfillable

STYLES = {
    "a swatch": "width: 9px; height: 9px; background: #e07a1f; border-radius: 2.3px",
    "a card": "background: #f6f3ec; border: 0.25mm solid #d8d2c4; border-radius: 2.6mm",
    "a card with a coloured top": "background: #f6f3ec; border: 0.25mm solid #d8d2c4; border-radius: 2.6mm;"
    " border-top: 1.1mm solid #1f7a4d",
    "a notice": "background: #f6f3ec; border: 0.25mm solid #d8d2c4; border-left: 1.1mm solid #0b4f5c;"
    " border-radius: 2mm",
    "a line below": "border-bottom: 0.25mm solid #000",
    "a fold mark": "height: 0; border-top: 0.2mm solid #8a8f98",
    "a line to cut along": "border-top: 0.3mm dashed #000",
    "dots below": "border-bottom: 0.25mm dotted #667",
    "a dashed frame": "border: 2px dashed #444",
    "dots around": "border: 3px dotted #a33; border-radius: 8px",
    "a double frame": "border: 6px double #123456",
    "grooves": "border: 5px groove #7a5; background: #eef",
    "round without a border": "background: rgb(11, 79, 92); border-radius: 50%",
    "two colours": "border: 4px solid #000; border-right-color: #c33; border-bottom: 1px solid #3a3",
    "inside of the padding": "background: #9bd; background-clip: padding-box; border: 4px dotted #246",
    "nothing": "color: red",
}
PAGE = "@page { size: 300px 200px; margin: 0 } body { margin: 0 } "


def laid_out(css: str, spot: str = "margin: 20.3px 0 0 30.7px; width: 200.45px; height: 100.2px;") -> tuple[Any, Any]:
    """A page with one box, and that box."""
    source = f"<style>{PAGE} div {{ {spot} {css} }}</style><body><div></div>"
    document = weasyprint.HTML(string=source).render()
    page = document.pages[0]
    (box,) = (box for box in page._page_box.descendants() if box.element_tag == "div")
    return document, box


def operators(box: Any) -> bytes:
    widths = tuple(getattr(box, f"border_{side}_width") for side in ("top", "right", "bottom", "left"))
    place = box.border_box_x(), box.border_box_y(), box.border_width(), box.border_height()
    return box_operators(decor_of(box.style), *place, widths)


def picture(data: bytes, dots_per_inch: int) -> Any:
    document = pypdfium2.PdfDocument(data)
    made = document[0].render(scale=dots_per_inch / 72).to_pil().convert("RGB")
    document.close()
    return made


def filled(drawn: bytes) -> bytes:
    """A file of one page of 300 x 200 px that shows these operators."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(225, 150))
    pdf.pages[0].Contents = pdf.make_stream(b"0.75 0 0 -0.75 0 150 cm\n" + drawn)
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()


def difference(one: Any, other: Any) -> int:
    """The greatest difference of any pixel in any channel."""
    assert one.size == other.size
    return max(high for _, high in ImageChops.difference(one, other).getextrema())


@pytest.mark.parametrize("name", STYLES)
def test_a_box_looks_as_weasyprint_draws_it(name: str) -> None:
    document, box = laid_out(STYLES[name])
    wanted, made = document.write_pdf(), filled(operators(box))
    for dots_per_inch in (100, 150):
        assert difference(picture(wanted, dots_per_inch), picture(made, dots_per_inch)) <= 1
    is_blank = picture(wanted, 100).getextrema() == ((255, 255),) * 3
    assert is_blank == (name == "nothing")


def test_a_box_without_looks_has_no_operators() -> None:
    _, box = laid_out(STYLES["nothing"])
    assert operators(box) == b""


def test_equal_boxes_are_drawn_once_and_put_elsewhere() -> None:
    decor._kept.clear()
    drawn = set()
    for left in (1, 50, 99):
        _, box = laid_out(STYLES["a card"], f"width: 90px; height: 30px; margin-left: {left}px;")
        drawn.add(operators(box))
    assert len(drawn) == 3
    assert len(decor._kept) == 1


def test_other_colours_are_drawn_anew() -> None:
    found = {operators(laid_out(f"background: {colour}")[1]) for colour in ("#123", "#124", "#123")}
    assert len(found) == 2


@pytest.mark.parametrize(
    "css",
    [
        "box-shadow: 0 0 3px red", "opacity: 0.5; background: red", "background: rgba(0, 0, 0, 0.5)",
        "background: linear-gradient(red, blue)", "outline: 1px solid red", "visibility: hidden; background: red",
        "border: 2px solid rgba(1, 2, 3, 0.4)", "border: 2px solid transparent", "background: lab(50% 40 20)",
    ],
)  # fmt: skip
def test_what_needs_more_than_colours_is_refused(css: str) -> None:
    with pytest.raises(Unfillable):
        operators(laid_out(css)[1])


def test_cells_leave_collapsed_borders_to_the_table() -> None:
    source = f"<style>{PAGE} table {{ border-collapse: collapse }} td {{ background: #eee; border: 4px solid red }}"
    document = weasyprint.HTML(string=source + "</style><table><tr><td>a").render()
    (cell,) = (box for box in document.pages[0]._page_box.descendants() if type(box).__name__ == "TableCellBox")
    drawn = operators(cell)
    assert b"\n1 0 0 rg" not in drawn
    assert b"0.933333 0.933333 0.933333 rg" in drawn


def test_rules_below_rows_look_as_weasyprint_draws_them() -> None:
    css = "table { border-collapse: collapse; table-layout: fixed; width: 280.3px } td { height: 20.7px; padding: 0 }"
    css += " td { border-bottom: 0.2mm solid #d8d2c4 } col { width: 33.33% }"
    rows = "<tr><td><td><td></tr>" * 5
    source = f"<style>{PAGE}{css}</style><body><table><col><col><col>{rows}</table>"
    document = weasyprint.HTML(string=source).render()
    descendants = list(document.pages[0]._page_box.descendants())
    (table,) = (box for box in descendants if type(box).__name__ == "TableBox")
    columns = [*table.column_positions, table.column_positions[-1] + table.column_widths[-1]]
    _, (_, width, colour) = table.collapsed_border_grid[1][1][0]
    drawn = b"".join(
        rule_operators(columns, row.position_y + row.height, width, tuple(colour.coordinates))
        for group in table.children
        for row in group.children
    )
    wanted, made = document.write_pdf(), filled(drawn)
    assert picture(wanted, 100).getextrema() != ((255, 255),) * 3
    for dots_per_inch in (100, 150):
        assert difference(picture(wanted, dots_per_inch), picture(made, dots_per_inch)) <= 1


def test_nothing_moves_to_nothing() -> None:
    assert moved(b"", 3, 4) == b""


def test_a_known_box_costs_microseconds() -> None:
    _, box = laid_out(STYLES["a notice"])
    operators(box)
    took = []
    for _ in range(20):
        start = time.process_time()
        for _ in range(50):
            operators(box)
        took.append((time.process_time() - start) / 50)
    assert min(took) < 100e-6  # 5 µs on a machine at rest
