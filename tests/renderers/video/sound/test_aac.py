"""One channel of speech becomes packets of two equal channels, each of which can stand anywhere."""

from __future__ import annotations

import av
import numpy as np
import pytest

from engine.errors import VoiceError
from renderers.video.sound.aac import CONFIG, CUTOFF_HZ, VOICE_QUALITY, decode, encode, encode_voice, paired
from renderers.video.sound.clock import FRAME, RATE_HZ, SILENCE
from renderers.video.sound.resample import resampled


def one_channel(packets):
    context = av.CodecContext.create("aac", "r")
    context.extradata = bytes.fromhex("118856e500")
    frames = [frame for packet in packets for frame in context.decode(av.Packet(packet))]
    return np.concatenate([frame.to_ndarray() for frame in (*frames, *context.decode(None))], axis=1)[0]


def clicks(seconds):
    """Sound that makes the encoder switch to short windows, in different groups."""
    chance = np.random.default_rng(3)
    made = chance.normal(0, 0.01, round(seconds * RATE_HZ)).astype(np.float32)
    for at in range(3_000, len(made) - 200, 4_321):
        made[at : at + 150] += chance.normal(0, 0.4, 150)
    return made


def short_windows(packets):
    return sum((int.from_bytes(packet[:3], "big") >> 6) & 3 == 2 for packet in packets)


def test_both_channels_of_a_pair_are_the_one_channel_to_the_bit(babble):
    for samples in (resampled(babble(2.0)), clicks(2.0)):
        mono = encode(samples, VOICE_QUALITY, CUTOFF_HZ)
        heard = decode(tuple(map(paired, mono)))
        assert np.array_equal(heard[0], heard[1])
        assert np.array_equal(heard[0], one_channel(mono))


def test_short_windows_are_met_in_the_test_above(babble):
    assert short_windows(encode(clicks(2.0), VOICE_QUALITY, CUTOFF_HZ)) > 5


def test_a_pair_costs_few_bytes_more_than_its_one_channel(babble):
    mono = encode(resampled(babble(3.0)), VOICE_QUALITY, CUTOFF_HZ)
    assert sum(map(len, map(paired, mono))) < 1.05 * sum(map(len, mono))


def test_packets_are_one_more_than_frames_and_give_the_sound_back_in_its_place(babble):
    samples = resampled(babble(1.7))
    packets = encode_voice(samples)
    assert len(packets) == -(-len(samples) // FRAME) + 1
    heard = decode(packets)[0, FRAME : FRAME + len(samples)]
    noise = heard[: len(samples)] - samples[: len(heard)]
    assert 10 * np.log10(np.sum(samples**2) / np.sum(noise**2)) > 18


def test_silence_decodes_to_nothing_at_all():
    assert paired(encode(np.zeros(5 * FRAME, np.float32), VOICE_QUALITY, CUTOFF_HZ)[2]) == SILENCE
    assert not decode((SILENCE,) * 5).any()
    assert decode(()).shape == (2, 0)


def test_the_same_samples_give_the_same_packets_whatever_came_before(babble):
    samples, other = resampled(babble(1.0)), resampled(babble(1.3, seed=9))
    first = encode_voice(samples)
    encode_voice(other)
    assert encode_voice(samples) == first


def test_no_packet_names_the_encoder(tone):
    assert not any(b"Lavc" in packet for packet in encode(tone(440, 0.5), VOICE_QUALITY, CUTOFF_HZ))


def test_two_channels_are_encoded_as_they_are(tone):
    heard = decode(encode(np.stack([tone(440, 1.0), tone(880, 1.0)]), 1.0, 18_000))
    for plane, hertz in zip(heard, (440, 880), strict=True):
        spectrum = np.abs(np.fft.rfft(plane[FRAME : FRAME + 40_960]))
        assert np.argmax(spectrum) * RATE_HZ / 40_960 == pytest.approx(hertz, abs=2)


def test_the_configuration_says_aac_lc_at_48_khz_in_two_channels():
    assert CONFIG[0] >> 3 == 2
    assert ((CONFIG[0] & 7) << 1) | (CONFIG[1] >> 7) == 3  # samplingFrequencyIndex of 48,000
    assert (CONFIG[1] >> 3) & 15 == 2


@pytest.mark.parametrize("packet", [SILENCE, b"\x01\x18\x20\x08"])
def test_what_is_not_one_channel_is_refused(packet):
    with pytest.raises(VoiceError) as caught:
        paired(packet)
    assert caught.value.problem.code == "V120"


def test_what_cannot_be_decoded_is_told():
    with pytest.raises(VoiceError) as caught:
        decode((b"\xff\xff\xff\xff",))
    assert caught.value.problem.code == "V121"
