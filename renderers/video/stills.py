"""The scenes of a storyboard as pictures, without voice, timeline or film: for the preview."""

from __future__ import annotations

from io import BytesIO

from engine.contracts import Still, Stills
from renderers.video.frame import Frame
from renderers.video.painter import Painter, Theme
from renderers.video.storyboard import Storyboard
from renderers.video.timeline import length_s

MEDIA_TYPE = "image/png"
POSTER_QUALITY = 90
_FAST = 1  # zlib level: a still lives for one look, so that time counts more than size


def stills_of(storyboard: Storyboard, theme: Theme, rendition: str, shown: tuple[str, ...]) -> Stills:
    """Return each scene's held picture: exactly the frame of the video, as PNG. Raises `RenderError`."""
    painter = Painter(storyboard, Frame.named(rendition), theme)
    pictures = []
    for scene in storyboard.scenes:
        at_s = length_s(scene, 0)
        buffer = BytesIO()
        painter.picture(scene.id, at_s).save(buffer, "PNG", compress_level=_FAST)
        pictures.append(Still(scene.id, scene.title, at_s, MEDIA_TYPE, buffer.getvalue()))
    return Stills(tuple(pictures), shown, painter.all_warnings())


def poster_of(painter: Painter) -> bytes:
    """Return the held frame of the poster scene as JPEG, without caption. Raises `RenderError`."""
    scene = painter.storyboard.scene(painter.storyboard.poster)
    buffer = BytesIO()
    painter.picture(scene.id, length_s(scene, 0)).save(buffer, "JPEG", quality=POSTER_QUALITY)
    return buffer.getvalue()
