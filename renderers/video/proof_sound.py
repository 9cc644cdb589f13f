"""The sound of a video against what should be said: each phrase is there, at its time, and the whole is as loud as it
should be.

A phrase is looked for by its correlation with what was decoded: what stands there may be coded anew and have
music under it, but another word, another voice or another time is another wave.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from renderers.video.proof_film import Film, Heard
from renderers.video.sound.clock import FRAME, RATE_HZ
from renderers.video.soundtrack import samples_of
from renderers.video.timeline import Timeline

LOUDNESS, LOUDNESS_WITHIN = -16.0, 1.0  # LUFS
PEAK_MOST = 0.0  # dBFS, true peak
ALIKE = 0.9  # correlation; music 21 dB below a voice leaves 0.99, coding at 96 kbit/s more
LATE_S = 0.03  # a frame of AAC and half a sound of speech: nobody hears it


def length_faults(film: Film, timeline: Timeline, *, is_wanted: bool) -> Iterator[str]:
    """Yield a fault where the sound lasts longer or shorter than the picture by more than a frame of either."""
    if film.sound_s is None:
        if is_wanted:
            yield "sound: there is none"
    elif abs(film.sound_s - timeline.seconds) > max(1 / timeline.frames_per_second, 2 * FRAME / RATE_HZ):
        yield f"sound: it lasts {film.sound_s:.2f} s, the picture {timeline.seconds:.2f} s"


def loudness_faults(heard: Heard) -> Iterator[str]:
    """Yield a fault where the whole is too loud, too quiet, or clips."""
    if abs(heard.loudness - LOUDNESS) > LOUDNESS_WITHIN:
        yield f"sound: its loudness is {heard.loudness:.1f} LUFS, not {LOUDNESS:.0f} within {LOUDNESS_WITHIN:.0f}"
    if heard.peak > PEAK_MOST:
        yield f"sound: it clips: its true peak is {heard.peak:.1f} dBFS"


def speech_faults(film: Film, timeline: Timeline) -> Iterator[str]:
    """Yield a fault for each phrase that is not said at its time."""
    if film.sound is None or film.sound_hz != RATE_HZ:
        return
    margin = round(4 * LATE_S * RATE_HZ)
    for one in timeline.spoken:
        phrase = samples_of(one.speech)
        if not phrase.any():
            continue
        first = round(one.start_s * RATE_HZ)
        heard = _part(film.sound, first - margin, first + len(phrase) + margin)
        place, alike = _found(heard, phrase)
        late_s = (place - margin) / RATE_HZ
        where = f"scene `{one.phrase.scene}`: a phrase at {one.start_s:.2f} s"
        if alike < ALIKE:
            yield f"{where} sounds otherwise (correlation {alike:.2f})"
        elif abs(late_s) > LATE_S:
            yield f"{where} comes {abs(late_s) * 1000:.0f} ms {'late' if late_s > 0 else 'early'}"


def _part(track: NDArray[np.float32], begin: int, end: int) -> NDArray[np.float32]:
    """Return a part of a track, with silence where it has none."""
    inside = track[max(0, begin) : max(0, end)]
    before = max(0, -begin)
    return np.pad(inside, (before, max(0, end - begin - len(inside) - before)))


def _found(heard: NDArray[np.float32], phrase: NDArray[np.float32]) -> tuple[int, float]:
    """Return where in `heard` a phrase stands best, and how alike it is there, 1 being the same wave."""
    size = 1 << (len(heard) + len(phrase)).bit_length()
    cross = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(phrase, size)), size)
    places = len(heard) - len(phrase) + 1
    energy = np.concatenate([[0.0], np.cumsum(heard.astype(np.float64) ** 2)])
    power = energy[len(phrase) :][:places] - energy[:places]
    scale = np.sqrt(np.maximum(power, 1e-9) * float(np.sum(phrase.astype(np.float64) ** 2)))
    alike = cross[:places] / scale
    best = int(np.argmax(alike))
    return best, float(alike[best])
