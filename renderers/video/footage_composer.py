"""MoviePy composes footage: cut to its place, slowly grown, dimmed. Runs in the reference process only."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from engine.errors import RenderError
from renderers.video.footage import ClipOrder

_COLOUR = (
    "scale=in_range=pc:out_range=tv:out_color_matrix=bt709:flags=accurate_rnd+full_chroma_int,format=yuv444p,"
    "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
)
# CRF 12 can't be told from the source by eye. Full chroma, since it is laid into a scene and encoded again.
_PARAMETERS = (
    "-vf", _COLOUR, "-crf", "12", "-g", "250", "-map_metadata", "-1",
    "-fflags", "+bitexact", "-flags:v", "+bitexact",
)  # fmt: skip


def compose(order: ClipOrder) -> bytes:
    """Return the film of an order as MP4. Same order, same bytes. Raises `RenderError` (R451)."""
    from moviepy import ImageClip, VideoFileClip, vfx

    # MoviePy rounds duration times rate down: half a frame more keeps the last one
    seconds = (order.frames + 0.5) / order.rate
    path = order.source.path
    film: Any = None
    try:
        if order.source.seconds is None:
            clip = ImageClip(_picture(path), duration=seconds)
        else:
            film = VideoFileClip(str(path), audio=False)
            # no footage behind the last frame: hold that
            last = max(0.0, film.duration - 0.5 / film.fps)
            clip = film.time_transform(lambda t: min(t + order.start_s, last), keep_duration=True)
        clip = clip.transform(_framed(order)).with_duration(seconds)
        if order.dim:
            clip = clip.with_effects([vfx.MultiplyColor(1 - order.dim)])
        with tempfile.TemporaryDirectory(prefix="billcast-footage-") as folder:
            target = Path(folder) / "clip.mp4"
            clip.write_videofile(
                str(target), fps=order.rate, codec="libx264", preset="veryfast", threads=1, audio=False, logger=None,
                ffmpeg_params=list(_PARAMETERS),
            )  # fmt: skip
            return target.read_bytes()
    except OSError as error:
        raise RenderError("R451", f"the footage `{path.name}` can't be decoded",
                          hint="use MP4, MOV or WebM; for stills PNG, JPEG or WebP") from error  # fmt: skip
    finally:
        if film is not None:
            film.close()


def _picture(path: Path) -> Any:
    """Return a still as (height, width, 3) uint8; what is transparent in it is white."""
    with Image.open(path) as file:
        picture = file.convert("RGBA")
    ground = Image.new("RGBA", picture.size, (255, 255, 255, 255))
    return np.asarray(Image.alpha_composite(ground, picture).convert("RGB"))


def _framed(order: ClipOrder) -> Callable[[Callable[[float], Any], float], Any]:
    """Return MoviePy's transform: the part of a frame that fills the clip's place, resized to it in one step.

    The part has sides in fractions of pixels, so that a slow zoom does not tremble.
    """

    def frame(source: Callable[[float], Any], t: float) -> Any:
        picture = Image.fromarray(source(t))
        share = min(1.0, t * order.rate / max(1, order.frames - 1))
        grown = max(order.width / picture.width, order.height / picture.height) * (1 + (order.zoom - 1) * share)
        across, down = order.width / grown, order.height / grown
        left, top = (picture.width - across) / 2, (picture.height - down) / 2
        size = (order.width, order.height)
        return np.asarray(picture.resize(size, Image.Resampling.LANCZOS, (left, top, left + across, top + down)))

    return frame
