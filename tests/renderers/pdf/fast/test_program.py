"""Operators with places for a customer's texts, run one after the other for a page."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from renderers.pdf.fast.model import Line, Lines, Segment, SetLines, SlotValue
from renderers.pdf.fast.program import LEFT, RIGHT, Part, PictureOp, Program, run_parts


def said(text: str, width: float, x: float = 0.0) -> Lines:
    return SetLines((Line(width, (Segment(0, x, width, text.encode(), text),)),), 1)


def program(name: str, leaf: int, mode: int) -> Program:
    """A text of a leaf at its place, then a picture."""
    return Program(
        [f"<{name} ".encode(), b"", b" Tm ", b"", b" TJ ", b"", b">"],
        [(3, leaf, 0, 0)],
        [(1, leaf, 0, 0, mode, 10.0, 100.0)],
        [PictureOp(5, 0, lambda slots: str(slots[0]).encode())],
    )


def run(one: Program, lines: Sequence[Lines], slots: Sequence[Sequence[SlotValue]] = ()) -> bytes:
    """What a program says alone."""
    return run_parts([Part(b"", one, b"", 0, 0)], lines, slots)


LINES = [said("a", 30.0), said("b", 40.0, 5.0), said("c", 25.5)]


def test_a_text_begins_where_its_alignment_says() -> None:
    assert run(program("P", 0, RIGHT), LINES, [["Q"]]) == b"<P 80.000 Tm a TJ Q>"
    assert run(program("P", 1, LEFT), LINES, [["Q"]]) == b"<P 15.000 Tm b TJ Q>"


def test_no_place_is_written_as_minus_zero() -> None:
    flush = Program([b"", b"", b""], [], [(1, 0, 0, 0, LEFT, -0.0, 10.0)])
    assert run(flush, [said("a", 1.0, -0.0)]) == b"0.000"


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 2), st.integers(0, 1), st.sampled_from([LEFT, RIGHT]))))
def test_parts_say_what_each_says_one_after_the_other(parts: list[tuple[bool, int, int, int]]) -> None:
    slots = [["first"], ["second"]]
    made = [
        Part(b"q ", program("P", 0, mode) if has_text else Program([b"still"]), b" Q\n", leaf, section)
        for has_text, leaf, section, mode in parts
    ]
    alone = [
        b"q " + run(one.program, LINES[one.leaf : one.leaf + 1], [slots[one.section]]) + b" Q\n" for one in made
    ]  # fmt: skip
    assert run_parts(made, LINES, slots) == b"".join(alone)
    assert run_parts(made, LINES, slots) == b"".join(alone)  # taken apart by now
