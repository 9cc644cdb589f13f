from __future__ import annotations

import dataclasses

import pytest

from engine.errors import RenderError
from engine.model.campaign import Rule
from renderers.video.channel import storyboard_of
from tests.renderers.builders import make_communication

TEXT = """<storyboard>
<style name="body"/><slot name="top" wide="0 0 12 2" tall="0 0 12 2"/>
<scene id="hello" title="Hello"><text slot="top" style="body">{{ greeting }}</text></scene>
<scene id="winter" title="Winter" when="winter"><text slot="top" style="body">{{ bill.amount_due }}</text></scene>
<scene id="close" title="Bye"><text slot="top" style="body" unless="winter">{{ bill.number }}</text></scene>
</storyboard>"""
RULES = (Rule(id="winter", show="scene", reason="It is winter."),)


def said(*rules: str):
    plain = make_communication()
    return dataclasses.replace(plain, decision=dataclasses.replace(plain.decision, rules=rules))


@pytest.fixture
def templates(film_templates):
    made = film_templates(TEXT)
    made.campaign = made.campaign.model_copy(update={"rules": RULES})
    return made


@pytest.mark.parametrize(
    ("rules", "scenes", "facts"),
    [
        (("winter",), ["hello", "winter", "close"], {"customer.first_name", "bill.amount_due"}),
        ((), ["hello", "close"], {"customer.first_name", "bill.number"}),
    ],
)
def test_what_a_rule_leaves_out_is_neither_filmed_nor_claimed_as_shown(templates, rules, scenes, facts):
    board, shown = storyboard_of(templates, said(*rules))
    assert [scene.id for scene in board.scenes] == scenes
    assert set(shown) == facts


def test_a_rule_that_the_campaign_lacks_is_an_error_for_everyone(film_templates):
    with pytest.raises(RenderError, match=r"R404 .*scene `winter`: there is no rule `winter`"):
        storyboard_of(film_templates(TEXT), said())


def test_what_only_the_mail_shows_is_not_claimed_of_the_film(film_templates):
    mail = '<scene id="amount" in="both"><text slot="top" style="body" in="mail">{{ bill.amount_due }}</text></scene>'
    alone = TEXT.split('<scene id="winter"')[0] + mail + "</storyboard>"
    _, shown = storyboard_of(film_templates(alone), said())
    assert set(shown) == {"customer.first_name"}
    both = alone.replace(
        "</scene></storyboard>", '<text slot="top" style="body">{{ bill.amount_due }}</text></scene></storyboard>'
    )
    _, shown = storyboard_of(film_templates(both), said())
    assert set(shown) == {"customer.first_name", "bill.amount_due"}
