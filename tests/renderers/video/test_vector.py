from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import RenderError
from engine.model.campaign import Fonts
from renderers.video.typeface import FontBook
from renderers.video.vector import draw_picture

BOOK = FontBook(Fonts(), Path())


def drawn(body: str, attributes: str = 'viewBox="0 0 100 100"', tint=None) -> np.ndarray:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{body}</svg>'
    return np.asarray(draw_picture(svg.encode(), "logo.svg", 100, BOOK, tint))


def covered(picture: np.ndarray) -> float:
    return float((picture[..., 3] / 255).mean())


@pytest.mark.parametrize(
    ("body", "share"),
    [
        ('<circle cx="50" cy="50" r="40"/>', 0.5027),
        ('<rect x="10" y="20" width="50" height="40"/>', 0.2),
        ('<path d="M0 0H100V100H0ZM25 25V75H75V25Z"/>', 0.75),
        ('<path d="M0 0H100V100H0ZM25 25H75V75H25Z"/>', 1.0),
        ('<polygon points="0,0 100,0 0,100"/>', 0.5),
        ('<g transform="translate(50 0) scale(0.5)"><rect width="100" height="100"/></g>', 0.25),
        ('<rect width="50" height="50" transform="rotate(90) translate(0 -50)"/>', 0.25),
        ('<line x1="10" y1="50" x2="90" y2="50" stroke="#000" stroke-width="10" fill="none"/>', 0.088),
        ('<rect width="100" height="100" fill="none"/>', 0.0),
        ("<title>Logo</title>", 0.0),
    ],
)  # fmt: skip
def test_shapes_cover_what_they_should(body, share):
    assert covered(drawn(body)) == pytest.approx(share, abs=0.012)


def test_width_follows_the_shape_of_the_picture():
    assert drawn("", 'viewBox="0 0 300 100"').shape == (100, 300, 4)


def test_a_tint_colours_what_is_drawn_in_the_current_colour():
    picture = drawn('<rect width="100" height="100"/>', 'viewBox="0 0 100 100" fill="currentColor"', (200, 10, 20))
    assert tuple(picture[50, 50]) == (200, 10, 20, 255)


def test_text_is_drawn_in_the_campaigns_font():
    assert covered(drawn('<text x="5" y="70" font-size="60" font-weight="700">Ab</text>')) > 0.05


@pytest.mark.parametrize(
    ("body", "fact"),
    [('<image href="a.png"/>', "`image` is not drawn"), ('<rect width="9" height="9" fill="url(#g)"/>', "url(#g)")],
)
def test_what_is_not_drawn_is_refused_by_name(body, fact):
    with pytest.raises(RenderError, match=r"R406 logo\.svg") as caught:
        drawn(body)
    assert fact in str(caught.value)


def test_a_png_is_brought_to_its_height():
    buffer = BytesIO()
    Image.new("RGB", (40, 20), (9, 8, 7)).save(buffer, "PNG")
    assert draw_picture(buffer.getvalue(), "logo.png", 50, BOOK, None).size == (100, 50)


def test_a_broken_picture_is_refused():
    with pytest.raises(RenderError, match=r"R406 logo\.png"):
        draw_picture(b"no picture", "logo.png", 50, BOOK, None)
