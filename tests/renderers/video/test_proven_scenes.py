"""A scene whose bands prove to be wrong is made whole, counted with its reason, by every worker of the machine."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path
from typing import Any

import av
import pytest

from engine.contracts import FillContext, Filled, Judgement, Scope
from renderers.video import VideoChannel
from renderers.video import audit as audit_module
from renderers.video.fast import film as film_module
from renderers.video.fast import scene_proof
from renderers.video.fast.maker import WITHDRAWN
from renderers.video.fast.scene_proof import OTHER
from renderers.video.fast.slices import write_slice
from renderers.video.reference import Made
from tests.renderers.builders import fact, make_bill, make_communication
from tests.renderers.video.conftest import SHORT


class Worker:
    """A process as far as videos are concerned: a channel of its own over the machine's cache."""

    def __init__(self, templates: Any, cache: Path | None) -> None:
        self.channel, self.templates, self.cache = VideoChannel(), templates, cache

    def _compiled(self, said):
        scope = Scope(rendition="1280x720", cache_dir=self.cache)
        return self.channel.compile(self.templates, "en", self.channel.classify(said), scope)

    def filled(self, said) -> Filled:
        return self.channel.fill(self._compiled(said), said, FillContext())

    def audited(self, said, made: Filled) -> Judgement:
        context = FillContext(siblings={one.name: one for one in made.artifacts})
        return self.channel.audit(self._compiled(said), said, context, video(made))

    @property
    def proofs(self):
        return self.channel._studio_of(self.templates, self.cache).splicer.proofs


def video(made: Filled) -> bytes:
    return next(one.data for one in made.artifacts if one.name == "video-1280x720.mp4")


@pytest.fixture
def said():
    return dataclasses.replace(make_communication(), script=())


@pytest.fixture
def splices_badly(monkeypatch):
    """Have decoders scale what changes in a band otherwise than its encoder did."""

    def written(data, first, picture, syntax):
        is_band = first > 0 and not data.is_intra  # whole pictures begin at 0
        wrong = dataclasses.replace(data, qp_delta=data.qp_delta + 6 * is_band)
        return write_slice(wrong, first, picture, syntax)

    monkeypatch.setattr(film_module, "write_slice", written)


@pytest.fixture
def worker(film_templates, tmp_path):
    templates = film_templates(SHORT)
    return lambda cache=tmp_path / "cache": Worker(templates, cache)


def test_each_scene_is_proven_by_the_first_worker_that_meets_it(worker, said):
    first, second = worker(), worker()
    made = first.filled(said)
    assert made.reason == ""
    assert first.proofs.counts.made == 3  # two scenes of one ground
    other = dataclasses.replace(said, bill=make_bill(amount_due=fact("bill.amount_due", "€ 8.20")))
    assert second.filled(other).reason == first.filled(other).reason == ""
    assert (first.proofs.counts.made, second.proofs.counts.made) == (3, 0)


def test_a_scene_that_is_not_what_was_painted_is_made_whole_and_counted(worker, said, splices_badly, monkeypatch):
    # The ground is taken as proven: it is the scenes that are looked at.
    monkeypatch.setattr("renderers.video.fast.ground_proof.is_proven", lambda *_: True)
    made = worker().filled(said)
    assert made.path == "fast"
    assert made.reason == f"scene `amount` whole: {OTHER}; scene `pay` whole: {OTHER}"
    with av.open(io.BytesIO(video(made)), options={"err_detect": "explode"}) as file:
        assert sum(1 for _ in file.decode(video=0)) > 2


def test_and_by_every_other_worker_at_once(worker, said, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(scene_proof, "_is_like", lambda *_: False)
        first = worker().filled(said)
    another = worker()
    assert another.filled(said) == first
    assert another.proofs.counts.made == 0
    assert worker(None).filled(said).reason == ""


def test_whole_scenes_need_no_proof(film_templates, said, tmp_path):
    one = Worker(film_templates(SHORT, level="a"), tmp_path / "cache")
    one.filled(said)
    assert one.proofs.counts.made == 0


@pytest.fixture
def reference(monkeypatch):
    monkeypatch.setattr(
        audit_module, "shared_process", lambda: type("P", (), {"make": lambda *_: Made(b"", b"", (), 0)})()
    )


def test_what_an_audit_finds_wrong_fails_it_and_is_made_whole_from_then_on(
    worker, said, splices_badly, reference, monkeypatch
):
    with monkeypatch.context() as patch:  # a fault that no proof saw
        patch.setattr("renderers.video.fast.ground_proof.is_proven", lambda *_: True)
        patch.setattr(scene_proof, "fault_of", lambda *_: "")
        wrong = worker().filled(said)
    assert wrong.reason == ""
    found = worker().audited(said, wrong)
    assert any("to what was painted" in what for what in found.differences)
    again = worker()
    mended = again.filled(said)
    assert mended.reason == f"scene `amount` whole: {WITHDRAWN}; scene `pay` whole: {WITHDRAWN}"
    assert again.audited(said, mended).differences == ()


def test_an_audit_that_finds_nothing_withdraws_nothing(worker, said, reference):
    made = worker().filled(said)
    assert worker().audited(said, made).differences == ()
    assert worker().filled(said) == made


def test_another_customer_s_video_is_no_fault_of_the_encoder_but_trusted_no_more(worker, said, reference):
    made = worker().filled(said)
    other = dataclasses.replace(said, bill=make_bill(amount_due=fact("bill.amount_due", "€ 129.46")))
    assert worker().audited(other, made).differences
    assert worker().filled(said).reason == f"scene `amount` whole: {WITHDRAWN}"
