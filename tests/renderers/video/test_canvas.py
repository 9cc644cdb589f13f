from __future__ import annotations

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from engine.model.campaign import Brand
from renderers.video.canvas import Clipped, RgbCanvas, YuvCanvas, even_areas
from renderers.video.channel import storyboard_of
from renderers.video.frame import Frame, Rect
from renderers.video.layer import Layer
from renderers.video.painter import Painter, Theme
from renderers.video.shapes import Palette, ground_canvas, outlined, rounded
from renderers.video.yuv import yuv
from tests.renderers import builders

TEAL, WHITE, RED = (11, 94, 102), (255, 255, 255), (209, 65, 30)
SIZE = (96, 64)


def disc(colour=WHITE) -> Layer:
    """A smooth disc of odd size with an empty margin."""
    big = Image.new("L", (41 * 4, 35 * 4), 0)
    ImageDraw.Draw(big).ellipse((20, 12, 140, 128), fill=255)
    return Layer(big.resize((41, 35), Image.Resampling.BOX), colour, b"disc" + bytes(colour))


def badge() -> Layer:
    """A many-coloured layer: two smooth shapes on a panel with smooth corners."""
    return rounded(45, 37, 9, RED).carrying((rounded(9, 13, 4, WHITE), 5, 6), (rounded(15, 11, 5, TEAL), 22, 11))


def photo() -> Layer:
    """A picture of many colours with alpha of all degrees."""
    ramp = np.add.outer(np.arange(37), np.arange(45)).astype(np.uint8)
    parts = [np.full((37, 45), 200, np.uint8), ramp * 3, 255 - ramp * 2, np.minimum(ramp * 4, 255).astype(np.uint8)]
    return Layer.of_picture(Image.fromarray(np.dstack(parts)))


def bars() -> list[Layer]:
    """Layers with a large part of even alpha."""
    return [rounded(60, 50, 7, WHITE), rounded(55, 41, 0, RED), outlined(71, 53, 6, 3, WHITE)]


def planes(canvas: YuvCanvas) -> list[np.ndarray]:
    return [np.asarray(plane).astype(int) for plane in (canvas.luma, canvas.blue, canvas.red)]


def ssim(one: np.ndarray, other: np.ndarray) -> float:
    """The mean structural similarity of two grey pictures in windows of 8 x 8 pixels."""
    height, width = (side - side % 8 for side in one.shape)
    a, b = (
        part[:height, :width].reshape(height // 8, 8, width // 8, 8).swapaxes(1, 2).reshape(-1, 64).astype(float)
        for part in (one, other)
    )
    ma, mb = a.mean(axis=1), b.mean(axis=1)
    covariance = (a * b).mean(axis=1) - ma * mb
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    value = (2 * ma * mb + c1) * (2 * covariance + c2) / ((ma**2 + mb**2 + c1) * (a.var(axis=1) + b.var(axis=1) + c2))
    return float(value.mean())


@pytest.mark.parametrize(
    ("colour", "expected"),
    [((0, 0, 0), (16, 128, 128)), (WHITE, (235, 128, 128)), ((255, 0, 0), (63, 102, 240)),
     ((0, 255, 0), (173, 42, 26)), ((0, 0, 255), (32, 240, 118))],
)  # fmt: skip
def test_colours_are_those_of_bt_709_in_limited_range(colour, expected):
    assert yuv(colour) == expected
    canvas = YuvCanvas.of_picture(Image.new("RGB", (4, 4), colour))
    assert [int(plane.getpixel((1, 1))) for plane in (canvas.luma, canvas.blue, canvas.red)] == list(expected)
    seen = canvas.picture().getpixel((1, 1))
    assert all(abs(a - b) <= 2 for a, b in zip(seen, colour, strict=True))


@settings(max_examples=150, deadline=None)
@given(
    left=st.integers(-50, 100),
    top=st.integers(-45, 70),
    opacity=st.sampled_from([1.0, 0.6, 0.05]),
    layer=st.sampled_from([disc(), badge(), photo(), *bars()]),
    window=st.none() | st.builds(Rect, st.integers(0, 20), st.integers(0, 20), st.integers(0, 40), st.integers(0, 40)),
)
def test_a_layer_laid_in_yuv_is_what_it_is_in_rgb(left, top, opacity, layer, window):
    picture = Image.new("RGB", SIZE, TEAL)
    RgbCanvas(picture).lay(layer, left, top, opacity, window)
    canvas = YuvCanvas.of_picture(Image.new("RGB", SIZE, TEAL))
    canvas.lay(layer, left, top, opacity, window)
    pairs = list(zip(planes(canvas), planes(YuvCanvas.of_picture(picture)), strict=True))
    if window and (layer.parts or layer.picture):
        pairs = pairs[:1]  # chroma at the window's odd edge is that of the edge's neighbours too
    assert max(abs(mine - theirs).max() for mine, theirs in pairs) <= 2


def test_a_window_stays_where_it_is_in_the_layer():
    layer, canvas = rounded(20, 20, 0, WHITE), YuvCanvas(*SIZE)
    canvas.lay(layer, 10, 10, window=Rect(4, 6, 8, 10))
    rows, columns = np.nonzero(np.asarray(canvas.luma) == 235)
    assert (columns.min(), columns.max(), rows.min(), rows.max()) == (14, 21, 16, 25)


@pytest.mark.parametrize("top", [0, 12, 40])
def test_a_band_shows_its_rows_of_the_whole_picture(top):
    whole, band = YuvCanvas(*SIZE), YuvCanvas(SIZE[0], 16, top)
    for canvas in (whole, band):
        for number, place in enumerate([(3, 5), (31, 17), (-9, 33), (70, 1)]):
            canvas.lay(disc() if number % 2 else badge(), *place, 0.7)
    for part, all_of_it, step in zip(planes(band), planes(whole), (1, 2, 2), strict=True):
        assert (part == all_of_it[top // step : (top + 16) // step]).all()


def test_a_restored_area_is_that_of_the_other_widened_to_even_sides():
    clean, used, expected = YuvCanvas(*SIZE), YuvCanvas(*SIZE), YuvCanvas(*SIZE)
    clean.lay(disc(RED), 20, 20)
    used.lay(badge(), 3, 3)
    expected.lay(badge(), 3, 3)
    used.copy_from(clean, Rect(5, 7, 30, 26))
    for mine, other, source, step in zip(planes(used), planes(expected), planes(clean), (1, 2, 2), strict=True):
        rows, columns = slice(6 // step, 34 // step), slice(4 // step, 36 // step)
        other[rows, columns] = source[rows, columns]
        assert (mine == other).all()


def test_an_area_is_restored_as_far_as_both_canvases_show_it():
    whole = YuvCanvas(*SIZE)
    whole.lay(badge(), 20, 14)
    band = YuvCanvas(SIZE[0], 16, 16)
    band.copy_from(whole, Rect(-40, -40, 500, 500))
    for part, all_of_it, step in zip(planes(band), planes(whole), (1, 2, 2), strict=True):
        assert (part == all_of_it[16 // step : 32 // step]).all()
    before = [plane.copy() for plane in planes(band)]
    band.copy_from(YuvCanvas(SIZE[0], 16, 48), Rect(0, 0, 96, 64))
    assert all((a == b).all() for a, b in zip(planes(band), before, strict=True))


def test_painting_over_the_memory_of_a_frame_lands_in_the_frame():
    frame = av.VideoFrame(96, 64, "yuv420p")
    canvas = YuvCanvas.over(96, 64, [(plane, plane.line_size) for plane in frame.planes])
    canvas.copy_from(YuvCanvas(96, 64), Rect(0, 0, 96, 64))
    canvas.lay(badge(), 9, 7)
    expected = YuvCanvas(96, 64)
    expected.lay(badge(), 9, 7)
    for plane, mine in zip(frame.planes, planes(expected), strict=True):
        seen = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: mine.shape[0], : mine.shape[1]]
        assert (seen == mine).all()


def test_a_copy_is_a_canvas_of_its_own():
    canvas = YuvCanvas(*SIZE)
    other = canvas.copy()
    other.lay(disc(), 10, 10)
    assert np.asarray(canvas.luma).max() == 16
    assert np.asarray(other.luma).max() == 235


@pytest.mark.parametrize("shape", [(95, 64, 0), (96, 63, 0), (96, 64, 3)])
def test_odd_sides_are_refused(shape):
    with pytest.raises(ValueError, match="even"):
        YuvCanvas(*shape)


@pytest.mark.parametrize("rendition", ["1280x720", "1080x1920"])
def test_held_scenes_are_the_same_in_both_colour_spaces(film_templates, rendition):
    templates = film_templates()
    board, _ = storyboard_of(templates, builders.make_communication())
    made = Painter(board, Frame.named(rendition), Theme(templates.campaign.brand, templates.root))
    for scene in board.scenes:
        canvas = ground_canvas(Palette(made.theme.brand, scene.ground), made.frame.width, made.frame.height).copy()
        for piece in made.pieces(scene.id):
            piece.draw(canvas, 1.0)
        seen, meant = canvas.picture(), made.picture(scene.id, 60)
        ends = [np.asarray(meant.filter(one(5))).astype(int) for one in (ImageFilter.MaxFilter, ImageFilter.MinFilter)]
        flat = (ends[0] - ends[1]).max(axis=2) <= 2
        assert flat.mean() > 0.8
        assert abs(np.asarray(seen).astype(int) - np.asarray(meant))[flat].max() <= 3, scene.id  # 1 of it the dither
        assert ssim(np.asarray(seen.convert("L")), np.asarray(meant.convert("L"))) >= 0.995, scene.id


def test_a_clipped_canvas_paints_its_areas_alone_and_as_all_of_it_would():
    areas = [Rect(10, 8, 20, 30), Rect(40, 20, 16, 12)]
    for layer in (disc(), badge(), photo(), *bars()):
        whole, part = YuvCanvas(*SIZE), YuvCanvas(*SIZE)
        whole.lay(layer, 7, 5, 0.8)
        Clipped(part, areas).lay(layer, 7, 5, 0.8)
        expected = YuvCanvas(*SIZE)
        for area in areas:
            expected.copy_from(whole, area)
        assert all((a == b).all() for a, b in zip(planes(part), planes(expected), strict=True))


@pytest.mark.parametrize(
    ("areas", "expected"),
    [
        ([Rect(3, 5, 4, 4)], [Rect(2, 4, 6, 6)]),
        ([Rect(0, 0, 4, 4), Rect(10, 0, 4, 4)], [Rect(0, 0, 4, 4), Rect(10, 0, 4, 4)]),
        ([Rect(0, 0, 4, 4), Rect(8, 0, 4, 4), Rect(3, 1, 6, 2)], [Rect(0, 0, 12, 4)]),
        ([Rect(4, 4, 0, 0)], []),
    ],
)
def test_areas_are_widened_and_joined_where_they_overlap(areas, expected):
    assert sorted(even_areas(areas)) == expected


def test_a_dark_ground_falls_by_single_steps_between_macroblocks_and_takes_its_tint_along():
    ground = ground_canvas(Palette(Brand(name="Northlight Energy"), "primary"), 1080, 1920)
    luma, blue, red = (np.asarray(plane).astype(int) for plane in (ground.luma, ground.blue, ground.red))
    assert all((plane == plane[:, :1]).all() for plane in (luma, blue, red))
    falls = np.nonzero(np.diff(luma[:, 0]))[0] + 1
    assert len(falls) > 15
    assert (falls % 16 == 0).all()
    assert (np.diff(luma[:, 0])[falls - 1] == -1).all()
    for plane in (blue, red):
        assert {*(np.nonzero(np.diff(plane[:, 0]))[0] + 1) * 2} <= {*falls}
