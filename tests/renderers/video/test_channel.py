from __future__ import annotations

import os
import subprocess
import sys
import wave
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
import zxingcpp
from PIL import Image

from engine.contracts import FillContext, Filled, Scope
from engine.errors import RenderError
from engine.model.campaign import Narration
from engine.model.communication import Tone
from engine.registry import load_channel
from renderers.video import VideoChannel
from renderers.video.channel import storyboard_of
from renderers.video.painter import Theme, still
from renderers.video.reference import Job, ReferenceProcess, shared_process
from renderers.video.soundtrack import voice_track
from renderers.video.timeline import lay_timeline
from tests.renderers.builders import make_communication
from tests.renderers.video.conftest import SHORT

SCRIPT_SCENES = ("amount", "pay")


@pytest.fixture
def communication():
    plain = make_communication()
    return make_communication(script=tuple(p for p in plain.script if p.scene in SCRIPT_SCENES))


def filled(templates, communication, rendition: str = "1280x720") -> Filled:
    channel = VideoChannel()
    compiled = channel.compile(templates, "en", channel.classify(communication), Scope(rendition=rendition))
    return channel.fill(compiled, communication, FillContext())


def named(made: Filled) -> dict[str, bytes]:
    return {artifact.name: artifact.data for artifact in made.artifacts}


def pictures(data: bytes) -> list[np.ndarray]:
    with av.open(BytesIO(data)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    error = np.mean((one.astype(np.float64) - other.astype(np.float64)) ** 2)
    return 99.0 if error == 0 else float(10 * np.log10(255**2 / error))


def test_the_registry_knows_the_channel():
    assert load_channel("video").name == "video"


def test_importing_the_package_loads_no_picture_and_no_film_library():
    code = "import sys, renderers.video; print([m for m in ('PIL', 'moviepy', 'numpy', 'av') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_layout_class_is_the_locale_and_the_scenes(communication):
    channel = VideoChannel()
    plain = channel.classify(communication)
    assert plain == channel.classify(make_communication(tone=Tone.FIRM))
    assert plain != channel.classify(make_communication(payment=None))
    assert plain != channel.classify(make_communication(locale="it"))


def test_a_video_its_poster_and_its_words_are_made(film_templates, communication):
    made = filled(film_templates(SHORT), communication)
    artifacts = {artifact.name: artifact for artifact in made.artifacts}
    assert {name: artifact.media_type for name, artifact in artifacts.items()} == {
        "video-1280x720.mp4": "video/mp4",
        "poster.jpg": "image/jpeg",
        "scenes-1280x720.json": "application/json",
        "captions.en.vtt": "text/vtt; charset=utf-8",
        "chapters.en.vtt": "text/vtt; charset=utf-8",
        "description.en.vtt": "text/vtt; charset=utf-8",
        "transcript.txt": "text/plain; charset=utf-8",
    }
    assert made.path == "fast"
    assert {"bill.amount_due", "payment.amount"} <= set(artifacts["video-1280x720.mp4"].shown)
    assert b"Your October bill is" in artifacts["captions.en.vtt"].data
    assert artifacts["chapters.en.vtt"].data.count(b"-->") == 2
    assert "Tap the button" in artifacts["transcript.txt"].data.decode()
    assert Image.open(BytesIO(artifacts["poster.jpg"].data)).size == (1280, 720)


def test_the_video_plays_everywhere_and_starts_fast(film_templates, communication):
    data = named(filled(film_templates(SHORT, constant_frame_rate=True), communication))["video-1280x720.mp4"]
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(BytesIO(data)) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        context = picture.codec_context
        assert (context.name, context.pix_fmt, context.width, context.height) == ("h264", "yuv420p", 1280, 720)
        assert (context.colorspace, context.color_primaries, context.color_trc, context.color_range) == (1, 1, 1, 1)
        assert (sound.codec_context.name, sound.rate, sound.codec_context.layout.name) == ("aac", 48000, "stereo")
        assert picture.average_rate == 10
        assert float(picture.duration * picture.time_base) == pytest.approx(picture.frames / 10, abs=0.02)
        assert float(sound.duration * sound.time_base) == pytest.approx(picture.frames / 10, abs=0.1)
        assert not {"creation_time", "encoder"} & set(container.metadata)


def test_a_still_is_the_frame_that_the_video_shows(film_templates, communication):
    templates = film_templates(SHORT, constant_frame_rate=True)
    shown = pictures(named(filled(templates, communication))["video-1280x720.mp4"])
    board, _ = storyboard_of(templates, communication)
    theme = Theme(templates.campaign.brand, templates.root)
    second = next(
        i for i in range(len(shown)) if psnr(shown[i], shown[0]) < 20 and len(zxingcpp.read_barcodes(shown[i]))
    )
    for frame, scene, t in ((1, "amount", 0.1), (5, "amount", 0.5), (second - 1, "amount", 9), (second, "pay", 0),
                            (second + 2, "pay", 0.2), (len(shown) - 1, "pay", 9)):  # fmt: skip
        assert psnr(np.asarray(still(board, "1280x720", scene, t, theme)), shown[frame]) > 36, (frame, scene, t)


def test_the_code_in_the_video_is_read_by_a_scanner(film_templates, communication):
    last = pictures(named(filled(film_templates(SHORT), communication))["video-1280x720.mp4"])[-1]
    (found,) = zxingcpp.read_barcodes(last)
    assert found.bytes == communication.payment.qr.payload


def test_the_same_communication_gives_the_same_bytes(film_templates, communication):
    templates = film_templates(SHORT)
    first, second = filled(templates, communication), filled(templates, communication)
    assert [a.sha256 for a in first.artifacts] == [a.sha256 for a in second.artifacts]


def test_portrait_is_made_on_request(film_templates, communication):
    made = named(filled(film_templates(SHORT), communication, "1080x1920"))
    assert pictures(made["video-1080x1920.mp4"])[0].shape == (1920, 1080, 3)


def test_a_further_rendition_brings_a_poster_of_its_own_shape(film_templates, communication):
    templates = film_templates(SHORT, renditions=("1280x720", "1080x1920"))
    first, second = (named(filled(templates, communication, name)) for name in ("1280x720", "1080x1920"))
    assert [name for name in first if name.startswith("poster")] == ["poster.jpg"]
    assert Image.open(BytesIO(second["poster-1080x1920.jpg"])).size == (1080, 1920)


def test_captions_are_burnt_in_on_request(film_templates, communication):
    plain = pictures(
        named(filled(film_templates(SHORT, constant_frame_rate=True), communication))["video-1280x720.mp4"]
    )
    burnt = pictures(
        named(filled(film_templates(SHORT, burn_captions=True, constant_frame_rate=True), communication))[
            "video-1280x720.mp4"
        ]
    )
    assert len(plain) == len(burnt)
    foot = slice(600, 690)
    assert psnr(plain[8][foot], burnt[8][foot]) < 25  # a phrase is being said
    assert psnr(plain[0][foot], burnt[0][foot]) > 35  # nothing is said yet


def test_what_the_script_says_and_no_scene_shows_is_warned_of(film_templates):
    made = filled(film_templates(SHORT), make_communication())
    assert "video: no scene shows what the script says of `hello`" in made.warnings


def test_music_that_is_not_there_is_named(film_templates, communication):
    with pytest.raises(RenderError, match=r"R409 .*there is no music `song.mp3`"):
        filled(film_templates(SHORT, music="song.mp3"), communication)


def tone_file(path: Path, hertz: float, seconds: float) -> None:
    """Write a sine of 0.8 as a WAV file of two channels."""
    samples = np.sin(2 * np.pi * hertz * np.arange(round(seconds * 44_100)) / 44_100) * 0.8
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 44_100, 0, "NONE", ""))
        file.writeframes((np.repeat(samples, 2) * 32_767).astype("<i2").tobytes())


def sound(data: bytes) -> tuple[np.ndarray, float]:
    """Return the first channel of a video's sound (48 kHz) and the length of its picture in seconds."""
    with av.open(BytesIO(data)) as container:
        stream = container.streams.video[0]
        assert stream.duration
        assert stream.time_base
        seconds = float(stream.duration * stream.time_base)
        return np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)]), seconds


def strength(samples: np.ndarray, hertz: float) -> float:
    """Return how high the sine of `hertz` stands in `samples`."""
    wave_form = np.exp(-2j * np.pi * hertz * np.arange(len(samples)) / 48_000)
    return float(2 * np.abs(np.mean(samples * wave_form)))


def test_music_lies_under_the_voice_and_fades_out(film_templates, communication, tmp_path):
    options = {"music": "song.wav", "narration": Narration(voice="espeak")}
    templates = film_templates(SHORT, **options)
    tone_file(tmp_path / "set" / "song.wav", 330, 1.0)  # shorter than the video: it starts again
    with_music, seconds = sound(named(filled(templates, communication))["video-1280x720.mp4"])
    plain, _ = sound(named(filled(film_templates(SHORT, narration=Narration(voice="espeak")), communication))[
        "video-1280x720.mp4"])  # fmt: skip
    assert seconds * 48_000 == pytest.approx(len(with_music), abs=2100)  # a frame of AAC at either end
    lead = slice(2_000, 10_000)  # before the first word
    assert strength(plain[lead], 330) < 0.002
    assert strength(with_music[lead], 330) > 0.005
    assert strength(with_music[96_000:110_000], 330) > 0.005  # the second round
    assert np.abs(with_music[-3_000:-1_500]).max() < 0.03
    assert np.abs(with_music).max() < 0.9


def test_the_starter_set_needs_no_warning_and_says_every_phrase(film_templates):
    board, shown = storyboard_of(film_templates(), make_communication())
    scenes = [scene.id for scene in board.scenes]
    assert scenes == ["hello", "amount", "made_of", "why", "used", "tip", "pay", "close"]
    assert {"bill.amount_due", "customer.first_name", "payment.amount", "change.difference"} <= set(shown)


def test_a_credit_or_dispute_has_no_pay_scene(film_templates):
    board, _ = storyboard_of(film_templates(), make_communication(payment=None))
    assert "pay" not in [scene.id for scene in board.scenes]


def job_of(templates, communication) -> Job:
    board, _ = storyboard_of(templates, communication)
    line = lay_timeline(board, (), (), 10)
    return Job(
        board, line, Theme(templates.campaign.brand, templates.root), "1280x720", False, voice_track((), line.seconds)
    )


def test_a_process_that_was_killed_is_started_anew(film_templates, communication):
    process, job = ReferenceProcess(), job_of(film_templates(SHORT), communication)
    try:
        first = process.make(job)
        os.kill(process._process.pid, 9)
        process._process.wait()
        assert process.make(job).video == first.video
    finally:
        process.close()


def test_the_process_gets_no_secret_and_reads_no_env_file(film_templates, communication, monkeypatch):
    monkeypatch.setenv("BILLCAST_KEY", "secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    process = ReferenceProcess()
    try:
        process.make(job_of(film_templates(SHORT), communication))
        with open(f"/proc/{process._process.pid}/environ", "rb") as file:
            environment = file.read()
    finally:
        process.close()
    assert b"secret" not in environment
    code = "import sys; sys.modules['dotenv'] = None; import moviepy.config as c; print(c.DOTENV)"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "None"


def test_a_failure_inside_says_where_and_not_what(film_templates, communication):
    broken = job_of(film_templates(SHORT), communication)
    broken = Job(broken.storyboard, broken.timeline, broken.theme, "1280by720", False, broken.voice)
    with pytest.raises(RenderError, match=r"R407 the video could not be made: ValueError at frame.py:\d+") as caught:
        shared_process().make(broken)
    assert "1280by720" not in str(caught.value)


def test_square_is_made_on_request_with_a_poster_of_its_own_shape(film_templates, communication):
    made = named(filled(film_templates(SHORT), communication, "1080x1080"))
    assert pictures(made["video-1080x1080.mp4"])[0].shape == (1080, 1080, 3)
    assert Image.open(BytesIO(made["poster.jpg"])).size == (1080, 1080)
