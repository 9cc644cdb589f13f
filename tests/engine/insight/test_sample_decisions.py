"""What is decided for each sample customer, word by word, and that each decision is sensible.

Renewed by `pytest tests/engine/insight/test_sample_decisions.py --renew-golden`, and looked at before it is kept.
"""

from __future__ import annotations

import difflib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from engine.ingest.item import Read
from engine.ingest.reader import read
from engine.insight.advisor import Advisor
from engine.model.outreach import Action, Outreach
from engine.model.tone import Tone
from tests.engine.insight.policy.people import STARTER, starter_campaign

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden" / "decisions.txt"
NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)


@cache
def decided() -> dict[str, Outreach]:
    """Each sample customer's outreach by key."""
    advisor = Advisor.open(STARTER, starter_campaign())
    assert advisor is not None
    people = [item.customer for item in read([ROOT / "samples" / "customers.jsonl"]) if isinstance(item, Read)]
    return {one.key: advisor.advise(one, NOW) for one in sorted(people, key=lambda one: one.key)}


def told(one: Outreach) -> str:
    """A decision in some lines, as a person would want it told."""
    contact = one.contact
    way = "no message"
    if contact.channel and contact.at:
        way = f"{contact.channel.value} at {contact.at:%Y-%m-%d %H:%M %Z}"
    lines = [
        f"{one.key} {one.action.value} {one.stage or '-'} by rule {one.rule}: {way}, tone {one.tone or 'of the bill'}",
        f"  group {one.profile.group.value}: {'; '.join(one.profile.reasons)}",
        f"  because {' / '.join(one.reasons)}",
        f"  channel {' / '.join(contact.reasons)}",
        f"  may press: {'yes' if one.is_urgent else 'no'}; formal: {'yes' if one.is_formal else 'no'}",
    ]
    lines += [f"  offer {offer.kind.value}: {offer.reason}" for offer in one.offers]
    lines += [f"  task {task.kind.value} for {task.owner} by {task.due_on}: {task.reason}" for task in one.tasks]
    return "\n".join(lines)


def test_the_decisions_are_those_of_before(request: pytest.FixtureRequest) -> None:
    made = "\n\n".join(told(one) for one in decided().values()) + "\n"
    if request.config.getoption("--renew-golden"):
        GOLDEN.write_text(made, encoding="utf-8")
        return
    before = GOLDEN.read_text(encoding="utf-8")
    if before != made:
        diff = difflib.unified_diff(before.splitlines(), made.splitlines(), "golden/decisions.txt", "decided now", n=0)
        pytest.fail("\n".join([*diff, "", "right as it is? run it with --renew-golden"]), pytrace=False)


def test_every_sample_customer_is_met_as_their_record_asks_for() -> None:
    made = decided()
    assert len(made) == 32
    assert made["NL-0027"].action is Action.SILENT  # died
    assert made["NL-0020"].is_formal  # ten weeks late, reminded, last stage
    assert made["NL-0020"].contact.channel is not None
    assert made["NL-0020"].contact.channel.value == "post"
    assert not made["NL-0025"].is_urgent  # in dispute
    assert made["NL-0025"].statement.asked == 0
    for vulnerable in ("NL-0009", "NL-0019"):
        assert (made[vulnerable].tone, made[vulnerable].is_urgent) == (Tone.HELP, False)
    assert made["NL-0014"].stage == "new-bill"  # keeps a plan: the new bill goes out, no reminder
    assert {one.stage for one in made.values() if one.action is Action.SEND} >= {"new-bill", "easy-10", "help-20"}


def test_a_fresh_bill_goes_to_everybody_but_the_deceased() -> None:
    fresh = [one for one in decided().values() if dict(one.facts).get("days since the newest bill") == "3"]
    assert len(fresh) > 20
    assert {one.stage for one in fresh if one.rule != "deceased"} == {"new-bill"}
