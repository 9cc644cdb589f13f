"""The library: light to import, typed, one customer or a whole cycle."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import engine
from engine import Campaign, Customer, load_campaign, render_one, resume_cycle, run_cycle
from engine.errors import BatchError, CampaignError, KeyringError, StorageError
from engine.model.artifact import OutcomeStatus
from engine.payment.keyring import Keyring
from engine.storage.memory import MemorySink
from tests.engine.conftest import KEY, customer

NOW = datetime(2026, 11, 6, 8, 0, tzinfo=UTC)
KEYS = Keyring.from_base64(KEY)
HEAVY = ("boto3", "botocore", "weasyprint", "moviepy", "av", "numpy", "PIL", "pyarrow", "gtts", "renderers", "jinja2")


def loaded_after(statement: str) -> set[str]:
    script = f"import sys; {statement}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    return set(
        subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split()
    )


def test_importing_engine_loads_no_renderer_and_no_object_storage():
    assert not loaded_after("import engine") & {*HEAVY, "pydantic"}


def test_the_public_names_load_no_renderer_and_no_object_storage_either():
    names = "from engine import Campaign, Customer, render_one, run_cycle, load_campaign"
    assert not loaded_after(names) & (set(HEAVY) - {"jinja2"})


def test_all_that_is_promised_is_there():
    for name in engine.__all__:
        assert getattr(engine, name) is not None
    assert set(engine.__all__) <= set(dir(engine))
    assert engine.Customer is Customer
    with pytest.raises(AttributeError):
        _ = engine.no_such_name


def test_one_customer_is_made_in_this_process(mini_cycle):
    result = render_one(Customer(**customer("C-1")), mini_cycle.campaign, keys=KEYS, now=NOW)
    assert result.outcome.status is OutcomeStatus.DONE
    assert [artifact.name for artifact in result.artifacts] == ["index.html", "bill.txt"]
    assert result.communication.key == "C-1"
    assert result.outcome.objects == ()
    assert result.outcome.page_url == f"https://bills.northlight.example/2026-10/{result.outcome.token}/index.html"


def test_with_a_sink_the_objects_are_put_the_page_last(mini_cycle):
    sink = MemorySink()
    result = render_one(Customer(**customer("C-1")), mini_cycle.campaign, keys=KEYS, now=NOW, sink=sink)
    folder = f"2026-10/{result.outcome.token}"
    assert list(sink.objects) == [f"{folder}/bill.txt", f"{folder}/index.html"]
    assert [stored.path for stored in result.outcome.objects] == list(sink.objects)


def test_the_same_customer_gives_the_same_bytes(mini_cycle):
    made = [render_one(Customer(**customer("C-1")), mini_cycle.campaign, keys=KEYS, now=NOW) for _ in range(2)]
    assert [artifact.sha256 for artifact in made[0].artifacts] == [artifact.sha256 for artifact in made[1].artifacts]


def test_a_customer_who_died_gets_nothing_and_the_reason_is_kept(mini_cycle):
    gone = Customer(**customer("C-1", flags={"deceased": True}))
    result = render_one(gone, mini_cycle.campaign, keys=KEYS, now=NOW)
    assert result.outcome.status is OutcomeStatus.SUPPRESSED
    assert result.outcome.reasons
    assert result.artifacts == ()


def test_a_channel_that_fails_is_an_outcome_and_puts_nothing(mini_cycle):
    sink = MemorySink()
    result = render_one(Customer(**customer("FAILS")), mini_cycle.campaign, keys=KEYS, now=NOW, sink=sink)
    assert result.outcome.status is OutcomeStatus.FAILED
    assert result.outcome.problem.place == "in fill"
    assert sink.objects == {}


def test_a_locale_that_the_set_lacks_falls_to_the_campaigns_and_is_noted(mini_cycle):
    result = render_one(Customer(**customer("C-1") | {"locale": "de"}), mini_cycle.campaign, keys=KEYS, now=NOW)
    assert result.outcome.locale == "en"
    assert "locale de is not in the set" in result.outcome.warnings[0]


def test_an_unknown_channel_names_the_nearest(mini_cycle):
    with pytest.raises(CampaignError) as raised:
        render_one(Customer(**customer("C-1")), mini_cycle.campaign, keys=KEYS, now=NOW, channels=["mesage"])
    assert "message" in raised.value.problem.hint


def test_a_cycle_is_run_and_reported(mini_cycle):
    mini_cycle.write(customer("C-1"), customer("C-2", flags={"deceased": True}), "{broken", customer("FAILS"))
    seen = []
    report = run_cycle(
        [mini_cycle.input], mini_cycle.campaign, mini_cycle.out, now=NOW, workers=1,
        on_progress=lambda progress: seen.append((progress.settled, progress.total)),
    )  # fmt: skip
    assert [report.counts[status] for status in OutcomeStatus] == [1, 1, 1, 1]
    assert report.exit_code == 3
    assert seen[-1] == (4, 4)
    assert len(list(mini_cycle.out.glob("2026-10/*/index.html"))) == 1
    assert (report.state_dir / "manifest.jsonl").is_file()
    assert report.state_dir.parent == mini_cycle.out / ".billcast"


def test_a_second_run_is_free_and_a_change_costs_the_change(mini_cycle):
    mini_cycle.write(*(customer(f"C-{n}") for n in range(100)))
    run_cycle([mini_cycle.input], mini_cycle.campaign, mini_cycle.out, now=NOW, workers=2)
    mini_cycle.forget()
    report = run_cycle([mini_cycle.input], mini_cycle.campaign, mini_cycle.out, now=NOW, workers=2)
    assert (report.reused, report.total, mini_cycle.filled()) == (100, 100, [])
    mini_cycle.write(*(customer(f"C-{n}", amount="55.00" if n == 42 else "100.00") for n in range(100)))
    report = run_cycle([mini_cycle.input], mini_cycle.campaign, mini_cycle.out, now=NOW, workers=2)
    assert (report.reused, report.total, mini_cycle.filled()) == (99, 100, ["C-42"])


def test_an_object_that_was_removed_is_made_again(mini_cycle):
    mini_cycle.write(customer("C-1"), customer("C-2"))
    run_cycle([mini_cycle.input], mini_cycle.campaign, mini_cycle.out, now=NOW, workers=1)
    next(iter(sorted(mini_cycle.out.glob("2026-10/*/index.html")))).unlink()
    mini_cycle.forget()
    run_cycle([mini_cycle.input], mini_cycle.campaign, mini_cycle.out, now=NOW, workers=1)
    assert len(mini_cycle.filled()) == 1
    assert len(list(mini_cycle.out.glob("2026-10/*/index.html"))) == 2


def test_a_dry_run_makes_and_stores_nothing(mini_cycle):
    mini_cycle.write(customer("C-1"), customer("C-2", flags={"deceased": True}))
    report = run_cycle([mini_cycle.input], mini_cycle.campaign, mini_cycle.out, now=NOW, workers=1, dry_run=True)
    assert (report.counts[OutcomeStatus.DONE], report.counts[OutcomeStatus.SUPPRESSED]) == (1, 1)
    assert report.state_dir is None
    assert mini_cycle.filled() == []
    assert not mini_cycle.out.exists()


def test_only_the_customer_asked_for_is_made(mini_cycle):
    mini_cycle.write(customer("C-1"), customer("C-2"), customer("C-3"))
    report = run_cycle(
        [mini_cycle.input], mini_cycle.campaign, mini_cycle.out, now=NOW, workers=1, customer="C-2"
    )  # fmt: skip
    assert (report.total, mini_cycle.filled()) == (1, ["C-2"])


def test_a_killed_worker_costs_one_customer(mini_cycle):
    mini_cycle.write(customer("C-1"), customer("DIES"), customer("C-3"))
    report = run_cycle([mini_cycle.input], mini_cycle.campaign, mini_cycle.out, now=NOW, workers=1)
    assert (report.counts[OutcomeStatus.DONE], report.counts[OutcomeStatus.QUARANTINED]) == (2, 1)
    assert report.problems == {"B108": 1}


def test_object_storage_without_a_key_is_refused(mini_cycle, monkeypatch):
    monkeypatch.delenv("BILLCAST_KEY")
    mini_cycle.write(customer("C-1"))
    with pytest.raises(KeyringError) as raised:
        run_cycle([mini_cycle.input], mini_cycle.campaign, "s3://bucket/prefix", now=NOW)
    assert raised.value.problem.code == "K103"


def test_memory_is_no_place_for_a_run(mini_cycle):
    mini_cycle.write(customer("C-1"))
    with pytest.raises(StorageError) as raised:
        run_cycle([mini_cycle.input], mini_cycle.campaign, "memory://x", now=NOW)
    assert raised.value.problem.code == "S101"


def test_a_time_without_offset_is_refused(mini_cycle):
    mini_cycle.write(customer("C-1"))
    with pytest.raises(BatchError) as raised:
        run_cycle([mini_cycle.input], mini_cycle.campaign, mini_cycle.out, now=NOW.replace(tzinfo=None))
    assert raised.value.problem.code == "B101"


@pytest.fixture
def stopped(mini_cycle, monkeypatch) -> Path:
    """The state folder of a run that broke: its channel fails for everybody."""
    mini_cycle.write(*(customer(f"FAILS-{n}") for n in range(60)))
    with pytest.raises(BatchError) as raised:
        run_cycle(
            [mini_cycle.input], mini_cycle.campaign, mini_cycle.out, now=NOW, workers=1, state=mini_cycle.root / "s"
        )
    assert raised.value.problem.code == "B111"
    return mini_cycle.root / "s"


def test_a_broken_run_leaves_its_report(stopped):
    assert '"exit_code": 1' in (stopped / "report.json").read_text()
    assert len((stopped / "quarantine.jsonl").read_text().splitlines()) >= 50


def test_a_broken_run_leaves_no_draft_even_if_the_ledger_can_not_note_it(mini_cycle, monkeypatch, request):
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("engine.batch.ledger.Ledger.stop", full)
    state = request.getfixturevalue("stopped")
    assert not list(state.glob(".*.part"))


def test_resume_refuses_a_changed_input(stopped, mini_cycle):
    mini_cycle.write(customer("C-1"))
    with pytest.raises(BatchError) as raised:
        resume_cycle(stopped)
    assert raised.value.problem.code == "B105"


def test_resume_refuses_a_changed_campaign(stopped, mini_cycle):
    with (mini_cycle.campaign / "campaign.toml").open("a") as file:
        file.write("\n# changed\n")
    with pytest.raises(BatchError) as raised:
        resume_cycle(stopped)
    assert raised.value.problem.code == "B106"


def test_resume_refuses_another_key(stopped, monkeypatch):
    monkeypatch.setenv("BILLCAST_KEY", "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY=")
    with pytest.raises(BatchError) as raised:
        resume_cycle(stopped)
    assert raised.value.problem.code == "B107"


def test_resume_of_nothing_says_where_to_look(tmp_path):
    with pytest.raises(BatchError) as raised:
        resume_cycle(tmp_path)
    assert raised.value.problem.code == "B104"


def test_resume_of_a_finished_run_writes_its_report_again(mini_cycle):
    mini_cycle.write(customer("C-1"))
    report = run_cycle([mini_cycle.input], mini_cycle.campaign, mini_cycle.out, now=NOW, workers=1)
    (report.state_dir / "manifest.jsonl").unlink()
    mini_cycle.forget()
    assert resume_cycle(report.state_dir).counts == report.counts
    assert (report.state_dir / "manifest.jsonl").is_file()
    assert mini_cycle.filled() == []


def test_a_campaign_is_typed(mini_cycle):
    assert isinstance(load_campaign(mini_cycle.campaign), Campaign)
