from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from renderers.pdf.fast.xref import FREE, ROW_BYTES, packed_rows, plain_rows, upward

WIDTH = 7


def decoded(rows: bytes) -> list[tuple[int, int, int]]:
    """Undo the PNG filters; return type and fields of each row."""
    above, found = bytes(WIDTH), []
    for start in range(0, len(rows), WIDTH + 1):
        kind, row = rows[start], rows[start + 1 : start + 1 + WIDTH]
        if kind == 2:
            row = bytes((byte + up) % 256 for byte, up in zip(row, above, strict=True))
        found.append((row[0], int.from_bytes(row[1:5], "big"), int.from_bytes(row[5:], "big")))
        above = row
    return found


@given(st.integers(0, 1 << 24), st.integers(0, 1200), st.integers(1, 1200))
def test_places_in_a_stream_count_up(stream: int, first: int, count: int) -> None:
    assert decoded(packed_rows(stream, first, count)) == [(2, stream, first + step) for step in range(count)]


@given(st.lists(st.integers(0, (1 << 32) - 1)))
def test_offsets_come_back(offsets: list[int]) -> None:
    assert decoded(plain_rows(offsets)) == [(1, offset, 0) for offset in offsets]


def test_rows_may_follow_on_each_other() -> None:
    rows = FREE + packed_rows(9, 255, 3) + plain_rows([70_000]) + packed_rows(9, 0)
    assert decoded(rows) == [(0, 0, 65_535), (2, 9, 255), (2, 9, 256), (2, 9, 257), (1, 70_000, 0), (2, 9, 0)]


@given(st.lists(st.integers(0, (1 << 32) - 1), min_size=1), st.integers(1, 600))
def test_rows_turned_upward_mean_the_same_and_have_one_filter(offsets: list[int], count: int) -> None:
    rows = FREE + plain_rows(offsets) + packed_rows(9, 250, count) + plain_rows(offsets[:1])
    turned = upward(rows)
    assert set(turned[::ROW_BYTES]) == {2}
    assert decoded(turned) == decoded(rows)
    assert upward(b"") == b""


def test_more_rows_than_most_files_have_are_turned_too() -> None:
    rows = packed_rows(9, 0, 20_000)
    assert decoded(upward(rows)) == decoded(rows)


@given(st.lists(st.integers(0, (1 << 32) - 1), min_size=2), st.data())
def test_rows_may_be_turned_in_two_parts(offsets: list[int], data: st.DataObject) -> None:
    rows = plain_rows(offsets)
    first = data.draw(st.integers(1, len(offsets) - 1)) * ROW_BYTES
    assert upward(rows[:first]) + upward(rows[first:], rows[first - ROW_BYTES : first]) == upward(rows)
