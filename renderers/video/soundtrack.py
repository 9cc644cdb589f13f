"""Spoken phrases as samples on one track: 48 kHz, placed to the sample. For what is mixed or encoded anew."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from engine.contracts import Speech
from renderers.video.sound.aac import Samples, decode
from renderers.video.sound.clock import FRAME, RATE_HZ
from renderers.video.sound.loudness import levelled
from renderers.video.sound.phrase import PhraseSound
from renderers.video.sound.resample import resampled
from renderers.video.timeline import SpokenPhrase


def voice_track(spoken: Iterable[SpokenPhrase], seconds: float) -> Samples:
    """Return the narration: (n,) float32 at 48 kHz, `seconds` long; each phrase at -16 LUFS when in both channels."""
    track = np.zeros(round(seconds * RATE_HZ), dtype=np.float32)
    for one in spoken:
        samples = samples_of(one.speech)
        first = round(one.start_s * RATE_HZ)
        part = samples[: max(0, len(track) - first)]
        track[first : first + len(part)] += part
    return track


def samples_of(speech: Speech | PhraseSound) -> Samples:
    """Return a phrase as one channel at 48 kHz: (n,) float32; what was kept as AAC is decoded."""
    if isinstance(speech, Speech):
        return levelled(resampled(speech))
    if not speech.packets:
        return np.zeros(speech.samples, dtype=np.float32)
    return decode(speech.packets)[0, FRAME : FRAME + speech.samples]
