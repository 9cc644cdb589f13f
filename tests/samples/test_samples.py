import json
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError
from stdnum import iban, iso11649

from engine.ingest import Read, read
from engine.model.bill import Bill, BillKind, DunningStage
from engine.model.consumption import Commodity, ReadingMethod
from engine.model.customer import Customer, CustomerKind, InteractionKind, PlanState
from engine.model.dealings import Direction, TaskState

SAMPLES = Path(__file__).parents[2] / "samples"
LINES = (SAMPLES / "customers.jsonl").read_text(encoding="utf-8").splitlines()
CUSTOMERS = [Customer.model_validate_json(line) for line in LINES]
SIX = {"en", "it", "fr", "ro", "lt", "ru"}
TODAY = "2026-11-06"


def subject(customer: Customer) -> Bill:
    bill = customer.subject_bill
    assert bill is not None
    return bill


def is_stage(stage: DunningStage) -> Callable[[Customer], bool]:
    def holds(customer: Customer) -> bool:
        bill = subject(customer)
        return bill.dunning_stage is stage and str(bill.due_on) < TODAY and customer.outstanding(bill) > 0

    return holds


def delivers(*commodities: Commodity) -> Callable[[Customer], bool]:
    return lambda customer: {point.commodity for point in customer.supply_points} == set(commodities)


def open_bills(customer: Customer) -> list[Bill]:
    return [bill for bill in customer.bills if customer.outstanding(bill) > 0]


BRANCHES: dict[str, Callable[[Customer], bool]] = {
    "credit": lambda c: subject(c).kind is BillKind.INVOICE and subject(c).amount_payable < 0,
    "credit note": lambda c: subject(c).kind is BillKind.CREDIT_NOTE,
    "reminder without lines": lambda c: subject(c).kind is BillKind.REMINDER and not subject(c).lines,
    "zero payable": lambda c: subject(c).amount_payable == 0,
    "seven digits": lambda c: subject(c).amount_payable >= 1_000_000 and c.kind is CustomerKind.BUSINESS,
    "very long name": lambda c: len(c.name.full) > 120,
    "very long name, Cyrillic": lambda c: len(c.name.full) > 60 and c.locale == "ru",
    "one line": lambda c: len(subject(c).lines) == 1,
    "forty lines": lambda c: len(subject(c).lines) == 40,
    "electricity": delivers(Commodity.ELECTRICITY),
    "gas": delivers(Commodity.GAS),
    "water": delivers(Commodity.WATER),
    "heat": delivers(Commodity.HEAT),
    "telecom": delivers(Commodity.TELECOM),
    "dual fuel": delivers(Commodity.ELECTRICITY, Commodity.GAS),
    "first bill": lambda c: len(c.bills) == 1,
    "friendly": is_stage(DunningStage.FRIENDLY),
    "first": is_stage(DunningStage.FIRST),
    "second": is_stage(DunningStage.SECOND),
    "final": is_stage(DunningStage.FINAL),
    "disputed": lambda c: c.flags.disputed and subject(c).is_disputed,
    "vulnerable": lambda c: c.flags.vulnerable,
    "plan kept": lambda c: c.flags.payment_plan is PlanState.KEPT,
    "plan broken": lambda c: c.flags.payment_plan is PlanState.BROKEN,
    "deceased": lambda c: c.flags.deceased,
    "paperless": lambda c: c.flags.paperless,
    "estimated reading": lambda c: (
        subject(c).is_estimated and c.consumption[0].readings[0].method is ReadingMethod.ESTIMATED
    ),
    "several open bills": lambda c: len(open_bills(c)) >= 3,
    "part paid": lambda c: any(0 < c.paid(bill) < bill.owed for bill in c.bills),
    "lei": lambda c: subject(c).currency == "RON",
    "pounds without IBAN": lambda c: subject(c).currency == "GBP" and not (subject(c).payee or fail()).is_iban,
    "Cyrillic": lambda c: any("а" <= char <= "я" for char in c.name.full),
    "Greek": lambda c: any("α" <= char <= "ω" for char in c.name.full),
    "right to left and emoji": lambda c: "יוסף" in c.name.full and "🌻" in c.name.full,
    "no consumption": lambda c: not c.consumption,
    "business without a given name": lambda c: c.kind is CustomerKind.BUSINESS and not c.name.given,
    "prepaid": lambda c: subject(c).prepaid > 0,
    "balance forward": lambda c: subject(c).balance_forward > 0,
    "rounding": lambda c: subject(c).rounding != 0,
    "document allowance": lambda c: bool(subject(c).allowances),
    "two tax rates": lambda c: len(subject(c).taxes) == 2,
    "a language that no set has": lambda c: c.locale in ("de", "el"),
    "a language of a region": lambda c: c.locale == "fr-BE",
    "registers by time of use": lambda c: any(len(use.readings) > 1 for use in c.consumption),
    "two years of use": lambda c: any(len(use.series) >= 24 for use in c.consumption),
    "a bill of a year before": lambda c: len({bill.issued_on.year for bill in c.bills}) == 2,
    "offers agreed to": lambda c: c.consents.offers,
    "something still to do": lambda c: any(not contact.done for contact in c.interactions),
    "instalments to come": lambda c: any(promise.plan and promise.kept is None for promise in c.promises),
    "a promise broken": lambda c: any(promise.kept is False for promise in c.promises),
    "a dispute by the record": lambda c: any(dispute.closed_on is None for dispute in c.disputes),
    "a task of a person": lambda c: any(task.state is TaskState.OPEN for task in c.tasks),
    "a case reviewed": lambda c: any(task.kind == "review_hardship" and task.done_at for task in c.tasks),
    "a document received": lambda c: any(paper.direction is Direction.RECEIVED for paper in c.documents),
    "a channel opted out of": lambda c: any(one.kind is InteractionKind.OPTED_OUT for one in c.interactions),
    "an address that is dead": lambda c: any(one.kind is InteractionKind.BOUNCED for one in c.interactions),
    "a call asked for": lambda c: any(one.kind is InteractionKind.CALL_BACK for one in c.interactions),
    "instalments asked for": lambda c: any(one.kind is InteractionKind.INSTALMENTS for one in c.interactions),
}


def fail() -> Any:
    raise AssertionError("the bill names no payee")


@pytest.mark.parametrize("branch", BRANCHES)
def test_a_sample_customer_meets_the_branch(branch: str) -> None:
    assert any(BRANCHES[branch](customer) for customer in CUSTOMERS)


def test_there_are_enough_customers_and_all_six_locales() -> None:
    assert len(CUSTOMERS) >= 24
    assert {str(customer.locale) for customer in CUSTOMERS} >= SIX
    assert len({customer.key for customer in CUSTOMERS}) == len(CUSTOMERS)


def test_the_readme_says_who_each_customer_is() -> None:
    page = (SAMPLES / "README.md").read_text(encoding="utf-8")

    for customer in CUSTOMERS:
        supply = ", ".join(point.commodity for point in customer.supply_points)
        assert f"| `{customer.key}` | {customer.locale} | {supply} | " in page


def test_the_first_customer_is_the_one_of_the_pictures() -> None:
    maria = CUSTOMERS[0]
    now, before = subject(maria), maria.bills[1]

    assert maria.name.full == "Maria Bianchi"
    assert (str(now.amount_payable), str(before.amount_payable)) == ("129.45", "112.30")
    assert str(now.due_on) == "2026-11-24"
    assert now.period is not None
    assert before.period is not None
    assert now.period.days - before.period.days == 8
    use = maria.consumption[0]
    assert (use.quantity, use.year_before, use.similar_homes) == (171, 194, 182)


def test_the_committed_files_are_what_the_script_makes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, SAMPLES / "build_samples.py", tmp_path], check=True, capture_output=True)

    names = ["customers.jsonl", "credit.jsonl", *(f"csv/{path.name}" for path in sorted((SAMPLES / "csv").iterdir()))]
    assert {path.name for path in (tmp_path / "csv").iterdir()} == {path.name for path in (SAMPLES / "csv").iterdir()}
    for name in names:
        assert (tmp_path / name).read_bytes() == (SAMPLES / name).read_bytes(), f"{name}: run build_samples.py"
    made, committed = (pq.read_table(folder / "customers.parquet") for folder in (tmp_path, SAMPLES))
    assert made.equals(committed)  # the bytes depend on pyarrow's version


@pytest.mark.parametrize("source", ["csv", "customers.parquet", "customers.jsonl"])
def test_every_format_gives_the_same_customers(source: str) -> None:
    items = list(read([SAMPLES / source]))

    assert all(isinstance(item, Read) for item in items), [item for item in items if not isinstance(item, Read)]
    assert [item.customer for item in items if isinstance(item, Read)] == CUSTOMERS
    assert [item.warnings for item in items if isinstance(item, Read) and item.warnings] == []


def test_everybody_pays_somehow_and_since_some_day() -> None:
    assert all(customer.opened_on and customer.payment_method for customer in CUSTOMERS)
    assert all(customer.opened_on <= min(bill.issued_on for bill in customer.bills) for customer in CUSTOMERS)


def test_the_instalments_of_the_plan_that_is_kept_are_what_the_bill_carries_over() -> None:
    (customer,) = (customer for customer in CUSTOMERS if customer.flags.payment_plan is PlanState.KEPT)
    parts = [promise.amount for promise in customer.promises]

    assert sum(part for part in parts if part is not None) == subject(customer).balance_forward


def test_every_account_and_reference_has_right_check_digits() -> None:
    for customer in CUSTOMERS:
        for bill in customer.bills:
            assert bill.payee is not None
            assert not bill.payee.is_iban or iban.is_valid(str(bill.payee.account))
            assert iso11649.is_valid(str(bill.payee.reference))


def test_use_follows_from_the_readings_where_no_factor_stands_between() -> None:
    for customer in CUSTOMERS:
        for reading in (reading for use in customer.consumption for reading in use.readings):
            assert reading.previous is not None
            assert reading.latest is not None
            if reading.meter != "MT-900041":  # current transformers, factor 50
                assert reading.latest - reading.previous == reading.quantity


@pytest.mark.parametrize("line", LINES, ids=[customer.key for customer in CUSTOMERS])
def test_one_cent_moved_in_a_sample_bill_is_refused(line: str) -> None:
    record = json.loads(line)
    bill = record["bills"][0]
    moved = bill["lines"][0] if "lines" in bill else bill
    name = "amount" if "lines" in bill else "amount_payable"
    moved[name] = str(Decimal(moved[name]) + Decimal("0.01"))

    with pytest.raises(ValidationError) as caught:
        Customer.model_validate_json(json.dumps(record))
    assert caught.value.errors()[0]["type"] in ("M102", "M103")


def test_an_amount_of_a_line_with_a_price_is_quantity_times_price() -> None:
    lines = [line for customer in CUSTOMERS for bill in customer.bills for line in bill.lines if line.unit_price]
    assert len(lines) > 200
    for line in lines:
        assert line.quantity is not None
        assert line.unit_price is not None
        assert abs(line.quantity * line.unit_price - line.amount) <= Decimal("0.005")
