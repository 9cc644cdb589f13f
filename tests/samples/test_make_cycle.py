import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from engine.model.bill import DunningStage
from engine.model.customer import Customer

SCRIPT = Path(__file__).parents[2] / "samples" / "make_cycle.py"


def cycle(count: int, *options: str) -> list[str]:
    command = [sys.executable, SCRIPT, str(count), *options]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout.splitlines()


@pytest.fixture(scope="module")
def usual() -> list[str]:
    return cycle(2000, "--seed", "7")


@pytest.fixture(scope="module")
def messy() -> list[str]:
    return cycle(300, "--seed", "7", "--messy")


def test_two_thousand_customers_are_valid_and_bear_keys_of_their_own(usual: list[str]) -> None:
    customers = [Customer.model_validate_json(line) for line in usual]

    assert len({customer.key for customer in customers}) == 2000


def test_a_cycle_looks_like_a_utilitys(usual: list[str]) -> None:
    customers = [Customer.model_validate_json(line) for line in usual]
    newest = [customer.subject_bill for customer in customers]
    stages = [bill.dunning_stage for bill in newest if bill]

    assert {customer.locale for customer in customers} == {"en", "it", "fr", "ro", "lt", "ru"}
    assert set(stages) == set(DunningStage)
    assert 0.85 < stages.count(DunningStage.NONE) / 2000 < 0.95
    assert 0.005 < sum(bill.amount_payable < 0 for bill in newest if bill) / 2000 < 0.05
    assert any(len(customer.supply_points) == 2 for customer in customers)


def test_heating_is_used_in_winter(usual: list[str]) -> None:
    winter = summer = Decimal(0)
    for use in (use for line in usual for use in Customer.model_validate_json(line).consumption):
        if use.commodity in ("gas", "heat"):
            winter += sum(point.quantity for point in use.series if point.period.start.month == 1)
            summer += sum(point.quantity for point in use.series if point.period.start.month == 7)
    assert winter > 8 * summer > 0


def test_a_short_cycle_is_the_head_of_a_long_one(usual: list[str]) -> None:
    assert cycle(25, "--seed", "7") == usual[:25]


def test_another_seed_makes_other_customers(usual: list[str]) -> None:
    other = cycle(25, "--seed", "8")

    assert not set(other) & set(usual[:25])


def test_a_file_holds_what_standard_output_would(tmp_path: Path, usual: list[str]) -> None:
    out = tmp_path / "cycle.jsonl"
    assert cycle(25, "--seed", "7", "--out", str(out)) == []
    assert out.read_text(encoding="utf-8").splitlines() == usual[:25]


def test_a_messy_cycle_is_valid_and_stretches_the_layout(messy: list[str]) -> None:
    customers = [Customer.model_validate_json(line) for line in messy]
    rows = [len(customer.subject_bill.lines) for customer in customers if customer.subject_bill]

    assert {customer.locale for customer in customers} == {"en", "it", "fr", "ro", "lt", "ru"}
    assert (min(rows), max(rows)) == (1, 40)
    assert max(len(customer.name.full) for customer in customers) > 100
    assert any(char in customer.name.full for customer in customers for char in "ǄϠѪꞒ")


def test_customers_stream_out_without_waiting_for_the_last() -> None:
    process = subprocess.Popen([sys.executable, SCRIPT, "1000000000"], stdout=subprocess.PIPE, encoding="utf-8")
    assert process.stdout is not None
    try:
        assert json.loads(process.stdout.readline())["key"] == "C-00000001"
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def test_one_cent_moved_in_a_made_bill_is_refused(usual: list[str]) -> None:
    for line in usual[:200]:
        record = json.loads(line)
        tax = record["bills"][0]["taxes"][0]
        tax["amount"] = str(Decimal(tax["amount"]) + Decimal("0.01"))
        with pytest.raises(ValidationError) as caught:
            Customer.model_validate_json(json.dumps(record))
        assert caught.value.errors()[0]["type"] == "M102"
