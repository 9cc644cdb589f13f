"""Decodes pictures that are given as NAL units, by themselves: what a proof compares with what was painted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from renderers.video.fast.mp4 import Sample
from renderers.video.fast.parameters import ParameterSets
from renderers.video.likeness import Planes, planes_of_frame

_START = b"\0\0\0\1"


def decoded(parameters: ParameterSets, pictures: Sequence[Sequence[bytes]]) -> Iterator[Planes]:
    """Yield the planes of pictures, each given as its NAL units. Raises `av.FFmpegError` at the first fault."""
    import av

    context = av.CodecContext.create("h264", "r")
    context.thread_count = 1
    context.options = {"err_detect": "explode"}
    sets: Sequence[bytes] = (parameters.sps, parameters.pps)
    for units in [*pictures, ()]:
        packet = av.Packet(b"".join(_START + unit for unit in [*sets, *units])) if units else None
        for frame in context.decode(packet):
            yield planes_of_frame(frame)
        sets = ()


def units_of(samples: Sequence[Sample]) -> list[list[bytes]]:
    """Return the NAL units of each sample."""
    pictures = []
    for sample in samples:
        units, place = [], 0
        while place < len(sample.data):
            end = place + 4 + int.from_bytes(sample.data[place : place + 4])
            units.append(sample.data[place + 4 : end])
            place = end
        pictures.append(units)
    return pictures
