from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PIL import Image, ImageChops

from renderers.video.canvas import Clipped, RgbCanvas, YuvCanvas, even_areas
from renderers.video.channel import storyboard_of
from renderers.video.frame import Frame, Rect
from renderers.video.painter import Painter, Theme
from renderers.video.pieces import CounterPiece, LayerPiece, Piece, RowsPiece, changed, slide_px
from renderers.video.shapes import rounded
from renderers.video.storyboard import Entrance, EntranceKind
from tests.renderers import builders

STEPS = [step / 12 for step in range(1, 13)] + [0.003, 0.01]
GREY = (119, 120, 121)


def drawn(piece: Piece, progress: float, size: tuple[int, int]) -> np.ndarray:
    picture = Image.new("RGB", size, GREY)
    piece.draw(RgbCanvas(picture), progress)
    return np.asarray(picture)


def touched(piece: Piece, size: tuple[int, int]) -> Rect:
    """All that the piece paints at any of many progresses."""
    ground, area = Image.new("RGB", size, GREY), Rect(0, 0, 0, 0)
    for progress in STEPS:
        picture = ground.copy()
        piece.draw(RgbCanvas(picture), progress)
        left, top, right, bottom = ImageChops.difference(picture, ground).getbbox() or (0, 0, 0, 0)
        area = area.joined(Rect(left, top, right - left, bottom - top))
    return area


@pytest.fixture
def painter(film_templates):
    templates = film_templates()

    def make(rendition: str = "1280x720", **changes) -> Painter:
        board, _ = storyboard_of(templates, builders.make_communication(**changes))
        return Painter(board, Frame.named(rendition), Theme(templates.campaign.brand, templates.root))

    return make


@pytest.mark.parametrize("rendition", ["1280x720", "1080x1920"])
def test_no_piece_of_the_starter_set_touches_a_pixel_outside_its_reach(painter, rendition):
    made = painter(rendition)
    size = (made.frame.width, made.frame.height)
    for scene in made.storyboard.scenes:
        for piece, element in zip(made.pieces(scene.id), scene.elements, strict=True):
            area = touched(piece, size)
            assert area.joined(piece.reach) == piece.reach, (scene.id, element.id, area, piece.reach)
            if not isinstance(piece, CounterPiece) and area.width:
                rise = slide_px(made.frame) if element.entrance.kind is EntranceKind.SLIDE else 4  # faint edges
                wide = Rect(area.left - 4, area.top - 4, area.width + 8, area.height + 4 + rise)
                assert wide.joined(piece.reach) == wide, (scene.id, element.id, area, piece.reach)


@pytest.mark.parametrize("left", [64, 71, 301])
def test_the_edge_of_a_wipe_keeps_to_columns_of_macroblocks(left):
    layer = rounded(300, 40, 0, (255, 0, 0))
    piece = LayerPiece(Entrance(EntranceKind.WIPE, 0.0, 0.4), Rect(left, 10, 300, 40), layer, Frame(1280, 720))
    for progress in (0.1, 0.2, 0.5, 0.6):
        (seen,) = np.nonzero((drawn(piece, progress, (1280, 60))[20] != GREY).any(axis=1))
        assert seen[0] == left
        assert (seen[-1] + 1) % 16 == 0 or seen[-1] + 1 == left + 300
    assert (drawn(piece, 1.0, (1280, 60))[20, left : left + 300] == (255, 0, 0)).all()


@pytest.mark.parametrize("kind", list(EntranceKind))
def test_reach_holds_for_every_entrance_of_every_piece(painter, kind):
    made = painter()
    size = (made.frame.width, made.frame.height)
    kinds = set()
    for scene in made.storyboard.scenes:
        for piece in made.pieces(scene.id):
            if type(piece) in kinds:
                continue
            kinds.add(type(piece))
            piece.entrance = dataclasses.replace(piece.entrance, kind=kind)
            assert touched(piece, size).joined(piece.reach) == piece.reach, (kind, type(piece))
    assert len(kinds) >= 4


def test_reach_moves_with_the_piece(painter):
    made = painter()
    for piece in made.pieces("amount"):
        before = piece.reach
        piece.move_to(piece.rect.left + 7, piece.rect.top - 5)
        assert piece.reach == before.moved(7, -5)


def test_pieces_of_equal_key_set_equal_pixels(painter):
    one, other = painter(), painter()
    size = (one.frame.width, one.frame.height)
    for scene in one.storyboard.scenes:
        for first, second in zip(one.pieces(scene.id), other.pieces(scene.id), strict=True):
            assert first.key == second.key
            for progress in (0.1, 0.5, 0.77, 1.0):
                assert (drawn(first, progress, size) == drawn(second, progress, size)).all()


def test_different_pieces_have_different_keys(painter):
    made = painter()
    keys: dict[bytes, tuple[str, str]] = {}
    for scene in made.storyboard.scenes:
        for piece, element in zip(made.pieces(scene.id), scene.elements, strict=True):
            shown = getattr(element, "text", "") or getattr(element, "path", "") or element.id
            what = (shown, element.entrance.kind, getattr(element, "height", 0), scene.ground, piece.rect.width)
            assert keys.setdefault(piece.key, what) == what


def test_a_key_tells_the_kind_of_the_entrance_but_neither_its_times_nor_the_place(painter):
    for scene in ("amount", "made_of"):
        for piece in painter().pieces(scene):
            before, was = piece.key, piece.entrance
            piece.move_to(3, 4)
            piece.entrance = Entrance(was.kind, was.start_s + 1, was.seconds * 2)
            assert piece.key == before
            if isinstance(piece, LayerPiece | RowsPiece):
                kind = EntranceKind.WIPE if was.kind is not EntranceKind.WIPE else EntranceKind.FADE
                piece.entrance = Entrance(kind, was.start_s, was.seconds)
                assert piece.key != before


def test_a_counter_of_another_amount_has_another_key(painter):
    def key(amount: str) -> bytes:
        bill = builders.make_bill(amount_due=builders.fact("bill.amount_due", amount, None))
        (piece,) = [p for p in painter(bill=bill).pieces("amount") if isinstance(p, CounterPiece)]
        return piece.key

    assert key("€ 129.45") == key("€ 129.45") != key("€ 129.46")


@pytest.mark.parametrize("rendition", ["1280x720", "1080x1920"])
def test_painting_what_changed_gives_what_painting_all_gives(painter, rendition):
    made = painter(rendition)
    width, height = made.frame.width, made.frame.height
    base, part, whole = (YuvCanvas(width, height) for _ in range(3))
    base.fill((90, 140, 60))
    stepwise = 0
    for scene in made.storyboard.scenes:
        for piece in made.pieces(scene.id):
            part.copy_from(base, base.area)
            last = 0.0
            for progress in (0.07, 0.2, 0.31, 0.44, 0.6, 0.85, 0.93, 1.0):
                areas = even_areas(changed(piece, last, progress))
                for area in areas:
                    part.copy_from(base, area)
                piece.draw(Clipped(part, areas), progress)
                last = progress
                whole.copy_from(base, base.area)
                piece.draw(whole, progress)
                for one, other in ((part.luma, whole.luma), (part.blue, whole.blue), (part.red, whole.red)):
                    assert ImageChops.difference(one, other).getbbox() is None, (scene.id, type(piece), progress)
                stepwise += sum(area.width * area.height for area in areas) < piece.reach.width * piece.reach.height / 2
    assert stepwise > 8  # charts and rows


def test_nothing_changes_between_equal_progresses(painter):
    made = painter()
    for scene in made.storyboard.scenes:
        for piece in made.pieces(scene.id):
            assert changed(piece, 0.4, 0.4) == ()
