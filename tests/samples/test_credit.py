"""The cast for credit management meets what its table says: all stages of the starter policy, brakes and limits."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.insight.advisor import Advisor
from engine.insight.policy import load_policy
from engine.model.customer import Customer
from engine.model.outreach import Group, Outreach
from engine.templating.campaign_file import load_campaign

ROOT = Path(__file__).parents[2]
STARTER = ROOT / "templates" / "bill-explainer"
LINES = (ROOT / "samples" / "credit.jsonl").read_text(encoding="utf-8").splitlines()
NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)
# what is done, and the rule that decides: a stage, a brake, or a limit
EXPECTED = {
    "CR-0001": "send before-due", "CR-0002": "send due-day", "CR-0003": "send friendly-3", "CR-0004": "send help-10",
    "CR-0005": "send easy-10", "CR-0006": "send help-20", "CR-0007": "send help-20", "CR-0008": "send firm-20",
    "CR-0009": "call call-45", "CR-0010": "send notice-60", "CR-0011": "call people-60", "CR-0012": "silent legal-hold",
    "CR-0013": "silent wrong-person", "CR-0014": "silent plan-kept", "CR-0015": "wait promise",
    "CR-0016": "wait just-paid", "CR-0017": "wait answered", "CR-0018": "silent paid", "CR-0019": "send gentle-20",
    "CR-0020": "wait wait-days", "CR-0021": "wait no-contact", "CR-0022": "wait no-stage", "CR-0023": "send new-bill",
    "CR-0024": "wait cap",
}  # fmt: skip


@pytest.fixture(scope="module")
def decided() -> dict[str, Outreach]:
    advisor = Advisor.open(STARTER, load_campaign(STARTER))
    assert advisor is not None
    made = [advisor.advise(Customer.model_validate_json(line), NOW) for line in LINES]
    return {one.key: one for one in made if one is not None}


def test_each_of_the_cast_meets_its_rule(decided: dict[str, Outreach]) -> None:
    assert {key: f"{one.action} {one.rule}" for key, one in decided.items()} == EXPECTED


def test_all_stages_and_all_groups_are_met(decided: dict[str, Outreach]) -> None:
    policy = load_policy(STARTER)
    assert policy is not None
    assert {stage.id for stage in policy.stages} <= {one.stage for one in decided.values()}
    assert {one.profile.group for one in decided.values()} == set(Group)


def test_the_readme_says_who_each_is_and_what_comes_of_it() -> None:
    page = (ROOT / "samples" / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(CR-\d+)` \| [^|]+ \| ([^|]+) \|$", page, re.MULTILINE))

    assert rows.keys() == EXPECTED.keys()
    for key, words in rows.items():
        stage = re.match(r"`([\w-]+)`", words)
        assert stage is None or stage[1] == EXPECTED[key].split()[1]
        assert (stage is None) == EXPECTED[key].startswith(("wait", "silent"))


def test_nobody_of_the_cast_is_a_sample_customer() -> None:
    others = (ROOT / "samples" / "customers.jsonl").read_text(encoding="utf-8").splitlines()
    keys = [json.loads(line)["key"] for line in (*LINES, *others)]
    assert len(set(keys)) == len(keys)
