"""Paints a storyboard at any time: the picture of a scene at `t` seconds, and nothing else.

Per scene the ground and all that stands still are painted once; while something moves only that
is painted anew; a held scene is one picture. So a still costs no video, and a video few paintings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from engine.errors import RenderError
from engine.model.campaign import Brand
from renderers.video.canvas import RgbCanvas
from renderers.video.footage import Footage
from renderers.video.frame import Frame, Rect
from renderers.video.layer import Layer
from renderers.video.layout import SceneLayout
from renderers.video.pieces import LayerPiece, Piece
from renderers.video.shapes import WHITE, Palette, ground_image, rounded
from renderers.video.storyboard import Entrance, EntranceKind, Scene, Storyboard, TextStyle
from renderers.video.typeface import FontBook
from renderers.video.typesetting import draw_setting, fit

_CAPTION = TextStyle("caption", 30, 28, weight=500, lines=2, leading=1.3, fit="wrap", tall_size=32)


@dataclass(frozen=True, slots=True)
class Theme:
    """What the look needs besides the storyboard: brand tokens, the folder with fonts and pictures, footage."""

    brand: Brand
    root: Path
    footage: Footage = Footage()


@dataclass(slots=True)
class ScenePainter:
    """One scene on one rendition."""

    ground: Image.Image
    pieces: tuple[Piece, ...]
    _base: Image.Image | None = field(default=None)
    _base_key: tuple[float, ...] = ()
    _last: Image.Image | None = field(default=None)
    _last_key: tuple[float, ...] = ()

    def picture(self, t_s: float) -> Image.Image:
        """Return the RGB picture at `t_s` seconds of the scene. Not to be changed: it may be shared."""
        states = tuple(piece.entrance.progress(t_s) for piece in self.pieces)
        if self._last is not None and states == self._last_key:
            return self._last
        still = next((i for i, state in enumerate(states) if 0 < state < 1), len(states))
        if self._base is None or self._base_key != states[:still]:
            self._base, self._base_key = self.ground.copy(), states[:still]
            self._draw(self._base, 0, states[:still])
        picture = self._base
        if still < len(states):
            picture = self._base.copy()
            self._draw(picture, still, states[still:])
        self._last, self._last_key = picture, states
        return picture

    def _draw(self, base: Image.Image, first: int, states: tuple[float, ...]) -> None:
        canvas = RgbCanvas(base)
        for piece, state in zip(self.pieces[first:], states, strict=False):
            if state > 0:
                piece.draw(canvas, state)


class Painter:
    """A storyboard on one rendition. `warnings` grows as scenes are laid out: what had to be cut."""

    def __init__(self, storyboard: Storyboard, frame: Frame, theme: Theme) -> None:
        self.storyboard = storyboard
        self.frame = frame
        self.theme = theme
        self.warnings: list[str] = []
        self.book = FontBook(theme.brand.fonts, theme.root)
        self._scenes: dict[str, ScenePainter] = {}
        self._captions: dict[str, Layer] = {}

    def picture(self, scene_id: str, t_s: float, caption: str = "") -> Image.Image:
        """Return the RGB picture of a scene at `t_s` seconds, with a caption burnt in if one is given.

        Raises `RenderError` (R404 for an unknown scene, R405, R406) and `MissingPartError` (R408).
        """
        picture = self._scene(scene_id).picture(t_s)
        if not caption:
            return picture
        layer = self._caption(caption)
        area = self.frame.caption
        picture = picture.copy()
        RgbCanvas(picture).lay(layer, area.left + (area.width - layer.width) // 2, area.bottom - layer.height)
        return picture

    def pieces(self, scene_id: str) -> tuple[Piece, ...]:
        """Return the laid-out pieces of a scene."""
        return self._scene(scene_id).pieces

    def caption_piece(self, text: str) -> Piece:
        """Return a caption at its place, as a piece that stands still."""
        layer, area = self._caption(text), self.frame.caption
        place = Rect(area.left + (area.width - layer.width) // 2, area.bottom - layer.height, layer.width, layer.height)
        return LayerPiece(Entrance(EntranceKind.NONE, 0.0, 0.0), place, layer, self.frame)

    def all_warnings(self) -> tuple[str, ...]:
        """Return what was cut or has no glyph, scenes in the order in which they were painted."""
        lost = [f"video: no font has {code}" for code in sorted(self.book.missing)]
        return (*self.warnings, *lost)

    def _scene(self, scene_id: str) -> ScenePainter:
        if scene_id not in self._scenes:
            try:
                scene = self.storyboard.scene(scene_id)
            except KeyError:
                known = ", ".join(scene.id for scene in self.storyboard.scenes)
                raise RenderError("R404", f"there is no scene `{scene_id}`", hint=f"scenes: {known}") from None
            self._scenes[scene_id] = self._lay_out(scene)
        return self._scenes[scene_id]

    def _lay_out(self, scene: Scene) -> ScenePainter:
        palette = Palette(self.theme.brand, scene.ground)
        layout = SceneLayout(scene, self.frame, palette, self.book, self.theme.root, self.warnings, self.theme.footage)
        return ScenePainter(ground_image(palette, self.frame.width, self.frame.height), layout.pieces())

    def _caption(self, text: str) -> Layer:
        if text not in self._captions:
            px, area = self.frame.px, self.frame.caption
            setting = fit(
                self.book, text, _CAPTION, area.width - px(36), area.height, self.frame.unit, self.frame.is_tall
            )
            words = draw_setting(self.book, setting, WHITE, "center")
            panel = rounded(setting.width + px(36), setting.height + px(16), px(6), (38, 50, 58))
            self._captions[text] = panel.carrying((words, px(18), px(8)))
        return self._captions[text]


def still(
    storyboard: Storyboard, rendition: str, scene_id: str, t_s: float, theme: Theme, has_captions: bool = False
) -> Image.Image:
    """Return one picture of a scene without making the video: exactly the frame that the video will show."""
    frame = Frame.named(rendition, has_captions)
    return Painter(storyboard, frame, theme).picture(scene_id, t_s).copy()
