from __future__ import annotations

import pickle

from hypothesis import given
from hypothesis import strategies as st

from engine.model.communication import QrCode
from engine.model.qr_rows import QrRows

Rows = tuple[tuple[bool, ...], ...]


@st.composite
def squares(draw: st.DrawFn) -> Rows:
    size = draw(st.integers(0, 21))
    row = st.lists(st.booleans(), min_size=size, max_size=size).map(tuple)
    return tuple(draw(st.lists(row, min_size=size, max_size=size)))


@given(rows=squares())
def test_packed_rows_read_as_the_rows_they_were_made_of(rows: Rows) -> None:
    packed = QrRows.of(rows)
    assert packed == rows
    assert rows == packed
    assert tuple(packed) == rows
    assert hash(packed) == hash(rows)
    assert repr(packed) == repr(rows)
    assert len(packed) == len(rows)
    assert [packed[y] for y in range(len(rows))] == list(rows)
    assert packed[1:3] == rows[1:3]
    assert QrRows.of(packed) is packed


def test_the_leftmost_module_is_the_highest_bit_of_its_row() -> None:
    row = (True, False, False, False, False, False, False, True, True)
    assert QrRows.of((row, *[(False,) * 9] * 8)).packed[:2] == b"\x81\x80"


def test_other_rows_are_not_equal() -> None:
    assert QrRows.of(((True,),)) != QrRows.of(((False,),))
    assert QrRows.of(((True,),)) != ((False,),)
    assert QrRows.of(((True,),)) != b"\x80"


def test_a_code_of_packed_rows_equals_one_of_plain_rows_and_can_be_sent_to_another_process() -> None:
    rows = ((True, False), (False, True))
    code = QrCode(b"x", QrRows.of(rows), "link")
    assert code == QrCode(b"x", rows, "link")
    assert pickle.loads(pickle.dumps(code)) == code
