"""Slices taken from one encoder's picture and written into another picture, coefficients untouched.

A slice is a head and macroblock data. The data depends on neither the slice's place nor its frame
number: in a slice of whole rows the macroblocks see the same neighbours as in a picture of these
rows alone. So only the head is written anew, and the data moves by some bits (CAVLC has no alignment).
Source: ISO/IEC 14496-10, 7.3.3 and 7.4.3.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from renderers.video.fast.bits import BitReader, Bits, escaped, se, u, ue, unescaped
from renderers.video.fast.parameters import NAL_IDR, NAL_SLICE, Syntax

_P, _I = 0, 2
_UNFILTERED, _WITHIN_SLICE = 1, 2
_REFERENCE = 0x60  # nal_ref_idc 3: each picture is the reference of the next one


@dataclass(frozen=True, slots=True)
class SliceData:
    """A slice without its place: intra or predicted, how it is quantised and filtered, and its macroblocks."""

    is_intra: bool
    qp_delta: int
    unfiltered: bool
    filter_offsets: tuple[int, int]
    data: Bits


@dataclass(frozen=True, slots=True)
class Picture:
    """What the slices of one picture have in common. `idr_id` differs between neighbouring IDR pictures."""

    frame_number: int
    is_idr: bool
    idr_id: int = 0


def read_slice(nal: bytes, syntax: Syntax) -> SliceData:
    """Return the slice of a NAL unit that holds a whole picture. Raises `ValueError` if it can't be one."""
    kind = nal[0] & 31
    if kind not in (NAL_SLICE, NAL_IDR):
        raise ValueError(f"NAL unit type {kind} is no slice")
    payload = unescaped(nal)[1:]
    reader = BitReader(payload[:40])
    if reader.ue():
        raise ValueError("the picture has more than one slice")
    slice_type = reader.ue() % 5
    if slice_type not in (_P, _I):
        raise ValueError(f"slice type {slice_type}")
    reader.ue()
    reader.u(syntax.frame_number_bits)
    if kind == NAL_IDR:
        reader.ue()
    if slice_type == _P and (reader.u(1) or reader.u(1)):
        raise ValueError("the slice changes its reference list")
    if kind == NAL_IDR:
        reader.u(2)
    elif reader.u(1):
        raise ValueError("the slice marks references")
    qp_delta = reader.se()
    unfiltered, offsets = False, (0, 0)
    if syntax.has_deblocking_control:
        unfiltered = reader.ue() == _UNFILTERED
        if not unfiltered:
            offsets = (reader.se(), reader.se())
    return SliceData(slice_type == _I, qp_delta, unfiltered, offsets, Bits.of(payload).after(reader.position).trimmed())


def write_slice(slice_: SliceData, first_macroblock: int, picture: Picture, syntax: Syntax) -> bytes:
    """Return the slice as a NAL unit of `picture`, beginning at a macroblock."""
    head = u(_REFERENCE | (NAL_IDR if picture.is_idr else NAL_SLICE), 8) + ue(first_macroblock)
    head += ue(_I if slice_.is_intra else _P) + ue(0) + u(picture.frame_number, syntax.frame_number_bits)
    if picture.is_idr:
        head += ue(picture.idr_id)
    if not slice_.is_intra:
        head += u(0, 2)
    head += u(0, 2 if picture.is_idr else 1) + se(slice_.qp_delta)
    if syntax.has_deblocking_control:
        head += ue(_UNFILTERED) if slice_.unfiltered else ue(_WITHIN_SLICE) + _offsets(slice_)
    return escaped((head + slice_.data).padded())


@functools.lru_cache(maxsize=1 << 14)
def skip_slice(first_macroblock: int, count: int, frame_number: int, syntax: Syntax) -> bytes:
    """Return a slice that leaves `count` macroblocks as they are in the picture before."""
    data = ue(count) + u(1, 1)
    return write_slice(SliceData(False, 0, True, (0, 0), data), first_macroblock, Picture(frame_number, False), syntax)


def _offsets(slice_: SliceData) -> Bits:
    return se(slice_.filter_offsets[0]) + se(slice_.filter_offsets[1])
