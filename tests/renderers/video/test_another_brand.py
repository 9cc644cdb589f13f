"""A designer's change of colours, fonts, logo, order and wording: files of the template set alone, no Python."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from engine.compose import compose
from engine.payment.keyring import Keyring
from engine.templating import TemplateSet
from engine.templating.lint import check_set
from renderers.video.channel import storyboard_of
from renderers.video.frame import Frame
from renderers.video.painter import Painter, Theme
from tests.engine.compose.cases import NOW, ROOT, sample_customers

NAVY, SAND, ROSE = "#1F3F8F", "#FFFDF5", "#B3123F"
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30 10">'
    '<rect width="30" height="10" rx="2" fill="#F2B705"/></svg>'
)
KEYS = Keyring.from_secret(bytes(range(32)))


def replaced(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


def reordered(path: Path) -> None:
    """Put the pay scene after the amount, and leave the tip out."""
    text = path.read_text("utf-8")
    pay = re.search(r"\n\{%- if payment %\}\n  <scene id=\"pay\".*?</scene>\n\{%- endif %\}\n", text, re.DOTALL)
    tip = re.search(r"\n\{%- if tips and .*?</scene>\n\{%- endif %\}\n", text, re.DOTALL)
    assert pay
    assert tip
    text = text.replace(pay[0], "").replace(tip[0], "")
    notice = text.index("\n{%- if notices %}")
    path.write_text(text[:notice] + pay[0] + text[notice:], "utf-8")


@pytest.fixture(scope="module")
def navy(tmp_path_factory: pytest.TempPathFactory) -> TemplateSet:
    root = tmp_path_factory.mktemp("navy") / "set"
    shutil.copytree(Path(ROOT) / "templates" / "bill-explainer", root)
    replaced(
        root / "campaign.toml",
        ('primary = "#0B5E66"', f'primary = "{NAVY}"'), ('paper = "#FAF8F4"', f'paper = "{SAND}"'),
        ('accent = "#D1411E"', f'accent = "{ROSE}"'), ('energy = "#0B5E66"', f'energy = "{NAVY}"'),
        ('text = "Inter"', 'text = "Noto Sans"'), ("radius_px = 8", "radius_px = 0"),
    )  # fmt: skip
    for name in ("logo.svg", "logo-dark.svg"):
        (root / "brand" / name).write_text(LOGO)
    reordered(root / "video" / "storyboard.xml.j2")
    replaced(root / "video" / "storyboard.xml.j2", ('_("Thank you")', '_("Bye for now")'))
    for po in (root / "texts").glob("*.po"):
        with po.open("a", encoding="utf-8") as file:
            file.write('\nmsgid "Bye for now"\nmsgstr "Good-bye"\n')
    return TemplateSet(root)


@pytest.fixture(scope="module")
def board(navy):
    customer = next(iter(sample_customers()))
    told = compose(customer, navy.campaign, navy.texts("en"), NOW, KEYS)
    return storyboard_of(navy, told)[0]


def hue(colour: str) -> np.ndarray:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])


def share_of(picture: np.ndarray, colour: str, within: int = 3) -> float:
    return float((np.abs(picture.astype(int) - hue(colour)).max(axis=2) <= within).mean())


def test_the_check_of_the_set_finds_nothing_to_complain_of(navy):
    assert list(check_set(navy.root)) == []


def test_scenes_come_in_the_order_of_the_file(board):
    assert [scene.id for scene in board.scenes] == ["hello", "amount", "pay", "made_of", "why", "used", "close"]
    assert "Good-bye" in [getattr(element, "text", "") for element in board.scenes[-1].elements]


@pytest.mark.parametrize("rendition", ["1280x720", "1080x1920", "1080x1080"])
def test_every_shape_is_painted_in_the_new_look_without_a_warning(navy, board, rendition):
    theme = Theme(navy.campaign.brand, navy.root)
    painter = Painter(board, Frame.named(rendition), theme)
    shown = {scene.id: np.asarray(painter.picture(scene.id, scene.moving_s)) for scene in board.scenes}
    assert painter.all_warnings() == ()
    assert tuple(shown["hello"][0, 0]) == tuple(hue(NAVY))
    assert share_of(shown["used"], SAND, 0) > 0.4
    assert share_of(shown["pay"], ROSE, 0) > 0.01
    assert share_of(shown["hello"], "#F2B705") > 0.01
    assert share_of(shown["made_of"], NAVY, 0) > 0.01
    for picture in shown.values():
        assert share_of(picture, "#0B5E66", 0) == share_of(picture, "#D1411E", 0) == 0


def test_words_are_set_in_the_new_font(navy, board):
    other = navy.campaign.brand.model_copy(
        update={"fonts": navy.campaign.brand.fonts.model_copy(update={"text": "Inter"})}
    )
    frame = Frame.named("1280x720")
    scene = board.scene("close")
    one, two = (np.asarray(Painter(board, frame, Theme(brand, navy.root)).picture("close", scene.moving_s))
                for brand in (navy.campaign.brand, other))  # fmt: skip
    assert (one != two).any(axis=2).mean() > 0.005
