"""MP4 files written from encoded samples: nothing is encoded, nothing depends on a clock.

One video track (avc1) and one sound track (mp4a), the index before the data (fast start), samples in
chunks of about a second. Sources: ISO/IEC 14496-12 (boxes), -14 (esds), -15 (avcC).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

MOVIE_SCALE = 1000
VIDEO, SOUND = 1, 2  # numbers of the tracks
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_LANGUAGE_UNDETERMINED = 0x55C4


@dataclass(frozen=True, slots=True)
class Sample:
    """One access unit, shown for `duration` ticks of its track."""

    data: bytes
    duration: int
    is_sync: bool = True


@dataclass(frozen=True, slots=True)
class VideoTrack:
    """Pictures: NAL units with lengths of four bytes in each sample, parameter sets apart."""

    width: int
    height: int
    ticks_per_second: int
    sps: bytes
    pps: bytes
    samples: Sequence[Sample]

    @property
    def ticks(self) -> int:
        """Length in ticks."""
        return sum(sample.duration for sample in self.samples)


@dataclass(frozen=True, slots=True)
class SoundTrack:
    """AAC-LC packets, each of `packet_ticks` samples; `config` is the AudioSpecificConfig."""

    rate_hz: int
    channels: int
    config: bytes
    packets: Sequence[bytes]
    ticks: int
    packet_ticks: int = 1024


def length_prefixed(units: Iterable[bytes]) -> bytes:
    """Return NAL units as they stand in a sample: each after its length."""
    return b"".join(len(unit).to_bytes(4) + unit for unit in units)


def write_mp4(video: VideoTrack, sound: SoundTrack | None) -> bytes:
    """Return the file: same samples, same bytes."""
    head = box(b"ftyp", b"isom", (0x200).to_bytes(4), b"isomiso2avc1mp41")
    chunks = _chunks(video, sound)
    size = len(_movie(video, sound, chunks, 0))
    first = len(head) + size + 8
    data = [part for chunk in chunks for part in chunk.parts]
    length = sum(map(len, data)) + 8
    return b"".join([head, _movie(video, sound, chunks, first), struct.pack(">I4s", length, b"mdat"), *data])


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Samples of one track that lie together; `offset` counts from the first byte of data."""

    is_sound: bool
    count: int
    offset: int
    parts: Sequence[bytes]


def _chunks(video: VideoTrack, sound: SoundTrack | None) -> list[_Chunk]:
    """Return the samples of both tracks in chunks, parted where a second of pictures has passed."""
    made: list[_Chunk] = []
    offset = start = heard = ticks = 0

    def put(is_sound: bool, parts: Sequence[bytes]) -> None:
        nonlocal offset
        if parts:
            made.append(_Chunk(is_sound, len(parts), offset, parts))
            offset += sum(map(len, parts))

    for index, sample in enumerate(video.samples):
        ticks += sample.duration
        passed = ticks / video.ticks_per_second
        is_last = index == len(video.samples) - 1
        if is_last or sum(one.duration for one in video.samples[start : index + 1]) >= video.ticks_per_second:
            put(False, [one.data for one in video.samples[start : index + 1]])
            start = index + 1
            if sound is not None:
                until = len(sound.packets) if is_last else int(passed * sound.rate_hz / sound.packet_ticks)
                put(True, sound.packets[heard:until])
                heard = max(heard, until)
    return made


def movie_head(video: VideoTrack, sound: SoundTrack | None) -> bytes:
    """Return file type and index of a file whose samples follow in fragments."""
    extends = [full_box(b"trex", 0, 0, struct.pack(">5I", number, 1, 0, 0, 0)) for number in (VIDEO, SOUND)]
    extra = box(b"mvex", *extends[: 2 if sound else 1])
    silent = replace(sound, ticks=0) if sound else None
    head = box(b"ftyp", b"iso5", (0x200).to_bytes(4), b"iso5iso6mp41")
    return head + _movie(replace(video, samples=()), silent, (), 0, extra)


def _movie(video: VideoTrack, sound: SoundTrack | None, chunks: Sequence[_Chunk], first: int, *extra: bytes) -> bytes:
    seconds = video.ticks / video.ticks_per_second
    if sound is not None:
        seconds = max(seconds, sound.ticks / sound.rate_hz)
    duration = round(seconds * MOVIE_SCALE)
    head = full_box(b"mvhd", 0, 0, struct.pack(">IIIIIH10x", 0, 0, MOVIE_SCALE, duration, 0x10000, 0x100), _MATRIX,
                 bytes(24), (3).to_bytes(4))  # fmt: skip
    tracks = [_video_track(video, [c for c in chunks if not c.is_sound], first)]
    if sound is not None:
        tracks.append(_sound_track(sound, [c for c in chunks if c.is_sound], first))
    return box(b"moov", head, *tracks, *extra)


def _video_track(video: VideoTrack, chunks: Sequence[_Chunk], first: int) -> bytes:
    samples = video.samples
    seconds = video.ticks / video.ticks_per_second
    syncs = [number for number, sample in enumerate(samples, 1) if sample.is_sync]
    table = box(
        b"stbl",
        full_box(b"stsd", 0, 0, (1).to_bytes(4), avc1(video)),
        _durations(groupby(samples, key=lambda sample: sample.duration)),
        full_box(b"stss", 0, 0, _numbers(syncs)),
        *_places([len(sample.data) for sample in samples], chunks, first),
    )
    media = box(b"minf", full_box(b"vmhd", 0, 1, bytes(8)), _data_info(), table)
    head = _track_head(VIDEO, seconds, 0, video.width, video.height)
    return box(b"trak", head, _media(b"vide", b"VideoHandler", video.ticks_per_second, video.ticks, media))


def _sound_track(sound: SoundTrack, chunks: Sequence[_Chunk], first: int) -> bytes:
    table = box(
        b"stbl",
        full_box(b"stsd", 0, 0, (1).to_bytes(4), mp4a(sound)),
        full_box(b"stts", 0, 0, struct.pack(">3I", 1, len(sound.packets), sound.packet_ticks) if chunks else bytes(4)),
        *_places([len(packet) for packet in sound.packets] if chunks else [], chunks, first),
    )
    media = box(b"minf", full_box(b"smhd", 0, 0, bytes(4)), _data_info(), table)
    ticks = len(sound.packets) * sound.packet_ticks if chunks else 0
    seconds = sound.ticks / sound.rate_hz
    edit = box(b"edts", full_box(b"elst", 0, 0, struct.pack(">IIiI", 1, round(seconds * MOVIE_SCALE), 0, 0x10000)))
    head = _track_head(SOUND, seconds, 0x100, 0, 0)
    return box(b"trak", head, edit, _media(b"soun", b"SoundHandler", sound.rate_hz, ticks, media))


def _track_head(number: int, seconds: float, volume: int, width: int, height: int) -> bytes:
    duration = round(seconds * MOVIE_SCALE)
    return full_box(
        b"tkhd", 0, 3, struct.pack(">IIIII8xHHHxx", 0, 0, number, 0, duration, 0, 0, volume),
        _MATRIX, struct.pack(">II", width << 16, height << 16),
    )  # fmt: skip


def _media(handler: bytes, name: bytes, scale: int, ticks: int, info: bytes) -> bytes:
    head = full_box(b"mdhd", 0, 0, struct.pack(">IIIIHH", 0, 0, scale, ticks, _LANGUAGE_UNDETERMINED, 0))
    kind = full_box(b"hdlr", 0, 0, bytes(4), handler, bytes(12), name, b"\0")
    return box(b"mdia", head, kind, info)


def _data_info() -> bytes:
    return box(b"dinf", full_box(b"dref", 0, 0, (1).to_bytes(4), full_box(b"url ", 0, 1)))


def avc1(video: VideoTrack) -> bytes:
    """Return the sample entry of the pictures."""
    entry = struct.pack(">6xH16xHHIIIH32sHh", 1, video.width, video.height, 0x480000, 0x480000, 0, 1, b"", 24, -1)
    sps, pps = video.sps, video.pps
    config = bytes((1, sps[1], sps[2], sps[3], 0xFF, 0xE1)) + len(sps).to_bytes(2) + sps
    config += bytes((1,)) + len(pps).to_bytes(2) + pps
    colour = b"nclx" + struct.pack(">HHHB", 1, 1, 1, 0)
    return box(b"avc1", entry, box(b"avcC", config), box(b"colr", colour))


def mp4a(sound: SoundTrack) -> bytes:
    """Return the sample entry of the sound."""
    entry = struct.pack(">6xH8xHHIHH", 1, sound.channels, 16, 0, sound.rate_hz, 0)
    rate = max(map(len, sound.packets), default=0) * 8 * sound.rate_hz // sound.packet_ticks
    mean = sum(map(len, sound.packets)) * 8 * sound.rate_hz // max(1, len(sound.packets) * sound.packet_ticks)
    decoder = bytes((0x40, 0x15, 0, 0, 0)) + struct.pack(">II", rate, mean) + _descriptor(5, sound.config)
    stream = (2).to_bytes(2) + b"\0" + _descriptor(4, decoder) + _descriptor(6, b"\2")
    return box(b"mp4a", entry, full_box(b"esds", 0, 0, _descriptor(3, stream)))


def _descriptor(tag: int, data: bytes) -> bytes:
    return bytes((tag, len(data))) + data


def _durations(groups: Iterable[tuple[int, Iterable[Sample]]]) -> bytes:
    runs = [struct.pack(">II", sum(1 for _ in members), duration) for duration, members in groups]
    return full_box(b"stts", 0, 0, len(runs).to_bytes(4), *runs)


def _places(sizes: Sequence[int], chunks: Sequence[_Chunk], first: int) -> tuple[bytes, bytes, bytes]:
    """Return which samples lie in which chunk, the samples' sizes and the chunks' places in the file."""
    runs, number = [], 1
    for count, members in groupby(chunks, key=lambda chunk: chunk.count):
        runs.append(struct.pack(">III", number, count, 1))
        number += sum(1 for _ in members)
    return (
        full_box(b"stsc", 0, 0, len(runs).to_bytes(4), *runs),
        full_box(b"stsz", 0, 0, bytes(4), _numbers(sizes)),
        full_box(b"stco", 0, 0, _numbers([first + chunk.offset for chunk in chunks])),
    )


def _numbers(values: Sequence[int]) -> bytes:
    return struct.pack(f">I{len(values)}I", len(values), *values)


def box(kind: bytes, *parts: bytes) -> bytes:
    """Return a box of ISO/IEC 14496-12."""
    data = b"".join(parts)
    return struct.pack(">I4s", len(data) + 8, kind) + data


def full_box(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    """Return a box with version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)
