"""A spoken phrase as it is kept: AAC packets at one loudness, with its length."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.contracts import Speech
from renderers.video.sound.clock import FRAME, RATE_HZ, SILENCE

MADE: Final = "aac-3"  # part of the cache key: counted up when the same speech gives other packets
_HEAD = struct.Struct(">II")  # samples, packets; then each packet's length in 16 bits, then the packets


@dataclass(frozen=True, slots=True)
class PhraseSound:
    """A phrase as AAC at 48 kHz: `samples` of it are speech; the packets begin and end in silence.

    There is one packet more than frames of 1024 samples, for the overlap; none for silence.
    """

    samples: int
    packets: tuple[bytes, ...] = field(repr=False)

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.samples / RATE_HZ

    def packed(self) -> bytes:
        """Return it as bytes for a store."""
        lengths = struct.pack(f">{len(self.packets)}H", *map(len, self.packets))
        return b"".join((_HEAD.pack(self.samples, len(self.packets)), lengths, *self.packets))

    @classmethod
    def unpacked(cls, data: bytes) -> PhraseSound:
        """Return what `packed` gave."""
        samples, count = _HEAD.unpack_from(data)
        lengths = struct.unpack_from(f">{count}H", data, _HEAD.size)
        packets, at = [], _HEAD.size + 2 * count
        for length in lengths:
            packets.append(data[at : at + length])
            at += length
        return cls(samples, tuple(packets))


def joined(sounds: Sequence[PhraseSound], pause: int) -> PhraseSound:
    """Return sounds one after the other with `pause` empty frames between two; nothing is encoded anew."""
    if len(sounds) == 1:
        return sounds[0]
    if not any(sound.packets for sound in sounds):
        return PhraseSound(sum(sound.samples for sound in sounds) + (len(sounds) - 1) * pause * FRAME, ())
    packets: list[bytes] = []
    samples = 0
    for sound in sounds:
        if packets:
            packets += [SILENCE] * pause
        samples = len(packets) * FRAME + sound.samples
        packets += sound.packets or [SILENCE] * (-(-sound.samples // FRAME) + 1)
    return PhraseSound(samples, tuple(packets))


def sound_of(speech: Speech) -> PhraseSound:
    """Return speech brought to -16 LUFS and encoded; one that is silent throughout has no packets."""
    if not any(speech.samples):
        return PhraseSound(round(speech.seconds * RATE_HZ), ())
    from renderers.video.sound.aac import encode_voice
    from renderers.video.sound.loudness import levelled
    from renderers.video.sound.resample import resampled

    samples = levelled(resampled(speech))
    return PhraseSound(len(samples), encode_voice(samples))
