"""Files that are written sample by sample, judged by the decoders that customers have: FFmpeg's."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import numpy as np
import pytest

from renderers.video.fast.bits import nal_units
from renderers.video.fast.hls import write_hls
from renderers.video.fast.mp4 import Sample, SoundTrack, VideoTrack, length_prefixed, write_mp4

FRAMES = 8
HOLD = 50  # frames that the last picture of a scene stays


@pytest.fixture(scope="module")
def video() -> VideoTrack:
    """Two scenes of four pictures each; the last picture of a scene is held for two seconds."""
    context = av.CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = 320, 192, "yuv420p"
    context.framerate, context.time_base = Fraction(25), Fraction(1, 25)
    context.options = {"preset": "ultrafast", "tune": "zerolatency", "forced-idr": "1",
                       "x264-params": "threads=1:bframes=0:ref=1:repeat-headers=1"}  # fmt: skip
    samples, sps, pps = [], b"", b""
    for number in range(FRAMES):
        frame = av.VideoFrame(320, 192, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes([40 + number * 20]) * plane.buffer_size)
        begins = number % 4 == 0
        frame.pts, frame.pict_type = number, 1 if begins else 0  # type: ignore[assignment]
        units = nal_units(b"".join(map(bytes, context.encode(frame))))
        sps = next((unit for unit in units if unit[0] & 31 == 7), sps)
        pps = next((unit for unit in units if unit[0] & 31 == 8), pps)
        data = length_prefixed(unit for unit in units if unit[0] & 31 in (1, 5))
        samples.append(Sample(data, (HOLD if number % 4 == 3 else 1) * 512, begins))
    return VideoTrack(320, 192, 25 * 512, sps, pps, samples)


@pytest.fixture(scope="module")
def sound(video: VideoTrack) -> SoundTrack:
    """A tone as long as the pictures."""
    ticks = video.ticks * 48_000 // video.ticks_per_second
    context = av.CodecContext.create("aac", "w")
    context.sample_rate, context.layout, context.format = 48_000, "mono", "fltp"  # type: ignore[attr-defined]
    context.options = {"flags": "+global_header"}
    packets = []
    for start in range(0, ticks, 1024):
        wave = 0.3 * np.sin(np.arange(start, start + 1024) * 2 * np.pi * 440 / 48_000)
        frame = av.AudioFrame.from_ndarray(wave.astype(np.float32)[None], format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 48_000, start
        packets += [bytes(packet) for packet in context.encode(frame)]  # type: ignore[attr-defined]
    return SoundTrack(48_000, 1, bytes(context.extradata or b""), packets, ticks)


def _boxes(data: bytes) -> list[str]:
    names, place = [], 0
    while place < len(data):
        size = int.from_bytes(data[place : place + 4])
        names.append(data[place + 4 : place + 8].decode())
        place += size
    assert place == len(data)
    return names


def test_the_index_stands_before_the_data(video: VideoTrack, sound: SoundTrack) -> None:
    assert _boxes(write_mp4(video, sound)) == ["ftyp", "moov", "mdat"]


def test_pictures_come_at_their_times_and_hold_as_long_as_told(video: VideoTrack, sound: SoundTrack) -> None:
    with av.open(io.BytesIO(write_mp4(video, sound)), options={"err_detect": "explode"}) as file:
        stream = file.streams.video[0]
        frames = list(file.decode(stream))
        assert float(stream.duration * stream.time_base) == pytest.approx(2 * (3 + HOLD) / 25)
    times = [0, 1, 2, 3, 53, 54, 55, 56]
    assert [round(frame.time * 25) for frame in frames] == times
    assert [frame.key_frame for frame in frames] == [index % 4 == 0 for index in range(8)]
    brightness = [int(frame.to_ndarray()[:192].mean()) for frame in frames]
    assert brightness == pytest.approx([40 + 20 * n for n in range(8)], abs=3)


def test_sound_is_as_long_as_the_pictures_and_keeps_its_tone(video: VideoTrack, sound: SoundTrack) -> None:
    with av.open(io.BytesIO(write_mp4(video, sound))) as file:
        wave = np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])
    assert len(wave) / 48_000 == pytest.approx(video.ticks / video.ticks_per_second, abs=0.05)
    spectrum = np.abs(np.fft.rfft(wave[48_000:96_000]))
    assert int(spectrum.argmax()) == 440


def test_a_video_may_be_silent(video: VideoTrack) -> None:
    with av.open(io.BytesIO(write_mp4(video, None))) as file:
        assert not file.streams.audio
        assert len(list(file.decode(video=0))) == FRAMES


def test_seeking_into_a_hold_finds_its_scene(video: VideoTrack, sound: SoundTrack) -> None:
    with av.open(io.BytesIO(write_mp4(video, sound))) as file:
        stream = file.streams.video[0]
        file.seek(int(3.0 / stream.time_base), stream=stream)
        assert next(file.decode(stream)).time == pytest.approx(53 / 25)


def test_a_stream_has_a_fragment_a_scene_and_decodes_from_its_playlist(
    video: VideoTrack, sound: SoundTrack, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stream = write_hls(video, sound, "video.mp4")
    assert _boxes(stream.file) == ["ftyp", "moov", "moof", "mdat", "moof", "mdat"]
    folder = tmp_path_factory.mktemp("hls")
    (folder / "video.mp4").write_bytes(stream.file)
    (folder / "video.m3u8").write_text(stream.playlist, "utf-8")
    with av.open(str(folder / "video.m3u8"), options={"err_detect": "explode"}) as file:
        frames = list(file.decode(video=0))
    assert [round(frame.time * 25) for frame in frames] == [0, 1, 2, 3, 53, 54, 55, 56]
    with av.open(io.BytesIO(stream.file)) as file:
        heard = sum(frame.samples for frame in file.decode(audio=0))
    assert heard / 48_000 == pytest.approx(video.ticks / video.ticks_per_second, abs=0.05)


def test_byte_ranges_of_the_playlist_are_the_fragments(video: VideoTrack, sound: SoundTrack) -> None:
    stream = write_hls(video, sound, "v.mp4")
    ranges = [line.split(":")[1].split("@") for line in stream.playlist.splitlines() if line.startswith("#EXT-X-BYTE")]
    for _, place in ranges:
        assert stream.file[int(place) + 4 : int(place) + 8] == b"moof"
    assert int(ranges[-1][0]) + int(ranges[-1][1]) == len(stream.file)
    assert f'BYTERANGE="{ranges[0][1]}@0"' in stream.playlist
