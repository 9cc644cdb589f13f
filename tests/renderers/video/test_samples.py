"""Every sample's video as it would be filmed: its length and its captions, spoken by the embedded voice."""

from __future__ import annotations

import statistics
from pathlib import Path

import numpy as np
import pytest

from engine.compose import Suppressed, compose
from engine.payment.keyring import Keyring
from engine.templating import TemplateSet
from renderers.video.captions import LINE_CHARACTERS, Cue, cues
from renderers.video.channel import storyboard_of
from renderers.video.narration import speak_all
from renderers.video.sound.clock import RATE_HZ
from renderers.video.soundtrack import voice_track
from renderers.video.timeline import LONGEST_S, SHORTEST_S, Timeline, lay_timeline, unsaid
from tests.engine.compose.cases import NOW, ROOT, sample_customers

KEYS = Keyring.from_secret(bytes(range(32)))


@pytest.fixture(scope="module")
def timelines() -> dict[str, Timeline]:
    templates = TemplateSet(Path(ROOT) / "templates" / "bill-explainer")
    campaign, made = templates.campaign, {}
    for customer in sample_customers():
        language = (customer.locale or "").replace("_", "-").split("-")[0]
        locale = language if language in campaign.locales else campaign.locale
        told = compose(customer, campaign, templates.texts(locale), NOW, KEYS)
        if isinstance(told, Suppressed):
            continue
        storyboard, _ = storyboard_of(templates, told)
        assert unsaid(storyboard, told.script) == ()
        speeches = speak_all(told.script, told.locale, campaign.video.narration)
        made[customer.key] = lay_timeline(storyboard, told.script, speeches, campaign.video.frames_per_second)
    return made


def test_every_video_lasts_as_long_as_a_viewer_stays(timelines):
    assert len(timelines) >= 24
    lengths = {key: round(line.seconds, 1) for key, line in timelines.items()}
    assert {key: s for key, s in lengths.items() if not SHORTEST_S <= s <= LONGEST_S} == {}
    assert 28 <= statistics.median(lengths.values()) <= 34.5


def test_every_caption_can_be_read(timelines):
    shown: list[tuple[str, Cue]] = [(key, cue) for key, line in timelines.items() for cue in cues(line.spoken)]
    assert [pair for pair in shown if len(pair[1].lines) > 2 or max(map(len, pair[1].lines)) > LINE_CHARACTERS] == []
    assert [pair for pair in shown if pair[1].end_s - pair[1].start_s < 0.8 - 1e-6] == []


def test_no_caption_is_a_rest_of_one_word(timelines):
    for key, line in timelines.items():
        for one in line.spoken:
            made = cues([one])
            assert " ".join(cue.text for cue in made) == one.phrase.text, key
            assert len(made) == 1 or min(len(cue.text) for cue in made) >= 12, (key, one.phrase.scene)


def test_no_scene_is_filmed_for_longer_than_one_idea_takes(timelines):
    for key, line in timelines.items():
        for span in line.spans:
            assert span.count / line.frames_per_second <= 9, (key, span.scene.id)


def test_a_caption_never_doubles_a_mark(timelines):
    said = [one.phrase.text for line in timelines.values() for one in line.spoken]
    assert [text for text in said if ".." in text or "  " in text or "{" in text] == []


def test_the_voice_is_loud_enough_clips_nowhere_and_joins_without_a_click(timelines):
    for key in sorted(timelines)[::5]:
        line = timelines[key]
        track = voice_track(line.spoken, line.seconds)
        assert len(track) == round(line.seconds * RATE_HZ)
        assert 0.25 < np.abs(track).max() < 0.9, key
        said = track[np.abs(track) > 0.01]
        assert -22 < 20 * np.log10(np.sqrt(np.mean(said**2))) < -10, key
        for one in line.spoken:
            begin, end = round(one.start_s * RATE_HZ), round(one.end_s * RATE_HZ)
            assert np.abs(track[begin : begin + 20]).max() < 0.02, (key, one.phrase.scene)
            assert np.abs(track[end - 20 : end]).max() < 0.02, (key, one.phrase.scene)
