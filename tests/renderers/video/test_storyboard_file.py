from __future__ import annotations

import re

import pytest

from engine.errors import RenderError
from renderers.video.frame import Frame, Rect
from renderers.video.storyboard import Scene, TextElement
from renderers.video.storyboard_file import Sources, read_storyboard


def refused(read, scenes: str) -> str:
    with pytest.raises(RenderError) as caught:
        read(scenes)
    return str(caught.value)


def scene(inner: str, attributes: str = "") -> str:
    return f'<scene id="one" {attributes}>{inner}</scene>'


def test_a_scene_holds_its_elements_in_order(read):
    board = read(scene('<text slot="top" style="title">Hello</text><qr slot="main"/>', 'ground="primary" min_s="2.5"'))
    only = board.scenes[0]
    assert isinstance(only, Scene)
    assert (only.id, only.ground, only.min_s, only.narration) == ("one", "primary", 2.5, "one")
    first = only.elements[0]
    assert isinstance(first, TextElement)
    assert (first.text, first.style.size, first.place.slot.name) == ("Hello", 52, "top")


def test_an_unknown_attribute_is_named_with_the_nearest_known_one(read):
    message = refused(read, scene('<text slot="top" style="title" entre="fade">x</text>'))
    assert message.startswith("R402 video/storyboard.xml.j2 scene `one` `text`: `text` has no attribute `entre`")
    assert "did you mean `enter`?" in message


def test_an_unknown_element_is_named_with_the_nearest_known_one(read):
    assert "`txt` can't stand in `scene`" in (message := refused(read, scene("<txt/>")))
    assert "did you mean `text`?" in message


@pytest.mark.parametrize(
    ("inner", "code", "fact"),
    [
        ('<text slot="topp" style="title">x</text>', "R404", "there is no slot `topp`"),
        ('<text slot="top" style="titel">x</text>', "R404", "there is no style `titel`"),
        ('<text style="title">x</text>', "R403", "`text` needs the attribute `slot`"),
        ('<chart slot="main" ref="stak" label="body" axis="body"/>', "R404", "there is no chart `stak`"),
        ('<text slot="top" style="title" enter="jump">x</text>', "R403", "`enter` can't be `jump`"),
        ('<text slot="top" style="title" enter="fade" seconds="long">x</text>', "R403", "`seconds` is not a number"),
        ('<panel slot="top" fill="purple"/>', "R403", "`fill` can't be `purple`"),
        ('<list slot="main" label="body" amount="body"><row swatch="enrgy"/></list>', "R403", "`swatch` can't be"),
    ],
)  # fmt: skip
def test_what_can_not_be_used_is_said_with_its_place(read, inner, code, fact):
    message = refused(read, scene(inner))
    assert message.startswith(f"{code} video/storyboard.xml.j2 scene `one`")
    assert fact in message


def test_text_smaller_than_28_pixels_is_refused():
    text = '<storyboard><style name="tiny" size="20"/></storyboard>'
    with pytest.raises(RenderError, match=r"style `tiny`: `size` must be from 28 to 300"):
        read_storyboard(text, Sources({}))


def test_a_box_outside_the_grid_is_refused():
    text = '<storyboard><slot name="wide" wide="6 0 8 2" tall="0 0 12 2"/></storyboard>'
    with pytest.raises(RenderError, match="outside the grid"):
        read_storyboard(text, Sources({}))


@pytest.mark.parametrize(("shape", "box"), [("wide", "0 6 12 7"), ("square", "0 6 12 7"), ("tall", "0 18 12 7")])
def test_each_shape_has_a_grid_of_its_own(shape, box):
    boxes = {"wide": "0 0 12 2", "tall": "0 0 12 2", "square": "0 0 12 2", shape: box}
    attributes = " ".join(f'{name}="{value}"' for name, value in boxes.items())
    with pytest.raises(RenderError, match=rf"`{shape}` lies outside the grid of 12 columns and \d+ rows"):
        read_storyboard(f'<storyboard><slot name="a" {attributes}/></storyboard>', Sources({}))


def test_a_square_picture_takes_its_own_box_or_that_of_landscape(read):
    slots = (
        '<slot name="own" wide="0 0 6 1" tall="0 2 12 3" square="1 2 4 2"/>'
        '<slot name="two" wide="0 3 6 3" tall="0 6 12 3"/>'
    )
    board = read(f'{slots}<scene id="one"><panel slot="own"/><panel slot="two"/></scene>')
    own, two = (Frame.named("1080x1080").rect(element.place.slot) for element in board.scenes[0].elements)
    assert own == Rect(54 + 81, 54 + 162, 324, 162)
    assert two == Rect(54, 54 + 243, 486, 243)


def test_a_broken_storyboard_says_where():
    with pytest.raises(RenderError, match=r"R401 .* at line 2 of the rendered text"):
        read_storyboard("<storyboard>\n<scene></storyboard>", Sources({}))


def test_a_qr_without_payment_is_refused():
    text = (
        '<storyboard><slot name="a" wide="0 0 1 1" tall="0 0 1 1"/><scene id="pay"><qr slot="a"/></scene></storyboard>'
    )
    with pytest.raises(RenderError, match=r"nothing is payable"):
        read_storyboard(text, Sources({}))


def test_control_characters_and_entities_do_no_harm(read):
    board = read(scene('<text slot="top" style="title">A\x00\x0b&lt;b&gt; &amp;\ufffe</text>'))
    assert board.scenes[0].elements[0].text == "A<b> &"
    bomb = '<!DOCTYPE storyboard [<!ENTITY a SYSTEM "file:///etc/passwd">]><storyboard>&a;</storyboard>'
    with pytest.raises(RenderError):
        read_storyboard(bomb, Sources({}))


def test_a_no_break_space_between_figure_and_currency_is_kept(read):
    board = read(scene('<text slot="top" style="title">\n  €\u00a0129.45   now\n</text>'))
    assert board.scenes[0].elements[0].text == "€\u00a0129.45 now"


def test_entrances_follow_one_another_unless_told_to_go_together(read):
    board = read(
        scene(
            '<text slot="top" style="title" enter="fade" seconds="0.3">a</text>'
            '<text slot="main" style="body" enter="slide" seconds="0.4" wait_s="0.1">b</text>'
            '<text slot="main" style="body" enter="fade" seconds="0.3" with="previous">c</text>'
            '<text slot="main" style="body">d</text>'
        )
    )
    starts = [element.entrance.start_s for element in board.scenes[0].elements]
    assert starts == [0.0, 0.4, 0.4, 0.0]
    assert board.scenes[0].moving_s == pytest.approx(0.8)


def test_two_scenes_with_one_id_are_refused(read):
    assert re.search("two scenes bear the same id", refused(read, scene("") + scene("")))


RULES = {"winter": True, "bill-shock": False}


def ruled(scenes: str, **rules: bool):
    text = '<storyboard><style name="a"/><slot name="a" wide="0 0 1 1" tall="0 0 1 1"/>' + scenes + "</storyboard>"
    return read_storyboard(text, Sources({}, None, {**RULES, **rules}))


@pytest.mark.parametrize(
    ("condition", "is_there"),
    [
        ('when="winter"', True), ('when="bill-shock"', False), ('when="winter bill-shock"', False),
        ('unless="bill-shock"', True), ('unless="winter"', False), ('when="winter" unless="bill-shock"', True),
    ],
)  # fmt: skip
def test_a_scene_an_element_and_a_row_are_shown_by_rules_of_the_campaign(condition, is_there):
    board = ruled(
        f'<scene id="one" {condition}/><scene id="two"><text slot="a" style="a" {condition}>x</text>'
        f'<list slot="a" label="a" amount="a"><row>kept</row><row {condition}>y</row></list></scene>'
    )
    assert [scene.id for scene in board.scenes] == (["one", "two"] if is_there else ["two"])
    *texts, rows = board.scenes[-1].elements
    assert len(texts) == int(is_there)
    assert len(rows.rows) == 1 + int(is_there)
    assert ("kept" in board.words) is not is_there


def test_a_rule_that_the_campaign_does_not_have_is_named_with_the_nearest():
    with pytest.raises(RenderError, match=r"R404 .*scene `one`: there is no rule `wintr`\nhint: did you mean `winter`"):
        ruled('<scene id="one" when="wintr"/>')


def test_a_scene_has_a_length_of_its_own_or_that_of_its_words(read):
    fixed, free = read('<scene id="one" seconds="4"/><scene id="two" min_s="2"/>').scenes
    assert (fixed.fixed_s, free.fixed_s) == (4, 0)


def test_an_emphasis_is_an_element_of_its_own_that_follows_the_entrance(read):
    board = read(scene(
        '<text slot="top" style="title" enter="fade" seconds="0.5" emphasis="underline">a</text>'
        '<button slot="main" style="title" emphasis="pulse" at_s="2">b</button>'
        '<panel slot="main" fill="accent" enter="fade" seconds="0.5" emphasis="glow" at_s="0.1"/>'
    ))  # fmt: skip
    made = [(element.id, element.entrance.start_s) for element in board.scenes[0].elements]
    assert made == [("text-0", 0.0), ("text-0-underline", 0.8), ("button-2", 0.0), ("button-2-pulse", 2.0),
                    ("panel-4-glow", 1.0), ("panel-4", 0.5)]  # fmt: skip
    assert [e.colour for e in board.scenes[0].elements if hasattr(e, "target")] == ["on", "accent", "accent"]
    assert board.scenes[0].moving_s == pytest.approx(2.6)


def test_an_entrance_is_eased_as_it_says(read):
    board = read(scene('<panel slot="top" enter="slide" ease="back"/><panel slot="main" enter="fade"/>'))
    assert [element.entrance.ease for element in board.scenes[0].elements] == ["back", "out"]
    assert "`ease` can't be `bak`" in refused(read, scene('<panel slot="top" enter="slide" ease="bak"/>'))
    assert "`emphasis` can't be `pulls`" in refused(read, scene('<panel slot="top" emphasis="pulls"/>'))


def test_two_elements_with_one_id_are_refused(read):
    twice = '<panel slot="top" id="a"/><panel slot="main" id="a"/>'
    assert "two elements bear the same id" in refused(read, scene(twice))


def test_a_style_that_was_read_before_is_still_refused_with_what_it_can_not_hold():
    slot = '<slot name="a" wide="0 0 1 1" tall="0 0 1 1"/>'
    text = f'<storyboard><style name="a" size="40"/>{slot}<scene id="one"/></storyboard>'
    assert read_storyboard(text, Sources({})) == read_storyboard(text, Sources({}))
    with pytest.raises(RenderError, match="`text` can't stand in `style`"):
        read_storyboard(text.replace('size="40"/>', 'size="40"><text/></style>'), Sources({}))
    with pytest.raises(RenderError, match="`size` must be from 28 to 300"):
        read_storyboard(text.replace('size="40"', 'size="20"'), Sources({}))
