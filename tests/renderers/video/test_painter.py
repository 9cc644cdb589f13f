from __future__ import annotations

import dataclasses
from decimal import Decimal

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from engine.errors import RenderError
from engine.model.campaign import Brand
from engine.model.communication import Text
from renderers.video.channel import storyboard_of
from renderers.video.frame import Frame
from renderers.video.painter import Painter, Theme, still
from renderers.video.shapes import Palette, ground_image
from renderers.video.storyboard import EmphasisElement
from tests.renderers import builders

RENDITIONS = ("1280x720", "1080x1920", "1080x1080")
LONG = "Maximiliane-Théodora von und zu Hohenzollern-Sigmaringen-Donaudampfschifffahrtsgesellschaft"


def communications():
    bill = builders.make_bill
    plain = builders.make_communication()
    large = builders.fact("bill.amount_due", "€ 1,129,450.75", Decimal("1129450.75"))
    named = builders.block("greeting", "Hello ", builders.fact("customer.first_name", LONG))
    credit = bill(is_credit=True, is_payable=False, amount_label=Text("Credit"))
    return {
        "maria": plain,
        "long": dataclasses.replace(plain, greeting=named, bill=bill(amount_due=large)),
        "credit": dataclasses.replace(plain, bill=credit, payment=None, change=None, usage=()),
        "overdue": dataclasses.replace(plain, bill=bill(is_overdue=True), help=builders.make_help(comes_first=True)),
    }


@pytest.fixture
def painter(film_templates):
    def make(rendition: str, communication, has_captions: bool = False) -> Painter:
        templates = film_templates()
        board, _ = storyboard_of(templates, communication)
        return Painter(board, Frame.named(rendition, has_captions), Theme(templates.campaign.brand, templates.root))

    return make


@pytest.mark.parametrize("rendition", RENDITIONS)
@pytest.mark.parametrize("name", ["maria", "long", "credit", "overdue"])
def test_every_element_of_the_starter_set_lies_inside_the_safe_margins(painter, rendition, name):
    made = painter(rendition, communications()[name])
    frame = made.frame
    across, down = frame.width * 0.05, frame.height * 0.05
    for scene in made.storyboard.scenes:
        for piece in made.pieces(scene.id):
            rect = piece.rect
            assert rect.left >= across - 1, scene.id
            assert rect.right <= frame.width - across + 1, scene.id
            assert rect.top >= down - 1, scene.id
            assert rect.bottom <= frame.height - down + 1, scene.id
    assert made.all_warnings() == ()


@pytest.mark.parametrize("rendition", RENDITIONS)
def test_nothing_is_painted_outside_the_safe_margins(painter, rendition):
    made = painter(rendition, communications()["maria"])
    across, down = int(made.frame.width * 0.05) - 2, int(made.frame.height * 0.05) - 2
    for scene in made.storyboard.scenes:
        picture = np.asarray(made.picture(scene.id, scene.moving_s))
        palette = Palette(made.theme.brand, scene.ground)
        ground = np.asarray(ground_image(palette, made.frame.width, made.frame.height))
        differs = (picture != ground).any(axis=2)
        differs[down:-down, across:-across] = False
        assert not differs.any(), scene.id


@pytest.mark.parametrize("name", ["maria", "long", "overdue"])
@pytest.mark.parametrize("rendition", RENDITIONS)
def test_elements_that_are_not_panels_do_not_overlap(painter, rendition, name):
    made = painter(rendition, communications()[name])
    for scene in made.storyboard.scenes:
        rects = [p.rect for p, e in zip(made.pieces(scene.id), scene.elements, strict=True)
                 if not e.id.startswith(("panel", "icon")) and not isinstance(e, EmphasisElement)]  # fmt: skip
        for index, one in enumerate(rects):
            for other in rects[index + 1 :]:
                apart = (one.right <= other.left or other.right <= one.left
                         or one.bottom <= other.top or other.bottom <= one.top)  # fmt: skip
                assert apart, (scene.id, one, other)


@pytest.mark.parametrize("rendition", RENDITIONS)
def test_the_code_of_the_pay_scene_is_read_by_a_scanner(painter, rendition):
    communication = communications()["maria"]
    made = painter(rendition, communication)
    picture = made.picture("pay", made.storyboard.scene("pay").moving_s)
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.bytes == communication.payment.qr.payload


def test_modules_of_a_code_are_whole_pixels_on_white(read, theme):
    board = read('<scene id="pay" ground="primary"><qr slot="main"/></scene>')
    picture = np.asarray(still(board, "1280x720", "pay", 1, theme))
    painter = Painter(board, Frame.named("1280x720"), theme)
    rect = painter.pieces("pay")[0].rect
    modules = len(board.scenes[0].elements[0].rows) + 8
    assert rect.width % modules == 0
    assert rect.width // modules >= 4
    inner = picture[rect.top + 20 : rect.bottom - 20, rect.left + 20 : rect.right - 20]
    ink = tuple(int(theme.brand.ink[i : i + 2], 16) for i in (1, 3, 5))
    assert {tuple(map(int, colour)) for colour in inner.reshape(-1, 3)} == {(255, 255, 255), ink}


@pytest.mark.parametrize("left", [0, 0.1, 0.13, 0.31])
def test_large_modules_of_a_code_fall_on_whole_blocks_of_the_encoder(read, theme, left):
    board = read(
        f'<slot name="odd" wide="{left} 0 11 12" tall="{left} 0 11 20"/><scene id="pay"><qr slot="odd"/></scene>'
    )
    for rendition in ("1280x720", "1080x1920"):
        picture = np.asarray(still(board, rendition, "pay", 1, theme).convert("L"))
        height, width = (side // 4 for side in picture.shape)
        rect = Painter(board, Frame.named(rendition), theme).pieces("pay")[0].rect
        blocks = picture[: height * 4, : width * 4].reshape(height, 4, width, 4)
        inner = blocks[rect.top // 4 + 8 : rect.bottom // 4 - 8, :, rect.left // 4 + 8 : rect.right // 4 - 8]
        assert (inner == inner[:, :1, :, :1]).all()
        assert len(np.unique(inner)) == 2


def test_a_code_without_room_is_refused_with_the_room_it_needs(read, theme):
    board = read('<slot name="tiny" wide="0 0 2 2" tall="0 0 2 2"/><scene id="pay"><qr slot="tiny"/></scene>')
    with pytest.raises(RenderError, match=r"R405 scene `pay`: the QR symbol of \d+ modules needs \d+ px"):
        still(board, "1280x720", "pay", 1, theme)


def test_a_held_scene_is_one_picture(read, theme):
    board = read('<scene id="one"><text slot="top" style="title" enter="fade" seconds="0.4">Hello</text></scene>')
    painter = Painter(board, Frame.named("1280x720"), theme)
    assert painter.picture("one", 0.4) is painter.picture("one", 2.0)
    assert painter.picture("one", 0.2) is not painter.picture("one", 0.4)


def test_an_element_is_absent_before_its_entrance_and_grows_from_nothing(read, theme):
    board = read('<scene id="one"><text slot="top" style="title" enter="fade" seconds="0.4">Hello</text></scene>')
    inked = [
        int((np.asarray(still(board, "1280x720", "one", t, theme)) < 128).any(axis=2).sum()) for t in (0, 0.05, 0.4)
    ]
    assert inked[0] == 0
    assert inked[0] <= inked[1] < inked[2]


def test_a_still_does_not_depend_on_what_was_painted_before(read, theme):
    board = read(
        '<scene id="one" ground="primary"><counter slot="main" style="amount" enter="count">€ 129.45</counter>'
        '<chart slot="top" ref="waterfall" label="body" axis="body" enter="grow"/></scene>'
    )
    painter = Painter(board, Frame.named("1280x720"), theme)
    forward = [painter.picture("one", t).copy() for t in (0.3, 1.4, 5)]
    backward = [Painter(board, Frame.named("1280x720"), theme).picture("one", t) for t in (5, 1.4, 0.3)][::-1]
    again = [painter.picture("one", t) for t in (0.3, 1.4, 5)]
    for one, other, third in zip(forward, backward, again, strict=True):
        assert one.tobytes() == other.tobytes() == third.tobytes()


def test_the_brand_colours_the_picture(read, theme):
    board = read('<scene id="one" ground="paper"><panel slot="main" fill="primary"/></scene>')
    other = Theme(Brand(name="Other", primary="#7A1E5C", paper="#FFFFFF"), theme.root)
    picture = still(board, "1280x720", "one", 0, other)
    assert picture.getpixel((640, 400)) == (0x7A, 0x1E, 0x5C)
    assert picture.getpixel((5, 5)) == (255, 255, 255)


def test_burnt_in_captions_have_a_place_that_the_scene_leaves_free(painter):
    made = painter("1280x720", communications()["maria"], has_captions=True)
    for scene in made.storyboard.scenes:
        assert all(piece.rect.bottom <= made.frame.caption.top for piece in made.pieces(scene.id)), scene.id
    plain = np.asarray(made.picture("amount", 2))
    burnt = np.asarray(made.picture("amount", 2, "Your October bill is € 129.45."))
    rows = np.nonzero((plain != burnt).any(axis=(1, 2)))[0]
    assert rows.min() >= made.frame.caption.top
    assert rows.max() < made.frame.caption.bottom


def test_an_unknown_scene_is_named_with_the_known_ones(read, theme):
    with pytest.raises(RenderError, match=r"there is no scene `two`\nhint: scenes: one"):
        still(read('<scene id="one"/>'), "1280x720", "two", 0, theme)


@pytest.mark.parametrize("rendition", RENDITIONS)
def test_a_picture_is_never_larger_than_its_slot(read, theme, rendition):
    slot = '<slot name="flat" wide="0 0 2 2" tall="0 0 2 8" square="0 0 2 6"/>'
    board = read(f'{slot}<scene id="one"><image slot="flat" src="logo" height="600"/></scene>')
    painter = Painter(board, Frame.named(rendition), theme)
    rect, room = painter.pieces("one")[0].rect, painter.frame.rect(board.scenes[0].elements[0].place.slot)
    assert rect.width <= room.width
    assert rect.height <= room.height
    assert rect.width in (room.width, room.width - 1) or rect.height == room.height


def test_a_picture_outside_the_template_set_is_refused(read, theme):
    (theme.root.parent / "secret.png").write_bytes(b"")
    board = read('<scene id="one"><image slot="top" src="../secret.png"/></scene>')
    with pytest.raises(RenderError, match="R404"):
        still(board, "1280x720", "one", 0, theme)


def test_rows_of_a_list_show_swatches_in_the_colours_of_their_category(read, theme):
    board = read(
        '<scene id="one"><list slot="main" label="body" amount="body">'
        '<row swatch="energy" amount="€ 68.40">Energy</row>'
        '<row swatch="taxes" amount="€ 22.70">Taxes</row></list></scene>'
    )
    kinds = (theme.brand.categories.energy, theme.brand.categories.taxes)
    colours = {colour for _, colour in still(board, "1280x720", "one", 0, theme).getcolors(1 << 24)}
    assert {Image.new("RGB", (1, 1), c).getpixel((0, 0)) for c in kinds} <= colours
