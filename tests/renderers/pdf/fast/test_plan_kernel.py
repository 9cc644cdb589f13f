"""The kernel of planning, and what it takes of that of writing, against the Python that they stand for."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from renderers.pdf.fast import links, members, outline, page_plan, section_plan, setting, xref
from renderers.pdf.fast.deflate import segment
from renderers.pdf.fast.holes import OpenTitle, OpenWords, ShutBox, ShutLink, Where
from renderers.pdf.fast.kept import Kept
from renderers.pdf.fast.model import Area, Bookmark, Unfillable
from renderers.pdf.fast.numbered import StripPlace
from renderers.pdf.fast.page_plan import Paper, ShownStrip
from renderers.pdf.fast.pagination import Flow, Piece
from renderers.pdf.fast.placed_strip import Painted
from renderers.pdf.fast.program import Part, Program
from renderers.pdf.fast.strip import PageKind

_built = section_plan.KERNEL
if _built is None:
    pytest.skip("the kernel is not built", allow_module_level=True)
KERNEL: Any = _built

numbers = st.integers(0, 9)
lengths = st.floats(-2000, 2000) | st.integers(-3, 3) | st.sampled_from([0.0, -0.0, 1e300, float("nan"), float("inf")])
areas = st.builds(Area, lengths, lengths, lengths, lengths, st.booleans())
programs = st.sampled_from([Program([b"a"]), Program([b"b", b"", b"c"], [(1, 0, 0, 0)])])
layers = st.lists(st.builds(Painted, st.booleans(), programs), max_size=2).map(tuple)


class Odd(NamedTuple):
    """A hole that the kernel doesn't know."""

    area: Area

    def at(self, where: Where) -> bytes:
        """See `ShutBox`."""
        return repr((self.area, where)).encode()


class OwnBox(ShutBox):
    """Another one."""

    def at(self, where: Where) -> bytes:
        """See `ShutBox`."""
        return b"own" + super().at(where)


shut = st.builds(ShutBox, areas) | st.builds(ShutLink, areas, st.binary(max_size=3), st.just(b">"))
odd = st.builds(Odd, areas) | st.builds(OwnBox, areas)
labels = st.lists(st.text("a(é\\", max_size=3) | numbers).map(tuple)
bookmarks = st.lists(st.builds(Bookmark, numbers, labels, lengths, lengths, st.booleans()), max_size=2)


@st.composite
def placed_strips(draw: st.DrawFn) -> Any:
    """A strip with its numbers, as far as it is looked at here."""
    count = draw(st.integers(0, 3))
    closed = draw(st.lists(st.tuples(st.integers(-count, count), shut | odd), max_size=count))
    open_ = tuple((place, OpenWords((0,))) for place in range(count))
    holes = SimpleNamespace(count=count, opening=b"%d %%d" % count, open=open_, shut=tuple(closed))
    said = [(draw(st.booleans()), segment(draw(st.binary(max_size=9)))) for _ in range(draw(st.integers(0, 2)))]
    return SimpleNamespace(
        holes=holes, bookmarks=draw(bookmarks), decorations=tuple(said), floats=draw(layers), lines=draw(layers),
        stacked=draw(layers), next_object=draw(numbers), next_mcid=draw(numbers),
    )  # fmt: skip


shown_strips = st.lists(st.builds(ShownStrip, placed_strips(), lengths, numbers, numbers), max_size=4)
papers = st.builds(lambda *own: Paper(*own), lengths, lengths, shown_strips, st.binary(max_size=3))


def told(act: Callable[..., object], *given: object) -> object:
    """What comes of it: a value or an error."""
    try:
        return repr(act(*given))
    except (ArithmeticError, LookupError, TypeError, ValueError, Unfillable) as error:
        return type(error), str(error)


@given(st.binary(max_size=5), shown_strips, st.binary(max_size=5), st.booleans())
def test_parts_of_a_page_are_alike(opening: bytes, strips: list[ShownStrip], said: bytes, has_margins: bool) -> None:
    margins = [Part(b"", Program([b"m"]), b"", 3, 1)] if has_margins else []
    made = told(page_plan.page_parts, opening, strips, said, margins, page_plan.moved)
    assert made == told(page_plan._page_parts, opening, strips, said, margins, page_plan._moved)


def test_what_is_too_long_to_be_stored_is_refused_alike() -> None:
    for size in (0xFFFF, 0x10000):
        made = told(page_plan.page_parts, b"", [], bytes(size), [], page_plan.moved)
        assert made == told(page_plan._page_parts, b"", [], bytes(size), [], page_plan._moved)


@given(st.lists(papers, max_size=3), st.integers(0, 99))
def test_what_strips_leave_open_is_written_alike(pages: list[Paper], first: int) -> None:
    made: list[object] = []
    for act in (members.put_strips, members._put_strips):
        lists: tuple[list[Any], ...] = ([], [b""], [])
        made.append((told(act, *lists, first, pages), repr(lists)))
    assert made[0] == made[1]


@given(
    st.lists(st.tuples(numbers, st.builds(Where, numbers, numbers, lengths, lengths), bookmarks), max_size=3), numbers
)
def test_titles_are_written_alike(found: list[tuple[int, Where, list[Bookmark]]], count: int) -> None:
    marked = [(page, where, mark) for page, where, marks in found for mark in marks]
    made: list[object] = []
    for act in (members.put_titles, members._put_titles):
        for ends in ([b"end"] * len(marked), [b"end"] * count):
            lists: tuple[list[Any], ...] = ([b""], [])
            made.append((told(act, *lists, marked, ends, members.destination), repr(lists)))
    assert made[:2] == made[2:]


heights = st.floats(0, 60) | st.integers(0, 60).map(float)


@st.composite
def plans(draw: st.DrawFn) -> Any:
    """A section, as far as it is looked at here: its pieces stand under one another."""
    pieces: list[Piece] = []
    y = 0.0
    for _ in range(draw(st.integers(0, 4))):
        height = draw(heights)
        start = y - draw(st.sampled_from([0.0, 2.5]))
        header = draw(st.sampled_from([0.0, 7.0]))
        is_free, has_edges = draw(st.integers(0, 3)) > 0, draw(st.integers(0, 9)) == 0
        pieces.append(Piece(SimpleNamespace(), y, y + height, -1, is_free, start, header, has_edges))  # type: ignore[arg-type]
        y += height
    opening = draw(st.none() | heights)
    flow = Flow(pieces, max((piece.bottom for piece in pieces), default=0.0), draw(st.integers(0, 4)) == 0, opening)
    boxes = [None] if pieces or draw(st.booleans()) else []
    return SimpleNamespace(boxes=boxes, gap=draw(heights), margin=draw(heights), height=y, flow=flow)


edges = st.tuples(heights, st.floats(40, 200), heights, st.floats(40, 200))


@given(st.lists(plans(), max_size=6), edges)
def test_pages_are_cut_alike(sections: list[Any], places: tuple[float, float, float, float]) -> None:
    assert told(section_plan.cut_pages, sections, *places) == told(section_plan._cut_pages, sections, *places)


def test_a_document_of_very_many_pages_is_refused_alike() -> None:
    for count in (20, 21, 22, 23):
        pieces = [Piece(None, 50.0 * n, 50.0 * n + 50, -1, True, 50.0 * n) for n in range(count)]  # type: ignore[arg-type]
        flow = Flow(pieces, 50.0 * count, False, None)
        section = SimpleNamespace(boxes=[None], gap=0.0, margin=0.0, height=50.0 * count, flow=flow)
        made = told(section_plan.cut_pages, [section], 0.0, 60.0, 0.0, 60.0)
        assert made == told(section_plan._cut_pages, [section], 0.0, 60.0, 0.0, 60.0)


structures = st.integers(0, 2) | st.just(((0, 1), (2,)))
forms = st.builds(
    lambda number, fixed, leaves: SimpleNamespace(number=number, fixed=([], None, fixed), leaves=[None] * leaves),
    numbers, st.integers(0, 2), st.integers(0, 4),
)  # fmt: skip


@given(st.lists(st.tuples(st.lists(forms, max_size=4), st.lists(structures, max_size=8).map(tuple)), max_size=4))
def test_plans_of_sections_are_found_alike(documents: list[tuple[list[Any], tuple[Any, ...]]]) -> None:
    def found_by(act: Any) -> object:
        kept: Any = Kept(3)
        asked: list[object] = []

        def make(form: Any, leaf: int) -> object:
            asked.append((form.number, leaf))
            return len(asked)

        for own, _ in documents:
            for form in own:
                form.fixed = _Fixed(*form.fixed)
        return [act(own, said, kept, make) for own, said in documents], asked, kept._known, kept.dropped

    assert found_by(setting.plans_of) == found_by(setting._plans_of)


class _Fixed(NamedTuple):
    lines: object
    others: object
    leaves: int


places = st.tuples(st.integers(0, 2), numbers, numbers, lengths)


@given(st.lists(places, max_size=5), st.lists(st.booleans(), min_size=3, max_size=3))
def test_strips_are_found_alike(cuts: list[Any], are_anchored: list[bool]) -> None:
    kind = PageKind(1.0, 2.0, 3.0, 4.0, 5.0)

    def found_by(act: Any) -> object:
        own = [SimpleNamespace(strips={}, is_anchored=one) for one in are_anchored]
        asked: list[object] = []

        def make(section: int, kind: PageKind, first: int, end: int) -> object:
            key = (kind.top, kind.bottom, first, end) if own[section].is_anchored else (None, None, first, end)
            asked.append((section, kind, first, end))
            return own[section].strips.setdefault(key, (section, key))

        return repr([act(own, cuts, kind, make) for _ in range(2)]), repr(asked)

    assert found_by(setting.strips_of) == found_by(setting._strips_of)


@example([], (1, 2, 3, 4))
@given(
    st.lists(st.tuples(st.integers(0, 3), numbers, lengths), max_size=5), st.tuples(numbers, numbers, numbers, numbers)
)
def test_strips_are_placed_alike(found: list[Any], first: tuple[int, int, int, int]) -> None:
    def found_by(act: Any) -> object:
        strips = [SimpleNamespace(placed={}) for _ in range(10)]
        shown = [(section, strips[strip], dy) for section, strip, dy in found]

        def make(strip: Any, place: StripPlace, section: int) -> object:
            assert type(place) is StripPlace
            made = SimpleNamespace(own=(place, section), next_object=place.first + 2, next_mcid=place.mcid + 1)
            strip.placed[place] = made
            return made

        return repr([act(shown, first, [0, 3, 5, 9], make) for _ in range(2)])

    assert found_by(setting.placed_of) == found_by(setting._placed_of)


def test_what_is_made_is_of_the_usual_kinds() -> None:
    _, (part,) = page_plan.page_parts(b"", [], b"", [Part(b"", Program([b"m"]), b"", 3, 1)], page_plan.moved)
    assert type(part) is Part
    assert type(page_plan.page_parts(b"", [], b"", [], page_plan.moved)[0]) is page_plan.Begun
    open_: list[Any] = []
    where = Where(1, 2, 3.0, 4.0)
    members.put_titles([], open_, [(1, where, Bookmark(1, (0,), 1.0, 2.0))], [b">>"], members.destination)
    assert type(open_[0][1]) is OpenTitle


figures = st.floats(-2000, 2000) | st.integers(-(10**8), 10**8).map(lambda number: number / 2**12) | st.floats()


@given(st.binary(max_size=80), st.binary(max_size=12))
def test_rows_are_turned_upward_alike(rows: bytes, above: bytes) -> None:
    assert xref.upward(rows) == xref._upward(rows)
    assert xref.upward(rows, above) == xref._upward(rows, above)


@given(figures, figures, figures, figures, figures)
def test_boxes_and_entries_of_the_outline_are_written_alike(
    left: float, top: float, width: float, height: float, bottom: float
) -> None:
    area = Area(left, top, width, height)
    assert links.box_of(area, bottom) == links._box_of(area, bottom)
    assert outline.destination(17, left, top) == outline._destination(17, left, top)
    assert page_plan.moved(top) == page_plan._moved(top)


row_places = st.integers(-2, 300) | st.sampled_from([0xFFFE, 0xFFFF, 0x10000, 2**32 - 1, 2**32, -(2**31)])


@given(row_places, row_places, st.integers(-2, 40) | st.just(0x10001))
def test_rows_of_a_stream_are_alike(stream: int, first: int, count: int) -> None:
    assert told(xref.packed_rows, stream, first, count) == told(xref._packed_rows, stream, first, count)
