"""gTTS: Google Translate's voice, by the protocol that the gtts package knows.

It sends text to a third party, without key, contract or rate promise: so only phrases without personal
data go there unless the campaign says otherwise (`renderers.video.narration` sees to that). The package
builds the requests; they are sent here, because it sends them without checking the certificate.
"""

from __future__ import annotations

import base64
import binascii
import re
import time
from importlib import metadata

import requests
from gtts import gTTS
from gtts.lang import tts_langs

from engine.contracts import Speech
from engine.errors import VoiceError
from engine.model.campaign import Narration
from renderers.video.voices.mp3 import decode_mp3

ENDPOINT = "https://translate.google.com/_/TranslateWebserverUi/data/batchexecute"
_AUDIO = re.compile(r'jQ1olc","\[\\"([A-Za-z0-9+/=_-]*)\\"\]')
_WORTH_RETRYING = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_WAIT_S = 30.0
_LARGEST_ANSWER = 4 * 2**20  # bytes: a hundred characters are some 60 kB
_TIMES_ITS_TIME_OUT = 4  # a whole answer may take so much longer than one that stalls


class GttsVoice:
    """Speaks with gTTS: time-outs, retries with growing waits, a clear error when it can't be reached."""

    name = "gtts"
    sends_text_away = True

    def __init__(self, options: Narration) -> None:
        self.version = metadata.version("gtts")
        self._endpoint = options.endpoint or ENDPOINT
        self._time_out_s = options.time_out_s
        self._retries = options.retries
        self._languages = frozenset(tts_langs())

    def speak(self, text: str, locale: str, rate: float) -> Speech:
        """Return `text` spoken at 24,000 Hz. `rate` is 1.0, or below 0.8 for its slow speed."""
        language = locale.replace("_", "-").split("-")[0].lower()
        if language not in self._languages:
            raise VoiceError("V301", f"gTTS does not speak `{language}`", hint="use the voice espeak")
        if rate != 1.0 and rate >= 0.8:
            raise VoiceError("V302", "gTTS speaks at 1.0 or slowly (below 0.8) only", place="video.narration.rate")
        speech = gTTS(text, lang=language, slow=rate < 0.8, lang_check=False)
        parts = [decode_mp3(self._ask(body)) for body in speech.get_bodies()]  # each answer is a file of its own
        return Speech(samples=b"".join(part.samples for part in parts), rate_hz=parts[0].rate_hz)

    def _answer(self, body: str) -> tuple[int, float, str]:
        """Send a request; return its status, the wait that was asked for in seconds, and its text.

        Raises `requests.RequestException`, also for an answer that trickles in or has no end: the time-out of
        requests is that of one read.
        """
        deadline = time.monotonic() + _TIMES_ITS_TIME_OUT * self._time_out_s
        with requests.post(
            self._endpoint, data=body, headers=gTTS.GOOGLE_TTS_HEADERS, timeout=self._time_out_s, stream=True,
            allow_redirects=False,
        ) as answer:  # fmt: skip
            received = bytearray()
            for part in answer.iter_content(1 << 16):
                received += part
                if time.monotonic() > deadline:
                    raise requests.Timeout
                if len(received) > _LARGEST_ANSWER:
                    raise requests.RequestException
        wait_s = _wait_asked_for(answer.headers.get("Retry-After", ""))
        return answer.status_code, wait_s, received.decode("utf-8", "replace")

    def _ask(self, body: str) -> bytes:
        """Send one request of at most 100 characters of text; return the MP3 in its answer."""
        fault, wait_s = "", 0.0
        for attempt in range(self._retries + 1):
            if attempt:
                time.sleep(min(_LONGEST_WAIT_S, max(wait_s, 0.5 * 2**attempt)))
            try:
                status, wait_s, text = self._answer(body)
            except requests.Timeout:
                fault = "it did not answer in time"
                continue
            except requests.RequestException:
                fault = "it can't be reached, or its answer was cut"
                continue
            if status in _WORTH_RETRYING:
                fault = f"it answered {status}"
                continue
            if status != requests.codes.ok:
                raise VoiceError("V303", f"gTTS refused a phrase: it answered {status}")
            audio = _audio_of(text)
            if audio:
                return audio
            fault = "its answer held no whole audio"
        raise VoiceError(
            "V304",
            f"gTTS did not speak: {fault} ({self._retries + 1} tries)",
            hint="check the network, or set video.narration.voice to espeak, which needs none",
        )


def _wait_asked_for(header: str) -> float:
    """Return the seconds of a Retry-After header; 0 for none, and for a date."""
    return float(header) if header.isdecimal() else 0.0


def _audio_of(answer: str) -> bytes:
    """Return the MP3 bytes of an answer; empty when there are none or they are cut."""
    parts: list[bytes] = []
    for match in _AUDIO.finditer(answer):
        try:
            parts.append(base64.b64decode(match.group(1), validate=True))
        except binascii.Error:
            return b""
    return b"".join(parts)
