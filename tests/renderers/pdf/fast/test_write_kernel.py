"""The kernel of writing against the Python that it stands for."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from renderers.pdf.fast import links, program, syntax
from renderers.pdf.fast.model import Area, Line, Lines, LinkBox, Segment, SetLines, TextSpot, Unfillable

_built = syntax._kernel
if _built is None:
    pytest.skip("the kernel is not built", allow_module_level=True)
KERNEL: Any = _built

figures = st.floats(-2000, 2000) | st.integers(-(10**8), 10**8).map(lambda number: number / 2**12) | st.floats()
halves = st.integers(-(10**7), 10**7).map(lambda number: (number + 0.5) / 1000)
near = st.tuples(halves, st.integers(-3, 3)).map(lambda made: made[0] + made[1] * math.ulp(made[0]))
texts = st.text() | st.text("()\\\r\n aé€\U0001f600\ud800") | st.text("abc/:?=&%")


def told(act: Callable[..., object], *given: object) -> object:
    """What comes of it: a value or an error."""
    try:
        return act(*given)
    except (ArithmeticError, LookupError, TypeError, ValueError, Unfillable) as error:
        return type(error), str(error)


@example(-0.0, 6)
@example(-0.0, 3)
@given(figures | halves | near, st.sampled_from([3, 6]))
def test_numbers_are_rounded_as_python_rounds_them(value: float, places: int) -> None:
    assert KERNEL.fixed(value, places) == (b"%.3f" if places == 3 else b"%.6f") % value


@given(texts)
def test_texts_are_written_alike(text: str) -> None:
    assert told(KERNEL.pdf_string, text) == told(syntax._pdf_string.__wrapped__, text)
    assert told(KERNEL.uri_string, text) == told(syntax._uri_string.__wrapped__, text)


@example((0, 1), [None])
@given(st.lists(st.integers(0, 3) | texts).map(tuple), st.lists(texts | st.none(), max_size=4))
def test_templates_are_filled_alike(template: tuple[str | int, ...], slots: list[Any]) -> None:
    assert told(KERNEL.filled, template, slots) == told(syntax._filled, template, slots)


@pytest.mark.parametrize("wrong", [None, 1, b"bytes"])
def test_what_is_no_text_is_refused(wrong: object) -> None:
    for act in (KERNEL.pdf_string, KERNEL.uri_string):
        with pytest.raises(TypeError):
            act(wrong)


segments = st.builds(Segment, st.just(0), figures, figures, st.binary(max_size=9))
rows = st.builds(Line, figures, st.lists(segments, max_size=3) | st.lists(segments, max_size=3).map(tuple))
leaves = st.lists(st.builds(SetLines, st.lists(rows, max_size=2) | st.lists(rows, max_size=2).map(tuple), st.just(1)))
places = st.integers(0, 2)
spots = st.builds(TextSpot, places, places, places, st.sampled_from([*program.MODES, "no"]), *[figures] * 4)


@given(st.builds(Area, *[figures] * 4) | spots, leaves, figures, places)
def test_rectangles_are_written_alike(place: Area | TextSpot, lines: list[Lines], bottom: float, first: int) -> None:
    given_ = (place, lines, bottom, first)
    assert told(KERNEL.corners_of, *given_) == told(links._corners_of, *given_)


templates = st.lists(st.integers(0, 2) | texts, max_size=3).map(tuple)


@given(st.builds(LinkBox, st.just(Area(0, 0, 1, 1)), templates, templates), st.lists(texts, min_size=3))
def test_links_are_written_alike(link: LinkBox, slots: list[str]) -> None:
    assert told(KERNEL.annotation, link, b"[0]", 7, slots) == told(links._annotation, link, b"[0]", 7, slots)


@given(
    st.lists(st.binary(max_size=5), max_size=9),
    st.lists(st.tuples(st.integers(0, 9), *[places] * 3), max_size=4),
    st.lists(st.tuples(st.integers(0, 9), *[places] * 4, figures, figures), max_size=4),
    leaves,
)
def test_programs_run_alike(
    operators: list[bytes], texts: list[program.TextOp], aligns: list[program.AlignOp], lines: list[Lines]
) -> None:
    pictures = [program.PictureOp(0, 0, lambda slots: b"<%d>" % len(slots))]
    given_ = (operators, texts, aligns, pictures, lines, [["a", "b"]])
    before = list(operators)
    assert told(KERNEL.run, *given_) == told(program._run, *given_)
    assert operators == before


def test_lines_of_any_kind_are_read() -> None:
    """Kinds in turn, each with its slots elsewhere, and one without slots."""

    class Other:
        __slots__ = ("first", "lines", "structure")
        lines: list[Line]

    class Plain:
        lines = (Line(1.0, (Segment(0, 0.0, 1.0, b"plain"),)),)

    other = Other()
    other.lines = [Line(1.0, [Segment(0, 0.0, 1.0, b"other")])]
    usual = SetLines((Line(1.0, (Segment(0, 0.0, 1.0, b"usual"),)),), 1)
    kinds: list[Any] = [usual, other, Plain(), usual, other]
    places_of = [(place, place, 0, 0) for place in range(5)]
    assert KERNEL.run([b""] * 5, places_of, [], [], kinds, []) == b"usualotherplainusualother"
    with pytest.raises(AttributeError):
        KERNEL.run([b""], [(0, 0, 0, 0)], [], [], [Other()], [])


@pytest.mark.parametrize("place", [-1, 1, 1 << 40])
def test_a_place_outside_is_refused(place: int) -> None:
    lines = [SetLines((Line(1.0, (Segment(0, 0.0, 1.0, b"x"),)),), 1)]
    with pytest.raises(IndexError):
        KERNEL.run([b""], [(place, 0, 0, 0)], [], [], lines, [])
    with pytest.raises(IndexError):
        KERNEL.run([b""], [(0, place, 0, 0)], [], [], lines[: max(0, place)][:1] if place > 0 else [], [])
