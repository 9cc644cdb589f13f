"""Phrases become speech: each (voice, locale, rate, text) is said once and kept on disk.

A voice that sends text away gets the shared phrases only; personal ones are said by the embedded voice,
unless the campaign sets `video.narration.gtts_personal`.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import wave
from collections.abc import Iterable
from pathlib import Path

from engine.contracts import Speech, Voice
from engine.errors import VoiceError
from engine.model.campaign import Narration
from engine.model.communication import Phrase, PhraseScope
from engine.registry import load_voice

EMBEDDED = "espeak"


class Narrator:
    """Says phrases in one campaign's voice. `cache_dir` None keeps nothing on disk."""

    def __init__(self, options: Narration, cache_dir: Path | None = None) -> None:
        self._options = options
        self._cache_dir = cache_dir
        self._voice: Voice = load_voice(options.voice)(options)
        keeps_private = self._voice.sends_text_away and not options.gtts_personal
        self._personal: Voice = load_voice(EMBEDDED)(options) if keeps_private else self._voice
        self.spoken_by_embedded = 0  # personal phrases that were kept from a voice that sends text away

    def speak(self, phrase: Phrase, locale: str) -> Speech:
        """Return `phrase` spoken in `locale`. Raises `VoiceError`."""
        voice = self._voice
        if phrase.scope is PhraseScope.PERSONAL and self._personal is not self._voice:
            voice = self._personal
            self.spoken_by_embedded += 1
        path = self._path(voice, phrase.spoken, locale)
        if path is not None and path.is_file():
            return read_wav(path.read_bytes())
        speech = voice.speak(phrase.spoken, locale, self._options.rate)
        if not speech.samples:
            raise VoiceError("V104", f"the voice `{voice.name}` said nothing for a phrase of scene `{phrase.scope}`")
        if path is not None:
            _write_atomically(path, write_wav(speech))
        return speech

    def _path(self, voice: Voice, text: str, locale: str) -> Path | None:
        if self._cache_dir is None:
            return None
        content = "\x00".join((voice.name, voice.version, locale, repr(self._options.rate), text))
        digest = hashlib.sha256(content.encode("utf-8")).hexdigest()
        return self._cache_dir / "speech" / digest[:2] / f"{digest[2:]}.wav"


def speak_all(
    phrases: Iterable[Phrase], locale: str, options: Narration, cache_dir: Path | None = None
) -> tuple[Speech, ...]:
    """Return each phrase spoken, in order. Raises `VoiceError`."""
    narrator = Narrator(options, cache_dir)
    return tuple(narrator.speak(phrase, locale) for phrase in phrases)


def read_wav(data: bytes) -> Speech:
    """Return the samples of a mono 16-bit WAV file."""
    with wave.open(io.BytesIO(data)) as file:
        return Speech(samples=file.readframes(file.getnframes()), rate_hz=file.getframerate())


def write_wav(speech: Speech) -> bytes:
    """Return `speech` as a mono 16-bit WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(speech.rate_hz)
        file.writeframes(speech.samples)
    return buffer.getvalue()


def _write_atomically(path: Path, data: bytes) -> None:
    """Write so that another worker sees the whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
