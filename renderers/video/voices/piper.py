"""Piper: a neural voice from a model file that the operator supplies. Nothing leaves the machine."""

from __future__ import annotations

import hashlib
from pathlib import Path

from piper import PiperVoice as Model
from piper import SynthesisConfig

from engine.contracts import Speech
from engine.errors import VoiceError
from engine.model.campaign import Narration


class PiperVoice:
    """Speaks with the `.onnx` model of `narration.model`; its `.onnx.json` lies beside it."""

    name = "piper"
    sends_text_away = False

    def __init__(self, options: Narration) -> None:
        if not options.model:
            raise VoiceError("V201", "the voice `piper` needs a model file",
                             hint="set video.narration.model to an .onnx file, its .json beside it")  # fmt: skip
        path = Path(options.model)
        for needed in (path, path.with_name(path.name + ".json")):
            if not needed.is_file():
                raise VoiceError("V202", f"the voice model `{needed.name}` is not there",
                                 place="video.narration.model", hint="give the path of an .onnx file")  # fmt: skip
        self._model = Model.load(path)
        with path.open("rb") as file:
            self.version = hashlib.file_digest(file, "sha256").hexdigest()[:16]
        self._language = self._model.config.espeak_voice.split("-")[0].lower()

    def speak(self, text: str, locale: str, rate: float) -> Speech:
        """Return `text` spoken at the model's rate. Raises `VoiceError` (V203) for another language than its own."""
        language = locale.replace("_", "-").split("-")[0].lower()
        if language != self._language:
            raise VoiceError("V203", f"the voice model speaks `{self._language}`, not `{language}`",
                             hint="supply a model of that language, or use the voice espeak")  # fmt: skip
        # The noise scales at zero make the same text the same samples.
        config = SynthesisConfig(length_scale=1.0 / rate, noise_scale=0.0, noise_w_scale=0.0)
        chunks = list(self._model.synthesize(text, syn_config=config))
        if not chunks:
            raise VoiceError("V204", "the voice model said nothing for a phrase")
        return Speech(samples=b"".join(c.audio_int16_bytes for c in chunks), rate_hz=chunks[0].sample_rate)
