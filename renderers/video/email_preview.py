"""The picture that moves in an e-mail: the greeting, the amount counting up, the pay button, as a GIF.

GIF, since it is what mail programs show. It plays once, in less than five seconds, and stays at its last
picture (WCAG 2.2, 2.2.2); a program that does not play it shows the first. Grounds are plain and the
colours few, so that it stays small. The same scenes give the same bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from PIL import Image, ImageChops

from renderers.video.frame import Frame
from renderers.video.layout import SceneLayout
from renderers.video.painter import ScenePainter, Theme
from renderers.video.shapes import Palette
from renderers.video.storyboard import ClipElement, CounterElement, EmphasisElement, Entrance, QrElement, Scene
from renderers.video.typeface import FontBook

FRAME: Final = Frame(560, 316)  # as wide as a mail
_COUNTED: Final = (0.18, 0.34, 0.5, 0.66, 0.82)  # of a counter's time
_COUNT_CS: Final = 9  # hundredths of a second that each of these is shown
_PLAYS_CS: Final = 480
_LAST_SHARE: Final = 1.4  # the last picture is read longer than the others
_COLOURS: Final = 96


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture, and for how many hundredths of a second it is shown."""

    picture: Image.Image
    hundredths: int


def preview_gif(scenes: Sequence[Scene], theme: Theme) -> bytes:
    """Return the animation of the scenes that an e-mail shows, at least one. Raises `RenderError`."""
    book = FontBook(theme.brand.fonts, theme.root)
    counted = [list(_counted(_painted(scene, theme, book), scene)) for scene in scenes]
    moving = sum(len(pictures) - 1 for pictures in counted) * _COUNT_CS
    held = (_PLAYS_CS - moving) / (len(scenes) - 1 + _LAST_SHARE)
    shots = []
    for index, pictures in enumerate(counted):
        shots += [Shot(picture, _COUNT_CS) for picture in pictures[:-1]]
        share = _LAST_SHARE if index == len(counted) - 1 else 1
        shots.append(Shot(pictures[-1], max(1, int(held * share))))
    return write_gif(shots, colours_of([pictures[-1] for pictures in counted]))


def _painted(scene: Scene, theme: Theme, book: FontBook) -> ScenePainter:
    """Return the scene on a plain ground. A code is left out: so small no camera reads it."""
    elements = tuple(
        element if isinstance(element, CounterElement) else replace(element, entrance=_still(element.entrance))
        for element in scene.elements
        if not isinstance(element, QrElement | EmphasisElement | ClipElement)
    )
    palette = Palette(theme.brand, scene.ground)
    ground = Image.new("RGB", (FRAME.width, FRAME.height), palette.token(scene.ground))
    layout = SceneLayout(replace(scene, elements=elements), FRAME, palette, book, theme.root, [])
    return ScenePainter(ground, layout.pieces())


def _still(entrance: Entrance) -> Entrance:
    return replace(entrance, start_s=0.0, seconds=0.0)


def _counted(painter: ScenePainter, scene: Scene) -> Iterator[Image.Image]:
    """Yield the pictures of a scene while its amount counts up, then the one that stays."""
    counter = next((element.entrance for element in scene.elements if isinstance(element, CounterElement)), None)
    if counter is not None and counter.seconds:
        yield from (painter.picture(counter.start_s + counter.seconds * share) for share in _COUNTED)
    yield painter.picture(scene.moving_s)


def colours_of(pictures: Sequence[Image.Image]) -> Image.Image:
    """Return a palette for pictures, as a P image: every third pixel of every third row is enough to choose it."""
    width, height = pictures[0].width // 3, pictures[0].height // 3
    every = Image.new("RGB", (width, height * len(pictures)))
    for index, picture in enumerate(pictures):
        every.paste(picture.resize((width, height), Image.Resampling.NEAREST), (0, height * index))
    return every.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


def write_gif(shots: Sequence[Shot], colours: Image.Image) -> bytes:
    """Return pictures of one size as a GIF that plays once; after the first only what changed is stored.

    Source: GIF89a, sections 18 (screen), 23 (how long), 20 (place) and 22 (pixels, by Pillow's encoder).
    """
    table = bytes(colours.getpalette("RGB") or ()).ljust(768, b"\0")
    width, height = shots[0].picture.size
    parts = [b"GIF89a", struct.pack("<HHBBB", width, height, 0xF7, 0, 0), table]
    before: Image.Image | None = None
    for shot in shots:
        left, top, right, bottom = _changed(before, shot.picture)
        part = shot.picture.crop((left, top, right, bottom)).quantize(palette=colours, dither=Image.Dither.NONE)
        parts.append(struct.pack("<BBBBHBB", 0x21, 0xF9, 4, 4, shot.hundredths, 0, 0))  # 4: what stood there stays
        parts.append(struct.pack("<BHHHHBB", 0x2C, left, top, part.width, part.height, 0, 8))
        parts += [part.tobytes("gif", "P", 8, 0), b"\0"]
        before = shot.picture
    return b"".join([*parts, b";"])


def _changed(before: Image.Image | None, now: Image.Image) -> tuple[int, int, int, int]:
    """Return the box of what differs; one pixel if nothing does, since a picture can't be empty."""
    if before is None:
        return (0, 0, now.width, now.height)
    return ImageChops.difference(before, now).getbbox() or (0, 0, 1, 1)
