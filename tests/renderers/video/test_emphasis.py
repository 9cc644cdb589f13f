from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageChops

from engine.errors import RenderError
from renderers.video.canvas import RgbCanvas
from renderers.video.frame import Frame, Rect
from renderers.video.painter import Painter
from renderers.video.storyboard import EmphasisElement, EmphasisKind

ELEMENTS = {
    "button": '<button slot="main" style="title" enter="fade" {}>Pay now</button>',
    "text": '<text slot="main" style="title" enter="fade" {}>What it is made of</text>',
    "amount": '<counter slot="main" style="amount" enter="count" {}>€ 129.45</counter>',
    "panel": '<panel slot="main" fill="accent" enter="fade" {}/>',
    "code": '<qr slot="main" align="center" enter="fade" {}/>',
    "chart": '<chart slot="main" ref="waterfall" label="body" axis="body" enter="grow" {}/>',
}


PAIRS = [(e, k) for e in ELEMENTS for k in EmphasisKind if k is not EmphasisKind.UNDERLINE or e in ("text", "amount")]


@pytest.fixture
def painted(read, theme):
    def make(element: str, emphasis: str, rendition: str = "1280x720") -> Painter:
        words = f'emphasis="{emphasis}"' if emphasis else ""
        board = read(f'<scene id="one" ground="primary">{ELEMENTS[element].format(words)}</scene>')
        return Painter(board, Frame.named(rendition), theme)

    return make


def differing(one: Image.Image, other: Image.Image) -> Rect:
    left, top, right, bottom = ImageChops.difference(one, other).getbbox() or (0, 0, 0, 0)
    return Rect(left, top, right - left, bottom - top)


def stressed(painter: Painter):
    scene = painter.storyboard.scenes[0]
    return next((p, e) for p, e in zip(painter.pieces("one"), scene.elements, strict=True)
                if isinstance(e, EmphasisElement))  # fmt: skip


@pytest.mark.parametrize(("element", "kind"), PAIRS)
def test_an_emphasis_is_seen_while_it_runs_and_only_an_underline_stays(painted, element, kind):
    plain, made = painted(element, ""), painted(element, kind)
    _, shown = stressed(made)
    middle = shown.entrance.start_s + shown.entrance.seconds / 2
    before, after = shown.entrance.start_s, shown.entrance.end_s
    assert differing(made.picture("one", before), plain.picture("one", before)).width == 0
    assert differing(made.picture("one", middle), plain.picture("one", middle)).width > 20
    stays = differing(made.picture("one", after), plain.picture("one", after)).width > 0
    assert stays is (kind is EmphasisKind.UNDERLINE)


@pytest.mark.parametrize("rendition", ["1280x720", "1080x1920", "1080x1080"])
@pytest.mark.parametrize(("element", "kind"), [("button", "pulse"), ("amount", "glow"), ("amount", "underline")])
def test_an_emphasis_touches_nothing_outside_its_reach(painted, element, kind, rendition):
    made = painted(element, kind, rendition)
    piece, _ = stressed(made)
    ground = Image.new("RGB", (made.frame.width, made.frame.height), (90, 91, 92))
    area = Rect(0, 0, 0, 0)
    for step in range(1, 31):
        picture = ground.copy()
        piece.draw(RgbCanvas(picture), step / 30)
        area = area.joined(differing(picture, ground))
    assert area.width > piece.rect.width // 2
    assert area.joined(piece.reach) == piece.reach


def test_a_pulse_and_a_glow_leave_what_they_stress_as_it_is(painted):
    for kind in (EmphasisKind.PULSE, EmphasisKind.GLOW):
        plain, made = painted("panel", ""), painted("panel", kind)
        piece, shown = stressed(made)
        inside = (piece.rect.left + 9, piece.rect.top + 9, piece.rect.right - 9, piece.rect.bottom - 9)
        for share in (0.2, 0.5, 0.8):
            t = shown.entrance.start_s + shown.entrance.seconds * share
            assert differing(made.picture("one", t).crop(inside), plain.picture("one", t).crop(inside)).width == 0


def test_a_glow_comes_and_goes(painted):
    made = painted("button", EmphasisKind.GLOW)
    _, shown = stressed(made)
    held = np.asarray(made.picture("one", 9), dtype=int)
    light = [
        np.abs(np.asarray(made.picture("one", shown.entrance.start_s + shown.entrance.seconds * share)) - held).sum()
        for share in (0.2, 0.5, 0.8)
    ]
    assert light[0] < light[1] > light[2]


def test_equal_keys_are_given_to_what_looks_equal_and_to_nothing_else(painted):
    keys = {}
    for element, kind in PAIRS:
        one, other = stressed(painted(element, kind))[0], stressed(painted(element, kind))[0]
        assert one.key == other.key
        keys.setdefault(one.key, set()).add((kind, one.rect.width, one.rect.height))
    assert all(len(looks) == 1 for looks in keys.values())
    assert len(keys) == len(PAIRS)


def test_only_words_can_be_underlined(painted):
    with pytest.raises(RenderError, match=r"R403 .*only words can be underlined"):
        painted("button", "underline")
