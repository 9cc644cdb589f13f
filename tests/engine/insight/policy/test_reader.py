"""policy.toml is read with file, line and the nearest key; a set without it decides nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import InsightError, Problem
from engine.insight.advisor import Advisor
from engine.insight.policy import load_policy
from tests.engine.insight.policy.people import STARTER, starter_campaign

SOUND = """version = "1"

[[offers]]
id = "person"
kind = "person_to_call"
reason = "A person."

[[stages]]
id = "first"
when = { overdue = true }
offers = ["person"]
reason = "Late."

[[stages]]
id = "second"
reason = "Later."
"""


def problem(folder: Path, text: str) -> Problem:
    (folder / "policy.toml").write_text(text)
    with pytest.raises(InsightError) as caught:
        load_policy(folder)
    return caught.value.problem


def test_a_set_without_a_policy_decides_nothing(tmp_path: Path) -> None:
    assert load_policy(tmp_path) is None
    assert Advisor.open(tmp_path, starter_campaign()) is None


def test_a_law_without_rules_is_refused_before_any_customer(tmp_path: Path) -> None:
    found = problem(tmp_path, SOUND + '\n[debt]\nattempts = 3\nlaw = "ZZ"\n')
    assert (found.code, "`ZZ`" in found.fact, "IT" in found.hint) == ("D100", True, True)
    assert "policy.toml:20 [debt]" in found.place
    (tmp_path / "policy.toml").write_text(SOUND + '\n[debt]\nlaw = "ZZ"\nlimitation_months = 36\n')
    assert load_policy(tmp_path) is not None


def test_the_starter_policy_is_read_whole() -> None:
    policy = load_policy(STARTER)
    assert policy is not None
    assert policy.stages[0].id == "new-bill"
    assert policy.version


@pytest.mark.parametrize(
    ("old", "new", "code", "place", "hint"),
    [
        ('kind = "person', 'kin = "person', "D142", ":5 [offers[1]]", "did you mean `kind`?"),
        ("{ overdue = true }", "{ overdu = true }", "D142", ":10 [stages[1].when]", "did you mean `overdue`?"),
        ('id = "second"', 'id = "second"\ntoen = "easy"', "D142", ":16 [stages[2]]", "did you mean `tone`?"),
        ('id = "second"', 'id = "second"\ntone = "eazy"', "D143", ":16 [stages[2]]", "did you mean `easy`?"),
        ('reason = "Later."', "", "D143", ":14 [stages[2]]", "add it; docs/policy.md says what it means"),
        ('version = "1"', "", "D143", " [version]", "add it; docs/policy.md says what it means"),
    ],
)  # fmt: skip
def test_a_fault_names_its_line_and_what_was_meant(
    tmp_path: Path, old: str, new: str, code: str, place: str, hint: str
) -> None:
    found = problem(tmp_path, SOUND.replace(old, new))
    assert (found.code, found.place, found.hint) == (code, f"{tmp_path / 'policy.toml'}{place}", hint)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('id = "second"\nfrom_day = 5\nto_day = 4', "`to_day` comes before `from_day`"),
        ('id = "first"', "two stages bear the id `first`"),
        ('id = "second"\ntone = "formal"', "needs `is_formal = true`"),
        ('id = "second"\nannounces_cut_off = true', "needs `is_formal = true`"),
        ('id = "second"\nis_formal = true', "needs a `from_day` after the due date"),
        ('id = "second"\nis_formal = true\nfrom_day = 0', "needs a `from_day` after the due date"),
        ('id = "second"\nis_formal = true\nfrom_day = 9\nabout = "bill"', "is about a debt"),
    ],
)
def test_a_stage_that_contradicts_itself_is_refused(tmp_path: Path, text: str, says: str) -> None:
    found = problem(tmp_path, SOUND.replace('id = "second"', text))
    assert found.code == "D143"
    assert says in found.fact


def test_broken_toml_and_a_file_that_is_no_text_are_told_apart(tmp_path: Path) -> None:
    assert problem(tmp_path, "version = ").code == "D141"
    (tmp_path / "policy.toml").write_bytes(b"version = '\xff'")
    with pytest.raises(InsightError) as caught:
        load_policy(tmp_path)
    assert (caught.value.problem.code, caught.value.problem.fact) == ("D140", "can't be read: it is not UTF-8")


@pytest.mark.parametrize(("name", "says"), [("none.json", "is not there"), ("../model.json", "lies outside")])
def test_a_model_lies_in_the_campaign_folder(tmp_path: Path, name: str, says: str) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    (tmp_path / "model.json").write_text("{}")
    found = problem(folder, SOUND + f'\n[scores]\nlate = "{name}"\n')
    assert found.code == "D144"
    assert says in found.fact
    assert ":19 [scores]" in found.place


def test_amounts_are_read_exactly(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text(SOUND.replace("{ overdue = true }", "{ amount_from = 12345678901234567.89 }"))
    policy = load_policy(tmp_path)
    assert policy is not None
    assert str(policy.stages[0].when.amount_from) == "12345678901234567.89"


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ('[[profiles.context]]\nname = "age"\n', "D130"),
        ('[profiles]\nprotected = ["income"]\n[[profiles.context]]\nname = "income"\n', "D131"),
        ('[[profiles.context]]\nname = "region"\n[[profiles.context]]\nname = "region"\n', "D132"),
    ],
)
def test_a_protected_attribute_is_no_context(tmp_path: Path, table: str, code: str) -> None:
    found = problem(tmp_path, f"{SOUND}\n{table}")
    assert found.code == code
    assert "policy.toml" in found.place


@pytest.mark.parametrize(
    ("when", "more", "code"),
    [
        ('{ attribute = { age_band = "65+" } }', "", "D130"),
        ('{ attribute = { nationality = "IT" } }', "", "D130"),
        ('{ attribute = { club = "yes" } }', '\n[profiles]\nprotected = ["club"]\n', "D131"),
    ],
)
def test_no_condition_asks_for_a_protected_attribute(tmp_path: Path, when: str, more: str, code: str) -> None:
    found = problem(tmp_path, SOUND.replace("{ overdue = true }", when) + more)
    assert found.code == code
    assert ":10 [stages[1].when]" in found.place
    in_offer = problem(tmp_path, SOUND.replace('kind = "person', f'when = {when}\nkind = "person') + more)
    assert in_offer.code == code
