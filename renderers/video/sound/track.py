"""The sound of a video, joined from phrases that were encoded before: nothing is decoded or encoded.

The track is a row of packets on one clock: packet k is what is heard from k * 1024 samples on. A phrase that
starts at frame s puts its first packet at s - 1, since a packet's sound is whole only with the next one's; so
the encoder's priming is gone without an edit list, and no track begins before its first frame of silence.
Every other packet is the one packet of silence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from renderers.video.sound.aac import CHANNELS, CONFIG
from renderers.video.sound.clock import FRAME, RATE_HZ, SILENCE
from renderers.video.sound.phrase import PhraseSound, sound_of
from renderers.video.timeline import SpokenPhrase


@dataclass(frozen=True, slots=True)
class AudioTrack:
    """AAC-LC packets of 1024 samples each, and `config`, the AudioSpecificConfig of their decoder.

    `samples` is the length of the video on the track's clock: the last packet may hold more, and its duration
    may be written shorter. Decoding gives the first sample at the time 0: no edit list is needed.
    """

    packets: tuple[bytes, ...] = field(repr=False)
    config: bytes
    rate_hz: int
    channels: int
    samples: int

    @property
    def size(self) -> int:
        """Bytes of all packets."""
        return sum(map(len, self.packets))


def voice_only(spoken: Iterable[SpokenPhrase], seconds: float) -> AudioTrack:
    """Return the track of a video of `seconds` with phrases at their times. Raises `ValueError` where two meet.

    Phrases start on the grid of 1024 samples, from the first frame on, with one silent frame at least between
    two; what lies past the end is left out.
    """
    samples = round(seconds * RATE_HZ)
    count = -(-samples // FRAME)
    packets, free = [SILENCE] * count, 0
    for one in spoken:
        said = (one.speech if isinstance(one.speech, PhraseSound) else sound_of(one.speech)).packets
        if not said:
            continue
        frame, rest = divmod(round(one.start_s * RATE_HZ), FRAME)
        first = frame - 1
        if rest or first < free:
            raise ValueError(f"a phrase can't start at {one.start_s} s: it is off the grid, or another has not ended")
        free = first + len(said)
        packets[first : min(free, count)] = said[: max(0, count - first)]
    return AudioTrack(tuple(packets), CONFIG, RATE_HZ, CHANNELS, samples)
