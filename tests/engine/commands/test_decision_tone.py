"""The table of decisions tells the tone that the message will have."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from engine.commands.decision_tone import Tones
from engine.compose import Suppressed, compose
from engine.ingest.item import Read
from engine.ingest.reader import read
from engine.insight.advisor import Advisor
from engine.model.outreach import Action
from engine.payment.keyring import Keyring
from engine.templating.template_set import TemplateSet

ROOT = Path(__file__).resolve().parents[3]
CAMPAIGN = ROOT / "templates" / "bill-explainer"
NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)


def test_the_tone_told_is_that_of_the_message_for_every_sample():
    templates, tones = TemplateSet(CAMPAIGN), Tones(CAMPAIGN)
    advisor = Advisor.open(CAMPAIGN, templates.campaign)
    met = set()
    for item in read([ROOT / "samples" / name for name in ("customers.jsonl", "credit.jsonl")]):
        assert isinstance(item, Read)
        outreach = advisor.advise(item.customer, NOW)
        said = compose(
            item.customer, templates.campaign, templates.texts("en"), NOW, Keyring.from_secret(bytes(32)),
            has_script=False, outreach=outreach,
        )  # fmt: skip
        told = tones.told(outreach, item.customer, NOW)
        if isinstance(said, Suppressed):
            assert outreach.action is not Action.SEND
            assert told is outreach
        else:
            assert told.tone is said.tone, outreach.key
            met.add((told.tone, outreach.tone is None))
    assert len(met) >= 6, "tones of the policy, and tones of the bill"
