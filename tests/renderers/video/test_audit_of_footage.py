"""Scenes with footage, and videos with music, pass the audit too: what plays is compared as what is painted."""

from __future__ import annotations

import wave
from pathlib import Path

import av
import numpy as np

from engine.contracts import FillContext, Scope
from engine.model.campaign import Narration
from renderers.video import VideoChannel
from tests.renderers.builders import make_communication
from tests.renderers.video.conftest import HEAD, SHORT

CLIP = f"""<storyboard poster="amount">{HEAD}
<scene id="street" ground="paper" min_s="2.4" title="Our street">
  <clip src="video/street.mp4" seconds="1" alt="A street" fade_in_s="0.2"/>
  <text slot="top" style="title" enter="slide" seconds="0.3">Your street</text>
</scene>
<scene id="amount" ground="primary" min_s="1.4" title="Amount due">
  <counter slot="main" style="amount" enter="count" seconds="0.4">{{{{ bill.amount_due }}}}</counter>
</scene>
</storyboard>"""


def street(path: Path) -> None:
    """Write a second of footage: soft waves that wander to the right."""
    xs, ys = np.meshgrid(np.arange(640), np.arange(360))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", 10, {"crf": "12"})
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for number in range(12):
            wave_form = np.sin((xs - 20 * number) / 40) * np.cos(ys / 50)
            picture = np.stack([130 + 60 * wave_form, 120 + 50 * wave_form, 100 + 40 * wave_form], axis=2)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture.astype(np.uint8), format="rgb24")))
        container.mux(stream.encode())


def song(path: Path) -> None:
    """Write two seconds of a chord."""
    t = np.arange(2 * 48_000) / 48_000
    samples = sum(np.sin(2 * np.pi * hertz * t) for hertz in (220, 277, 330)) * 0.2
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 48_000, 0, "NONE", ""))
        file.writeframes((np.repeat(samples, 2) * 32_767).astype("<i2").tobytes())


def differences(templates, said, cache: Path) -> tuple[str, ...]:
    channel = VideoChannel()
    compiled = channel.compile(templates, "en", channel.classify(said), Scope(rendition="1280x720", cache_dir=cache))
    made = channel.fill(compiled, said, FillContext())
    assert made.path == "fast", made.reason
    film = next(one.data for one in made.artifacts if one.name == "video-1280x720.mp4")
    context = FillContext(siblings={one.name: one for one in made.artifacts})
    return channel.audit(compiled, said, context, film).differences


def test_a_scene_with_footage_is_like_the_reference(film_templates, tmp_path: Path) -> None:
    templates = film_templates(CLIP)
    street(templates.root / "video" / "street.mp4")
    assert differences(templates, make_communication(script=()), tmp_path / "cache") == ()


def test_a_voice_over_music_is_heard_at_its_times_and_as_loud(film_templates, tmp_path: Path) -> None:
    plain = make_communication()
    said = make_communication(script=tuple(phrase for phrase in plain.script if phrase.scene in ("amount", "pay")))
    templates = film_templates(SHORT, music="song.wav", narration=Narration(voice="espeak"))
    song(templates.root / "song.wav")
    assert differences(templates, said, tmp_path / "cache") == ()
