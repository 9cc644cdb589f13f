"""Spots lie on what is drawn: judged by the pixels of the held picture."""

from __future__ import annotations

import json

import pytest
import zxingcpp

from renderers.video.channel import scenes_of, storyboard_of
from renderers.video.frame import Frame
from renderers.video.hotspots import CHARGE, CHART, CODE, PAY, Spot, scenes_json, spots_of
from renderers.video.painter import Painter, Theme
from renderers.video.shapes import rgb
from renderers.video.timeline import lay_timeline
from tests.renderers.builders import make_communication

RENDITIONS = ("1280x720", "1080x1920")
CATEGORIES = {"energy": "#0B5E66", "network": "#3C9CA6", "taxes": "#B9820F", "fixed": "#756695"}


@pytest.fixture
def laid(film_templates):
    def make(rendition: str, communication) -> tuple[Painter, dict[str, tuple[Spot, ...]]]:
        templates = film_templates()
        board, _ = storyboard_of(templates, communication)
        painter = Painter(board, Frame.named(rendition), Theme(templates.campaign.brand, templates.root))
        return painter, spots_of(board, painter)

    return make


def cut(painter: Painter, scene: str, spot: Spot):
    """Return the part of the scene's held picture under a spot."""
    picture = painter.picture(scene, 60)
    width, height = picture.size
    left, top = spot.left * width / 100, spot.top * height / 100
    right, bottom = left + spot.width * width / 100, top + spot.height * height / 100
    return picture.crop((round(left), round(top), round(right), round(bottom)))


def of_kind(spots: dict[str, tuple[Spot, ...]], kind: str) -> list[tuple[str, Spot]]:
    return [(scene, spot) for scene, found in spots.items() for spot in found if spot.kind == kind]


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) <= 3 for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("rendition", RENDITIONS)
def test_the_pay_spot_is_the_button_to_the_pixel(laid, rendition):
    painter, spots = laid(rendition, make_communication())
    ((scene, spot),) = of_kind(spots, PAY)
    button = cut(painter, scene, spot)
    accent, (width, height) = rgb("#D1411E"), button.size
    edges = [(width // 2, 1), (width // 2, height - 2), (1, height // 2), (width - 2, height // 2)]
    assert all(near(button.getpixel(at), accent) for at in edges)
    wider = Spot(PAY, "", spot.left - 1, spot.top - 1, spot.width + 2, spot.height + 2, 0)
    around = cut(painter, scene, wider)
    assert not any(near(around.getpixel(at), accent) for at in ((1, 1), (around.width - 2, around.height - 2)))


@pytest.mark.parametrize("rendition", RENDITIONS)
def test_the_code_is_read_from_what_lies_under_its_spot(laid, rendition):
    communication = make_communication()
    painter, spots = laid(rendition, communication)
    ((scene, spot),) = of_kind(spots, CODE)
    (found,) = zxingcpp.read_barcodes(cut(painter, scene, spot))
    assert found.bytes == communication.payment.qr.payload


@pytest.mark.parametrize("rendition", RENDITIONS)
def test_each_charge_has_a_spot_with_its_own_swatch_and_no_other(laid, rendition):
    communication = make_communication()
    painter, spots = laid(rendition, communication)
    charges = of_kind(spots, CHARGE)
    assert [spot.ref for _, spot in charges] == [group.role.value for group in communication.bill.groups]
    for scene, spot in charges:
        pixels = {pixel for _, pixel in cut(painter, scene, spot).getcolors(1 << 20)}
        found = {name for name, colour in CATEGORIES.items() if rgb(colour) in pixels}
        assert found == {spot.ref} & CATEGORIES.keys()


def test_charts_are_named_by_their_id(laid):
    communication = make_communication()
    _, spots = laid("1280x720", communication)
    assert [spot.ref for _, spot in of_kind(spots, CHART)] == [
        communication.bill.stack.id,
        communication.change.chart.id,
        communication.usage[0].chart.id,
    ]


@pytest.mark.parametrize("rendition", RENDITIONS)
def test_spots_lie_inside_the_picture(laid, rendition):
    _, spots = laid(rendition, make_communication())
    for found in spots.values():
        for spot in found:
            assert 0 <= spot.left < spot.left + spot.width <= 100
            assert 0 <= spot.top < spot.top + spot.height <= 100
            assert spot.from_s > 0 or spot.kind in (CODE, "words")


def test_a_film_without_payment_has_no_pay_spot(laid):
    _, spots = laid("1280x720", make_communication(payment=None))
    assert not of_kind(spots, PAY)
    assert not of_kind(spots, CODE)


def told(laid, communication) -> dict[str, object]:
    painter, spots = laid("1280x720", communication)
    line = lay_timeline(painter.storyboard, (), (), 10)
    artifact = scenes_of(line, "1280x720", spots, communication)
    assert (artifact.name, artifact.media_type) == ("scenes-1280x720.json", "application/json")
    return json.loads(artifact.data)


def test_scenes_follow_one_another_to_the_end_of_the_film(laid):
    film = told(laid, make_communication())
    scenes = film["scenes"]
    assert [scene["id"] for scene in scenes] == ["hello", "amount", "made_of", "why", "used", "tip", "pay", "close"]
    assert [scene["end"] for scene in scenes[:-1]] == [scene["start"] for scene in scenes[1:]]
    assert (scenes[0]["start"], scenes[-1]["end"]) == (0, film["seconds"])
    for scene in scenes:
        assert all(scene["start"] <= spot["from"] <= scene["end"] for spot in scene["spots"])


def test_contacts_are_spots_and_other_words_are_not(laid):
    communication = make_communication()
    scenes = {scene["id"]: scene for scene in told(laid, communication)["scenes"]}
    assert [spot["kind"] for spot in scenes["close"]["spots"]] == ["phone", "email", "website"]
    assert scenes["hello"]["spots"] == []
    assert communication.customer.first_name.text not in json.dumps(list(scenes.values()))


def test_a_film_without_spots_tells_its_scenes(laid):
    painter, _ = laid("1280x720", make_communication())
    film = json.loads(scenes_json(lay_timeline(painter.storyboard, (), (), 10), "1280x720", {}, {}))
    assert all(scene["spots"] == [] for scene in film["scenes"])
