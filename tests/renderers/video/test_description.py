from __future__ import annotations

import pytest

from engine.contracts import Speech
from engine.model.communication import Phrase, PhraseScope
from renderers.video.description import described, description_vtt
from renderers.video.timeline import lay_timeline
from tests.renderers.chart_builders import bars_chart, waterfall_chart

MASTHEAD = '<text slot="top" style="body">Northlight</text>'


def of(read, inner: str, said: str = "") -> str:
    return described(read(f'<scene id="one">{inner}</scene>').scenes[0], said)


def test_what_is_seen_is_told_in_sentences_and_in_order(read):
    inner = (
        '<text slot="top" style="title">Amount due</text><counter slot="main" style="amount">€ 129.45</counter>'
        '<text slot="top" style="body">by 24 November</text><button slot="main" style="title">Pay now?</button>'
    )
    assert of(read, inner) == "Amount due. € 129.45. By 24 November. Pay now?"


def test_what_is_said_is_not_described_again(read):
    inner = '<text slot="top" style="title">You used 12% less.</text><text slot="top" style="body">Since May</text>'
    assert of(read, inner, "Good news. You used  12% less than a year ago.") == "Since May."


def test_a_list_is_told_with_its_amounts_and_its_stacked_bar_is_not_told_twice(read):
    inner = (
        '<chart slot="top" ref="stack" label="body" axis="body"/><list slot="main" label="body" amount="body">'
        '<row amount="€ 68.40">Energy</row><row amount="€ 22.70">Taxes</row></list>'
    )
    assert of(read, inner) == "Energy € 68.40, Taxes € 22.70."
    assert of(read, '<chart slot="top" ref="stack" label="body" axis="body"/>')


def test_a_waterfall_is_told_step_by_step_and_many_bars_by_their_finding(read):
    inner = '<chart slot="top" ref="{}" label="body" axis="body"/>'
    steps = waterfall_chart().rows
    assert len(steps) > 3
    told = of(read, inner.format("waterfall"))
    assert told.rstrip(".").split(", ") == [f"{row.label} {row.cells[0].text}" for row in steps]
    assert of(read, inner.format("usage-0")).rstrip(".") == bars_chart().summary.text.rstrip(".")


def test_pictures_and_codes_are_ornaments_unless_they_say_something(read):
    assert of(read, '<image slot="top" src="logo"/><panel slot="top"/><qr slot="main"/>') == ""
    assert of(read, '<image slot="top" src="logo" alt="A  wind farm at sea"/>') == "A wind farm at sea."


def test_words_that_stand_within_others_are_told_once(read):
    inner = '<text slot="top" style="body">Call 800 000 111.</text><text slot="main" style="title">800 000 111</text>'
    assert of(read, inner) == "Call 800 000 111."


@pytest.fixture
def line(read):
    board = read(
        f'<scene id="hello" min_s="2">{MASTHEAD}<text slot="main" style="body">A &lt; B</text></scene>'
        f'<scene id="mute" min_s="2">{MASTHEAD}</scene>'
        f'<scene id="bye" min_s="2"><text slot="top" style="body">Northlight</text>'
        '<text slot="main" style="body">Thanks</text></scene>'
    )
    said = [Phrase("bye", "Thanks.", "Thanks.", PhraseScope.SHARED)]
    return lay_timeline(board, said, [Speech(bytes(8000), 8000)], 25)


def test_a_cue_fills_its_scene_and_a_scene_that_adds_nothing_has_none(line):
    assert description_vtt(line) == ("WEBVTT\n\nhello\n00:00:00.000 --> 00:00:02.000\nNorthlight. A &lt; B.\n")
