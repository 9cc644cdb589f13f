"""HTTP Live Streaming by option: one fragmented MP4 file and a playlist of byte ranges in it.

A fragment is a scene: it begins with a picture that needs no other. Sources: RFC 8216, ISO/IEC 14496-12.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from renderers.video.fast.mp4 import SOUND, VIDEO, Sample, SoundTrack, VideoTrack, box, full_box, movie_head

_SYNC, _NO_SYNC = 0x02000000, 0x01010000
_BASE_IS_MOOF = 0x020000


@dataclass(frozen=True, slots=True)
class Stream:
    """A fragmented file and its playlist."""

    file: bytes
    playlist: str


@dataclass(frozen=True, slots=True)
class _Fragment:
    """A scene's samples, and the packets heard until it ends."""

    samples: Sequence[Sample]
    start: int  # ticks of the video's clock
    packets: Sequence[bytes]
    heard: int  # packets before

    @property
    def ticks(self) -> int:
        return sum(sample.duration for sample in self.samples)


def write_hls(video: VideoTrack, sound: SoundTrack | None, name: str) -> Stream:
    """Return the stream of a video; `name` is that of the fragmented file, as the playlist refers to it."""
    head = movie_head(video, sound)
    parts, lines, place = [head], [], len(head)
    longest = 0.0
    for number, fragment in enumerate(_fragments(video, sound), 1):
        data = _fragment(number, fragment, sound)
        seconds = fragment.ticks / video.ticks_per_second
        longest = max(longest, seconds)
        lines += [f"#EXTINF:{seconds:.5f},", f"#EXT-X-BYTERANGE:{len(data)}@{place}", name]
        parts.append(data)
        place += len(data)
    opening = [
        "#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{round(longest + 0.5)}", "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS", f'#EXT-X-MAP:URI="{name}",BYTERANGE="{len(head)}@0"',
    ]  # fmt: skip
    return Stream(b"".join(parts), "\n".join([*opening, *lines, "#EXT-X-ENDLIST", ""]))


def _fragments(video: VideoTrack, sound: SoundTrack | None) -> Iterator[_Fragment]:
    starts = [index for index, sample in enumerate(video.samples) if sample.is_sync]
    start = heard = 0
    for first, end in zip(starts, [*starts[1:], len(video.samples)], strict=True):
        samples = video.samples[first:end]
        after = start + sum(sample.duration for sample in samples)
        packets: Sequence[bytes] = ()
        if sound is not None:
            is_last = end == len(video.samples)
            until = len(sound.packets) if is_last else _packets_until(after, video, sound)
            packets = sound.packets[heard:until]
        yield _Fragment(samples, start, packets, heard)
        start, heard = after, heard + len(packets)


def _packets_until(ticks: int, video: VideoTrack, sound: SoundTrack) -> int:
    return ticks * sound.rate_hz // (video.ticks_per_second * sound.packet_ticks)


def _fragment(number: int, fragment: _Fragment, sound: SoundTrack | None) -> bytes:
    pictures = b"".join(sample.data for sample in fragment.samples)
    size = len(_head(number, fragment, sound, 0, 0))
    head = _head(number, fragment, sound, size + 8, size + 8 + len(pictures))
    data = b"".join([pictures, *fragment.packets])
    return head + struct.pack(">I4s", len(data) + 8, b"mdat") + data


def _head(number: int, fragment: _Fragment, sound: SoundTrack | None, pictures_at: int, sound_at: int) -> bytes:
    entries = b"".join(
        struct.pack(">III", one.duration, len(one.data), _SYNC if one.is_sync else _NO_SYNC) for one in fragment.samples
    )
    run = full_box(b"trun", 0, 0x701, struct.pack(">Ii", len(fragment.samples), pictures_at), entries)
    tracks = [_track(VIDEO, fragment.start, run)]
    if sound is not None and fragment.packets:
        sizes = b"".join(struct.pack(">II", sound.packet_ticks, len(packet)) for packet in fragment.packets)
        run = full_box(b"trun", 0, 0x301, struct.pack(">Ii", len(fragment.packets), sound_at), sizes)
        tracks.append(_track(SOUND, fragment.heard * sound.packet_ticks, run))
    return box(b"moof", full_box(b"mfhd", 0, 0, number.to_bytes(4)), *tracks)


def _track(number: int, start: int, run: bytes) -> bytes:
    head = full_box(b"tfhd", 0, _BASE_IS_MOOF, number.to_bytes(4))
    return box(b"traf", head, full_box(b"tfdt", 1, 0, start.to_bytes(8)), run)
