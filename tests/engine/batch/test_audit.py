"""What an audit makes of documents that differ, and what it remembers."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from engine.batch.audit import FOLDER, VERDICT, audit, kept_verdict
from engine.batch.audit_sample import Chosen
from engine.batch.auditor import DIFFERENCES, Auditor, Beside, kept_name
from engine.batch.ledger import Entry, Ledger
from engine.batch.report import Summary
from engine.batch.shard import Kit
from engine.batch.verdict import Part, Verdict
from engine.contracts import Compiled, Judgement, LayoutClass
from engine.errors import BatchError, IngestError, RenderError
from engine.model.artifact import Artifact, OutcomeStatus
from engine.storage.memory import MemorySink
from engine.templating import TemplateSet
from tests.e2e.reading import CAMPAIGN, KEYS, NOW, samples

SOURCE = "in.jsonl:1"


class Judge:
    """A channel whose audit says what it is told to."""

    def __init__(self, says=(), error=None, notes=(), name="pdf", audited="bill.pdf"):
        self.says, self.error, self.notes = says, error, notes
        self.name, self.audited = name, audited

    def classify(self, communication):
        return LayoutClass("pdf", "a")

    def compile(self, templates, locale, layout_class, scope):
        return Compiled(layout_class, locale, None)

    def fill(self, compiled, communication, context):
        raise AssertionError("an audit fills nothing")

    def audit(self, compiled, communication, context, stored):
        if self.error:
            raise self.error
        return Judgement(tuple(self.says), b"the reference's", tuple(self.notes))


@pytest.fixture
def kit(tmp_path):
    return Kit(CAMPAIGN, ("pdf",), KEYS, NOW, None, None, 0.5)


@pytest.fixture
def judged(tmp_path, kit):
    """Audit one sample customer by a channel that says what it is told to; gives the outcome and the folder."""

    def judge(channel, *, stored=b"filled", recorded=b"filled", label="pdf", name="bill.pdf"):
        sink, customer = MemorySink(), next(iter(samples().values()))
        there = sink.put(f"2026-10/token/{name}", Artifact("pdf", name, "application/pdf", recorded))
        sink.put(f"2026-10/token/{name}", Artifact("pdf", name, "application/pdf", stored))
        one = Chosen(0, 0, b"c", customer.key, SOURCE, label, "a", (there,))
        auditor = Auditor(kit, TemplateSet(CAMPAIGN), sink, {SOURCE: [one]}, tmp_path, {channel.name: channel})
        return auditor.walk(customer, SOURCE).outcome, tmp_path / kept_name(customer.key)

    return judge


def test_an_equal_document_leaves_nothing(judged):
    outcome, folder = judged(Judge())
    assert outcome.status is OutcomeStatus.DONE
    assert not folder.exists()


def test_both_files_of_a_document_that_differs_are_kept_private_with_the_words(judged):
    outcome, folder = judged(Judge(["page 1: the texts differ"]))
    assert outcome.problem.code == "R110"
    assert (folder / "filled.pdf").read_bytes() == b"filled"
    assert (folder / "reference.pdf").read_bytes() == b"the reference's"
    assert (folder / DIFFERENCES).read_text() == "pdf: page 1: the texts differ\n"
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_what_was_kept_goes_when_the_document_is_equal_now(judged):
    judged(Judge(["page 1: the texts differ"]))
    _, folder = judged(Judge())
    assert not folder.exists()


def test_bytes_that_are_not_those_recorded_differ(judged):
    outcome, folder = judged(Judge(), stored=b"changed")
    assert outcome.status is OutcomeStatus.QUARANTINED
    assert "not those that the run recorded" in (folder / DIFFERENCES).read_text()
    assert (folder / "filled.pdf").read_bytes() == b"changed"


def test_a_document_that_the_reference_refuses_differs(judged):
    outcome, folder = judged(Judge(error=RenderError("R101", "it can't be laid out")))
    assert outcome.status is OutcomeStatus.QUARANTINED
    assert "R101" in (folder / DIFFERENCES).read_text()


def test_each_rendition_is_an_artifact_of_its_own(judged):
    video = Judge(["scene `amount`: it is green"], name="video", audited="video-{rendition}.mp4")
    outcome, folder = judged(video, label="video 1080x1920", name="video-1080x1920.mp4")
    assert outcome.paths == (("video 1080x1920", "differs"),)
    assert [label for label, _ in outcome.step_seconds] == ["video 1080x1920"]
    assert (folder / "filled-1080x1920.mp4").read_bytes() == b"filled"
    assert (folder / "reference-1080x1920.mp4").read_bytes() == b"the reference's"
    assert (folder / DIFFERENCES).read_text() == "video 1080x1920: scene `amount`: it is green\n"


def test_what_could_not_be_looked_at_is_noted_and_no_difference(judged):
    outcome, folder = judged(Judge(notes=["amounts are not read"]))
    assert (outcome.status, outcome.reasons) == (OutcomeStatus.DONE, ("amounts are not read",))
    assert not folder.exists()


def test_an_audit_of_nothing_starts_no_worker_and_keeps_nothing(tmp_path, kit, make_spec):
    with Ledger.open(tmp_path / "state") as ledger:
        run = ledger.begin(make_spec())
        verdict = audit(ledger, run, kit, tmp_path / "state", 59, 2, time_limit_s=9)
    assert verdict.documents == 0
    assert not (tmp_path / "state" / FOLDER).exists()


def test_what_was_equal_before_is_taken_at_its_word_until_a_fresh_audit(tmp_path, kit, make_spec, make_outcome):
    """The input is not there any more: a document that had to be rendered again would be an error."""
    state = tmp_path / "state"
    with Ledger.open(state) as ledger:
        run = ledger.begin(make_spec())
        ledger.record(run, [Entry(0, make_outcome(paths=(("pdf", "fast"),), layouts=(("pdf", "a"),)), b"c")])
        (state / FOLDER).mkdir()
        kept = {"run": 1, "verdict": Verdict().as_json(), "equal": [f"{b'c'.hex()} pdf"], "unequal": []}
        (state / FOLDER / VERDICT).write_text(json.dumps(kept))
        verdict = audit(ledger, run, kit, state, 59, 2, time_limit_s=9)
        assert (verdict.documents, verdict.known, verdict.differing) == (1, 1, ())
        assert kept_verdict(state, run) == verdict
        with pytest.raises(IngestError) as caught:
            audit(ledger, run, kit, state, 59, 2, time_limit_s=9, is_fresh=True)
    assert caught.value.problem.code == "I101"


def test_a_verdict_that_cannot_be_read_is_not_taken_for_none(tmp_path, kit, make_spec):
    state = tmp_path / "state"
    (state / FOLDER).mkdir(parents=True)
    (state / FOLDER / VERDICT).write_text('{"run": 1')
    with Ledger.open(state) as ledger, pytest.raises(BatchError) as caught:
        audit(ledger, ledger.begin(make_spec()), kit, state, 59, 2, time_limit_s=9)
    assert caught.value.problem.code == "R111"


def test_the_report_tells_audit_and_share_of_fallbacks(tmp_path, make_spec, make_outcome):
    with Ledger.open(tmp_path / "state") as ledger:
        run = ledger.begin(make_spec())
        paths = [(("pdf", "fast"), ("message", "reference"))] * 3 + [
            (("pdf", "reference: a: b"), ("message", "reference"))
        ]
        ledger.record(run, [Entry(n, make_outcome(f"C-{n}", paths=path)) for n, path in enumerate(paths)])
        report = Summary(ledger, run, None).end()
    assert report.as_json()["fallback_share"] == {"pdf": 0.25}
    assert report.as_json()["audit"] == {}
    report.audit = Verdict(documents=4, fast=9, classes=2, classes_met=2, seconds=1.5, differing=("C-1",))
    assert report.exit_code == 4
    assert report.as_json()["audit"]["differing"] == ["C-1"]
    assert report.audit.sentence == (
        "audit: 4 of 9 documents, 2 of 2 layout classes, in 1.5 s: 1 differs from the reference"
    )
    assert Verdict.from_json(report.audit.as_json()) == report.audit


def test_a_verdict_tells_each_channel_s_cost_and_what_was_not_looked_at():
    parts = {"video": Part(20, 900, 1, 91.25), "pdf": Part(59, 1000, 0, 40.0)}
    verdict = Verdict(79, 0, 1900, 9, 9, ("C-1",), 70.0, 131.25, parts, {"video: amounts are not read": 20})
    assert verdict.details == (
        "pdf: 59 of 1000, 40.0 s of workers",
        "video: 20 of 900, 91.2 s of workers, 1 unequal",
        "video: amounts are not read (20)",
    )
    assert Verdict.from_json(json.loads(json.dumps(verdict.as_json()))) == verdict
    assert Verdict(4, 0, 9, channels={"pdf": Part(4, 9)}).details == ()


def test_what_lies_beside_is_read_when_it_is_asked_for_and_held_against_the_record():
    class Sink(MemorySink):
        asked: list[str]

        def get(self, path):
            self.asked.append(path)
            return super().get(path)

    sink = Sink()
    sink.asked = []
    objects = [sink.put(f"2026-10/token/{name}", Artifact("video", name, "x/y", b"1")) for name in ("a.txt", "b.txt")]
    sink.put("2026-10/token/b.txt", Artifact("video", "b.txt", "x/y", b"2"))
    beside = Beside(sink, objects)
    assert (list(beside), len(beside), "a.txt" in beside, "c.txt" in beside) == (["a.txt", "b.txt"], 2, True, False)
    assert sink.asked == []
    assert beside.get("c.txt") is None
    assert beside["a.txt"].data == b"1"
    assert beside.damaged == []
    assert beside["b.txt"].data == beside["b.txt"].data == b"2"
    assert beside.damaged == ["b.txt"]


def test_what_lies_beside_and_is_not_what_was_recorded_differs(kit, tmp_path):
    class Looking(Judge):
        def audit(self, compiled, communication, context, stored):
            return Judgement((), b"") if context.siblings["poster.jpg"] else Judgement(("no",), b"")

    sink, customer = MemorySink(), next(iter(samples().values()))
    objects = [
        sink.put(f"2026-10/token/{name}", Artifact("pdf", name, "x/y", b"1")) for name in ("bill.pdf", "poster.jpg")
    ]
    sink.put("2026-10/token/poster.jpg", Artifact("pdf", "poster.jpg", "x/y", b"2"))
    one = Chosen(0, 0, b"c", customer.key, SOURCE, "pdf", "a", tuple(objects))
    auditor = Auditor(kit, TemplateSet(CAMPAIGN), sink, {SOURCE: [one]}, tmp_path, {"pdf": Looking()})
    assert auditor.walk(customer, SOURCE).outcome.status is OutcomeStatus.QUARANTINED
    told = (tmp_path / kept_name(customer.key) / DIFFERENCES).read_text()
    assert told == "pdf: poster.jpg: the stored bytes are not those that the run recorded\n"


def test_playing_is_asked_of_the_channel_and_its_seconds_are_told_apart(kit, tmp_path):
    class Playing(Judge):
        def audit(self, compiled, communication, context, stored):
            return Judgement((), b"", played_s=0.0 if context.plays else None)

    sink, customer = MemorySink(), next(iter(samples().values()))
    there = sink.put("2026-10/token/bill.pdf", Artifact("pdf", "bill.pdf", "x/y", b"1"))
    one = Chosen(0, 0, b"c", customer.key, SOURCE, "pdf", "a", (there,))

    def labels(kit):
        auditor = Auditor(kit, TemplateSet(CAMPAIGN), sink, {SOURCE: [one]}, tmp_path, {"pdf": Playing()})
        return [label for label, _ in auditor.walk(customer, SOURCE).outcome.step_seconds]

    assert labels(kit) == ["pdf"]
    assert labels(replace(kit, plays=True)) == ["pdf", "pdf played"]
    played = Verdict(3, 0, 9, channels={"video": Part(3, 9, 0, 12.0, 3, 7.25)})
    assert played.details == ("video: 3 played in a browser, 7.2 s",)
