from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from engine.model.campaign import Fonts
from renderers.video.frame import Rect
from renderers.video.layer import Layer, digest
from renderers.video.shapes import cut_foot, hatched, outlined, rounded
from renderers.video.storyboard import TextStyle
from renderers.video.typeface import FontBook
from renderers.video.typesetting import draw_setting, fit

BOOK = FontBook(Fonts(), Path())
TITLE = TextStyle("title", 52, 40, weight=700, lines=2)
RED, BLUE = (200, 10, 20), (10, 20, 200)


def text(words: str = "Hello", style: TextStyle = TITLE, colour=RED, align: str = "start", width: int = 0) -> Layer:
    return draw_setting(BOOK, fit(BOOK, words, style, 600, 200, 1.0, False), colour, align, width)


def test_the_key_of_a_text_changes_with_everything_that_changes_its_pixels():
    heavy = TextStyle("title", 52, 40, weight=400, lines=2)
    figures = TextStyle("title", 52, 40, weight=700, lines=2, figures=True)
    layers = [
        text(), text("Hallo"), text(style=heavy), text(style=figures), text(colour=BLUE), text(width=300),
        text(align="end", width=300),
    ]  # fmt: skip
    assert len({layer.key for layer in layers}) == len(layers)
    assert text().key == text().key
    assert text().rgba.tobytes() == text().rgba.tobytes()


def test_the_key_of_a_text_changes_with_the_font_file(tmp_path):
    from renderers.video.font_files import find_font

    keys = []
    for family in ("Noto Sans", "Inter"):
        source = find_font(family, 700)
        assert source is not None
        (tmp_path / "Brand-Bold.ttf").write_bytes(source.read_bytes())
        book = FontBook(Fonts(text="Brand", files=("Brand-Bold.ttf",)), tmp_path)
        keys.append(draw_setting(book, fit(book, "Hello", TITLE, 600, 200, 1.0, False), RED).key)
    assert keys[0] != keys[1]


def test_the_key_of_a_shape_changes_with_its_measures_and_colour():
    bar = rounded(40, 90, 3, RED)
    layers = [
        bar, rounded(41, 90, 3, RED), rounded(40, 91, 3, RED), rounded(40, 90, 4, RED), rounded(40, 90, 3, BLUE),
        outlined(40, 90, 3, 2, RED), outlined(40, 90, 3, 3, RED),
        hatched(40, 90, 3, 8, RED), hatched(40, 90, 3, 9, RED),
        cut_foot(bar, 20, 8, 14, is_column=True), cut_foot(bar, 20, 8, 14, is_column=False),
    ]  # fmt: skip
    assert len({layer.key for layer in layers}) == len(layers)


def test_a_key_is_the_same_in_another_process():
    code = "from renderers.video.layer import digest; print(digest('text', ('a', 1.5), (1, 2)).hex())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == digest("text", ("a", 1.5), (1, 2)).hex()


def test_the_key_of_a_picture_is_that_of_its_pixels():
    picture = Image.new("RGBA", (8, 8), (*RED, 255))
    same, other = picture.copy(), picture.copy()
    other.putpixel((3, 3), (*RED, 254))
    assert Layer.of_picture(picture).key == Layer.of_picture(same).key != Layer.of_picture(other).key
    assert Layer.of_picture(Image.new("RGBA", (4, 16), (*RED, 255))).key != Layer.of_picture(picture).key


def test_ink_is_what_is_seen():
    mask = Image.new("L", (100, 80), 0)
    mask.paste(9, (30, 40, 40, 60))
    assert Layer(mask, RED, b"key").ink == Rect(30, 40, 10, 20)
    assert Layer.empty(9, 9).ink.width == 0


def test_what_a_layer_carries_covers_it_and_is_cut_at_its_edge():
    base = rounded(40, 40, 0, RED)
    loaded = base.carrying((rounded(20, 20, 0, BLUE), 30, -10))
    made = np.asarray(loaded.rgba)
    assert made.shape == (40, 40, 4)
    assert (made[:10, 30:] == (*BLUE, 255)).all()
    assert (made[10:] == (*RED, 255)).all()
    assert (np.asarray(base.rgba) == (*RED, 255)).all()
    assert loaded.key != base.key


def test_a_carrying_layer_keeps_its_own_shape():
    made = rounded(40, 40, 20, RED).carrying((rounded(40, 40, 0, BLUE), 0, 0))
    assert made.mask.tobytes() == rounded(40, 40, 20, RED).mask.tobytes()
