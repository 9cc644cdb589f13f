"""The tracks of sample videos, as ffmpeg's meter hears them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.compose import Suppressed, compose
from engine.payment.keyring import Keyring
from engine.templating import TemplateSet
from renderers.video.channel import storyboard_of
from renderers.video.narration import speak_all
from renderers.video.sound.aac import decode
from renderers.video.sound.track import voice_only
from renderers.video.soundtrack import voice_track
from renderers.video.timeline import Timeline, lay_timeline
from tests.engine.compose.cases import NOW, ROOT, sample_customers

KEYS = Keyring.from_secret(bytes(range(32)))
KEPT = 48  # dB below full scale is the most by which two samples at a joint differ: a click is far above


@pytest.fixture(scope="module", params=["NL-0001", "NL-0020", "NL-0016"])
def timeline(request: pytest.FixtureRequest) -> Timeline:
    templates = TemplateSet(Path(ROOT) / "templates" / "bill-explainer")
    customer = next(one for one in sample_customers() if one.key == request.param)
    told = compose(customer, templates.campaign, templates.texts(customer.locale or "en"), NOW, KEYS)
    assert not isinstance(told, Suppressed)
    storyboard, _ = storyboard_of(templates, told)
    speeches = speak_all(told.script, told.locale, templates.campaign.video.narration)
    return lay_timeline(storyboard, told.script, speeches, templates.campaign.video.frames_per_second)


def test_a_video_is_at_minus_sixteen_lufs_and_peaks_below_minus_one_decibel(timeline, metered):
    loudness, peak_db = metered(decode(voice_only(timeline.spoken, timeline.seconds).packets))
    assert loudness == pytest.approx(-16, abs=0.5)
    assert peak_db < -0.9


def test_the_reference_hears_what_the_joined_track_says(timeline):
    track = voice_only(timeline.spoken, timeline.seconds)
    joined = decode(track.packets)[0, : track.samples]
    placed = voice_track(timeline.spoken, timeline.seconds)
    assert len(placed) == len(joined)
    assert np.abs(placed - joined).max() < 0.01  # but for what a codec spreads around a phrase
    assert np.mean((placed - joined) ** 2) < 1e-8


def test_no_joint_of_a_video_clicks(timeline):
    heard = decode(voice_only(timeline.spoken, timeline.seconds).packets)[0]
    for one in timeline.spoken:
        first = round(one.start_s * 48_000) - 1024
        for joint in (first, first + 1024 * len(one.speech.packets)):
            around = heard[joint - 64 : joint + 64]
            assert np.abs(np.diff(around)).max(initial=0.0) < 10 ** (-KEPT / 20), one.phrase.scene


def test_sound_takes_little_of_a_megabyte(timeline):
    assert voice_only(timeline.spoken, timeline.seconds).size < 350_000
