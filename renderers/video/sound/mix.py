"""What is heard in a video: the voice alone, or with a bed of music under it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from renderers.video.sound.aac import CHANNELS, CONFIG, Samples, encode
from renderers.video.sound.clock import RATE_HZ
from renderers.video.sound.loudness import levelled
from renderers.video.sound.music import Music, bed
from renderers.video.sound.track import AudioTrack, voice_only
from renderers.video.soundtrack import voice_track
from renderers.video.timeline import SpokenPhrase

QUALITY: Final = 0.9
CUTOFF_HZ: Final = 16_000


def heard_samples(spoken: Iterable[SpokenPhrase], seconds: float, music: Music | None) -> Samples:
    """Return what is heard: (2, n) float32 at 48 kHz and -16 LUFS. Raises `RenderError` (R409)."""
    said = tuple(spoken)
    voice = voice_track(said, seconds)
    if music is None:
        return np.stack([voice, voice])
    mixed = bed(music, ((one.start_s, one.end_s) for one in said), seconds) + voice
    return levelled(mixed)


def heard_track(spoken: Iterable[SpokenPhrase], seconds: float, music: Music | None) -> AudioTrack:
    """Return what is heard as packets: joined from kept phrases, or mixed and encoded whole where there is music.

    Mixing and encoding takes some 15 ms of processor time a second of video. Raises `RenderError` (R409).
    """
    if music is None:
        return voice_only(spoken, seconds)
    samples = heard_samples(spoken, seconds, music)
    # The first packet only primes a decoder: without it the track's first frame is heard first, and that is silent.
    packets = encode(samples, QUALITY, CUTOFF_HZ)[1:]
    return AudioTrack(packets, CONFIG, RATE_HZ, CHANNELS, samples.shape[1])
