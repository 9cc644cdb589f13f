"""What lies beside a film is read back: what is whole passes, what is absent, cut, or another's does not."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from engine.contracts import FillContext, Scope
from renderers.video import VideoChannel
from renderers.video import proof_beside as beside
from renderers.video.channel import storyboard_of
from renderers.video.narration import speak_all
from renderers.video.proof_film import read_film
from renderers.video.proof_texts import (
    caption_faults,
    chapter_faults,
    description_faults,
    read_vtt,
    scenes_faults,
    transcript_faults,
)
from renderers.video.timeline import lay_timeline
from tests.renderers.builders import fact, make_bill, make_communication
from tests.renderers.fake_templates import FakeTemplates
from tests.renderers.video.conftest import SHORT

SAYS = {"frames_per_second": 10, "narration": {"voice": "espeak", "rate": 2.0}}


class Made:
    """A filled customer, and what the audit is given of it."""

    def __init__(self, folder, said, **options) -> None:
        templates = FakeTemplates(folder / "set", {"video/storyboard.xml.j2": SHORT}, video=SAYS | options)
        channel = VideoChannel()
        compiled = channel.compile(templates, "en", channel.classify(said), Scope(rendition="1280x720"))
        filled = channel.fill(compiled, said, FillContext())
        self.options = templates.campaign.video
        self.stored = {one.name: one for one in filled.artifacts}
        board, _ = storyboard_of(templates, said)
        speeches = speak_all(said.script, said.locale, self.options.narration)
        self.line = lay_timeline(board, said.script, speeches, 10)
        self.job = compiled.payload.studio.job(board, self.line, "1280x720")
        self.film = read_film(self.stored["video-1280x720.mp4"].data, 10, [0, 5, self.line.frames - 1])

    def faults(self, **changed: bytes | None) -> list[str]:
        """Return what is found where some files are others, or absent."""
        stored = dict(self.stored)
        for name, data in changed.items():
            if data is None:
                del stored[name]
            else:
                stored[name] = dataclasses.replace(stored[name], data=data, sha256="")
        return list(beside.beside_faults(self.film, self.job, self.options, "en", stored))


def said(amount: str = "€ 129.45"):
    plain = make_communication()
    script = tuple(phrase for phrase in plain.script if phrase.scene == "amount")
    return make_communication(script=script, bill=make_bill(amount_due=fact("bill.amount_due", amount)))


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Made:
    return Made(tmp_path_factory.mktemp("made"), said(), hls=True)


@pytest.fixture(scope="module")
def other(tmp_path_factory) -> Made:
    return Made(tmp_path_factory.mktemp("other"), said("€ 8.20"), hls=True)


def test_what_was_made_passes(made):
    assert made.faults() == []


@pytest.mark.parametrize(
    "name",
    ["stream-1280x720.m3u8", "stream-1280x720.mp4", "poster.jpg", "captions.en.vtt", "chapters.en.vtt",
     "description.en.vtt", "transcript.txt", "scenes-1280x720.json"],
)  # fmt: skip
def test_what_is_absent_or_cut_is_told(made, name):
    assert f"{name}: there is none" in made.faults(**{name: None})
    data = made.stored[name].data
    assert made.faults(**{name: data[: len(data) // 3]})


def test_another_customer_s_stream_and_poster_are_told_without_a_value(made, other):
    found = made.faults(**{name: other.stored[name].data for name in ("stream-1280x720.mp4", "poster.jpg")})
    assert "poster: it is not the held picture of scene `amount`" in found
    assert any("the picture at frame" in what for what in found)
    assert not any("129" in what or "8.20" in what for what in found)


def test_a_stream_with_another_sound_is_told(made):
    quiet = dataclasses.replace(made.film, sound=np.zeros_like(made.film.sound))
    assert list(beside.stream_faults(made.stored["stream-1280x720.mp4"].data, quiet, made.line)) == [
        "stream: its sound is not the film's"
    ]


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [("@0", "@7", "does not begin where"), ("stream-1280x720.mp4\n", "else.mp4\n", "names another file"),
     ("#EXT-X-ENDLIST\n", "", "none of a whole film"), ("TARGETDURATION:", "TARGETDURATION:0", "")],
)  # fmt: skip
def test_a_playlist_with_a_fault_is_told(made, was, becomes, told):
    data = made.stored["stream-1280x720.m3u8"].data.decode().replace(was, becomes)
    found = made.faults(**{"stream-1280x720.m3u8": data.encode()})
    assert any(told in what for what in found) if told else found == []


def test_a_picture_for_the_e_mail_must_decode_and_be_small(made):
    from renderers.video.email_preview import preview_gif

    gif = preview_gif([made.job.storyboard.scene("amount")], made.job.theme)
    assert list(beside.mail_faults(gif)) == []
    assert list(beside.mail_faults(gif[: len(gif) // 2]))
    assert list(beside.mail_faults(b"GIF89a")) == ["e-mail: its picture can't be decoded as GIF"]
    assert any("bytes" in what for what in beside.mail_faults(gif + bytes(beside.MAIL_BYTES)))


def test_captions_say_what_is_said_in_order_while_the_film_lasts(made):
    text = made.stored["captions.en.vtt"].data.decode()
    last = read_vtt(text.encode())[-1]
    assert list(caption_faults(text.encode(), made.line)) == []
    assert list(caption_faults(text.replace("29", "92").encode(), made.line)) == [
        "captions: they are not the words of the script"
    ]
    late = f"{text}\n9\n00:10:00.000 --> 00:10:01.000\nmore\n"
    assert "captions: a cue lasts longer than the film" in list(caption_faults(late.encode(), made.line))
    again = f"{text}\n9\n00:00:00.000 --> 00:00:00.500\nmore\n"
    assert "captions: a cue begins before the one before it ends" in list(caption_faults(again.encode(), made.line))
    backwards = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:00.500\nmore\n"
    assert "captions: a cue ends before it begins" in list(caption_faults(backwards.encode(), made.line))
    assert last.end_s <= made.line.seconds


def test_escaped_words_are_read_as_they_were():
    (cue,) = read_vtt(b"WEBVTT\n\n1\n00:00:00.000 --> 01:00:02.500\nA &amp;lt; B &lt;b&gt;\nand C\n")
    assert (cue.text, cue.start_s, cue.end_s) == ("A &lt; B <b> and C", 0.0, 3602.5)
    for bad in (b"VTT\n", b"WEBVTT\n\n1\nnow\nwords\n", b"WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n<b>\n", b"\xff"):
        with pytest.raises(ValueError):  # noqa: PT011 - of several kinds, UnicodeDecodeError among them
            read_vtt(bad)


def test_chapters_and_description_are_of_the_film_s_scenes(made):
    chapters = made.stored["chapters.en.vtt"].data
    assert list(chapter_faults(chapters.replace(b"\npay\n", b"\nelse\n"), made.line)) == [
        "chapters: they are not the film's scenes"
    ]
    assert list(chapter_faults(chapters.replace(b"00:00:00.000", b"00:00:00.100"), made.line)) == [
        "chapters: one does not begin with its scene"
    ]
    assert list(description_faults(b"WEBVTT\n\nelse\n00:00:00.000 --> 00:00:01.000\nwords\n", made.line)) == [
        "description: it is of a scene that the film has not"
    ]


def test_a_transcript_without_a_phrase_is_told_by_its_scene(made):
    found = list(transcript_faults(b"Amount due\nnothing\n", made.line))
    assert found == ["transcript: a phrase of scene `amount` is not in it, or not at its place"]


def test_spots_lie_in_the_picture_and_scenes_are_the_film_s(made):
    told = json.loads(made.stored["scenes-1280x720.json"].data)
    assert any(scene["spots"] for scene in told["scenes"])

    def faults(change) -> list[str]:
        copy = json.loads(json.dumps(told))
        change(copy)
        return list(scenes_faults(json.dumps(copy).encode(), made.line, "1280x720"))

    def spot(copy):
        return next(scene for scene in copy["scenes"] if scene["spots"])["spots"][0]

    assert faults(lambda copy: None) == []
    assert faults(lambda copy: spot(copy).update(box=[90, 0, 20, 5]))
    assert faults(lambda copy: spot(copy).update(box=[90, 0, 0, 5]))
    assert faults(lambda copy: spot(copy).update({"from": 99}))
    assert faults(lambda copy: copy.update(rendition="1080x1920")) == ["scenes: they are of another film"]
    assert faults(lambda copy: copy["scenes"].pop()) == ["scenes: they are not the film's"]
    assert faults(lambda copy: copy["scenes"][1].update(start=0.3))
    assert faults(lambda copy: copy.pop("scenes")) == ["scenes: they can't be read"]
