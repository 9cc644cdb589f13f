"""Parameter sets of the encoder, read only as far as splicing relies on them.

Slices are spliced from encoders of several heights into pictures of one. That is sound only while
all of them agree in what a slice's head says: each set is read and checked when an encoder opens.
Source: ISO/IEC 14496-10, 7.3.2.1 and 7.3.2.2.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import RenderError
from renderers.video.fast.bits import BitReader, unescaped

NAL_SLICE, NAL_IDR, NAL_SPS, NAL_PPS = 1, 5, 7, 8
_WITH_CHROMA_FORMAT = (100, 110, 122, 244, 44, 83, 86, 118, 128)


@dataclass(frozen=True, slots=True)
class Syntax:
    """What the head of a slice depends on."""

    frame_number_bits: int
    initial_qp: int
    has_deblocking_control: bool
    chroma_qp_offset: int


@dataclass(frozen=True, slots=True)
class ParameterSets:
    """Sequence and picture parameter set as NAL units, and what slices take from them."""

    sps: bytes
    pps: bytes
    syntax: Syntax


def read_parameter_sets(sps: bytes, pps: bytes) -> ParameterSets:
    """Return the sets read. Raises `RenderError` (R471) if slices under them can't be spliced."""
    frame_number_bits = _read_sps(BitReader(unescaped(sps)[1:]))
    initial_qp, has_control, chroma_qp_offset = _read_pps(BitReader(unescaped(pps)[1:]))
    return ParameterSets(sps, pps, Syntax(frame_number_bits, initial_qp, has_control, chroma_qp_offset))


def _read_sps(reader: BitReader) -> int:
    profile = reader.u(8)
    reader.u(16)
    _expect("sequence parameter set id", reader.ue(), 0)
    if profile in _WITH_CHROMA_FORMAT:
        _expect("chroma_format_idc", reader.ue(), 1)
        _expect("bit_depth_luma_minus8", reader.ue(), 0)
        _expect("bit_depth_chroma_minus8", reader.ue(), 0)
        _expect("transform bypass", reader.u(1), 0)
        _expect("scaling matrix", reader.u(1), 0)
    frame_number_bits = reader.ue() + 4
    _expect("pic_order_cnt_type", reader.ue(), 2)
    _expect("max_num_ref_frames", reader.ue(), 1)
    reader.u(1)
    reader.ue()
    reader.ue()
    _expect("frame_mbs_only_flag", reader.u(1), 1)
    return frame_number_bits


def _read_pps(reader: BitReader) -> tuple[int, bool, int]:
    _expect("picture parameter set id", reader.ue(), 0)
    _expect("sequence parameter set id", reader.ue(), 0)
    _expect("entropy_coding_mode_flag", reader.u(1), 0)
    _expect("bottom_field_pic_order", reader.u(1), 0)
    _expect("slice groups", reader.ue(), 0)
    _expect("num_ref_idx_l0_default_active_minus1", reader.ue(), 0)
    reader.ue()
    _expect("weighted prediction", reader.u(3), 0)
    initial_qp = 26 + reader.se()
    reader.se()
    chroma_qp_offset = reader.se()
    has_control = bool(reader.u(1))
    reader.u(1)
    _expect("redundant_pic_cnt_present_flag", reader.u(1), 0)
    return initial_qp, has_control, chroma_qp_offset


def _expect(name: str, found: int, wanted: int) -> None:
    if found != wanted:
        raise RenderError(
            "R471", f"the encoder's {name} is {found}, splicing needs {wanted}",
            hint='install the versions of the lock file; until then `video.level = "reference"` makes videos whole',
        )  # fmt: skip
