"""Videos: a storyboard painted by Pillow, spoken by a voice, put together by MoviePy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from renderers.video.channel import VideoChannel

__all__ = ["VideoChannel"]


def __getattr__(name: str) -> object:
    if name != "VideoChannel":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from renderers.video.channel import VideoChannel

    return VideoChannel
