"""What a run leaves: manifest, quarantine, links, summary."""

from __future__ import annotations

import contextlib
import csv
import json
import stat

import pytest

from engine.batch.ledger import Entry, Ledger
from engine.batch.outcome_json import manifest_line
from engine.batch.report import (
    LINK_COLUMNS,
    LINKS,
    MANIFEST,
    QUARANTINE,
    REPORT,
    Summary,
    note_verdict,
    write_report,
)  # fmt: skip
from engine.batch.verdict import Verdict
from engine.errors import Problem, StorageError
from engine.model.artifact import OutcomeStatus


@pytest.fixture
def reported(tmp_path, make_spec, make_outcome):
    """A run of four customers, one of each status; gives the report and the state folder."""
    state = tmp_path / "state"
    with Ledger.open(state) as ledger:
        run = ledger.begin(make_spec())
        done = make_outcome(
            "C-1",
            token="tok-C-1",
            subject='Your bill, "Ada"',
            short="=1+1, 129.45",
            page_url="https://p/1",
            pay_url="https://pay/1",
            paths=(("pdf", "fast"), ("video 1280x720", "reference: rare class")),
            reasons=("overdue",),
            warnings=("w",),
        )
        silent = make_outcome("C-2", OutcomeStatus.SUPPRESSED, reasons=("deceased",))
        problem = Problem("M102", "parts and total differ", "in.jsonl:3", "mend the export")
        aside = make_outcome("C-3", OutcomeStatus.QUARANTINED, problem=problem, detail="lines make 10.00")
        failed = make_outcome("C-4", OutcomeStatus.FAILED, problem=Problem("R101", "no"))
        ledger.record(run, [Entry(n, outcome) for n, outcome in enumerate((done, silent, aside, failed))])
        report = Summary(ledger, run, state).end()
        write_report(report)
        yield report, state


def lines(path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_manifest_has_one_line_a_customer_with_its_decision_and_artifacts(reported):
    _, state = reported
    manifest = lines(state / MANIFEST)
    assert [(line["key"], line["status"]) for line in manifest] == [
        ("C-1", "done"), ("C-2", "suppressed"), ("C-3", "quarantined"), ("C-4", "failed"),
    ]  # fmt: skip
    assert manifest[0]["token"] == "tok-C-1"
    assert manifest[0]["artifacts"] == [
        {"channel": "message", "path": "2026-10/tok-C-1/sms.txt", "media_type": "text/plain", "size_bytes": 5,
         "sha256": "ab" * 32}
    ]  # fmt: skip
    assert manifest[1]["decision"]["reasons"] == ["deceased"]
    assert manifest[2]["problem"]["code"] == "M102"


def test_the_manifest_tells_no_subject_link_or_amount(reported):
    text = (reported[1] / MANIFEST).read_text()
    assert not any(word in text for word in ("Ada", "129.45", "https://pay", "10.00"))


def test_the_quarantine_says_place_fact_and_mend(reported):
    aside, failed = lines(reported[1] / QUARANTINE)
    assert aside == {
        "key": "C-3", "status": "quarantined", "source": "in.jsonl:C-3", "code": "M102", "place": "in.jsonl:3",
        "fact": "parts and total differ", "hint": "mend the export", "detail": "lines make 10.00",
    }  # fmt: skip
    assert failed["key"] == "C-4"


def test_the_links_are_those_of_the_done_and_survive_quotes(reported):
    with (reported[1] / LINKS).open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        list(LINK_COLUMNS),
        ["C-1", "https://p/1", "https://pay/1", 'Your bill, "Ada"', "'=1+1, 129.45", "", ""],
    ]


def test_the_summary_counts_statuses_channels_fallbacks_and_reasons(reported):
    report, state = reported
    written = json.loads((state / REPORT).read_text())
    assert (written["total"], written["done"], written["quarantined"], written["exit_code"]) == (4, 1, 1, 3)
    assert written["channels"] == {"message": {"objects": 1, "size_bytes": 5}}
    assert written["paths"] == {"pdf fast": 1, "video 1280x720 reference: rare class": 1}
    assert written["problems"] == {"M102": 1, "R101": 1}
    assert written["suppressed_because"] == {"deceased": 1}
    assert report.warnings == 1


@pytest.mark.parametrize(
    ("status", "is_whole", "code"),
    [
        (OutcomeStatus.DONE, True, 0),
        (OutcomeStatus.SUPPRESSED, True, 0),
        (OutcomeStatus.QUARANTINED, True, 3),
        (OutcomeStatus.FAILED, True, 3),
        (OutcomeStatus.DONE, False, 1),
    ],
)
def test_the_exit_code_says_how_it_ended(tmp_path, make_spec, make_outcome, status, is_whole, code):
    with Ledger.open(tmp_path / "state") as ledger:
        run = ledger.begin(make_spec())
        ledger.record(run, [Entry(0, make_outcome(status=status))])
        report = Summary(ledger, run, None).end()
        report.is_whole = is_whole
    assert report.exit_code == code


def test_every_file_is_its_owners_alone_and_no_draft_stays(reported):
    _, state = reported
    for name in (MANIFEST, QUARANTINE, LINKS, REPORT):
        assert stat.S_IMODE((state / name).stat().st_mode) == 0o600
    assert not list(state.glob(".*.part"))


def test_a_report_that_can_not_be_written_says_so(tmp_path, make_spec, make_outcome):
    state = tmp_path / "state"
    with Ledger.open(state) as ledger:
        run = ledger.begin(make_spec())
        ledger.record(run, [Entry(0, make_outcome())])
        (state / MANIFEST).mkdir()
        with pytest.raises(StorageError) as raised:
            Summary(ledger, run, state).end()
        assert raised.value.problem.code == "S103"
        (state / MANIFEST).rmdir()
        report = Summary(ledger, run, state).end()
    (state / REPORT).mkdir()
    with pytest.raises(StorageError) as raised:
        write_report(report)
    assert raised.value.problem.code == "S103"


def test_a_later_audit_is_told_in_the_report_and_takes_its_word_back(reported):
    _, state = reported
    before = json.loads((state / REPORT).read_text())
    assert (before["is_whole"], before["exit_code"]) == (True, 3)

    failed = Verdict(documents=2, fast=2, differing=("C-1",))
    note_verdict(state, failed)
    told = json.loads((state / REPORT).read_text())
    assert (told["is_whole"], told["exit_code"], told["audit"]) == (False, 4, failed.as_json())

    passed = Verdict(documents=2, fast=2)
    note_verdict(state, passed)  # equal now, but the run isn't finished again before it is resumed
    told = json.loads((state / REPORT).read_text())
    assert (told["is_whole"], told["exit_code"], told["audit"]) == (False, 1, passed.as_json())
    assert {**told, **{name: before[name] for name in ("is_whole", "exit_code", "audit")}} == before


def test_an_audit_of_a_run_without_a_report_writes_none(tmp_path):
    note_verdict(tmp_path, Verdict())
    assert not (tmp_path / REPORT).exists()


def many(ledger, make_spec, make_outcome, without=()):
    """Begin a run and record eight customers but those `without`; gives the run."""
    run = ledger.begin(make_spec())
    silent = OutcomeStatus.SUPPRESSED
    made = [make_outcome(f"C-{n}", silent if n % 3 else OutcomeStatus.DONE, reasons=(f"r{n}",)) for n in range(8)]
    ledger.record(run, [Entry(n, outcome) for n, outcome in enumerate(made) if n not in without])
    return run, made


def left_in(state) -> dict[str, str]:
    return {name: (state / name).read_text() for name in (MANIFEST, QUARANTINE, LINKS)}


def test_what_is_taken_in_on_the_way_ends_as_what_is_read_at_once(tmp_path, make_spec, make_outcome):
    state, other = tmp_path / "state", tmp_path / "other"
    other.mkdir()
    with Ledger.open(state) as ledger:
        run, made = many(ledger, make_spec, make_outcome, without=(3, 6))
        summary = Summary(ledger, run, state)
        summary.go_on()  # the first three
        summary.go_on()
        assert not (state / MANIFEST).exists()
        ledger.record(run, [Entry(3, made[3])])
        summary.go_on()  # those up to the sixth
        ledger.record(run, [Entry(6, made[6])])
        report = summary.end()
        at_once = Summary(ledger, run, other).end()
    assert [line["key"] for line in lines(state / MANIFEST)] == [f"C-{n}" for n in range(8)]
    assert left_in(state) == left_in(other)
    assert report.as_json() == at_once.as_json()
    assert not list(state.glob(".*.part"))


def test_a_run_that_breaks_tells_what_it_has_behind_a_gap_too(tmp_path, make_spec, make_outcome):
    state = tmp_path / "state"
    with Ledger.open(state) as ledger:
        run, _ = many(ledger, make_spec, make_outcome, without=(2,))
        summary = Summary(ledger, run, state)
        summary.go_on()
        report = summary.end(is_whole=False)
    assert [line["key"] for line in lines(state / MANIFEST)] == [f"C-{n}" for n in (0, 1, 3, 4, 5, 6, 7)]
    assert (report.total, report.is_whole) == (7, False)


@pytest.mark.parametrize("kind", [KeyboardInterrupt, OSError])
def test_what_breaks_in_the_midst_of_an_outcome_is_written_anew(tmp_path, monkeypatch, make_spec, make_outcome, kind):
    state = tmp_path / "state"

    def breaking(line) -> str:
        if line["key"] == "C-4":
            monkeypatch.undo()
            raise kind
        return manifest_line(line)

    with Ledger.open(state) as ledger:
        run, _ = many(ledger, make_spec, make_outcome)
        summary = Summary(ledger, run, state)
        monkeypatch.setattr("engine.batch.report.manifest_line", lambda line, _: breaking(line))
        with contextlib.suppress(KeyboardInterrupt):
            summary.go_on()
        assert not list(state.glob("*manifest*")), "a draft takes room that the ledger needs"
        report = summary.end()
    assert [line["key"] for line in lines(state / MANIFEST)] == [f"C-{n}" for n in range(8)]
    assert (report.total, sum(report.reasons.values())) == (8, 5)


def test_a_run_that_came_to_no_end_writes_nothing_into_the_next_ones_files(tmp_path, make_spec, make_outcome):
    state = tmp_path / "state"
    with Ledger.open(state) as ledger:
        run, _ = many(ledger, make_spec, make_outcome)
        broken = Summary(ledger, run, state)
        broken.go_on()
        broken.close()
        assert not list(state.glob(".*.part"))
        Summary(ledger, run, state).end()
        left = left_in(state)
        del broken  # what it had in its buffers would be written now
    assert left_in(state) == left
    assert not list(state.glob(".*.part"))


def test_of_a_run_that_is_stamped_nothing_is_taken_in_before_its_end(tmp_path, make_spec, make_outcome):
    state = tmp_path / "state"
    with Ledger.open(state) as ledger:
        run = ledger.begin(make_spec(evidence={"tsa_url": "https://tsa.example"}))
        ledger.record(run, [Entry(0, make_outcome())])
        Summary(ledger, run, state).go_on()
    assert not list(state.glob(".*.part"))
