from __future__ import annotations

import base64

import pytest
from markupsafe import Markup

from engine.templating.svg import coord, data_uri, qr_path


@pytest.mark.parametrize(
    ("value", "text"), [(12, "12"), (3.5, "3.5"), (-0.25, "-0.25"), (0.001, "0"), (-0.001, "0"), (100.0, "100")]
)
def test_a_coordinate_has_two_decimals_at_most(value, text):
    assert coord(value) == text


def test_the_runs_of_a_qr_symbol_are_lines_through_the_middle_of_their_row():
    rows = ((True, True, False), (False, False, True))
    assert qr_path(rows) == "M0 0.5H2M2 1.5H3"


def test_an_svg_becomes_an_address_that_holds_it_whole():
    head, _, body = data_uri(Markup("<svg>é</svg>")).partition(",")
    assert head == "data:image/svg+xml;base64"
    assert base64.b64decode(body).decode() == "<svg>é</svg>"
