"""A small film for pages: a real MP4, its poster, captions and chapters."""

from __future__ import annotations

import functools
import io

import av
import numpy as np

from engine.model.artifact import Artifact

CAPTIONS = """WEBVTT

1
00:00:00.500 --> 00:00:02.000
Hello Maria.

2
00:00:03.000 --> 00:00:06.000
Your bill is &lt;129&gt;,
by 24 November.
"""
CHAPTERS = """WEBVTT

hello
00:00:00.000 --> 00:00:02.500
Hello

pay
00:00:02.500 --> 00:00:09.000
Pay
"""


@functools.cache
def _movie() -> tuple[bytes, bytes]:
    buffer, poster = io.BytesIO(), io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=5)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for shade in range(5):
            frame = av.VideoFrame.from_ndarray(np.full((180, 320, 3), 40 * shade, np.uint8), format="rgb24")
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    frame.to_image().save(poster, "JPEG")
    return buffer.getvalue(), poster.getvalue()


def film() -> dict[str, Artifact]:
    """Return the video's artifacts by name."""
    movie, poster = _movie()
    made = (
        Artifact("video", "video-1280x720.mp4", "video/mp4", movie),
        Artifact("video", "poster.jpg", "image/jpeg", poster),
        Artifact("video", "captions.en.vtt", "text/vtt; charset=utf-8", CAPTIONS.encode()),
        Artifact("video", "chapters.en.vtt", "text/vtt; charset=utf-8", CHAPTERS.encode()),
    )
    return {artifact.name: artifact for artifact in made}
