"""Reading campaign.toml, and the reference page made from it."""

from __future__ import annotations

import shutil
import typing
from decimal import Decimal
from pathlib import Path

import pytest
from stdnum import iban

from engine.compose.split import Cause
from engine.errors import CampaignError, Problem
from engine.model.campaign import CauseName
from engine.resources import resource_dir
from engine.templating import load_campaign
from engine.templating.campaign_doc import campaign_reference

STARTER = resource_dir("templates") / "bill-explainer"
DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "set"
    shutil.copytree(STARTER, root)
    return root


def problem(root: Path, old: str, new: str) -> Problem:
    file = root / "campaign.toml"
    source = file.read_text()
    assert old in source
    file.write_text(source.replace(old, new, 1))
    with pytest.raises(CampaignError) as caught:
        load_campaign(root)
    return caught.value.problem


def test_the_starter_campaign_is_whole() -> None:
    campaign = load_campaign(STARTER)
    assert campaign.locales == ("en", "it", "fr", "ro", "lt", "ru")
    assert campaign.payment.instalments_from == Decimal("50.00")
    assert campaign.payee is not None
    assert iban.is_valid(campaign.payee.iban)
    assert len(campaign.rules) >= 8
    assert all(getattr(campaign.legal, name) for name in type(campaign.legal).model_fields)


def test_advice_that_sells_something_waits_for_consent() -> None:
    rules = {rule.id: rule for rule in load_campaign(STARTER).rules}
    assert {name for name, rule in rules.items() if rule.needs_consent} == {
        "tip-price-rise",  # the supplier's own tariffs
        "tip-longer-period",  # its monthly plan
        "offer-paperless",
    }


def test_an_unknown_key_is_refused_with_its_line_and_the_nearest_known_one(folder: Path) -> None:
    found = problem(folder, "accent =", "acent =")
    line = next(n for n, text in enumerate((folder / "campaign.toml").read_text().splitlines(), 1) if "acent" in text)
    assert (found.code, found.hint) == ("C103", "did you mean `accent`?")
    assert found.place == f"{folder / 'campaign.toml'}:{line} [brand]"


def test_an_unknown_key_of_a_rule_names_the_rule(folder: Path) -> None:
    found = problem(folder, 'id = "disputed-bill"\nwhen = {', 'id = "disputed-bill"\nwen = {')
    assert (found.code, found.hint) == ("C103", "did you mean `when`?")
    assert "[rules[2]]" in found.place


@pytest.mark.parametrize(
    ("old", "new", "fact"),
    [
        ('ink = "#12222B"', 'ink = "navy"', "brand.ink"),
        ("valid_days = 30", "valid_days = 0", "payment.valid_days"),
        ('legal_name = "Northlight Energy S.p.A."\n', "", "supplier.legal_name"),
        ('show = "instalments"', 'show = "installments"', "rules[5].show"),
        ('locale = "en"', 'locale = "de"', "`locale` must be one of `locales`"),
        ("month = [10, 11, 12, 1, 2, 3]", "month = [10, 13]", "rules[12].when.month[2]"),
        ("month = [10, 11, 12, 1, 2, 3]", "month = [0]", "rules[12].when.month[1]"),
        ('base_url = "https://pay', 'base_url = "http://pay', "payment.base_url"),
    ],
)
def test_a_wrong_value_is_refused_with_its_key(folder: Path, old: str, new: str, fact: str) -> None:
    found = problem(folder, old, new)
    assert found.code == "C104"
    assert fact in found.fact


@pytest.mark.parametrize(
    ("old", "new", "key", "close"),
    [
        ('largest_cause = ["price"]', 'largest_cause = ["prise"]', "largest_cause", "price"),
        ('kind = ["credit_note"]', 'kind = ["creditnote"]', "kind", "credit_note"),
    ],
)
def test_an_unknown_word_of_a_condition_names_the_nearest(
    folder: Path, old: str, new: str, key: str, close: str
) -> None:
    found = problem(folder, old, new)
    assert (found.code, found.hint) == ("C104", f"did you mean `{close}`?")
    assert f"when.{key}[1]" in found.fact
    lines = (folder / "campaign.toml").read_text().splitlines()
    assert found.place.startswith(f"{folder / 'campaign.toml'}:{next(n for n, s in enumerate(lines, 1) if new in s)}")


def test_a_condition_knows_every_cause_that_a_bill_can_have() -> None:
    assert set(typing.get_args(CauseName)) == {cause.value for cause in Cause}


def test_broken_toml_and_absent_files_are_said(folder: Path) -> None:
    assert problem(folder, "[brand]", "[brand").code == "C102"
    with pytest.raises(CampaignError, match="C101"):
        load_campaign(folder / "absent")


@pytest.mark.parametrize("name", ["brand/absent.svg", "../secret.svg", "/etc/passwd"])
def test_files_it_names_must_lie_in_the_folder(folder: Path, name: str) -> None:
    (folder.parent / "secret.svg").write_text("<svg/>")
    assert problem(folder, 'logo = "brand/logo.svg"', f'logo = "{name}"').code == "C105"


def test_the_reference_page_is_the_one_of_the_code() -> None:
    assert (DOCS / "campaign.md").read_text("utf-8") == campaign_reference()
