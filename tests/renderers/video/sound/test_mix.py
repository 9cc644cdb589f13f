"""Music lies under the voice: lower while it speaks, looped without a click, at the loudness of every video."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from engine.errors import RenderError
from engine.model.communication import Phrase, PhraseScope
from renderers.video.sound.aac import decode
from renderers.video.sound.clock import FRAME, RATE_HZ, frame_from, start_of
from renderers.video.sound.mix import heard_samples, heard_track
from renderers.video.sound.music import DUCKED_DB, LONGEST_BED_S, bed, music_of
from renderers.video.sound.phrase import sound_of
from renderers.video.sound.track import voice_only
from renderers.video.soundtrack import voice_track
from renderers.video.timeline import SpokenPhrase

HERTZ = 330
PHRASE = Phrase("hello", "Hello", "Hello", PhraseScope.SHARED)


def write_tone(path: Path, seconds: float, level: float = 0.5, rate: int = 44_100) -> None:
    samples = np.sin(2 * np.pi * HERTZ * np.arange(round(seconds * rate)) / rate) * level
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, rate, 0, "NONE", ""))
        file.writeframes((np.repeat(samples, 2) * 32_767).astype("<i2").tobytes())


def level_db(samples, from_s: float, to_s: float) -> float:
    part = np.atleast_2d(samples)[0, round(from_s * RATE_HZ) : round(to_s * RATE_HZ)]
    return float(10 * np.log10(np.mean(part.astype(np.float64) ** 2)))


@pytest.fixture
def music(tmp_path):
    write_tone(tmp_path / "song.wav", 3.0)
    return music_of(tmp_path, "song.wav", -12.0)


@pytest.fixture
def spoken(babble):
    sound = sound_of(babble(2.0))
    return [SpokenPhrase(PHRASE, start_of(frame_from(at)), sound) for at in (3.0, 5.3, 10.0)]


def test_the_bed_is_lower_while_something_is_said_and_stays_low_in_short_pauses(music):
    made = bed(music, [(3.0, 5.0), (5.3, 7.3), (10.0, 12.0)], 15.0)
    free = level_db(made, 1.0, 2.0)
    for from_s, to_s in ((3.1, 4.9), (5.05, 5.25), (6.0, 7.0), (10.5, 11.5)):
        assert level_db(made, from_s, to_s) == pytest.approx(free + DUCKED_DB, abs=0.2)
    for from_s, to_s in ((8.1, 9.6), (12.8, 13.3)):
        assert level_db(made, from_s, to_s) == pytest.approx(free, abs=0.2)


@pytest.mark.parametrize("level", [0.02, 0.9])
def test_the_gain_is_against_the_voice_whatever_the_file_is(tmp_path, metered, level):
    write_tone(tmp_path / "song.wav", 4.0, level)
    made = bed(music_of(tmp_path, "song.wav", -20.0), [], 12.0)
    assert metered(made[:, RATE_HZ : 10 * RATE_HZ])[0] == pytest.approx(-36, abs=0.5)


def test_the_bed_comes_and_goes_from_silence_and_bends_without_a_step(music):
    made = bed(music, [(1.0, 2.0)], 6.0)[0]
    assert not made[:FRAME].any()
    assert np.abs(made[-200:]).max() < 0.001
    slope = np.abs(made).max() * 2 * np.pi * HERTZ / RATE_HZ
    assert np.abs(np.diff(made)).max() < 1.3 * slope  # nor where the file begins again


def test_a_long_song_takes_no_more_memory_than_a_minute(tmp_path):
    write_tone(tmp_path / "song.wav", LONGEST_BED_S + 20, rate=16_000)
    made = bed(music_of(tmp_path, "song.wav", -12.0), [], LONGEST_BED_S + 5.0)
    seam = round(LONGEST_BED_S * RATE_HZ)
    assert np.abs(made[0, seam - 3 : seam + 3]).max() < 0.1 * np.abs(made).max()


def test_a_video_with_music_is_as_loud_as_one_without(music, spoken, metered):
    for bed_music in (None, music):
        loudness, peak_db = metered(heard_samples(spoken, 14.0, bed_music))
        assert loudness == pytest.approx(-16, abs=0.5)
        assert peak_db <= -1.0


def test_the_track_is_what_the_reference_hears(music, spoken):
    track = heard_track(spoken, 14.0, music)
    heard, meant = decode(track.packets), heard_samples(spoken, 14.0, music)
    assert track.samples == meant.shape[1] == 14 * RATE_HZ
    assert len(track.packets) == -(-track.samples // FRAME)
    noise = heard[:, : track.samples] - meant
    assert 10 * np.log10(np.sum(meant**2) / np.sum(noise**2)) > 18
    assert np.abs(heard[:, : FRAME // 2]).max() < 0.001


def test_without_music_kept_phrases_are_joined(spoken):
    assert heard_track(spoken, 14.0, None) == voice_only(spoken, 14.0)
    assert np.array_equal(heard_samples(spoken, 14.0, None)[1], voice_track(spoken, 14.0))


def test_the_same_video_gives_the_same_bytes(music, spoken):
    assert heard_track(spoken, 6.0, music) == heard_track(spoken, 6.0, music)


def test_a_file_that_is_replaced_is_heard_anew(music, tmp_path):
    before = bed(music, [], 3.0)
    write_tone(tmp_path / "song.wav", 1.1)
    assert not np.array_equal(bed(music, [], 3.0), before)


def test_no_name_is_no_music(tmp_path):
    assert music_of(tmp_path, None, -12.0) is None


@pytest.mark.parametrize("name", ["absent.mp3", "../song.wav"])
def test_music_outside_of_the_set_is_refused(tmp_path, name):
    (tmp_path / "set").mkdir()
    write_tone(tmp_path / "song.wav", 0.1)
    with pytest.raises(RenderError) as caught:
        music_of(tmp_path / "set", name, -12.0)
    assert caught.value.problem.code == "R409"


def test_what_is_no_music_is_told(tmp_path):
    (tmp_path / "song.mp3").write_bytes(b"not music" * 100)
    write_tone(tmp_path / "silent.wav", 1.0, 0.0)
    for name in ("song.mp3", "silent.wav"):
        with pytest.raises(RenderError) as caught:
            bed(music_of(tmp_path, name, -12.0), [], 1.0)
        assert caught.value.problem.code == "R409"
