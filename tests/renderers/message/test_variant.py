"""A stage may name a variant of the message: a folder below message/; forms that it lacks are the usual ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine.compose import compose
from engine.compose.compose import Suppressed
from engine.contracts import FillContext, Scope
from engine.insight.advisor import Advisor
from engine.insight.policy.lint import check_policy
from engine.payment.keyring import Keyring
from engine.registry import load_channel
from engine.templating.template_set import TemplateSet
from tests.engine.insight.policy.people import NOW, STARTER, bill, person

KEYS = Keyring.from_secret(bytes(range(32)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "set"
    shutil.copytree(STARTER, root)
    own = root / "message" / "warm"
    own.mkdir()
    (own / "sms.txt.j2").write_text("{{ message.short }} {{ page_url|url }} WARM")
    policy = root / "policy.toml"
    policy.write_text(policy.read_text().replace('id = "friendly-3"', 'id = "friendly-3"\ntemplate = "warm"'))
    return root


def messages(root: Path, late: int) -> dict[str, str]:
    """The four texts for a customer whose bill is so many days late."""
    templates = TemplateSet(root)
    advisor = Advisor.open(root, templates.campaign)
    assert advisor is not None
    customer = person(bill(late=late, age=late + 30))
    said = compose(customer, templates.campaign, templates.texts("en"), NOW, KEYS, has_script=False,
                   outreach=advisor.advise(customer, NOW))  # fmt: skip
    assert not isinstance(said, Suppressed)
    channel = load_channel("message")
    filled = channel.fill(channel.compile(templates, "en", channel.classify(said), Scope()), said, FillContext())
    return {artifact.name: artifact.data.decode() for artifact in filled.artifacts}


def test_the_stage_that_names_it_is_told_by_its_own_form(folder: Path) -> None:
    made = messages(folder, 4)
    assert made["sms.txt"].endswith("WARM\n")
    assert "WARM" not in made["email.txt"] + made["push.txt"] + made["email.html"]


def test_other_stages_are_told_as_usual(folder: Path) -> None:
    assert "WARM" not in messages(folder, 12)["sms.txt"]


def test_the_check_knows_which_variants_are_there(folder: Path) -> None:
    assert check_policy(folder) == []
    (folder / "message" / "warm" / "sms.txt.j2").unlink()
    assert [problem.code for problem in check_policy(folder)] == ["D145"]
