"""The fit rule on the starter set: names, words and amounts of every sample are whole in every shape."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.compose import Suppressed, compose
from engine.payment.keyring import Keyring
from engine.templating import TemplateSet
from renderers.video.channel import storyboard_of
from renderers.video.frame import Frame
from renderers.video.layout import SceneLayout
from renderers.video.painter import Painter, Theme
from renderers.video.shapes import Palette
from renderers.video.storyboard import Storyboard, TextElement
from renderers.video.typeface import FontBook
from tests.engine.compose.cases import NOW, ROOT, sample_customers

RENDITIONS = ("1280x720", "1080x1920", "1080x1080")
KEYS = Keyring.from_secret(bytes(range(32)))
PARTS = (
    "Александра-Евгения", "Константиновна", "Maximiliane-Théodora", "Hohenzollern-Sigmaringen", "Aoife", "Żaneta",
    "Wolfeschlegelsteinhausen", "Þórgunnur", "Nicolae-Constantin", "Žygimantas", "von und zu", "Ó Maoldomhnaigh", "L.",
)  # fmt: skip


@pytest.fixture(scope="module")
def starter() -> TemplateSet:
    return TemplateSet(Path(ROOT) / "templates" / "bill-explainer")


@pytest.fixture(scope="module")
def boards(starter) -> dict[str, Storyboard]:
    """The storyboard of every sample in its own language, and of the first in every other."""
    campaign, made = starter.campaign, {}
    for number, customer in enumerate(sample_customers()):
        language = (customer.locale or "").replace("_", "-").split("-")[0]
        own = language if language in campaign.locales else campaign.locale
        for locale in campaign.locales if number == 0 else (own,):
            told = compose(customer, campaign, starter.texts(locale), NOW, KEYS)
            if not isinstance(told, Suppressed):
                made[f"{customer.key} {locale}"] = storyboard_of(starter, told)[0]
    return made


def painter_of(starter: TemplateSet, board: Storyboard, rendition: str, *, captions: bool = False) -> Painter:
    return Painter(board, Frame.named(rendition, captions), Theme(starter.campaign.brand, starter.root))


@pytest.mark.parametrize("rendition", RENDITIONS)
def test_nothing_of_any_sample_is_cut_or_lacks_a_glyph(starter, boards, rendition):
    assert len(boards) >= 30
    cut = {}
    for key, board in boards.items():
        painter = painter_of(starter, board, rendition)
        for scene in board.scenes:
            painter.pieces(scene.id)
        if painter.all_warnings():
            cut[key] = painter.all_warnings()
    assert cut == {}


@pytest.mark.parametrize("rendition", RENDITIONS)
def test_pictures_with_captions_burnt_in_hold_every_sample_too(starter, boards, rendition):
    for key in list(boards)[::6]:
        painter = painter_of(starter, boards[key], rendition, captions=True)
        for scene in boards[key].scenes:
            painter.pieces(scene.id)
        assert [text for text in painter.all_warnings() if "scene `hello`" in text] == [], key


def greeted(board: Storyboard, name: str) -> Storyboard:
    """Return a storyboard of the greeting alone, with another name in it."""
    hello = board.scene("hello")
    elements = tuple(
        dataclasses.replace(element, text=f"Здравствуйте, {name}")
        if isinstance(element, TextElement) and element.style.name == "hello" else element
        for element in hello.elements
    )  # fmt: skip
    return dataclasses.replace(board, scenes=(dataclasses.replace(hello, elements=elements),))


@pytest.mark.parametrize("rendition", RENDITIONS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.sampled_from(PARTS), min_size=1, max_size=4))
def test_a_long_name_is_whole(starter, boards, rendition, parts):
    board = greeted(next(iter(boards.values())), " ".join(parts)[:64])
    painter = painter_of(starter, board, rendition)
    painter.pieces("hello")
    assert painter.all_warnings() == ()


def test_a_name_beyond_all_measure_is_cut_with_a_warning(starter, boards):
    painter = painter_of(starter, greeted(next(iter(boards.values())), "Maximiliane-Théodora " * 20), "1080x1080")
    painter.pieces("hello")
    assert "video: scene `hello`: the text of `text-4` was shortened" in painter.all_warnings()


def test_all_labels_of_a_list_are_set_in_one_size_and_all_amounts_in_another(read, theme):
    board = read(
        '<scene id="one"><list slot="main" label="title" amount="body"><row amount="€ 1.00">Energy</row>'
        '<row amount="€ 22.70">Taxes, levies and VAT of last year</row><row>Rest</row></list></scene>'
    )
    (element,), frame = board.scenes[0].elements, Frame.named("1280x720")
    book = FontBook(theme.brand.fonts, theme.root)
    layout = SceneLayout(board.scenes[0], frame, Palette(theme.brand, "paper"), book, theme.root, [])
    one, *others = layout._row_settings(element, 700, 80)
    assert {label.size_px for label, _ in others} == {one[0].size_px}
    assert 40 <= one[0].size_px < 52
    assert [amount and amount.size_px for _, amount in (one, *others)] == [36, 36, None]
    (alone,) = layout._row_settings(dataclasses.replace(element, rows=element.rows[:1]), 700, 80)
    assert alone[0].size_px == 52
