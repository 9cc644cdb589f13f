"""The kernel of writing against the Python that it stands for."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from renderers.pdf.fast import figures as figure_texts
from renderers.pdf.fast import info, links, members, numbered, program, syntax, writer, xref
from renderers.pdf.fast.deflate import as_summed, segment
from renderers.pdf.fast.holes import OpenLink, OpenTitle, OpenWords, Where
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
@given(figures | halves | near, st.sampled_from([3, 4, 6]))
def test_numbers_are_rounded_as_python_rounds_them(value: float, places: int) -> None:
    assert KERNEL.fixed(value, places) == b"%.*f" % (places, value)


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


class _Known(dict[str, Any]):
    """Lines by text, of which the kernel knows some."""

    older: dict[str, Any] = {}

    def __init__(self, patterns: dict[bytes, Any], zeros: bytes) -> None:
        super().__init__()
        made: Any = figure_texts.KERNEL
        shapes = made.Shapes({}, "", {}, {}, {}, (0, ""))
        self.quick = made.Quick(patterns, zeros, 0, shapes, frozenset(), (1e9, 1e9), True)


def _set_natively(pieces: list[tuple[Any, Any]], *, is_inside: bool) -> Any:
    """Return lines of one segment each, with these widths and glyphs, as the kernel sets them."""
    digits = figure_texts.Digits({"0": b"0007"})
    known = []
    for place, (width, glyphs) in enumerate(pieces):
        fill: Any = lambda _, said=glyphs: said  # noqa: E731
        if is_inside and type(glyphs) is bytes:
            fill = figure_texts.filler(glyphs.replace(b"\0", b"\1"), [], digits._runs)
        known.append((place, place + 1, figure_texts.FigureText(width, fill)))
    lines = _Known({b"0" * len(pieces): tuple(known)}, digits.zeros)
    made: Any = figure_texts.KERNEL
    return made.Steps([(0, None, lines, 0)]).only(["0" * len(pieces)])


def _native(widths: st.SearchStrategy[Any], glyphs: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    pieces = st.lists(st.tuples(widths, glyphs), min_size=1, max_size=3)
    return st.lists(st.builds(lambda own, is_inside: _set_natively(own, is_inside=is_inside), pieces, st.booleans()))


native_leaves = _native(figures, st.binary(max_size=9) | st.binary(min_size=90, max_size=100))
leaves |= native_leaves
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


class Words(bytes):
    """Bytes of another kind."""


def _drawn(slots: Any) -> Any:
    return slots[0]


drawn = st.binary(max_size=9) | st.binary(max_size=3).map(bytearray) | st.none() | st.text(max_size=2)
odd_segments = segments | st.builds(
    Segment, st.just(0), st.integers(-9, 9), figures | st.integers(-9, 9), drawn | st.binary(max_size=3).map(Words)
)
odd_rows = st.builds(Line, figures | st.integers(-9, 9), st.lists(odd_segments, max_size=3).map(tuple))
odd_leaves = st.lists(st.builds(SetLines, st.lists(odd_rows, max_size=2), st.just(1)), max_size=3)
odd_leaves |= _native(figures | st.integers(-9, 9), drawn | st.binary(max_size=3).map(Words))
_words = Line(0.0, [Segment(0, 0.0, 0.0, Words(b"x"))])  # of which the kernel asks Python
_numbers = st.integers(0, 9) | st.integers(-2, 12)
_leaf_numbers = places | st.integers(-1, 3)


@st.composite
def programs(draw: st.DrawFn) -> program.Program:
    """Usual ones, whose places are empty and each one's own, and any others."""
    if draw(st.booleans()):
        operators = draw(st.lists(st.binary(max_size=5) | drawn, max_size=9))
        taken = st.tuples(*[_numbers] * 3)
    else:
        operators = [each for piece in draw(st.lists(st.binary(max_size=5), max_size=5)) for each in (piece, b"")]
        order = draw(st.permutations(range(1, len(operators), 2)))
        taken = st.just((order or [0]) * 3).map(tuple)
    spots = list(draw(taken)) if operators else [0, 0, 0]
    kinds = draw(st.lists(st.sampled_from("tap"), max_size=min(3, len(spots))))
    made = program.Program(operators)
    for kind, place in zip(kinds, spots, strict=False):
        if kind == "t":
            made.texts.append((place, *draw(st.tuples(*[_leaf_numbers] * 3))))
        elif kind == "a":
            made.aligns.append((place, *draw(st.tuples(*[_leaf_numbers] * 3, st.integers(0, 2), figures, figures))))
        else:
            made.pictures.append(program.PictureOp(place, draw(st.integers(-1, 1)), _drawn))
    return made


parts_ = st.lists(
    st.builds(program.Part, st.binary(max_size=3), programs(), st.binary(max_size=3), st.integers(-1, 1), places),
    max_size=3,
)  # fmt: skip


_backwards = program.Part(b"", program.Program([b""], [(-1, 0, 0, 0)]), b"", 0, 0)
_a_letter = SetLines([Line(0.0, [Segment(0, 0.0, 0.0, b"a")])], 1)


@example([_backwards], [_a_letter], [])
@settings(max_examples=400)
@given(parts_, leaves | odd_leaves, st.lists(st.lists(drawn, max_size=2), max_size=3))
def test_programs_run_alike(parts: list[program.Part], lines: list[Lines], slots: list[list[Any]]) -> None:
    before = [list(part.program.operators) for part in parts]
    expected = told(program._run_parts, parts, lines, slots)
    assert told(KERNEL.run_parts, parts, lines, slots) == expected
    assert told(KERNEL.run_parts, parts, lines, slots) == expected  # taken apart by now
    assert [part.program.operators for part in parts] == before


@given(st.lists(st.tuples(figures, st.binary(max_size=40)), min_size=1, max_size=9), figures | halves | near)
def test_a_usual_program_is_taken_apart(pieces: list[tuple[float, bytes]], start: float) -> None:
    made = program.Program([b"BT "])
    for number in range(len(pieces)):
        made.operators += (b"", b" Tm ", b"", b"TJ ")
        made.aligns.append((4 * number + 1, 0, 0, number, number % 3, start, 100.0))
        made.texts.append((4 * number + 3, 0, 0, number))
    made.operators += (b"", b" end")
    made.pictures.append(program.PictureOp(len(made.operators) - 2, 0, _drawn))
    line = Line(9.5, [Segment(0, x, 1.0, glyphs) for x, glyphs in pieces])
    given_ = ([program.Part(b"q ", made, b" Q", 1, 2)], [None, SetLines((line,), 1)], [[], [], [b"drawn"]])
    assert KERNEL.run_parts(*given_) == program._run_parts(*given_)  # type: ignore[arg-type]
    assert made.steps is not None


@given(st.lists(st.tuples(figures, st.binary(max_size=100)), min_size=1, max_size=5), st.booleans(), st.integers(-1, 1))
def test_lines_that_the_kernel_sets_are_read_as_they_are(
    pieces: list[tuple[float, bytes]], is_inside: bool, odd: int
) -> None:
    found = _set_natively(pieces, is_inside=is_inside)
    assert type(found) is not SetLines
    made = program.Program([b"BT "])
    for number in range(len(pieces)):
        made.operators += (b"", b" Tm ", b"", b"TJ ")
        made.aligns.append((4 * number + 1, 0, number, 0, number % 3, -0.0, 100.0))
        made.texts.append((4 * number + 3, 0, number, 0))
    parts = [program.Part(b"q ", made, b" Q", 1, 0)]
    said = KERNEL.run_parts(parts, [None, found], [])
    plain = SetLines(found.lines, found.structure)
    assert said == KERNEL.run_parts(parts, [None, plain], []) == program._run_parts(parts, [plain, plain], [])
    for line, at in ((len(pieces) - 1, odd), (len(pieces), 0), (-1, 0)):
        made = program.Program([b""], [(0, 0, line, at)])
        given_ = ([program.Part(b"", made, b"", 0, 0)], [found], [[]])
        assert told(KERNEL.run_parts, *given_) == told(program._run_parts, *given_)
        spot = TextSpot(0, line, at, "left", -0.0, 9.0, 1.0, 2.0)
        assert told(KERNEL.corners_of, spot, [found], 0.0) == told(links._corners_of, spot, [found], 0.0)


@given(st.lists(st.tuples(st.binary(max_size=9), st.integers(0, 300)), max_size=9), st.integers(0, 1200), st.booleans())
def test_marks_are_numbered_alike(pieces: list[tuple[bytes, int]], mcid: int, is_shown: bool) -> None:
    made = program.Program([b""])
    for number, (said, mark) in enumerate(pieces):
        made.operators += (b"", said, b"", b"TJ ")
        made.marks.append((4 * number + 1, mark))
        made.texts.append((4 * number + 3, 0, 0, 0))
    if is_shown:
        made.operators += (b"", b" end")
        made.pictures.append(program.PictureOp(len(made.operators) - 2, 0, _drawn))
    plain = program.Program(program._with_marks(made.operators, made.marks, mcid), made.texts, [], made.pictures)
    others = [program.Part(b"q ", one, b" Q", 0, 0) for one in (made.at(mcid + 7), made.at(mcid), plain)]
    given_ = (others, [_a_letter], [[b"drawn"]])
    expected = program._run_parts(*given_)  # type: ignore[arg-type]
    assert KERNEL.run_parts(*given_) == expected
    odd = (others, [SetLines((_words,), 1)], [[b"drawn"]])
    assert KERNEL.run_parts(*odd) == program._run_parts(*odd)  # type: ignore[arg-type]
    assert made.at(mcid) is made.at(mcid)
    assert made.at(mcid).weight == made.weight


_escaped = st.binary(max_size=9).map(lambda said: said.replace(b"%", b"%%"))
_counts = st.tuples(st.integers(0, 3), st.integers(-5, 3000))


@st.composite
def numbered_texts(draw: st.DrawFn) -> tuple[bytes, list[tuple[int, int]]]:
    pieces = draw(st.lists(_escaped, min_size=1, max_size=5))
    counts = draw(st.lists(_counts, min_size=len(pieces) - 1, max_size=len(pieces) - 1))
    return b"%d".join(pieces), counts + draw(st.sampled_from([[], [], [], [(0, 1)]]))


_numbered = st.lists(numbered_texts(), max_size=4)


@example([(b"%d", [])], 0, [], (1, 2, 3, 4))
@example([], 0, [(b"100 %% of %d %%d", [(2, 5)])], (1, 2, 3, 4))
@given(_numbered, st.integers(0, 40), _numbered, st.tuples(*[st.integers(0, 100_000)] * 4))
def test_texts_are_numbered_alike(bodies: Any, ahead: int, others: Any, at: tuple[int, int, int, int]) -> None:
    def by(kind: Any) -> Any:
        return kind(bodies, ahead, others).at(numbered.StripPlace(*at))

    assert told(by, KERNEL.Numbered) == told(by, numbered._Numbered)


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


@pytest.mark.parametrize("place", [-2, 1, 1 << 40])
def test_a_place_outside_is_refused(place: int) -> None:
    lines = [SetLines((Line(1.0, (Segment(0, 0.0, 1.0, b"x"),)),), 1)]
    with pytest.raises(IndexError):
        KERNEL.run([b""], [(place, 0, 0, 0)], [], [], lines, [])
    with pytest.raises(IndexError):
        KERNEL.run([b""], [(0, place, 0, 0)], [], [], lines[: max(0, place)][:1] if place > 0 else [], [])


class Named(NamedTuple):
    """A writer of another kind."""

    name: bytes

    def body(self, where: Any, lines: Any, slots: Any) -> bytes:
        """Return its name, and where it is."""
        return self.name + str(where).encode()


boxes = st.builds(Area, *[figures] * 4, st.booleans())
anchored = st.builds(
    TextSpot, places, places, places, st.sampled_from([*program.MODES, "no"]), *[figures] * 4, st.booleans()
)
wheres = st.builds(Where, places, places, figures, figures)
open_ones = (
    st.builds(OpenLink, st.builds(LinkBox, boxes | anchored, templates, templates), st.integers(0, 10**6))
    | st.builds(OpenWords, templates)
    | st.builds(OpenTitle, templates, st.binary(max_size=5))
    | st.builds(Named, st.binary(max_size=5))
)


@given(
    st.lists(st.binary(max_size=300), min_size=1, max_size=9),
    st.lists(st.tuples(st.integers(0, 8), open_ones, wheres), max_size=4),
    leaves,
    st.lists(st.lists(texts, min_size=3), max_size=3),
)
def test_the_small_objects_of_a_customer_are_written_alike(
    bodies: list[bytes], open_: list[Any], lines: list[Lines], slots: list[Any]
) -> None:
    opening = b" ".join([b"%d %%d" % (7 + place) for place in range(len(bodies))]) + b"\n"
    given_ = (opening, bodies, open_, lines, slots, b"<</Producer>>")
    before = list(bodies)
    made = told(members._bodies, *given_)
    assert made == told(members._object_bodies, *given_)
    assert bodies == before
    if isinstance(made, tuple) and isinstance(made[1], int):
        whole, first = made
        assert isinstance(whole, bytes)
        assert whole[first:].startswith(b"<</Producer>>") or open_


@pytest.mark.parametrize("opening", [b"1 %d\n", b"1 %d 2 %d 3 %d\n"])
def test_an_opening_of_other_objects_is_refused(opening: bytes) -> None:
    given_ = (opening, [b"", b"two"], [], [], [], b"one")
    assert told(members._bodies, *given_) == told(members._object_bodies, *given_)


@given(st.lists(st.integers(0, 2**32 - 1)), st.binary(min_size=8, max_size=8).map(lambda row: b"\0" + row[1:]))
def test_rows_are_written_alike(offsets: list[int], above: bytes) -> None:
    assert KERNEL.rows_below(offsets, above) == xref._rows_below(offsets, above)


_pieces = st.lists(st.binary(max_size=300), min_size=1, max_size=4).map(tuple)


@given(st.integers(0, 10**6), st.integers(0, 10**9), st.lists(_pieces, max_size=5))
def test_streams_are_written_alike(first: int, at: int, streams: list[tuple[bytes, ...]]) -> None:
    assert KERNEL.objects(first, at, streams) == writer._objects(first, at, streams)


_segments = st.binary(max_size=300).map(segment)


@given(st.lists(_segments | st.integers(0, 1), max_size=5), texts | st.text("<>&;a\ud800"), texts)
def test_metadata_is_woven_alike(parts: list[Any], title: str, subject: str) -> None:
    made = told(KERNEL.Woven(*as_summed(parts)).of, title, subject)
    expected = told(info._packed, parts, title, subject)
    assert made == expected or (made is None and isinstance(expected, tuple))


@pytest.mark.parametrize("text", ["a" * 65_535, "&" * 13_107, "\xe9" * 32_767])
def test_a_block_of_metadata_holds_no_more_than_it_can(text: str) -> None:
    parts: list[Any] = [segment(b"first"), 0, segment(b"last")]
    native = KERNEL.Woven(*as_summed(parts))
    assert native.of(text, "") == info._packed(parts, text, "")
    assert native.of(text + "&", "") is None
    assert native.of(Words(b"a"), "") is None
    with pytest.raises(OverflowError):
        info._packed(parts, text + "&", "")


@pytest.mark.parametrize("offset", [-1, 1 << 32])
def test_an_offset_beyond_four_bytes_is_refused(offset: int) -> None:
    for act in (KERNEL.rows_below, xref._rows_below):
        with pytest.raises(OverflowError):
            act([offset], bytes(8))
