"""What is in dispute is apart; what must wait is held."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from engine.errors import InsightError
from engine.insight.debt import limitation, statement_of
from engine.insight.debt.limitation import laws
from engine.model.policy.debt import DebtTerms
from tests.engine.insight.debt.cases import PLAIN, TODAY, asked, bill, customer, paid

OLD = bill("B1", "100.00", "2026-09-20", "2026-09-01")
NEW = bill("B2", "50.00", "2026-11-20", "2026-11-01")


def dispute(number: str, **more: str) -> dict:
    return {"bill_number": number, "opened_on": "2026-10-01", **more}


def test_a_bill_in_dispute_is_not_asked_for() -> None:
    statement = statement_of(customer(OLD | {"is_disputed": True}, NEW), PLAIN, TODAY)
    assert asked(statement) == {"B2": "50.00"}
    assert statement.disputed == Decimal("100.00")
    assert "bill B1: in dispute, not asked for" in statement.reasons


def test_the_customers_flag_is_about_the_newest_bill() -> None:
    assert asked(statement_of(customer(OLD, NEW, flags={"disputed": True}), PLAIN, TODAY)) == {"B1": "100.00"}


def test_a_part_in_dispute_leaves_the_rest_asked_for() -> None:
    one = customer(OLD, disputes=[dispute("B1", amount="30.00")])
    (item,) = statement_of(one, PLAIN, TODAY).items
    assert (item.asked, item.disputed) == (Decimal("70.00"), Decimal("30.00"))
    paying = one.model_copy(update={"payments": customer(payments=[paid("70.00", number="B1")]).payments})
    assert statement_of(paying, PLAIN, TODAY).asked == 0


def test_parts_in_dispute_add_up_to_no_more_than_the_bill() -> None:
    one = customer(OLD, disputes=[dispute("B1", amount="70.00"), dispute("B1", amount="60.00")])
    assert statement_of(one, PLAIN, TODAY).disputed == Decimal("100.00")


def test_a_dispute_that_is_closed_holds_no_longer() -> None:
    until = [dispute("B1", closed_on="2026-11-06")]
    assert asked(statement_of(customer(OLD, disputes=until), PLAIN, TODAY)) == {"B1": "100.00"}
    assert asked(statement_of(customer(OLD, disputes=until), PLAIN, date(2026, 11, 5))) == {}


def test_a_kept_plan_holds_all_but_the_newest_bill() -> None:
    statement = statement_of(customer(OLD, NEW, flags={"payment_plan": "kept"}), PLAIN, TODAY)
    assert asked(statement) == {"B2": "50.00"}
    assert statement.items[0].held_because == "a payment plan is kept"
    assert "bill B1: held: a payment plan is kept" in statement.reasons
    assert asked(statement_of(customer(OLD, flags={"payment_plan": "broken"}), PLAIN, TODAY)) == {"B1": "100.00"}


def test_a_kept_plan_holds_what_the_newest_bill_carries_over() -> None:
    carrying = bill("B2", "150.00", "2026-11-20", "2026-11-01", balance_forward="100.00")
    (item,) = statement_of(customer(OLD, carrying, flags={"payment_plan": "kept"}), PLAIN, TODAY).items
    assert (item.asked, item.held) == (Decimal("50.00"), Decimal("100.00"))


def test_a_direct_debit_on_its_way_is_waited_for_until_it_is_late() -> None:
    debited = customer(OLD | {"direct_debit": {}})
    assert asked(statement_of(debited, PLAIN, date(2026, 9, 20))) == {}
    assert asked(statement_of(debited, PLAIN, date(2026, 9, 21))) == {"B1": "100.00"}


def test_what_the_law_forbids_to_collect_is_held() -> None:
    statement = statement_of(customer(OLD, NEW, flags={"legal_hold": True}), PLAIN, TODAY)
    assert statement.asked == 0
    assert {item.held_because for item in statement.items} == {"the law forbids to collect"}


@pytest.mark.parametrize(
    ("law", "kind", "last"),
    [
        ("DE", "household", date(2025, 12, 31)),  # three years, to the end of the calendar year
        ("IT", "household", date(2024, 8, 31)),
        ("FR", "household", date(2024, 8, 31)),
        ("FR", "business", date(2027, 8, 31)),
        ("BE", "business", date(2027, 8, 31)),
        ("PL", "household", date(2024, 12, 31)),
        ("HR", "household", date(2023, 8, 31)),
        ("PT", "household", date(2023, 1, 31)),  # from the end of the service, not the due date
        ("GB", "household", date(2028, 8, 31)),
        ("GB-SCT", "household", date(2027, 8, 31)),
    ],
)
def test_a_claim_lapses_by_the_law_of_the_contract(law: str, kind: str, last: date) -> None:
    period = {"start": "2022-07-01", "end": "2022-07-31"}
    one = customer(bill("B1", "100.00", "2022-08-31", "2022-08-01", period=period), kind=kind)
    terms = DebtTerms(law=law)
    (item,) = statement_of(one, terms, last).items
    assert (item.limitation_on, item.asked) == (last, Decimal("100.00"))
    (item,) = statement_of(one, terms, date.fromordinal(last.toordinal() + 1)).items
    assert (item.asked, item.held_because) == (0, "past its limitation date")


def test_without_a_law_of_the_terms_that_of_the_address_holds() -> None:
    old = bill("B1", "100.00", "2024-01-31", "2024-01-01")
    assert asked(statement_of(customer(old, address={"country": "IT"}), PLAIN, TODAY)) == {}
    statement = statement_of(customer(old, address={"country": "AQ"}), PLAIN, TODAY)
    assert asked(statement) == {"B1": "100.00"}
    assert "no limitation rule is known" in statement.reasons[-1]


def test_the_policys_own_months_take_the_place_of_the_laws() -> None:
    old = bill("B1", "100.00", "2025-08-31", "2025-08-01")
    one = customer(old)
    assert asked(statement_of(one, DebtTerms(law="DE", limitation_months=12), TODAY)) == {}
    (item,) = statement_of(one, DebtTerms(limitation_months=18), TODAY).items
    assert item.limitation_on == date(2027, 2, 28)


def test_a_law_without_rules_is_refused_with_those_that_have_some() -> None:
    with pytest.raises(InsightError, match="D100") as refused:
        statement_of(customer(OLD), DebtTerms(law="ZZ"), TODAY)
    assert "DE" in (str(refused.value))


def test_a_damaged_table_of_laws_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "laws.toml"
    for text in ("law = 3", "[[law]]\nhousehold_months = 3", "[[law]"):
        table.write_text(text)
        monkeypatch.setattr(limitation, "_FILE", table)
        laws.cache_clear()
        with pytest.raises(InsightError, match="D101"):
            laws()
    monkeypatch.undo()
    laws.cache_clear()
    assert "DE" in laws()


def test_every_law_has_its_source_and_a_period() -> None:
    for code, law in laws().items():
        assert law.code == code
        assert law.source
        assert law.runs_from in ("due", "service")
        assert 6 <= law.household_months <= law.business_months <= 120
