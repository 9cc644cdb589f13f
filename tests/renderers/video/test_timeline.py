from __future__ import annotations

import itertools
import math

import pytest

from engine.contracts import Speech
from engine.model.communication import Phrase, PhraseScope
from renderers.video.captions import LINE_CHARACTERS, captions_vtt, chapters_vtt, cues, transcript
from renderers.video.sound.clock import FRAME, RATE_HZ
from renderers.video.timeline import HOLD_S, LEAD_S, PAUSE_S, TAIL_S, lay_timeline, overlong, unsaid

SCENES = (
    '<scene id="hello" title="Hello" min_s="2"/>'
    '<scene id="pay" title="How to pay &amp; when" min_s="1" narration="pay instalments">'
    '<text slot="top" style="title" enter="fade" seconds="0.3">Pay</text></scene>'
)


def phrase(scene: str, text: str) -> Phrase:
    return Phrase(scene, text, text, PhraseScope.SHARED)


def speech(seconds: float) -> Speech:
    return Speech(bytes(2 * round(seconds * 8000)), 8000)


def test_a_scene_lasts_as_long_as_what_is_said_over_it(read):
    said = [phrase("hello", "Hello."), phrase("pay", "Tap."), phrase("instalments", "Or in parts.")]
    line = lay_timeline(read(SCENES), said, [speech(0.5), speech(2), speech(1)], 25)
    least = [LEAD_S, 2 + LEAD_S, 2 + LEAD_S + 2 + PAUSE_S]
    for one, start_s in zip(line.spoken, least, strict=True):
        assert start_s <= one.start_s < start_s + 2 * FRAME / RATE_HZ  # on the grid of the sound
    assert [span.count for span in line.spans] == [50, math.ceil((line.spoken[-1].end_s + TAIL_S - 2) * 25)]
    assert line.seconds == line.frames / 25


def test_every_phrase_starts_on_the_grid_of_the_sound(read):
    said = [phrase("hello", "Hello."), phrase("pay", "Tap."), phrase("instalments", "Or in parts.")]
    line = lay_timeline(read(SCENES), said, [speech(0.517), speech(2.1), speech(1.03)], 25)
    samples = [one.start_s * RATE_HZ for one in line.spoken]
    assert [round(at) % FRAME for at in samples] == [0, 0, 0]
    assert samples == pytest.approx([round(at) for at in samples], abs=1e-6)


def test_a_scene_stands_still_long_enough_to_be_read(read):
    line = lay_timeline(read(SCENES), [], [], 10)
    assert line.spans[1].count == round((0.3 + HOLD_S) * 10)


@pytest.mark.parametrize(("said_s", "frames", "warned"), [(1, 30, ()), (2.4, 31, ("hello",)), (4, 47, ("hello",))])
def test_a_fixed_scene_keeps_its_length_unless_the_voice_needs_longer(read, said_s, frames, warned):
    board = read('<scene id="hello" seconds="3" min_s="9"/>')
    line = lay_timeline(board, [phrase("hello", "Hello.")], [speech(said_s)], 10)
    assert line.spans[0].count == frames
    assert overlong(line) == warned


def test_every_frame_belongs_to_one_scene(read):
    line = lay_timeline(read(SCENES), [], [], 10)
    scenes = [line.at(frame)[0].id for frame in range(line.frames)]
    assert scenes == ["hello"] * 20 + ["pay"] * 15
    assert line.at(20)[1] == 0.0


def test_what_no_scene_shows_is_named(read):
    said = [phrase("hello", "a"), phrase("tip", "b"), phrase("tip", "c")]
    assert unsaid(read(SCENES), said) == ("tip",)
    assert lay_timeline(read(SCENES), said, [speech(1)] * 3, 25).spoken[-1].phrase.scene == "hello"


def line_of(read, *texts: str):
    said = [phrase("hello", text) for text in texts]
    return lay_timeline(read(SCENES), said, [speech(2)] * len(said), 25)


def test_captions_are_two_lines_at_most_and_never_overlap(read):
    text = (
        "It is € 17.15 more than September, mostly since this bill covers eight more days than the one before it did."
    )
    made = cues(line_of(read, text, "Thank you.").spoken)
    assert " ".join(cue.text for cue in made) == f"{text} Thank you."
    assert all(1 <= len(cue.lines) <= 2 for cue in made)
    assert all(len(line) <= LINE_CHARACTERS for cue in made for line in cue.lines)
    assert all(one.end_s <= other.start_s for one, other in itertools.pairwise(made))
    assert all(cue.start_s < cue.end_s for cue in made)


def test_captions_are_web_vtt_with_text_escaped(read):
    vtt = captions_vtt(cues(line_of(read, "A --> <b>Q&A</b>").spoken))
    assert vtt == "WEBVTT\n\n1\n00:00:00.256 --> 00:00:02.256\nA --&gt; &lt;b&gt;Q&amp;A&lt;/b&gt;\n"


def test_chapters_are_the_scenes_by_title(read):
    line = lay_timeline(read(SCENES), [], [], 10)
    assert chapters_vtt(line) == (
        "WEBVTT\n\nhello\n00:00:00.000 --> 00:00:02.000\nHello\n\n"
        "pay\n00:00:02.000 --> 00:00:03.500\nHow to pay &amp; when\n"
    )


def test_the_transcript_has_a_paragraph_a_scene(read):
    said = [phrase("hello", "Hello Maria."), phrase("pay", "Tap."), phrase("instalments", "Or in parts.")]
    line = lay_timeline(read(SCENES), said, [speech(1)] * 3, 25)
    assert transcript(line) == "Hello\nHello Maria.\n\nHow to pay & when\nTap. Or in parts.\n"


def test_a_cue_ends_with_a_sentence_where_it_can_and_never_leaves_a_word_alone(read):
    text = "You told us that something is wrong with it. You need not pay the disputed part until we have answered you."
    first, *rest = cues(line_of(read, text).spoken)
    assert first.text == "You told us that something is wrong with it."
    assert all(len(cue.text) >= 12 for cue in rest)


def test_two_sentences_of_a_cue_stand_on_a_line_each(read):
    made = cues(line_of(read, "Hello Maria Fernanda de la Cruz. This is your October bill.").spoken)
    assert [cue.lines for cue in made] == [("Hello Maria Fernanda de la Cruz.", "This is your October bill.")]
