"""Charts by operators, beside the macro's SVG in an <img> that WeasyPrint draws."""

from __future__ import annotations

import base64
import dataclasses
import re
from functools import cache
from random import Random
from typing import Any

import pypdfium2
import pytest
import weasyprint
from markupsafe import Markup
from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.text.fonts import FontConfiguration

from engine.model.communication import ChartGeometry, ChartLabel, ChartLine, Mark, MarkRole, MarkStyle, Text
from engine.templating.environment import CURRENT, Rendering
from renderers.pdf.fast.chart_ops import ChartPainter, Rect, chart_primitives
from renderers.pdf.fast.fontset import FontSet
from renderers.pdf.fast.model import Unfillable
from renderers.pdf.fast.type_style import type_style
from tests.renderers.chart_builders import bars_chart, stack_chart, waterfall_chart
from tests.renderers.pdf.fast.drawn import difference, operators_pdf, pixels, weasyprint_pdf
from tests.renderers.pdf.fast.said import samples, starter

BRAND = starter().brand
ROUND = 32  # of 255: what a pixel of a corner may differ by, where WeasyPrint's arcs are no circles


@cache
def fonts() -> tuple[FontConfiguration, FontSet]:
    """Return WeasyPrint's fonts, and the fill's with a style of the page known to them."""
    configuration, found = FontConfiguration(), FontSet("en")
    html = f"<body style='font-family: {str(BRAND.font_text).replace(chr(39), '')}'>A"
    page = weasyprint.HTML(string=html).render(font_config=configuration).pages[0]._page_box
    type_style(next(box for box in page.descendants() if isinstance(box, TextBox)).style, found)
    return configuration, found


@cache
def painter() -> ChartPainter:
    return ChartPainter(BRAND, fonts()[1])


def reference(chart: ChartGeometry, width: float, height: float, squeeze: float = 0.0) -> bytes:
    """Return WeasyPrint's page with the macro's SVG."""
    template = starter().environment.from_string(
        '{% import "shared/charts.svg.j2" as charts with context %}{{ charts.svg(chart, height=squeeze) }}'
    )
    mark = CURRENT.set(Rendering(starter().texts("en")))
    try:
        svg = template.render(chart=chart, squeeze=squeeze or None, brand=BRAND)
    finally:
        CURRENT.reset(mark)
    source = base64.b64encode(svg.encode()).decode()
    image = f'<img style="width: {width}px; height: {height}px" src="data:image/svg+xml;base64,{source}">'
    return weasyprint_pdf(image, fonts()[0])


def ours(chart: ChartGeometry, width: float, height: float, squeeze: float = 0.0) -> bytes:
    fonts()[1].begin()
    return operators_pdf(painter().operators(chart, width, height, squeeze), fonts()[1])


def apart(chart: ChartGeometry, width: float, height: float, squeeze: float = 0.0, dpi: int = 100) -> tuple[float, int]:
    return difference(
        pixels(reference(chart, width, height, squeeze), dpi), pixels(ours(chart, width, height, squeeze), dpi)
    )


def bare(chart: ChartGeometry, **changes: Any) -> ChartGeometry:
    """Return a chart without labels."""
    return dataclasses.replace(chart, **{"labels": ()} | changes)


@pytest.mark.parametrize("dpi", [100, 150])
@pytest.mark.parametrize(
    ("chart", "width", "height", "squeeze"),
    [(bars_chart(), 302.4, 122.8, 0.0), (waterfall_chart(), 347.7, 163.0, 0.0), (stack_chart(), 642.5, 11.04, 11.0)],
    ids=["bars", "waterfall", "stack"],
)
def test_lines_and_marks_are_the_same_pixels(
    chart: ChartGeometry, width: float, height: float, squeeze: float, dpi: int
) -> None:
    solid = tuple(mark for mark in chart.marks if mark.style is not MarkStyle.HATCHED)
    mean, most = apart(bare(chart, marks=solid), width, height, squeeze, dpi)
    assert mean < 0.004
    assert most <= ROUND


@pytest.mark.parametrize("dpi", [100, 150])
@pytest.mark.parametrize(
    "size",
    [(6.0, 40.0), (40.0, 8.01), (6.02, 40.0), (9.02, 40.0), (40.0, 9.02), (9.02, 9.02), (5.0, 5.0), (2.4, 9.0),
     (40.0, 2.0), (40.0, 3.0), (40.0, 3.02), (3.02, 3.02)],
)  # fmt: skip
def test_marks_of_any_size_have_round_corners_alike(size: tuple[float, float], dpi: int) -> None:
    marks = tuple(Mark(20.0 + 60 * i, 20.0 + 17.3 * i, *size, MarkRole.PRIMARY) for i in range(9))
    mean, most = apart(bare(bars_chart(), marks=marks, lines=()), 640, 260, dpi=dpi)
    assert mean < 0.02
    assert most <= ROUND


def drawn_marks(marks: tuple[Mark, ...]) -> list[bytes]:
    """Return pens, colours and what draws, of a chart of marks alone."""
    drawn = painter().operators(bare(bars_chart(), marks=marks, lines=()), 640, 260)
    return re.findall(rb"\d+ w\b|\brg\b|\b[BSf]\b", drawn)


def test_outlines_that_stand_clear_are_drawn_at_once_before_the_bars_in_them() -> None:
    bars = [Mark(20.0 + 60 * i, 20.0, 30.5, 200.0, MarkRole.PRIMARY) for i in range(6)]
    around = [dataclasses.replace(bar, x=bar.x - 5, width=40.5, style=MarkStyle.OUTLINE) for bar in bars]
    marks = tuple(mark for pair in zip(around, bars, strict=True) for mark in pair)
    assert drawn_marks(marks) == [b"rg", b"200 w", b"B", b"rg", b"600 w", b"B"]
    over = tuple(mark for pair in zip(bars, around, strict=True) for mark in pair)
    assert drawn_marks(over) == [b"rg", b"600 w", b"B", b"rg", b"200 w", b"B"] * 6


@pytest.mark.parametrize("beyond", [0.99, 1.0])
def test_an_outline_that_covers_what_came_before_covers_it(beyond: float) -> None:
    bar, outline = (
        Mark(20.0, 20.0, 30.0, 200.0, MarkRole.PRIMARY, style) for style in (MarkStyle.SOLID, MarkStyle.OUTLINE)
    )
    marks = (bar, dataclasses.replace(outline, x=50 + beyond))
    assert drawn_marks(marks)[1:3] == ([b"200 w", b"B"] if beyond >= 1 else [b"600 w", b"B"])
    mean, most = apart(bare(bars_chart(), marks=(*marks, dataclasses.replace(outline, x=30)), lines=()), 640, 260)
    assert mean < 0.01
    assert most <= ROUND


def test_marks_that_follow_one_another_and_look_alike_are_one_path() -> None:
    sizes = ((MarkRole.PRIMARY, 200.0), (MarkRole.PRIMARY, 100.0), (MarkRole.PRIMARY, 7.0), (MarkRole.STRONG, 7.0),
             (MarkRole.STRONG, 2.0), (MarkRole.STRONG, 3.0), (MarkRole.STRONG, 7.0))  # fmt: skip
    marks = [Mark(20.0 + 60 * i, 20.0, 45.5, height, role) for i, (role, height) in enumerate(sizes)]
    assert drawn_marks(tuple(marks)) == [b"rg", b"600 w", b"B", b"200 w", b"B", b"rg", b"B", b"f", b"B"]
    marks[1] = dataclasses.replace(marks[1], style=MarkStyle.HATCHED)
    assert drawn_marks(tuple(marks[:3])) == [b"rg", b"600 w", b"B", b"rg", b"f", b"29104 w", b"S", b"200 w", b"B"]
    mean, most = apart(
        bare(bars_chart(), marks=tuple(mark for mark in marks if mark.style is MarkStyle.SOLID)), 640, 260
    )
    assert mean < 0.02
    assert most <= ROUND


def test_lines_that_follow_one_another_and_look_alike_are_one_path() -> None:
    lines = tuple(
        ChartLine(10.0, 20.0 + 30 * i, 300.0, 20.0 + 30 * i, dotted) for i, dotted in enumerate([0, 0, 1, 1, 0])
    )
    chart = bare(
        bars_chart(), marks=(), lines=tuple(dataclasses.replace(line, is_dotted=bool(line.is_dotted)) for line in lines)
    )
    drawn = painter().operators(chart, 640, 260)
    assert re.findall(rb"\[.*?\]0 d|\b[lS]\b", drawn) == [
        b"l",
        b"l",
        b"S",
        b"[300 300]0 d",
        b"l",
        b"l",
        b"S",
        b"[]0 d",
        b"l",
        b"S",
    ]
    mean, most = apart(chart, 640, 260)
    assert mean < 0.01
    assert most <= ROUND


@pytest.mark.parametrize("said", samples()[::4], ids=lambda said: said.key)
def test_the_charts_of_samples_look_alike(said: Any) -> None:
    charts = [said.bill.stack, said.change and said.change.chart, *(view.chart for view in said.usage)]
    for chart in charts:
        if chart:
            mean, _ = apart(chart, 600.0, 600.0 * chart.height / chart.width)
            assert mean < 0.8  # where labels stand, and hatching: see below


@pytest.mark.parametrize("text", ["€ 129.45", "Ålesund, 8 more days", "−9,40", "Taxes  and levies ", "WAVE fi"])
@pytest.mark.parametrize(("strong", "size"), [(True, 22.0), (False, 16.5)])
def test_labels_are_the_same_pixels(text: str, strong: bool, size: float) -> None:
    label = ChartLabel(20, 60, Text(text), "start", strong, not strong, size)
    chart = bare(bars_chart(), marks=(), lines=(), labels=(label,))
    mean, most = apart(chart, 640, 260)
    assert mean < 0.01
    assert most <= 40


@pytest.mark.parametrize("anchor", ["middle", "end"])
def test_labels_that_do_not_start_at_their_place_stand_within_a_pixel(anchor: str) -> None:
    """WeasyPrint shifts them as a group, which PDFium rounds to about a pixel; Poppler shows no difference."""
    label = ChartLabel(300, 60, Text("€ 129.45"), anchor, is_strong=True)
    chart = bare(bars_chart(), marks=(), lines=(), labels=(label,))
    boxes = []
    for pdf in (reference(chart, 640, 260), ours(chart, 640, 260)):
        boxes.append(pixels(pdf, 200).convert("L").point(lambda value: 255 * (value < 128)).getbbox())
    one, other = boxes
    assert one
    assert other
    assert max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 2


@pytest.mark.parametrize("dpi", [100, 150])
def test_hatching_has_its_strokes_where_the_pattern_has_them(dpi: int) -> None:
    marks = tuple(
        Mark(20.0 + 60 * i, 20.0 + 7 * i, 45.5, 200.0 - 7 * i, MarkRole.PRIMARY, MarkStyle.HATCHED) for i in range(9)
    )
    chart = bare(bars_chart(), marks=marks, lines=())
    one, other = (pixels(pdf, dpi) for pdf in (reference(chart, 640, 260), ours(chart, 640, 260)))
    mean, _ = difference(one, other)
    assert mean < 6  # PDFium leaves seams between the tiles of a pattern
    moved = ours(bare(chart, marks=tuple(dataclasses.replace(mark, x=mark.x + 3.5) for mark in marks)), 640, 260)
    assert difference(one, pixels(moved, dpi))[0] > 2 * mean


def test_a_chart_in_a_box_of_another_shape_stands_in_its_middle() -> None:
    for width, height in ((300.0, 300.0), (600.0, 100.0)):
        mean, most = apart(bare(stack_chart()), width, height)
        assert mean < 0.004
        assert most <= ROUND


def test_the_text_of_labels_is_read_back_alike() -> None:
    chart = waterfall_chart()
    read = []
    for pdf in (reference(chart, 640, 300), ours(chart, 640, 300)):
        document = pypdfium2.PdfDocument(pdf)
        read.append(document[0].get_textpage().get_text_bounded().split())
        document.close()
    assert read[0] == read[1]
    assert "129.45" in read[0]


def test_labels_are_set_letter_by_letter_with_gaps_for_spaces() -> None:
    one = ChartLabel(20, 60, Text("A\N{NO-BREAK SPACE}V"), "start")
    chart = bare(bars_chart(), marks=(), lines=(), labels=(one,))
    close = dataclasses.replace(chart, labels=(dataclasses.replace(one, text=Text("AV")),))
    drawn, beside = (re.findall(rb">(-?[0-9.]+)<", painter().operators(each, 640, 260)) for each in (chart, close))
    assert float(drawn[0]) < -200  # thousandths of an em
    assert not beside


def test_a_label_that_the_fonts_cannot_show_is_refused() -> None:
    for text in ("e\N{COMBINING DOT BELOW}", "漢"):
        chart = bare(bars_chart(), labels=(ChartLabel(1, 1, Text(text)),))
        with pytest.raises(Unfillable):
            painter().operators(chart, 640, 260)


def test_an_empty_label_and_a_mark_without_size_draw_nothing() -> None:
    chart = bare(bars_chart(), marks=(), lines=(), labels=())
    nothing = painter().operators(chart, 640, 260)
    flat = (Mark(1, 1, 0, 5, MarkRole.PRIMARY), Mark(1, 1, 5, 0, MarkRole.PRIMARY))
    assert painter().operators(dataclasses.replace(chart, marks=flat), 640, 260) == nothing
    label = dataclasses.replace(chart, labels=(ChartLabel(1, 1, Text(" ")),))
    assert b"TJ" not in painter().operators(label, 640, 260)


def test_a_brand_colour_written_otherwise_is_refused() -> None:
    with pytest.raises(Unfillable, match="#rrggbb"):
        ChartPainter(dataclasses.replace(BRAND, bar=Markup("teal")), fonts()[1])


def test_primitives_are_squeezed_and_rounded_as_the_macro_writes_them() -> None:
    chart = bare(stack_chart(), marks=(Mark(1.005, 0.0, 10.126, 24.0, MarkRole.ENERGY),))
    (rect,) = chart_primitives(chart, BRAND, 11.0)
    assert rect == Rect(1.0, 0.0, 10.13, 11.0, 3.0, str(BRAND.categories["energy"]), "")


def _random_chart(random: Random, kind: str) -> ChartGeometry:
    labels = tuple(
        ChartLabel(
            random.choice((20.0, 77.77)), 60.0, Text(random.choice(("€ 1.234,{}", "+{} kWh", "−{},{}", "mag {}  "))
            .format(random.randint(0, 4321), random.randint(0, 99))), random.choice(("start", "middle", "end")),
            is_strong=random.random() < 0.5, is_axis=random.random() < 0.5, size=random.choice((0.0, 16.5)),
        )
        for _ in range(8)
    )  # fmt: skip
    marks = tuple(
        Mark(
            random.choice((10.0, 62.4, random.random() * 600)), top, random.choice((35.2, 0.0, 3.3)),
            round(random.choice((200.0, top + 0.4, top + 8.0, top + 8.004, top)) - top, 3),
            random.choice((MarkRole.STRONG, MarkRole.MUTED)), random.choice(list(MarkStyle)),
        )
        for top in (round(random.random() * 150, 2) for _ in range(12))
    )  # fmt: skip
    return bare(bars_chart(), kind=kind, labels=labels, marks=marks)


@pytest.mark.parametrize("kind", ["bars", "waterfall", "stack"])
def test_a_chart_is_drawn_as_by_a_painter_that_has_drawn_no_other(kind: str) -> None:
    random = Random(kind)
    for _ in range(40):
        chart = _random_chart(random, kind)
        squeeze = random.choice((0.0, 77.0))
        fresh = ChartPainter(BRAND, fonts()[1]).operators(chart, 300, 120, squeeze)
        assert painter().operators(chart, 300, 120, squeeze) == fresh
        other = dataclasses.replace(chart, kind="waterfall" if kind == "bars" else "bars")
        assert painter().operators(other, 300, 120, squeeze) == fresh
