"""espeak-ng in this process: the embedded default voice, some two milliseconds a second of speech.

The library keeps state that nothing resets (its flutter goes on where the last text ended), so the same
text would give other samples the second time. It is therefore loaded anew for each phrase, which costs
two milliseconds and makes a phrase's bytes depend on the phrase alone. Source: espeak-ng's speak_lib.h.
"""

from __future__ import annotations

import _ctypes
import contextlib
import ctypes
import functools
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import espeakng_loader
import numpy as np

from engine.contracts import Speech
from engine.errors import VoiceError
from engine.model.campaign import Narration

WORDS_PER_MINUTE = 175  # phrases are short, and the picture shows their figures
LONGEST_DATA_PATH = 120  # espeak-ng copies the path into a buffer of 160 and ends the process when it overflows
PACE = {"lt": 1.14, "ro": 1.16}  # their words are long, and these voices lag behind the others by that much
QUIET = 200  # of 32,767: below this a sample counts as silence
MARGIN_MS = 60  # of silence kept around a phrase

_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_UTF8 = 1
_CHARACTER_POSITION = 1
_RATE, _PITCH, _WORD_GAP = 1, 3, 7
_OK = 0

# Names of espeak-ng voices where they are not the language itself.
VOICE_NAMES = {"en-us": "en-us", "zh": "cmn"}

_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
_one_at_a_time = threading.Lock()


class EspeakVoice:
    """Speaks with espeak-ng. Nothing leaves the machine; the same text gives the same samples."""

    name = "espeak"
    sends_text_away = False

    def __init__(self, options: Narration) -> None:
        del options
        self.version = f"{_version()}/{WORDS_PER_MINUTE}/{PACE}"

    def speak(self, text: str, locale: str, rate: float) -> Speech:
        """Return `text` spoken at 22,050 Hz. Raises `VoiceError` (V102) for a language it has no voice for."""
        tag = locale.replace("_", "-").lower()
        voice = VOICE_NAMES.get(tag) or VOICE_NAMES.get(tag.split("-")[0]) or tag.split("-")[0]
        pace = WORDS_PER_MINUTE * rate * PACE.get(voice, 1.0)
        with _engine() as (library, rate_hz):
            samples = _spoken(library, text, voice, round(pace))
        return Speech(samples=_trimmed(samples, rate_hz), rate_hz=rate_hz)


@contextlib.contextmanager
def _engine() -> Iterator[tuple[ctypes.CDLL, int]]:
    """Yield a freshly loaded engine and its sample rate in Hz; unload it after."""
    with _one_at_a_time:
        library = ctypes.CDLL(espeakng_loader.get_library_path())
        try:
            rate_hz = int(library.espeak_Initialize(_SYNCHRONOUS, 0, str(_data_parent()).encode(), _DONT_EXIT))
            if rate_hz <= 0:
                raise VoiceError("V101", "espeak-ng could not start", hint="reinstall espeakng-loader")
            yield library, rate_hz
            library.espeak_Terminate()
        finally:
            _ctypes.dlclose(library._handle)  # noqa: SLF001 - the one way to unload a library


def _spoken(library: ctypes.CDLL, text: str, voice: str, words_per_minute: int) -> bytes:
    chunks: list[bytes] = []

    def collect(samples: ctypes._Pointer[ctypes.c_short] | None, count: int, _events: int | None) -> int:
        if samples and count > 0:
            chunks.append(ctypes.string_at(samples, count * 2))
        return 0

    callback = _CALLBACK(collect)  # named, so that it lives as long as the library calls it
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(_voice_files().get(voice, voice).encode()) != _OK:
        raise VoiceError("V102", f"espeak-ng has no voice for `{voice}`", hint="choose another locale or voice")
    for parameter, value in ((_RATE, words_per_minute), (_PITCH, 45), (_WORD_GAP, 1)):
        library.espeak_SetParameter(parameter, value, 0)
    encoded = text.encode("utf-8") + b"\0"
    status = library.espeak_Synth(encoded, ctypes.c_size_t(len(encoded)), 0, _CHARACTER_POSITION, 0, _UTF8, None, None)
    if status != _OK or library.espeak_Synchronize() != _OK:
        raise VoiceError("V103", "espeak-ng could not say a phrase")
    return b"".join(chunks)


def _trimmed(samples: bytes, rate_hz: int) -> bytes:
    """Return `samples` without the silence that espeak-ng puts around a sentence, but for a margin."""
    wave = np.frombuffer(samples, dtype=np.int16)
    loud = np.flatnonzero(np.abs(wave.astype(np.int32)) > QUIET)
    if loud.size == 0:
        return samples
    margin = rate_hz * MARGIN_MS // 1000
    return wave[max(0, loud[0] - margin) : loud[-1] + margin].tobytes()


@functools.cache
def _data_parent() -> Path:
    parent = Path(espeakng_loader.get_data_path()).parent
    if len(str(parent)) <= LONGEST_DATA_PATH:
        return parent
    link = Path(tempfile.mkdtemp(prefix="bc", dir="/tmp")) / "e"
    link.symlink_to(parent, target_is_directory=True)
    return link


@functools.cache
def _voice_files() -> Mapping[str, str]:
    """Return the file of each voice, as in roa/it for it: by its file espeak-ng finds a voice at once.

    By its name it reads the heads of all 140 first, which takes half of the time that a phrase takes. It looks
    for files in small letters only; the others are found by name.
    """
    folder = _data_parent() / "espeak-ng-data" / "lang"
    files = (path for path in folder.glob("*/*") if path.is_file() and path.name.islower())
    return {path.name: f"{path.parent.name}/{path.name}" for path in files}


@functools.cache
def _version() -> str:
    with _engine() as (library, _):
        library.espeak_Info.restype = ctypes.c_char_p
        return str(library.espeak_Info(None).decode())
