"""MP3 to samples, by PyAV."""

from __future__ import annotations

import io

import av
from av.audio.resampler import AudioResampler

from engine.contracts import Speech
from engine.errors import VoiceError

RATE_HZ = 24_000


def decode_mp3(data: bytes) -> Speech:
    """Return the samples of an MP3 as mono 16-bit at 24,000 Hz. Raises `VoiceError` (V305)."""
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    samples: list[bytes] = []
    try:
        with av.open(io.BytesIO(data), mode="r", format="mp3") as container:
            for frame in container.decode(audio=0):
                samples += [part.to_ndarray().tobytes() for part in resampler.resample(frame)]
        samples += [part.to_ndarray().tobytes() for part in resampler.resample(None)]
    except (av.FFmpegError, IndexError) as error:
        raise VoiceError("V305", "the voice's MP3 can't be decoded") from error
    if not samples:
        raise VoiceError("V305", "the voice's MP3 holds no sound")
    return Speech(samples=b"".join(samples), rate_hz=RATE_HZ)
