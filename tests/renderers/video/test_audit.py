"""The channel's audit: what is filled fast passes it, what shows or says something else does not."""

from __future__ import annotations

import dataclasses
import sys

import pytest

from engine.contracts import Audited, FillContext, Judgement, Scope
from engine.errors import MissingPartError
from engine.model.artifact import Artifact
from engine.model.campaign import Narration
from renderers.video import VideoChannel
from renderers.video import audit as audit_module
from renderers.video.reference import Made
from tests.renderers.builders import fact, make_bill, make_communication
from tests.renderers.video.conftest import SHORT


class Studio:
    """Fills and audits videos of one template set."""

    def __init__(self, templates, rendition: str = "1280x720") -> None:
        self.templates, self.rendition, self.channel = templates, rendition, VideoChannel()
        self.stored: dict[str, Artifact] = {}

    def compiled(self, said):
        return self.channel.compile(self.templates, "en", self.channel.classify(said), Scope(rendition=self.rendition))

    def filled(self, said) -> bytes:
        made = self.channel.fill(self.compiled(said), said, FillContext())
        self.stored = {artifact.name: artifact for artifact in made.artifacts}
        (film,) = [artifact for artifact in made.artifacts if artifact.name == f"video-{self.rendition}.mp4"]
        assert made.path == "fast"
        return film.data

    def audit(self, said, stored: bytes) -> Judgement:
        return self.channel.audit(self.compiled(said), said, FillContext(siblings=self.stored), stored)


@pytest.fixture
def reference(monkeypatch):
    """A reference that films nothing; counts how often it was asked."""
    asked = []

    class Process:
        def make(self, job):
            asked.append(job)
            return Made(b"the reference's", b"", (), 0.0)

    monkeypatch.setattr(audit_module, "shared_process", Process)
    return asked


@pytest.fixture
def said():
    plain = make_communication()
    return make_communication(script=tuple(p for p in plain.script if p.scene == "amount"))


@pytest.fixture
def studio(film_templates):
    return Studio(film_templates(SHORT, narration=Narration(voice="espeak", rate=2.0)))


def test_the_channel_can_be_audited():
    assert isinstance(VideoChannel(), Audited)


def test_what_was_filled_is_equal_and_the_reference_films_nothing(studio, said, reference):
    found = studio.audit(said, studio.filled(said))
    assert found.differences == ()
    assert found.reference == b""
    assert reference == []


@pytest.mark.parametrize("options", [{"burn_captions": True}, {"level": "a"}, {"constant_frame_rate": True}])
def test_so_is_what_was_filled_in_another_way(film_templates, said, reference, options):
    studio = Studio(film_templates(SHORT, narration=Narration(voice="espeak", rate=2.0), **options))
    assert studio.audit(said, studio.filled(said)).differences == ()


def test_so_is_a_portrait(film_templates, said, reference):
    studio = Studio(film_templates(SHORT), "1080x1920")
    said = dataclasses.replace(said, script=())
    assert studio.audit(said, studio.filled(said)).differences == ()


def test_so_is_an_amount_of_millions_while_it_counts(film_templates, said, reference):
    studio = Studio(film_templates(SHORT.replace('enter="count" seconds="0.4"', 'enter="count" seconds="0.9"')))
    bill = make_bill(amount_due=fact("bill.amount_due", "€ 1,816,542.37"))
    said = dataclasses.replace(said, script=(), bill=bill)
    assert studio.audit(said, studio.filled(said)).differences == ()


def test_another_customer_s_video_differs_and_both_are_there_to_be_kept(studio, said, reference):
    other = dataclasses.replace(said, bill=make_bill(amount_due=fact("bill.amount_due", "€ 129.46")))
    found = studio.audit(other, studio.filled(said))
    assert found.differences
    assert found.reference == b"the reference's"
    assert len(reference) == 1
    assert not any("129" in what for what in found.differences)


def test_another_amount_that_is_said_differs(studio, said, reference):
    phrase = said.script[0]
    other = dataclasses.replace(said, script=(dataclasses.replace(phrase, spoken=phrase.spoken + " and more"),))
    found = studio.audit(other, studio.filled(said))
    assert [what for what in found.differences if "a phrase at" in what or "time:" in what]


def test_a_rendition_of_several_is_audited_by_itself(film_templates, said, reference):
    templates = film_templates(SHORT, renditions=("1280x720", "1080x1920"))
    wide, tall = Studio(templates), Studio(templates, "1080x1920")
    said = dataclasses.replace(said, script=())
    assert "picture: it is 1280x720, not 1080x1920" in tall.audit(said, wide.filled(said)).differences


def test_what_lies_beside_the_film_is_looked_at_too(studio, said, reference):
    film = studio.filled(said)
    studio.stored["poster.jpg"] = dataclasses.replace(studio.stored["captions.en.vtt"], name="poster.jpg")
    del studio.stored["transcript.txt"]
    assert studio.audit(said, film).differences == (
        "poster: it can't be decoded as JPEG", "transcript.txt: there is none",
    )  # fmt: skip


def test_a_film_is_played_where_that_is_asked_for_and_said_not_to_be_where_not(studio, said, reference, monkeypatch):
    film = studio.filled(said)
    quiet = studio.audit(said, film)
    assert audit_module.UNPLAYED in quiet.notes
    assert quiet.played_s is None
    asked = []

    def playing(data, pictures, seconds):
        asked.append((data == film, len(pictures), seconds))
        yield "player: it stops"

    monkeypatch.setattr(audit_module, "check_browser", lambda: None)
    monkeypatch.setattr(audit_module, "playing_faults", playing)
    context = FillContext(siblings=studio.stored, plays=True)
    found = studio.channel.audit(studio.compiled(said), said, context, film)
    assert found.differences == ("player: it stops",)
    assert audit_module.UNPLAYED not in found.notes
    assert found.played_s is not None
    ((is_stored, places, seconds),) = asked
    assert (is_stored, places) == (True, 3)
    assert seconds > 2


def test_without_a_browser_an_audit_that_shall_play_says_what_is_missing(studio, said, reference, monkeypatch):
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    film = studio.filled(said)
    with pytest.raises(MissingPartError, match="X101"):
        studio.channel.audit(studio.compiled(said), said, FillContext(siblings=studio.stored, plays=True), film)
