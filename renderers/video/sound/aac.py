"""AAC-LC packets: made once from samples, joined later without decoding.

A packet covers two frames of 1024 samples, half of each shared with its neighbour (ISO/IEC 14496-3, the MDCT's
overlap). Between two packets of silence nothing overlaps, so packets that begin and end in silence can be put
anywhere on the grid of frames. Nothing else reaches from packet to packet: no noise substitution (a decoder's
random state), no prediction.

Speech is encoded as one channel and then written as a pair whose side signal is empty: both channels are alike
to the bit, encoding costs half, and the loudness of the file means the same to every meter and player.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import av
import numpy as np
from numpy.typing import NDArray

from engine.errors import VoiceError
from renderers.video.sound.clock import FRAME, RATE_HZ

CHANNELS: Final = 2
# AudioSpecificConfig: AAC-LC, 48 kHz, two channels, then "no SBR" said outright (ISO/IEC 14496-3, 1.6.2.1, 1.6.5).
CONFIG: Final = bytes.fromhex("119056e500")
VOICE_QUALITY: Final = 0.85  # some 55 kbit/s of speech, its noise 25 dB below it or more
CUTOFF_HZ: Final = 12_000  # voices end at 11 to 12 kHz: nothing is spent above

_LAMBDA = 118  # FF_QP2LAMBDA
_BITEXACT = 1 << 23  # of libavcodec's flags: no version string in the first packet
_SHORT = 2  # window_sequence EIGHT_SHORT_SEQUENCE
_ALL_MS = 0b10  # ms_mask_present: every band is mid and side

Samples: TypeAlias = NDArray[np.float32]


def encode(samples: Samples, quality: float, cutoff_hz: int) -> tuple[bytes, ...]:
    """Return the packets of samples: (n,) float32 for one channel or (channels, n); one more than its frames.

    The first packet's first half and the last packet's second half are silence. Decoded, packet k gives the
    samples from (k - 1) * 1024. Source of the choices, on speech: `fast` took a third of the time of `twoloop` and
    was nearer to the source at the same rate, without TNS nearer still; constant quality took two thirds of the
    time of a constant rate, which encodes a packet again until it fits.
    """
    planes = np.atleast_2d(samples)
    frames = -(-planes.shape[1] // FRAME)
    padded = np.zeros((len(planes), frames * FRAME), dtype=np.float32)
    padded[:, : planes.shape[1]] = planes
    context = av.CodecContext.create("aac", "w")
    context.sample_rate, context.format = RATE_HZ, "fltp"
    context.layout = layout = "mono" if len(planes) == 1 else "stereo"
    context.flags |= _BITEXACT
    context.options = {"aac_coder": "fast", "aac_pns": "0", "aac_tns": "0", "cutoff": str(cutoff_hz),
                       "flags": "+qscale", "global_quality": str(round(quality * _LAMBDA))}  # fmt: skip
    frame = av.AudioFrame.from_ndarray(padded, format="fltp", layout=layout)
    frame.sample_rate, frame.pts = RATE_HZ, 0
    packets = [*context.encode(frame), *context.encode(None)]
    return tuple(bytes(packet) for packet in packets)[: frames + 1]


def encode_voice(samples: Samples) -> tuple[bytes, ...]:
    """Return the packets of one channel of speech, each written as a pair of equal channels."""
    return tuple(paired(packet) for packet in encode(samples, VOICE_QUALITY, CUTOFF_HZ))


def decode(packets: tuple[bytes, ...]) -> Samples:
    """Return what a player hears: (2, 1024 * packets) float32. Raises `VoiceError` (V121)."""
    context = av.CodecContext.create("aac", "r")
    context.extradata = CONFIG
    try:
        frames = [frame for packet in packets for frame in context.decode(av.Packet(packet))]
        frames += context.decode(None)
    except av.FFmpegError as error:
        raise VoiceError("V121", "a kept phrase can't be decoded") from error
    if not frames:
        return np.zeros((CHANNELS, 0), dtype=np.float32)
    return np.concatenate([frame.to_ndarray() for frame in frames], axis=1).astype(np.float32, copy=False)


class _Bits:
    """The bits of a packet from the front."""

    def __init__(self, packet: bytes) -> None:
        self._number = int.from_bytes(packet, "big")
        self._left = 8 * len(packet)

    def take(self, count: int) -> int:
        self._left -= count
        return (self._number >> self._left) & ((1 << count) - 1)

    def rest(self) -> tuple[int, int]:
        """Return the bits up to ID_END, and how many they are; what follows ID_END is zero up to a whole byte."""
        padding = (self._number & -self._number).bit_length() - 1
        if (self._number >> padding) & 0b111 != 0b111:
            raise VoiceError("V120", "the AAC encoder wrote something other than one channel")
        count = self._left - padding - 3
        return self.take(count), count


class _Writer:
    """Bits put one after the other, up to whole bytes at the end."""

    def __init__(self) -> None:
        self._number = self._count = 0

    def put(self, value: int, count: int) -> None:
        self._number = (self._number << count) | value
        self._count += count

    def packet(self) -> bytes:
        spare = -self._count % 8
        return (self._number << spare).to_bytes((self._count + spare) // 8, "big")


def paired(packet: bytes) -> bytes:
    """Return a packet of one channel as a packet of two equal ones. Raises `VoiceError` (V120).

    single_channel_element becomes channel_pair_element with common_window: the one channel is the mid signal, the
    side signal is all zero codebooks. TNS must be off: it works after mid and side have become left and right.
    Source: ISO/IEC 14496-3, 4.4.2.1 and 4.4.2.7.
    """
    bits, out = _Bits(packet), _Writer()
    if bits.take(3) != 0:
        raise VoiceError("V120", "the AAC encoder wrote something other than one channel")
    tag, gain = bits.take(4), bits.take(8)
    head = bits.take(4)  # ics_reserved_bit, window_sequence, window_shape
    is_short = (head >> 1) & 0b11 == _SHORT
    out.put(0b001, 3)
    out.put(tag, 4)
    out.put(1, 1)  # common_window
    out.put(head, 4)
    bands = bits.take(4 if is_short else 6)  # max_sfb
    out.put(bands, 4 if is_short else 6)
    tail = 7 if is_short else 1  # scale_factor_grouping, or predictor_data_present
    grouping = bits.take(tail)
    out.put(grouping, tail)
    out.put(_ALL_MS, 2)
    out.put(gain, 8)
    out.put(*bits.rest())
    _put_silent_channel(out, gain, bands, 8 - grouping.bit_count() if is_short else 1, 3 if is_short else 5)
    out.put(0b111, 3)  # ID_END
    return out.packet()


def _put_silent_channel(out: _Writer, gain: int, bands: int, groups: int, length_bits: int) -> None:
    """Write individual_channel_stream without any spectrum: one section of the zero codebook a window group."""
    out.put(gain, 8)
    escape = (1 << length_bits) - 1
    for _ in range(groups if bands else 0):
        out.put(0, 4)  # sect_cb: ZERO_HCB
        for _ in range(bands // escape):
            out.put(escape, length_bits)
        out.put(bands % escape, length_bits)
    out.put(0, 3)  # pulse_data_present, tns_data_present, gain_control_data_present
