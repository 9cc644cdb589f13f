from __future__ import annotations

import re
import subprocess

import imageio_ffmpeg
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from renderers.video.likeness import Planes, likeness, planes_of, similarity
from renderers.video.proof import compared, unlike
from renderers.video.typeface import find_font


def noisy(seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return a plane of large blocks, and the same with noise."""
    random = np.random.default_rng(seed)
    plain = np.kron(random.integers(0, 255, (12, 20)), np.ones((16, 16))).astype(np.uint8)
    return plain, np.clip(plain + random.integers(-9, 9, plain.shape), 0, 255).astype(np.uint8)


def picture(text: str = "129.45", left: float = 40, size: int = 28, ground: str = "#FFFFFF") -> Planes:
    """Return a picture of 640x360 with a figure on plain ground."""
    image = Image.new("RGB", (640, 360), ground)
    font = ImageFont.truetype(str(find_font("Inter", 600)), size)
    ImageDraw.Draw(image).text((left, 150), text, "#26323A", font)
    return planes_of(np.asarray(image))


def test_the_similarity_is_what_the_filter_of_ffmpeg_says(tmp_path):
    one, other = noisy()
    arguments = []
    for name, plane in (("one", one), ("other", other)):
        (tmp_path / name).write_bytes(plane.tobytes())
        arguments += ["-f", "rawvideo", "-pix_fmt", "gray", "-s", "320x192", "-i", str(tmp_path / name)]
    done = subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), *arguments, "-lavfi", "ssim", "-f", "null", "-"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    said = float(re.search(r"SSIM Y:([\d.]+)", done.stderr)[1])
    assert similarity(one, other) == pytest.approx(said, abs=2e-6)
    assert said < 0.9


def test_equal_pictures_are_wholly_alike():
    found = likeness(picture(), picture())
    assert (round(found.mean, 12), found.worst, found.cell, found.colour) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("shown", "wanted"), [("129.46", "129.45"), ("7", "1"), ("3", "8"), ("12-", "12"), ("", "."), ("5,0", "5.0")]
)
def test_one_wrong_sign_is_found_where_the_mean_hides_it(shown, wanted):
    found = compared(picture(shown), picture(wanted))
    assert found.mean > 0.998
    assert [what for what in unlike(found) if "lighter or darker" in what]
    assert 140 <= found.place[1] < 184


def test_text_may_lie_a_pixel_beside_its_place_and_not_two():
    assert list(unlike(likeness(picture(left=41), picture(left=40))))
    assert not list(unlike(compared(picture(left=41), picture(left=40))))
    assert not list(unlike(compared(picture(left=40.5), picture(left=40))))
    assert list(unlike(compared(picture(left=42), picture(left=40))))


def test_another_colour_of_the_same_brightness_is_found():
    teal = np.zeros((64, 64, 3), np.uint8)
    teal[:] = (11, 94, 102)
    other = teal.copy()
    other[16:32, 16:32] = (102, 68, 94)
    found = compared(planes_of(other), planes_of(teal))
    assert [what for what in unlike(found) if "colour" in what]


def test_the_planes_are_of_bt_709_in_the_limited_range():
    for rgb, luma in (((255, 255, 255), 235), ((0, 0, 0), 16), ((0, 255, 0), 16 + 219 * 0.7152)):
        plane = np.zeros((16, 16, 3), np.uint8)
        plane[:] = rgb
        y, u, v = planes_of(plane)
        assert y.shape == (16, 16)
        assert u.shape == v.shape == (8, 8)
        assert abs(int(y[8, 8]) - luma) <= 1.5
