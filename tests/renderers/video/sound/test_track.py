"""Phrases are joined into a track without encoding: at their times, whole, and without a click."""

from __future__ import annotations

import itertools
import time
from fractions import Fraction
from io import BytesIO

import av
import numpy as np
import pytest

from engine.contracts import Speech
from engine.model.communication import Phrase, PhraseScope
from renderers.video.sound.aac import CONFIG, decode
from renderers.video.sound.clock import FRAME, RATE_HZ, SILENCE, frame_from, start_of
from renderers.video.sound.phrase import PhraseSound, joined, sound_of
from renderers.video.sound.track import voice_only
from renderers.video.timeline import PAUSE_S, SpokenPhrase

PHRASE = Phrase("hello", "Hello", "Hello", PhraseScope.SHARED)
QUIET = 0.003  # 50 dB below full scale: where phrases begin and end, and so the greatest step at a joint


def placed(sound, start_s: float) -> SpokenPhrase:
    return SpokenPhrase(PHRASE, start_of(frame_from(start_s)), sound)


@pytest.fixture
def sounds(babble) -> list[PhraseSound]:
    return [sound_of(babble(seconds, seed=seed)) for seed, seconds in enumerate((0.7, 2.13, 1.4))]


def told(sounds, seconds: float) -> list[SpokenPhrase]:
    """The phrases one after the other, as the timeline lays them, until the video is full."""
    line, at = [], 0.25
    for sound in itertools.cycle(sounds):
        if at + sound.seconds > seconds:
            return line
        line.append(placed(sound, at))
        at = line[-1].end_s + PAUSE_S
    return line


def test_phrases_are_heard_at_their_times_over_forty_seconds(sounds):
    line = told(sounds, 40.0)
    heard = decode(voice_only(line, 40.0).packets)[0]
    loud = np.abs(heard) > QUIET
    assert len(line) > 20
    for one in line:
        begin, end = round(one.start_s * RATE_HZ), round(one.end_s * RATE_HZ)
        assert loud[begin : begin + 3 * FRAME].any()
        assert loud[end - 6 * FRAME : end].any()
    for one, other in itertools.pairwise(line):
        assert not loud[round(one.end_s * RATE_HZ) + FRAME : round(other.start_s * RATE_HZ) - FRAME].any()


def test_each_phrase_sounds_as_it_does_alone_to_the_bit(sounds):
    line = told(sounds, 20.0)
    heard = decode(voice_only(line, 20.0).packets)
    for one in line:
        alone = decode((SILENCE, *one.speech.packets, SILENCE))[:, FRAME:]
        first = round(one.start_s * RATE_HZ) - FRAME
        assert np.array_equal(heard[:, first : first + alone.shape[1]], alone)


def test_no_joint_clicks(sounds):
    line = told(sounds, 20.0)
    heard = decode(voice_only(line, 20.0).packets)[0]
    joints = [round(one.start_s * RATE_HZ) - FRAME for one in line]
    joints += [round(one.start_s * RATE_HZ) + FRAME * (len(one.speech.packets) - 1) for one in line]
    for joint in joints:
        around = heard[max(0, joint - 64) : joint + 64]
        assert np.abs(np.diff(around)).max() < QUIET, joint
    assert np.abs(np.diff(heard)).max() > 10 * QUIET  # the bound is far below what speech does


def test_between_phrases_there_is_nothing(sounds):
    heard = decode(voice_only([placed(sounds[0], 1.0)], 3.0).packets)[0]
    assert not heard[: RATE_HZ - 2 * FRAME].any()
    assert not heard[RATE_HZ + (len(sounds[0].packets) + 1) * FRAME :].any()


def test_the_track_is_as_long_as_the_video(sounds):
    for seconds in (20.0, 31.04, 1.0):
        track = voice_only((), seconds)
        assert track.samples == round(seconds * RATE_HZ)
        assert 0 <= len(track.packets) * FRAME - track.samples < FRAME
        assert set(track.packets) == {SILENCE}
    assert (track.rate_hz, track.channels, track.config) == (48_000, 2, CONFIG)
    assert track.size == len(track.packets) * len(SILENCE)


def test_what_lies_past_the_end_is_left_out(sounds):
    track = voice_only([placed(sounds[1], 0.5)], 1.0)
    assert len(track.packets) == -(-RATE_HZ // FRAME)
    assert track.packets[-1] == sounds[1].packets[len(track.packets) - (frame_from(0.5) - 1) - 1]
    assert voice_only([placed(sounds[1], 5.0)], 1.0) == voice_only((), 1.0)


def test_phrases_that_meet_or_stand_off_the_grid_are_refused(sounds):
    first = placed(sounds[0], 0.5)
    with pytest.raises(ValueError, match="grid"):
        voice_only([first, placed(sounds[0], first.end_s)], 5.0)
    voice_only([first, placed(sounds[0], first.end_s + 2 * FRAME / RATE_HZ)], 5.0)
    with pytest.raises(ValueError, match="grid"):
        voice_only([SpokenPhrase(PHRASE, 0.5, sounds[0])], 5.0)
    with pytest.raises(ValueError, match="grid"):
        voice_only([SpokenPhrase(PHRASE, 0.0, sounds[0])], 5.0)


def test_a_silent_voice_gives_a_silent_track_of_the_same_length():
    silent = sound_of(Speech(bytes(2 * 22_050), 22_050))
    assert silent == PhraseSound(RATE_HZ, ())
    assert set(voice_only([placed(silent, 0.25)], 2.0).packets) == {SILENCE}


def test_a_container_plays_the_track_from_its_first_sample(sounds):
    line = told(sounds, 6.0)
    track = voice_only(line, 6.0)
    buffer = BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=track.rate_hz, layout="stereo")
        stream.codec_context.extradata = track.config
        for number, data in enumerate(track.packets):
            packet = av.Packet(data)
            packet.stream, packet.pts, packet.dts, packet.duration = stream, number * FRAME, number * FRAME, FRAME
            packet.time_base = Fraction(1, track.rate_hz)
            container.mux(packet)
    with av.open(BytesIO(buffer.getvalue())) as container:
        heard = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    assert np.array_equal(heard[:, : track.samples], decode(track.packets)[:, : track.samples])


def test_kept_phrases_cost_under_two_milliseconds_a_video(sounds):
    line = told(sounds, 30.0)
    costs = []
    for _ in range(7):
        begin = time.process_time()
        for one in line:
            PhraseSound.unpacked(one.speech.packed())
        voice_only(line, 30.0)
        costs.append(time.process_time() - begin)
    assert min(costs) < 0.002


def test_a_phrase_is_kept_whole(sounds):
    for sound in (*sounds, PhraseSound(123, ())):
        assert PhraseSound.unpacked(sound.packed()) == sound
        assert sound.seconds == sound.samples / RATE_HZ


def test_sounds_are_joined_as_they_are_with_a_pause_between(sounds):
    whole = joined(sounds, 5)
    heard = decode(whole.packets)
    at = 0
    for sound in sounds:
        alone = decode(sound.packets)[:, FRAME : FRAME + sound.samples]
        assert np.array_equal(heard[:, FRAME + at : FRAME + at + sound.samples], alone)
        at += (len(sound.packets) + 5) * FRAME
    assert whole.samples == at - (len(sounds[-1].packets) + 5) * FRAME + sounds[-1].samples
    assert joined(sounds[:1], 5) is sounds[0]


def test_silent_sounds_are_joined_too(sounds):
    silent = PhraseSound(2 * FRAME + 10, ())
    assert joined([silent, silent], 3) == PhraseSound(7 * FRAME + 20, ())
    mixed = joined([silent, sounds[0]], 3)
    assert mixed.packets == (SILENCE,) * 7 + sounds[0].packets
    assert mixed.samples == 7 * FRAME + sounds[0].samples


@pytest.mark.parametrize(("seconds", "frame"), [(0.0, 1), (0.001, 1), (FRAME / RATE_HZ, 1), (0.25, 12), (0.256, 12)])
def test_frames_are_counted_from_the_start_and_the_first_is_silent(seconds, frame):
    assert frame_from(seconds) == frame
    assert start_of(frame) >= seconds
