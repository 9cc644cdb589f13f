from __future__ import annotations

import dataclasses
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from engine.contracts import FillContext, Scope
from engine.errors import RenderError
from engine.model.artifact import EMAIL_PREVIEW
from renderers.video import VideoChannel, email_preview
from renderers.video.channel import storyboard_of
from renderers.video.email_preview import FRAME, Shot, colours_of, preview_gif, write_gif
from renderers.video.painter import Theme
from renderers.video.storyboard import CounterElement, QrElement
from tests.renderers.builders import make_bill, make_communication
from tests.renderers.video.conftest import SHORT
from tests.renderers.video.test_channel import filled

MOST_BYTES = 600_000
TEAL = (11, 94, 102)


def frames(data: bytes) -> list[tuple[np.ndarray, int]]:
    """Return the pictures as a viewer sees them, with their milliseconds."""
    made = []
    with Image.open(BytesIO(data)) as opened:
        for number in range(opened.n_frames):
            opened.seek(number)
            made.append((np.asarray(opened.convert("RGB")), opened.info["duration"]))
    return made


@pytest.fixture
def animation(film_templates):
    def make(communication=None) -> bytes:
        templates = film_templates()
        board, _ = storyboard_of(templates, communication or make_communication())
        return preview_gif(board.mail, Theme(templates.campaign.brand, templates.root))

    return make


def test_the_starter_set_shows_greeting_amount_and_pay_button_in_a_mail(film_templates):
    board, _ = storyboard_of(film_templates(), make_communication())
    assert [scene.id for scene in board.mail] == ["hello", "amount", "pay"]
    shown = [element for scene in board.mail for element in scene.elements]
    assert not any(isinstance(element, QrElement) for element in shown)
    assert [getattr(e, "path", "") for scene in board.scenes for e in scene.elements].count("video/icons/play.svg") == 0
    assert [getattr(element, "path", "") for element in shown].count("video/icons/play.svg") == 2


def test_it_is_small_short_and_plays_once(animation):
    data = animation()
    shots = frames(data)
    assert data.startswith(b"GIF89a")
    assert len(data) < MOST_BYTES / 4
    assert shots[0][0].shape == (FRAME.height, FRAME.width, 3)
    assert 3000 < sum(ms for _, ms in shots) < 5000  # WCAG 2.2, 2.2.2: no pause button is needed
    assert b"NETSCAPE" not in data
    assert len(shots) == 8
    assert shots[-1][1] > 1200


def test_the_amount_counts_up_and_comes_to_rest(animation):
    shots = frames(animation())
    white = [int((picture > 240).all(axis=2).sum()) for picture, _ in shots[1:7]]
    assert len({picture.tobytes() for picture, _ in shots}) == 8
    assert max(white) - min(white) < max(white) / 4


def test_colours_are_those_of_the_brand(animation):
    shots = frames(animation())
    for picture, _ in shots:
        assert tuple(map(int, picture[2, 2])) == TEAL
    accent = np.array((0xD1, 0x41, 0x1E))
    assert (np.abs(shots[-1][0].astype(int) - accent).max(axis=2) < 6).sum() > 3000
    assert (np.abs(shots[0][0].astype(int) - accent).max(axis=2) < 6).sum() == 0


def test_the_same_scenes_give_the_same_bytes_whatever_was_made_before(animation):
    first = animation()
    animation(dataclasses.replace(make_communication(), bill=make_bill(is_credit=True, is_payable=False), payment=None))
    assert animation() == first


def test_a_credit_has_no_pay_button_and_plays_as_long(animation):
    plain = make_communication()
    shots = frames(animation(dataclasses.replace(plain, bill=make_bill(is_credit=True), payment=None)))
    assert len(shots) == 7
    assert 3000 < sum(ms for _, ms in shots) < 5000


def test_what_is_drawn_comes_back_from_the_file_nearly_as_it_was():
    ramp = np.zeros((40, 64, 3), np.uint8)
    ramp[..., 0] = np.arange(64) * 4
    pictures = [Image.fromarray(ramp), Image.fromarray(np.flip(ramp, axis=1)), Image.new("RGB", (64, 40), TEAL)]
    data = write_gif([Shot(p, 10) for p in (*pictures, pictures[-1])], colours_of(pictures))
    shots = frames(data)
    assert len(shots) == 4
    for picture, (shown, ms) in zip((*pictures, pictures[-1]), shots, strict=True):
        assert ms == 100
        assert np.abs(shown.astype(int) - np.asarray(picture).astype(int)).max() <= 24


def test_only_what_changes_is_stored():
    plain = Image.new("RGB", (300, 200), TEAL)
    noisy = Image.fromarray(np.random.default_rng(1).integers(0, 255, (200, 300, 3), np.uint8))
    dotted = noisy.copy()
    dotted.paste((255, 255, 255), (10, 10, 20, 20))
    colours = colours_of([plain, noisy])
    one = len(write_gif([Shot(noisy, 10)], colours))
    assert len(write_gif([Shot(noisy, 10), Shot(dotted, 10), Shot(dotted, 10)], colours)) < one + 500


def test_a_mail_shows_what_the_storyboard_gives_it(read, theme):
    board = read(
        '<scene id="a" in="both" ground="primary"><text slot="top" style="title" in="film">Film</text>'
        '<text slot="top" style="title" in="mail">Mail</text><counter slot="main" style="amount">1</counter></scene>'
        '<scene id="b"><text slot="top" style="title">Only film</text></scene>'
        '<scene id="c" in="mail"><text slot="top" style="title">Only mail</text></scene>'
    )

    def words(scenes):
        return [(scene.id, [element.text for element in scene.elements]) for scene in scenes]

    assert words(board.scenes) == [("a", ["Film", "1"]), ("b", ["Only film"])]
    assert words(board.mail) == [("a", ["Mail", "1"]), ("c", ["Only mail"])]
    assert isinstance(board.mail[0].elements[1], CounterElement)
    assert len(frames(preview_gif(board.mail, theme))) == 2  # a counter without an entrance does not count


def test_a_flow_may_be_the_mails_alone_and_takes_no_time_of_the_film(read):
    board = read(
        '<scene id="a" in="both"><flow slot="top" in="mail"><text style="title" enter="fade">x</text></flow>'
        '<text slot="main" style="title" enter="fade">y</text></scene>'
    )
    (film,), (scene,) = board.scenes[0].elements, board.mail
    assert film.entrance.start_s == 0
    assert len(scene.elements) == 2


def test_where_a_scene_is_shown_is_one_of_three_words(read):
    with pytest.raises(RenderError, match=r"R403 .*`in` can't be `post`"):
        read('<scene id="a" in="post"/>')


def test_the_channel_makes_it_on_request_once_and_says_what_it_shows(film_templates, monkeypatch):
    text = SHORT.replace('<scene id="amount"', '<scene id="amount" in="both"')
    communication = make_communication()
    plain = {artifact.name for artifact in filled(film_templates(text), communication).artifacts}
    assert EMAIL_PREVIEW not in plain
    templates = film_templates(text, email_preview=True)
    made = {artifact.name: artifact for artifact in filled(templates, communication).artifacts}
    preview = made[EMAIL_PREVIEW]
    assert preview.media_type == "image/gif"
    assert "bill.amount_due" in preview.shown
    monkeypatch.setattr(email_preview, "write_gif", None)  # making it a second time would fail
    context = FillContext(siblings={EMAIL_PREVIEW: preview})
    channel = VideoChannel()
    compiled = channel.compile(templates, "en", channel.classify(communication), Scope(rendition="1280x720"))
    again = channel.fill(compiled, communication, context)
    assert EMAIL_PREVIEW not in {artifact.name for artifact in again.artifacts}
