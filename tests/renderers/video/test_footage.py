from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from engine.contracts import FillContext, Scope
from engine.errors import RenderError
from renderers.video import VideoChannel
from renderers.video.canvas import RgbCanvas
from renderers.video.channel import storyboard_of
from renderers.video.clip_piece import ClipPiece
from renderers.video.description import described
from renderers.video.footage import ClipOrder, Footage, Reel, film_of, source_of
from renderers.video.frame import Frame
from renderers.video.painter import Painter, Theme
from renderers.video.reference import shared_process
from renderers.video.storyboard import Storyboard
from renderers.video.timeline import HOLD_S, lay_timeline
from tests.renderers.builders import make_communication
from tests.renderers.video.conftest import HEAD

RATE = 10


def grey(level: float) -> int:
    return round(255 * level)


def film(path: Path, frames: int = 20, size: tuple[int, int] = (320, 180), rate: int = RATE) -> Path:
    """Write footage whose brightness says its frame: 5 % at the first, then 4 % more each; its left edge is red."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate, {"crf": "8"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(frames):
            picture = np.full((size[1], size[0], 3), grey(0.05 + 0.04 * number), np.uint8)
            picture[:, : size[0] // 8] = (200, 20, 20)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


def still(path: Path, size: tuple[int, int] = (400, 300)) -> Path:
    """Write a white picture with a black square in the middle, a quarter of its sides."""
    picture = np.full((size[1], size[0], 3), 255, np.uint8)
    across, down = size[0] // 8, size[1] // 8
    picture[3 * down : 5 * down, 3 * across : 5 * across] = 0
    Image.fromarray(picture).save(path)
    return path


@pytest.fixture
def filmed(theme: Theme, tmp_path: Path) -> Theme:
    film(tmp_path / "video" / "home.mp4")
    still(tmp_path / "video" / "town.png")
    return Theme(theme.brand, theme.root, Footage(RATE, tmp_path / "cache"))


def scene(clip: str) -> str:
    return f'<scene id="all" min_s="3">{clip}<text slot="top" style="body" enter="fade">For all</text></scene>'


def piece(board: Storyboard, theme: Theme, rendition: str = "1280x720") -> ClipPiece:
    made = Painter(board, Frame.named(rendition), theme).pieces("all")[0]
    assert isinstance(made, ClipPiece)
    return made


def at(board: Storyboard, theme: Theme, t_s: float, rendition: str = "1280x720") -> np.ndarray:
    return np.asarray(Painter(board, Frame.named(rendition), theme).picture("all", t_s)).astype(int)


def test_a_clip_shows_the_footage_frame_by_frame(read: Callable[[str], Storyboard], filmed: Theme):
    board = read(scene('<clip src="video/home.mp4" start_s="0.5" seconds="1"/>'))
    painter = Painter(board, Frame.named("1280x720"), filmed)
    for frame in range(12):
        shown = np.asarray(painter.picture("all", frame / RATE))[600, 640]
        source = 5 + min(frame, 9)  # past its end the last frame stands
        assert shown == pytest.approx(grey(0.05 + 0.04 * source), abs=4), frame


def test_a_clip_keeps_the_colours_of_its_footage(read, filmed):
    board = read(scene('<clip src="video/home.mp4" seconds="1"/>'))
    assert at(board, filmed, 0)[600, 60] == pytest.approx((200, 20, 20), abs=6)


def test_the_same_frame_is_shown_whichever_was_asked_before(read, filmed):
    board = read(scene('<clip src="video/home.mp4" seconds="1.5"/>'))
    painter = Painter(board, Frame.named("1280x720"), filmed)
    first = np.asarray(painter.picture("all", 0.3)).copy()
    painter.picture("all", 1.2)
    assert np.array_equal(np.asarray(painter.picture("all", 0.3)), first)


def test_a_clip_without_a_slot_fills_the_picture_and_one_with_fills_that(read, filmed):
    whole = piece(read(scene('<clip src="video/home.mp4" seconds="1"/>')), filmed)
    assert (whole.rect.left, whole.rect.top, whole.rect.width, whole.rect.height) == (0, 0, 1280, 720)
    assert whole.reach == whole.rect
    board = read(scene('<clip slot="main" src="video/home.mp4" seconds="1"/>'))
    assert piece(board, filmed).rect == Frame.named("1280x720").rect(board.scenes[0].elements[0].place.slot)


def test_footage_covers_its_place_or_is_contained_in_it(read, filmed):
    cover = at(read(scene('<clip src="video/home.mp4" seconds="1"/>')), filmed, 0.5, "1080x1920")
    assert cover[960, 20] == pytest.approx(grey(0.25), abs=4)  # the red edge is cut off
    board = read(scene('<clip src="video/home.mp4" seconds="1" fit="contain"/>'))
    rect = piece(board, filmed, "1080x1920").rect
    assert (rect.width, rect.height, rect.left) == (1080, 608, 0)
    assert rect.top == (1920 - 608) // 2
    assert at(board, filmed, 0.5, "1080x1920")[960, 20] == pytest.approx((200, 20, 20), abs=6)


def test_a_still_grows_slowly(read, filmed):
    board = read(scene('<clip src="video/town.png" seconds="2" zoom="1.5"/>'))

    def dark_px(t_s: float) -> int:
        return int((at(board, filmed, t_s)[360, :, 0] < 128).sum())

    assert dark_px(0) == pytest.approx(320, abs=2)
    assert dark_px(2.5) == pytest.approx(480, abs=2)
    widths = [dark_px(frame / RATE) for frame in range(20)]
    assert widths == sorted(widths)
    assert max(b - a for a, b in itertools.pairwise(widths)) <= 11  # no leap


def test_a_clip_is_dimmed_and_its_corners_are_round(read, filmed):
    board = read(scene('<clip src="video/town.png" seconds="1" dim="0.4" radius="60"/>'))
    shown = at(board, filmed, 0.5)
    assert shown[600, 200] == pytest.approx((153, 153, 153), abs=3)
    paper = at(read(scene("")), filmed, 0.0)[0, 0]
    assert np.array_equal(shown[0, 0], paper)


def test_a_clip_fades_in_from_the_ground_and_out_to_it(read, filmed):
    board = read(scene('<clip src="video/town.png" seconds="2" fade_in_s="0.5" fade_out_s="0.5"/>'))
    dark = [int(at(board, filmed, t)[360, 640, 0]) for t in (0, 0.2, 0.5, 1.4, 1.8, 2.0)]
    ground = int(at(read(scene("")), filmed, 0)[360, 640, 0])
    assert ground > dark[0] > dark[1] > dark[2] == 0 == dark[3] < dark[4] < dark[5] == ground


def test_a_clip_lengthens_its_scene_and_holds_up_no_entrance(read, filmed):
    board = read('<scene id="all" min_s="1"><clip src="video/home.mp4" seconds="1.9"/>'
                 '<text slot="top" style="body" enter="fade" seconds="0.3">For all</text></scene>')  # fmt: skip
    only = board.scenes[0]
    assert only.elements[1].entrance.start_s == 0
    assert (only.moving_s, only.entered_s) == (1.9, 0.3)
    assert lay_timeline(board, (), (), RATE).seconds == 1.9
    short = read('<scene id="all" min_s="1"><clip src="video/home.mp4" seconds="0.5"/>'
                 '<text slot="top" style="body" enter="fade" seconds="0.3">For all</text></scene>')  # fmt: skip
    assert lay_timeline(short, (), (), RATE).seconds == pytest.approx(0.3 + HOLD_S)


def order_of(root: Path, **changes: object) -> ClipOrder:
    given = {"start_s": 0.0, "frames": 5, "rate": RATE, "width": 64, "height": 36, "zoom": 1.0, "dim": 0.0}
    return ClipOrder(source_of(root, "video/home.mp4", "here"), **{**given, **changes})


def test_footage_is_composed_once_and_kept_by_what_it_shows(filmed, tmp_path, monkeypatch):
    made = film_of(order_of(tmp_path), tmp_path / "cache")
    monkeypatch.setattr("renderers.video.footage._composers", [])  # from here on nothing can be composed
    film(tmp_path / "video" / "other.mp4")  # the same footage under another name
    (tmp_path / "video" / "home.mp4").unlink()
    (tmp_path / "video" / "other.mp4").rename(tmp_path / "video" / "home.mp4")
    assert film_of(order_of(tmp_path), tmp_path / "cache") == made
    changes = ({}, {"dim": 0.1}, {"zoom": 1.1}, {"width": 66}, {"frames": 6}, {"start_s": 0.1})
    assert len({order_of(tmp_path, **change).key for change in changes}) == 6


def test_the_same_footage_gives_the_same_bytes(filmed, tmp_path):
    one, two = (film_of(order_of(tmp_path, zoom=1.1), tmp_path / name) for name in ("one", "two"))
    assert one == two


def test_without_a_cache_footage_is_kept_for_as_long_as_the_process(filmed, tmp_path, monkeypatch):
    made = film_of(order_of(tmp_path), None)
    monkeypatch.setattr("renderers.video.footage._composers", [])
    assert film_of(order_of(tmp_path), None) == made


def test_other_footage_gives_another_key(filmed, tmp_path):
    before = order_of(tmp_path).key
    film(tmp_path / "video" / "home.mp4", size=(160, 90))
    assert order_of(tmp_path).key != before


def test_a_film_that_was_cut_off_is_said_to_be(filmed, tmp_path):
    made = film_of(order_of(tmp_path), tmp_path / "cache")
    with pytest.raises(RenderError, match=r"R451 .*ends at frame 4 of 9"):
        Reel(made, 9).picture(7)


@pytest.mark.parametrize(
    ("clip", "says"),
    [
        ('<clip src="video/away.mp4" seconds="1"/>', "R450 scene `all` `clip`: there is no footage `video/away.mp4`"),
        ('<clip src="../home.mp4" seconds="1"/>', "R450 "),
        ('<clip src="video/words.mp4" seconds="1"/>', "R451 scene `all` `clip`: the footage `video/words.mp4` can't"),
        ('<clip src="video/words.png" seconds="1"/>', "R451 "),
        ('<clip src="video/home.mp4" start_s="1.5" seconds="1"/>', "R452 .*is 2.00 s long, the clip shows it to 2.50"),
    ],
)
def test_footage_that_can_not_be_shown_is_named(read, filmed, tmp_path, clip, says):
    (tmp_path.parent / "home.mp4").write_bytes(b"")
    for name in ("words.mp4", "words.png"):
        (tmp_path / "video" / name).write_text("no film at all")
    with pytest.raises(RenderError, match=says):
        piece(read(scene(clip)), filmed)


@pytest.mark.parametrize(
    ("clip", "says"),
    [
        ('<clip src="video/home.mp4"/>', "R403 .*`clip` needs the attribute `seconds`"),
        ('<clip seconds="1"/>', "R403 .*`clip` needs the attribute `src`"),
        ('<clip src="a.mp4" seconds="1" fit="fill"/>', "R403 .*`fit` can't be `fill`"),
        ('<clip src="a.mp4" seconds="1" enter="fade"/>', "R402 .*has no attribute `enter`"),
        ('<clip src="a.mp4" seconds="1" fade_in_s="2"/>', "R403 .*`fade_in_s` must be from 0 to 1"),
        ('<clip src="a.mp4" seconds="1" wait_s="2.5"/>', "R453 .*the clip ends at 3.5 s, its scene at 3 s"),
        ('<clip src="a.mp4" seconds="1" slot="tpo"/>', "R404 .*there is no slot `tpo`"),
        ('<text slot="top" style="body" enter="play">a</text>', "R403 .*`enter` can't be `play`"),
    ],
)
def test_what_a_clip_can_not_take_is_said(read, clip, says):
    with pytest.raises(RenderError, match=says):
        read(scene(clip).replace('min_s="3"', 'seconds="3"'))


BOARD = (
    "<storyboard>" + HEAD + '<scene id="home" min_s="0.4" title="Home">'
    '<clip src="video/home.mp4" seconds="0.6"/><text slot="top" style="body">{}</text></scene>'
    '<scene id="amount" min_s="1" title="Amount">'
    '<counter slot="main" style="amount">{{{{ bill.amount_due }}}}</counter></scene></storyboard>'
)


MONTH = "{{ _('Your {month} bill, in half a minute', month=bill.month) }}"


@pytest.mark.parametrize("words", ["{{ greeting }}", "{{ bill.amount_due }}", MONTH])
def test_a_clip_in_a_personal_scene_is_refused(film_templates, words):
    templates = film_templates(BOARD.format(words))
    with pytest.raises(RenderError, match=r"R454 video/storyboard.xml.j2 scene `home` `clip`: .* facts of a customer"):
        storyboard_of(templates, make_communication())


@pytest.mark.parametrize(("level", "path"), [("reference", "reference"), ("a", "fast"), ("b", "fast")])
def test_a_clip_that_is_everybodys_is_filmed_by_every_level(film_templates, tmp_path, level, path):
    templates = film_templates(BOARD.format("{{ supplier.name }}"), level=level)
    film(tmp_path / "set" / "video" / "home.mp4")
    channel, said = VideoChannel(), make_communication(script=())
    compiled = channel.compile(templates, "en", channel.classify(said), Scope(cache_dir=tmp_path / "cache"))
    filled = channel.fill(compiled, said, FillContext())
    assert filled.path == path
    (tmp_path / "made.mp4").write_bytes(filled.artifacts[0].data)
    with av.open(str(tmp_path / "made.mp4")) as container:
        shown = {round(float(frame.time) * RATE): frame.to_ndarray(format="rgb24")[600, 640].mean()
                 for frame in container.decode(video=0)}  # fmt: skip
    expected = [grey(0.05 + 0.04 * number) for number in range(6)]
    assert [shown[number] for number in range(6)] == pytest.approx(expected, abs=6)
    assert len(list((tmp_path / "cache" / "footage").rglob("*.film"))) == 1


def test_no_worker_imports_moviepy_to_paint_a_clip(filmed, tmp_path):
    import sys

    before = set(sys.modules)
    film_of(order_of(tmp_path, width=70), tmp_path / "cache")
    assert not {name for name in set(sys.modules) - before if name.startswith("moviepy")}
    assert shared_process()._process is not None


def test_a_clip_of_another_place_or_fade_has_another_key(read, filmed):
    keys = {
        piece(read(scene(f'<clip src="video/home.mp4" seconds="1" {more}/>')), filmed).key
        for more in ("", 'fade_in_s="0.5"', 'fade_out_s="0.5"', 'radius="9"', 'dim="0.2"', 'slot="main"')
    }
    assert len(keys) == 6


def test_a_clip_is_described_by_its_alternative_text(read, filmed):
    board = read(scene('<clip src="video/home.mp4" seconds="1" alt="A street at  dusk"/>'))
    assert described(board.scenes[0], "For all") == "A street at dusk."


def test_a_clip_draws_nothing_outside_its_reach(read, filmed):
    made = piece(read(scene('<clip slot="main" src="video/home.mp4" seconds="1" radius="20"/>')), filmed)
    for progress in (1e-6, 0.3, 0.99, 1.0):
        ground = Image.new("RGB", (1280, 720), (1, 2, 3))
        made.draw(RgbCanvas(ground), progress)
        changed = np.argwhere((np.asarray(ground) != (1, 2, 3)).any(axis=2))
        (top, left), (bottom, right) = changed.min(axis=0), changed.max(axis=0)
        assert made.reach.left <= left <= right < made.reach.right
        assert made.reach.top <= top <= bottom < made.reach.bottom
