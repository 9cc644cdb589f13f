"""Phrases become speech: each sentence of (voice, locale, rate, text) is said and encoded once, and kept on disk.

A voice breathes between two sentences, so a phrase is said by its sentences: "This is your October bill." is then
the same for everyone, whoever was greeted before it, and of most personal phrases only one sentence is new. The
embedded voice says clauses apart from one another anyway, so of "It is 12 euros, due by Monday." half is shared.

A voice that sends text away gets the shared phrases only; personal ones are said by the embedded voice,
unless the campaign sets `video.narration.gtts_personal`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from engine.contracts import Voice
from engine.errors import VoiceError
from engine.model.campaign import Narration
from engine.model.communication import Phrase, PhraseScope
from engine.registry import load_voice
from renderers.video.sound.phrase import MADE, PhraseSound, joined, sound_of
from renderers.video.store import Store, key_of

EMBEDDED = "espeak"
ROOM_MB = 512  # on disk: some thirty thousand phrases
PAUSE_FRAMES = 8  # between two sentences, 170 ms, besides the quiet that is kept around each
COMMA_FRAMES = 1  # between two clauses
MEMORY_BYTES = 8 * 2**20  # a process: the phrases that all customers of some locales hear

_ENDED = re.compile(r"[.!?\u2026]\s+")
_LONGEST_ABBREVIATION = 4  # with its stop: Sig., Mme.
_COMMA = re.compile(r", ")
_SHORTEST_CLAUSE = 8  # characters; what is shorter stays with its neighbour
_BY_CLAUSE = frozenset({"espeak"})  # voices whose intonation of a clause follows from the clause and its mark alone


class Narrator:
    """Says phrases in one campaign's voice. `cache_dir` None keeps nothing on disk."""

    def __init__(self, options: Narration, cache_dir: Path | None = None, room_mb: float = ROOM_MB) -> None:
        self._options = options
        self._voice: Voice = load_voice(options.voice)(options)
        keeps_private = self._voice.sends_text_away and not options.gtts_personal
        self._personal: Voice = load_voice(EMBEDDED)(options) if keeps_private else self._voice
        self.spoken_by_embedded = 0  # personal phrases that were kept from a voice that sends text away
        folder = None if cache_dir is None else cache_dir / "speech"
        self.store = Store(folder, round(room_mb * 2**20), MEMORY_BYTES, suffix=".aac")

    def speak(self, phrase: Phrase, locale: str) -> PhraseSound:
        """Return `phrase` spoken in `locale`. Raises `VoiceError`."""
        voice = self._voice
        if phrase.scope is PhraseScope.PERSONAL and self._personal is not self._voice:
            voice = self._personal
            self.spoken_by_embedded += 1
        said = []
        for sentence in sentences_of(phrase.spoken):
            clauses = clauses_of(sentence) if voice.name in _BY_CLAUSE else [sentence]
            sounds = [self._sound(voice, clause, locale, phrase.scene) for clause in clauses]
            said.append(joined(sounds, COMMA_FRAMES))
        return joined(said, PAUSE_FRAMES)

    def _sound(self, voice: Voice, text: str, locale: str, scene: str) -> PhraseSound:
        key = self._key(voice, text, locale)
        kept = self.store.get(key)
        if kept is not None:
            return PhraseSound.unpacked(kept)
        speech = voice.speak(text, locale, self._options.rate)
        if not speech.samples:
            raise VoiceError("V104", f"the voice `{voice.name}` said nothing for a phrase of scene `{scene}`")
        sound = sound_of(speech)
        self.store.put(key, sound.packed())
        return sound

    def _key(self, voice: Voice, text: str, locale: str) -> str:
        return key_of(MADE, _encoder(), voice.name, voice.version, locale, repr(self._options.rate), text)


def speak_all(
    phrases: Iterable[Phrase],
    locale: str,
    options: Narration,
    cache_dir: Path | None = None,
    room_mb: float = ROOM_MB,
) -> tuple[PhraseSound, ...]:
    """Return each phrase spoken, in order. Raises `VoiceError`."""
    narrator = narrator_of(options, cache_dir, room_mb)
    return tuple(narrator.speak(phrase, locale) for phrase in phrases)


def narrator_of(options: Narration, cache_dir: Path | None, room_mb: float = ROOM_MB) -> Narrator:
    """Return this process's narrator for these options: loading a voice model takes seconds. Raises `VoiceError`."""
    model = Path(options.model) if options.model else None
    known = model.stat() if model is not None and model.is_file() else None
    return _narrator(options, cache_dir, room_mb, (known.st_mtime_ns, known.st_size) if known else None)


def sentences_of(text: str) -> list[str]:
    """Return a text in its sentences; a short word with a full stop is an abbreviation or an initial."""
    parts, begin = [], 0
    for found in _ENDED.finditer(text):
        word = text[begin : found.start() + 1].rpartition(" ")[2]
        is_ended = word[-1] != "." or len(word) > _LONGEST_ABBREVIATION
        if is_ended and text[found.end() : found.end() + 1].isupper():
            parts.append(text[begin : found.start() + 1])
            begin = found.end()
    return [*parts, text[begin:]]


def clauses_of(sentence: str) -> list[str]:
    """Return a sentence in the clauses between its commas, each with its comma and of some length."""
    parts, begin = [], 0
    for found in _COMMA.finditer(sentence):
        if found.start() - begin >= _SHORTEST_CLAUSE and len(sentence) - found.end() >= _SHORTEST_CLAUSE:
            parts.append(sentence[begin : found.start() + 1])
            begin = found.end()
    return [*parts, sentence[begin:]]


@functools.lru_cache(maxsize=4)
def _narrator(options: Narration, cache_dir: Path | None, room_mb: float, model: tuple[int, int] | None) -> Narrator:
    del model  # another file under the same name is another voice
    return Narrator(options, cache_dir, room_mb)


@functools.cache
def _encoder() -> str:
    return metadata.version("av")
