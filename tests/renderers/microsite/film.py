"""A small film for pages: real MP4s of six seconds, their posters, captions, chapters and scenes."""

from __future__ import annotations

import functools
import io
import json

import av
import numpy as np

from engine.model.artifact import Artifact

SECONDS, RATE = 6, 10
CAPTIONS = """WEBVTT

1
00:00:00.200 --> 00:00:01.000
Hello Maria.

2
00:00:01.600 --> 00:00:02.800
Energy is half of it.

3
00:00:03.100 --> 00:00:04.300
What changed? Eight more days.

4
00:00:04.600 --> 00:00:05.800
Your bill is &lt;129&gt;,
by 24 November.
"""
CHAPTERS = """WEBVTT

hello
00:00:00.000 --> 00:00:01.500
Hello

made_of
00:00:01.500 --> 00:00:03.000
What it is made of

why
00:00:03.000 --> 00:00:04.500
Why &amp; how it changed

pay
00:00:04.500 --> 00:00:06.000
Pay now
"""
DESCRIPTION = """WEBVTT

why
00:00:03.000 --> 00:00:04.500
September 112, &lt;October&gt; 129.
"""
SPANS = (("hello", 0.0, 1.5), ("made_of", 1.5, 3.0), ("why", 3.0, 4.5), ("pay", 4.5, 6.0))
SPOTS = {
    "made_of": [("charge", "energy", [10, 40, 80, 10], 1.6), ("charge", "network", [10, 52, 80, 10], 1.6)],
    "why": [("chart", "waterfall", [5, 30, 90, 60], 3.2)],
    "pay": [("pay", "", [10, 50, 30, 12], 4.7), ("code", "", [60, 20, 30, 53], 4.5),
            ("phone", "", [10, 80, 30, 8], 4.5)],
}  # fmt: skip


@functools.cache
def _movie(width: int, height: int) -> tuple[bytes, bytes]:
    buffer, poster = io.BytesIO(), io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(SECONDS * RATE):
            shade = 40 + number // 15 * 50
            frame = av.VideoFrame.from_ndarray(np.full((height, width, 3), shade, np.uint8), format="rgb24")
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    frame.to_image().save(poster, "JPEG")
    return buffer.getvalue(), poster.getvalue()


def scenes(rendition: str) -> Artifact:
    """Return what the video channel tells of a rendition."""
    told = [
        {
            "id": name, "title": name, "start": start, "end": end,
            "spots": [{"kind": k, "ref": r, "box": b, "from": f} for k, r, b, f in SPOTS.get(name, [])],
        }
        for name, start, end in SPANS
    ]  # fmt: skip
    data = json.dumps({"rendition": rendition, "seconds": float(SECONDS), "scenes": told})
    return Artifact("video", f"scenes-{rendition}.json", "application/json", data.encode())


def film(*renditions: str) -> dict[str, Artifact]:
    """Return the video's artifacts by name, in the campaign's order of renditions."""
    made: list[Artifact] = []
    for rendition in renditions or ("1280x720",):
        width, height = (int(part) // 4 for part in rendition.split("x"))
        movie, poster = _movie(width - width % 2, height - height % 2)
        made += [Artifact("video", f"video-{rendition}.mp4", "video/mp4", movie), scenes(rendition)]
        made += [Artifact("video", "poster.jpg", "image/jpeg", poster)] if len(made) == 2 else []
    made += [
        Artifact("video", "captions.en.vtt", "text/vtt; charset=utf-8", CAPTIONS.encode()),
        Artifact("video", "description.en.vtt", "text/vtt; charset=utf-8", DESCRIPTION.encode()),
        Artifact("video", "chapters.en.vtt", "text/vtt; charset=utf-8", CHAPTERS.encode()),
    ]
    return {artifact.name: artifact for artifact in made}
