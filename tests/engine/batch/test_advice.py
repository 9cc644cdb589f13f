"""A policy beside the campaign decides for whole runs: marks, counts, links, and when the same work is done anew."""

from __future__ import annotations

import csv
import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engine.batch.advice import advisor_of
from engine.batch.outcome_json import decode, encode, known_in, manifest_line
from engine.batch.record_path import RecordPath
from engine.batch.run_spec import RunSpec
from engine.model.artifact import Outcome, OutcomeStatus
from engine.model.customer import Customer
from engine.payment.keyring import Keyring
from engine.templating import TemplateSet
from tests.engine.conftest import MiniCycle, customer

NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)
KEYS = Keyring.from_secret(bytes(32))
POLICY = """
version = "7"

[[stages]]
id = "new-bill"
about = "bill"
when = { issued_within_days = 14, told = false }
reason = "A new bill came."

[[stages]]
id = "call"
from_day = 5
to_day = 60
action = "call"
reason = "A person calls."
tasks = ["review_hardship"]

[[stages]]
id = "notice"
from_day = 61
channels = ["post"]
tone = "formal"
is_formal = true
when = { dunning = ["final"] }
reason = "The last stage."
"""


ADDRESS = {"lines": ["Via Roma 1"], "city": "Milano", "postal_code": "20121", "country": "IT"}


def late(key: str, due_on: str, **bill: str) -> dict:
    one = customer(key, address=ADDRESS)
    one["bills"][0] |= {"issued_on": "2026-07-01", "due_on": due_on, "period": None} | bill
    return one


@pytest.fixture
def decided(mini_cycle: MiniCycle) -> MiniCycle:
    (mini_cycle.campaign / "policy.toml").write_text(POLICY)
    return mini_cycle


def walk(cycle: MiniCycle, record: dict, now: datetime = NOW) -> Outcome:
    path = RecordPath.open(TemplateSet(cycle.campaign), ("cheap",), KEYS, now)
    return path.walk(Customer.model_validate(record)).outcome


def test_a_set_without_a_policy_decides_nothing(mini_cycle: MiniCycle) -> None:
    assert advisor_of(TemplateSet(mini_cycle.campaign)) is None
    outcome = walk(mini_cycle, customer("C-1"))
    assert (outcome.rule, outcome.group, outcome.stage, outcome.channel, outcome.tasks) == ("", "", "none", "", ())


def test_an_outcome_bears_what_was_decided(decided: MiniCycle) -> None:
    outcome = walk(decided, customer("C-1", address=ADDRESS))
    assert outcome.status is OutcomeStatus.DONE
    assert (outcome.stage, outcome.rule, outcome.group, outcome.channel) == ("new-bill", "new-bill", "unknown", "post")
    assert datetime.fromisoformat(outcome.send_at) >= NOW
    assert outcome.reasons[0] == "A new bill came."


def test_who_is_to_be_called_gets_nothing_and_is_a_task(decided: MiniCycle) -> None:
    outcome = walk(decided, late("C-1", "2026-10-20", dunning_stage="second"))
    assert outcome.status is OutcomeStatus.SUPPRESSED
    assert outcome.stage == "call"
    assert "review_hardship" in {kind for _, kind in outcome.tasks}


def test_of_a_formal_notice_nothing_but_paper_is_made(decided: MiniCycle) -> None:
    outcome = walk(decided, late("C-1", "2026-08-01", dunning_stage="final"))
    assert (outcome.stage, outcome.channel) == ("notice", "post")
    assert outcome.status is OutcomeStatus.DONE
    assert (outcome.paths, outcome.page_url) == ((), "")  # the cheap channel makes a page, and was not asked


def test_what_an_outcome_bears_survives_the_ledger() -> None:
    one = Outcome("C-1", OutcomeStatus.DONE, rule="r", group="unable", stage="s", channel="sms",
                  send_at="2026-11-06T10:00+01:00", arm="control", tasks=(("T1", "call_back"),))  # fmt: skip
    assert decode(encode(one)) == one
    line = json.loads(manifest_line(known_in(encode(one))))
    assert line["decision"]["stage"] == "s"
    assert line["outreach"] == {"rule": "r", "group": "unable", "channel": "sms", "send_at": "2026-11-06T10:00+01:00",
                                "arm": "control", "tasks": {"T1": "call_back"}}  # fmt: skip
    assert "outreach" not in json.loads(manifest_line(known_in(encode(Outcome("C-1", OutcomeStatus.DONE)))))


def test_a_run_counts_and_lists_what_was_decided(decided: MiniCycle) -> None:
    decided.write(customer("C-1", address=ADDRESS), late("C-2", "2026-10-20"))
    done = subprocess.run(decided.render_command("--audit", 0), env=decided.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (state,) = [path.parent for path in decided.out.glob(".billcast/*/report.json")]
    report = json.loads((state / "report.json").read_text())
    assert report["decided"]["stage"] == {"new-bill": 1}
    assert report["decided"]["group"] == {"unknown": 2}
    assert report["decided"]["task"]["review_hardship"] == 1
    with (state / "links.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["key"], row["channel"]) == ("C-1", "post")
    assert row["send_at"]


def test_with_a_policy_the_hour_counts_and_without_one_the_day(tmp_path: Path) -> None:
    spec = RunSpec(inputs=(), named=(), campaign_dir="c", cycle="1", time_zone="Europe/Rome", out="o", cache_control="",
                   channels=(), now=NOW, home="h", input_digest="", campaign_digest="", program_digest="",
                   key_id="")  # fmt: skip

    def key(has_policy: bool, later: timedelta) -> bytes:
        changed = spec.model_copy(update={"now": NOW + later, "has_policy": has_policy})
        return changed.content_keys().of(b"record")

    assert key(False, timedelta(0)) == key(False, timedelta(hours=3))
    assert key(True, timedelta(0)) == key(True, timedelta(minutes=30))
    assert key(True, timedelta(0)) != key(True, timedelta(hours=3))
