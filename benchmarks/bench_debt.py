"""CPU time of a statement of debt: the starter set's customers, and one customer of each kind that takes longer.

Run: python benchmarks/bench_debt.py. The last line is JSON: microseconds a statement, medians of rounds in turn.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from engine.insight.debt import statement_of
from engine.model.customer import Customer
from engine.model.policy.debt import DebtTerms

ROOT = Path(__file__).resolve().parents[1]
COUNT, ROUNDS = 300, 9
TODAY = date(2026, 11, 6)
PLAIN = DebtTerms(law="IT")
CHARGING = DebtTerms.model_validate(
    {"law": "DE", "interest_percent": "5", "fees": [{"from_days": 10, "amount": "2.5"}],
     "base_rates": [{"since": "2025-01-01", "percent": "2.27"}, {"since": "2025-07-01", "percent": "1.27"}]}
)  # fmt: skip


def bill(number: str, month: int, amount: str = "100.00", **more: Any) -> dict[str, Any]:
    """Return a bill of a month of 2026, due on the 20th."""
    total = str(Decimal(amount) - Decimal(more.get("balance_forward", "0")))
    lines = [] if more.get("kind") == "reminder" else [{"category": "energy", "label": "Energy", "amount": total}]
    return {"number": number, "issued_on": f"2026-{month:02}-01", "due_on": f"2026-{month:02}-20",
            "lines": lines, "total": total, "amount_payable": amount, **more}  # fmt: skip


def customer(*bills: dict[str, Any], **payments: str) -> Customer:
    """Return a customer; a payment is `<bill>="2026-09-10"`, `any` for one that names none."""
    rows = [{"amount": "100.00", "paid_on": day, **({} if name == "any" else {"bill_number": name})}
            for name, day in payments.items()]  # fmt: skip
    return Customer.model_validate({"key": "C", "name": {"company": "C"}, "bills": bills, "payments": rows})


def cases() -> dict[str, tuple[Sequence[Customer], DebtTerms]]:
    """Return who is measured, by which terms."""
    lines = (ROOT / "samples" / "customers.jsonl").read_text("utf-8").splitlines()
    starter = [Customer.model_validate(json.loads(line, parse_float=Decimal)) for line in lines]
    three = bill("B1", 8), bill("B2", 9), bill("B3", 10)
    return {
        "starter set": (starter, PLAIN),
        "one bill": ([customer(bill("B1", 11))], PLAIN),
        "three bills, two paid": ([customer(*three, B1="2026-08-15", B2="2026-09-15")], PLAIN),
        "three open bills": ([customer(*three)], PLAIN),
        "three open bills, interest and fee": ([customer(*three)], CHARGING),
        "money on account": ([customer(*three, any="2026-10-15")], PLAIN),
        "balance forward": ([customer(bill("B1", 9), bill("B2", 10, "200.00", balance_forward="100.00"))], PLAIN),
        "reminder": (
            [customer(bill("B1", 9), bill("R1", 10, "105.00", kind="reminder", original_number="B1"))],
            PLAIN,
        ),
        "costs first": (
            [customer(*three, any="2026-10-15")],
            CHARGING.model_copy(update={"allotting": DebtTerms.model_validate({"allotting": "costs_first"}).allotting}),
        ),
    }


def cpu_us(customers: Sequence[Customer], terms: DebtTerms) -> float:
    """Return the CPU time of one statement, in microseconds."""
    rounds = max(1, COUNT // len(customers))
    started = time.process_time()
    for _ in range(rounds):
        for one in customers:
            statement_of(one, terms, TODAY)
    return (time.process_time() - started) / (rounds * len(customers)) * 1e6


def main() -> None:
    """Measure each case in turn, several times, and print the medians."""
    measured: dict[str, list[float]] = {name: [] for name in cases()}
    for _ in range(ROUNDS):
        for name, (customers, terms) in cases().items():
            measured[name].append(cpu_us(customers, terms))
    medians = {name: round(statistics.median(times), 1) for name, times in measured.items()}
    for name, time_us in medians.items():
        print(f"{name:36} {time_us:6.1f} us")
    print(json.dumps({"benchmark": "debt", "unit": "us of CPU a statement", **medians}))


if __name__ == "__main__":
    main()
