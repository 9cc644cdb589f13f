"""The linter: what a policy must not do is refused, with the line, before any customer is met."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from engine.commands import app
from engine.errors import InsightError, Problem
from engine.insight.policy import load_policy
from engine.insight.policy.lint import check_policy
from tests.engine.insight.policy.people import STARTER

HEAD = """version = "1"

[[offers]]
id = "person"
kind = "person_to_call"
reason = "A person."

"""
CALL = """[[stages]]
id = "call"
action = "call"
from_day = 1
to_day = 59
reason = "Call."

"""
FORMAL = """[[stages]]
id = "notice"
from_day = 60
channels = ["post"]
is_formal = true
offers = ["person"]
reason = "Formal."

"""


def stage(name: str, more: str) -> str:
    return f'[[stages]]\nid = "{name}"\nreason = "Because."\n{more}\n\n'


def problems(folder: Path, *parts: str, head: str = HEAD) -> list[Problem]:
    (folder / "policy.toml").write_text(head + "".join(parts))
    return check_policy(folder)


def codes(found: list[Problem]) -> list[str]:
    return [problem.code for problem in found]


def test_the_starter_policy_has_no_fault() -> None:
    assert check_policy(STARTER) == []


def test_a_set_without_a_policy_has_none_either(tmp_path: Path) -> None:
    assert check_policy(tmp_path) == []


def test_a_sound_formal_stage_is_let_through(tmp_path: Path) -> None:
    assert problems(tmp_path, CALL, FORMAL) == []


@pytest.mark.parametrize(
    "when",
    ["late_risk_from = 0.9", 'group = ["unwilling"]', 'segment = ["winter"]', "late_share_from = 0.5",
     "feature_from = { late_count = 3 }", "churn_risk_to = 0.1"],
)  # fmt: skip
def test_no_score_decides_a_formal_notice(tmp_path: Path, when: str) -> None:
    found = problems(tmp_path, CALL, FORMAL.replace("from_day", f"when = {{ {when} }}\nfrom_day"))
    judged = [problem for problem in found if problem.code == "D148"]
    assert len(judged) == 1
    assert judged[0].place == "policy.toml:17 [stages]"
    assert when.split()[0] in judged[0].fact
    with pytest.raises(InsightError, match="D148"):  # and no run can follow it
        load_policy(tmp_path)


def test_no_score_decides_a_formal_notice_by_leaving_the_rest_to_it(tmp_path: Path) -> None:
    spared = stage("spared", 'from_day = 60\nwhen = { group = ["known"] }\naction = "wait"')
    found = problems(tmp_path, CALL, spared, FORMAL)
    assert codes(found) == ["D148"]
    assert "spared" in found[0].fact
    by_bill = stage("told", 'about = "bill"\nwhen = { late_share_from = 0.5 }')
    assert codes(problems(tmp_path, by_bill, CALL, FORMAL)) == ["D148"]
    for_days = by_bill.replace("{ late", "{ issued_within_days = 14, late")
    assert problems(tmp_path, for_days, CALL, FORMAL) == []
    for_good = for_days.replace("= 14", "= 9999")
    assert codes(problems(tmp_path, for_good, CALL, FORMAL)) == ["D148"]


@pytest.mark.parametrize(("name", "found"), [("risk_class", ["D148"]), ("Credit-Score", ["D148"]), ("region", [])])
def test_no_score_of_another_system_decides_a_formal_notice(tmp_path: Path, name: str, found: list[str]) -> None:
    asking = FORMAL.replace("from_day", f'when = {{ attribute = {{ "{name}" = "D" }} }}\nfrom_day')
    assert codes(problems(tmp_path, CALL, asking)) == found


def test_no_lot_decides_a_formal_notice(tmp_path: Path) -> None:
    head = HEAD + '[experiment]\nname = "x"\nvariants = [{ name = "a" }, { name = "b" }]\n\n'
    found = problems(tmp_path, CALL, FORMAL.replace("from_day", 'variants = ["a"]\nfrom_day'), head=head)
    assert codes(found) == ["D148"]


def test_a_person_comes_before_anything_formal(tmp_path: Path) -> None:
    soft = stage("soft", "to_day = 59")
    found = problems(tmp_path, soft, FORMAL)
    assert codes(found) == ["D152"]
    assert "no person was asked to act" in found[0].fact
    nobody = problems(tmp_path, CALL, FORMAL.replace('offers = ["person"]\n', ""))
    assert codes(nobody) == ["D152"]
    assert "names no person to call" in nobody[0].fact


def test_a_formal_notice_goes_by_post_alone(tmp_path: Path) -> None:
    assert codes(problems(tmp_path, CALL, FORMAL.replace('["post"]', '["post", "email"]'))) == ["D150"]
    assert codes(problems(tmp_path, CALL, FORMAL.replace('channels = ["post"]\n', ""))) == ["D150"]


@pytest.mark.parametrize("whom", ["vulnerable = true", "disputed = true", "gentle = true"])
def test_nothing_presses_whom_nothing_may_press(tmp_path: Path, whom: str) -> None:
    urgent = stage("it", f"when = {{ {whom} }}")
    assert codes(problems(tmp_path, urgent)) == ["D149"]
    firm = stage("it", f'when = {{ {whom} }}\ntone = "firm"\nis_urgent = false')
    assert codes(problems(tmp_path, firm)) == ["D149"]
    assert problems(tmp_path, stage("it", f"when = {{ {whom} }}\nis_urgent = false")) == []


def test_a_stage_that_is_never_reached_is_found(tmp_path: Path) -> None:
    found = problems(tmp_path, stage("all", ""), stage("later", "from_day = 10"))
    assert codes(found) == ["D146"]
    assert found[0].fact == "stage later is never reached: all takes all of its customers"
    assert found[0].place == "policy.toml:13 [stages]"
    two = problems(tmp_path, stage("a", "to_day = 9"), stage("b", "from_day = 10"), stage("c", "from_day = 5"))
    assert codes(two) == ["D146"]
    same = problems(tmp_path, stage("a", "when = { overdue = true }"),
                    stage("b", "when = { overdue = true, vulnerable = true }\nis_urgent = false"))  # fmt: skip
    assert codes(same) == ["D146"]


@pytest.mark.parametrize(
    "first",
    ["when = { vulnerable = true }\nis_urgent = false", "most = 1", 'tone = "firm"', "needs_consent = true"],
)
def test_a_stage_that_lets_some_through_hides_nobody(tmp_path: Path, first: str) -> None:
    assert problems(tmp_path, stage("first", first), stage("second", "")) == []


def test_a_reminder_hides_no_bill_but_a_bill_hides_reminders(tmp_path: Path) -> None:
    assert problems(tmp_path, stage("remind", ""), stage("bill", 'about = "bill"')) == []
    assert codes(problems(tmp_path, stage("bill", 'about = "bill"'), stage("remind", ""))) == ["D146"]


def test_days_in_two_stages_and_days_in_none_are_found(tmp_path: Path) -> None:
    shared = problems(tmp_path, stage("a", "to_day = 9"), stage("b", "from_day = 8"))
    assert codes(shared) == ["D147"]
    assert shared[0].hint == "let b have day 10 to 4000"
    missing = problems(tmp_path, stage("a", "to_day = 9"), stage("b", "from_day = 12"))
    assert codes(missing) == ["D147"]
    assert "days 10 to 11, between a and b" in missing[0].fact
    one = problems(tmp_path, stage("a", "to_day = 9"), stage("b", "from_day = 11"))
    assert "days 10 to 10, between a and b" in one[0].fact
    ending = problems(tmp_path, stage("a", "to_day = 9"), stage("b", "from_day = 10\nto_day = 30"))
    assert codes(ending) == ["D147"]
    assert "after day 30" in ending[0].fact


@pytest.mark.parametrize(
    ("text", "says", "hint"),
    [
        ('offers = ["persn"]', "there is no offer `persn`", "did you mean `person`?"),
        ('variants = ["b"]', "the experiment has no arm `b`", "[experiment] names none"),
        ('template = "warm"', "`message/warm` holds no message", "leave `template` out"),
        (
            "when = { feature_from = { late_coun = 2 } }",
            "there is no feature `late_coun`",
            "did you mean `late_count`?",
        ),
        ("when = { late_risk_from = 0.5 }", "[scores] names no model `late`", "billcast insight train"),
    ],
)
def test_what_a_policy_names_must_be_there(tmp_path: Path, text: str, says: str, hint: str) -> None:
    found = problems(tmp_path, stage("it", text))
    assert codes(found) == ["D145"]
    assert says in found[0].fact
    assert hint in found[0].hint


def test_an_offer_has_its_figures(tmp_path: Path) -> None:
    head = HEAD + '[[offers]]\nid = "parts"\nkind = "instalments"\nreason = "Parts."\n\n'
    head += '[[offers]]\nid = "time"\nkind = "shift_due_date"\nreason = "Time."\n\n'
    found = problems(tmp_path, stage("it", ""), head=head)
    assert [(problem.code, problem.hint) for problem in found] == [
        ("D151", "add `parts`"),
        ("D151", "add `shift_days`"),
    ]


def test_an_offer_that_sells_asks_for_consent(tmp_path: Path) -> None:
    head = HEAD + '[[offers]]\nid = "tariff"\nkind = "tariff_check"\nreason = "Sells."\n\n'
    assert codes(problems(tmp_path, stage("it", ""), head=head)) == ["D150"]


def test_everybody_can_get_their_bill(tmp_path: Path) -> None:
    bill = stage("bill", 'about = "bill"\nchannels = ["email"]')
    assert problems(tmp_path, bill) == []
    assert codes(problems(tmp_path, bill, head=HEAD + "[contact]\npaper_fallback = false\n\n")) == ["D150"]
    assert codes(problems(tmp_path, stage("none", "channels = []"))) == ["D150"]


def test_the_check_of_a_set_looks_at_its_policy(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text(HEAD + stage("all", "") + stage("later", "from_day = 10"))
    said = CliRunner().invoke(app, ["check", str(tmp_path)])
    assert said.exit_code == 1
    assert "D146 policy.toml:13 [stages]: stage later is never reached" in said.output
