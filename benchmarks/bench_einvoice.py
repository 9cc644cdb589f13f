"""Time to make the EN 16931 XML of a bill, against the generator of the package factur-x for the same invoice.

Run: python benchmarks/bench_einvoice.py (with the extra `einvoice`). The peer gets the invoice as the
dictionary it takes; its checks are off. CPU time, in turn, medians. The last line is JSON.
"""

from __future__ import annotations

import copy
import json
import statistics
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import facturx

from engine.einvoice.attachment import invoice_of
from engine.model.customer import Customer
from engine.templating.campaign_file import load_campaign

ROOT = Path(__file__).resolve().parents[1]
KEYS = ("NL-0001", "NL-0003", "NL-0005", "NL-0028")  # 5, 8, 9 and 40 lines
ROUNDS, COUNT = 9, 20


def milliseconds(work: Callable[[], object]) -> float:
    """Return the CPU time of one call."""
    started = time.process_time()
    for _ in range(COUNT):
        work()
    return (time.process_time() - started) * 1000 / COUNT


def main() -> None:
    """Print a line for each sample, then the JSON."""
    campaign = load_campaign(ROOT / "templates" / "bill-explainer")
    lines = (ROOT / "samples" / "customers.jsonl").read_text("utf-8").splitlines()
    customers = {row["key"]: Customer.model_validate(row) for row in (json.loads(line, parse_float=Decimal)
                                                                      for line in lines)}  # fmt: skip
    figures: dict[str, dict[str, float]] = {}
    for key in KEYS:
        customer = customers[key]
        bill = customer.bills[0]
        data = invoice_of(bill, customer, campaign)
        terms: dict[str, Any] = facturx.parse_ubl_cii_xml(data)
        terms.pop("BG-13", None)  # the peer takes no place of delivery without a name
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(milliseconds(lambda bill=bill, customer=customer: invoice_of(bill, customer, campaign)))
            copying = milliseconds(lambda terms=terms: copy.deepcopy(terms))  # the peer changes what it is given
            whole = milliseconds(lambda terms=terms: facturx.generate_cii_xml(
                copy.deepcopy(terms), level="en16931", check_xsd=False, check_schematron=False))  # fmt: skip
            theirs.append(whole - copying)
        own, peer = statistics.median(ours), statistics.median(theirs)
        figures[key] = {"lines": len(bill.lines), "ours_ms": round(own, 3), "facturx_ms": round(peer, 2),
                        "ratio": round(peer / own, 1), "bytes": len(data)}  # fmt: skip
        print(f"{key}: {len(bill.lines)} lines, ours {own:.3f} ms, factur-x {peer:.2f} ms, {peer / own:.0f}x")
    print(json.dumps({"benchmark": "einvoice", **figures}))


if __name__ == "__main__":
    main()
