"""Time to compose one customer, and to format a bill's amounts against Babel called plainly.

Run: python benchmarks/bench_compose.py. The last line is JSON. Figures without the QR symbol are
given too, since its masks cost more than all the rest.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from babel.numbers import format_currency

from engine.compose import compose, payment_view
from engine.compose.locale import data_locale, formats_of
from engine.model.communication import QrCode
from engine.model.customer import Customer
from engine.payment.keyring import Keyring
from engine.templating.template_set import TemplateSet

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)
ROUNDS = 5


def milliseconds(work: Callable[[], None], count: int) -> float:
    """Return the best of five runs, per item."""
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return best * 1000 / count


def main() -> None:
    """Print the figures."""
    templates = TemplateSet(ROOT / "templates" / "bill-explainer")
    texts, keys = templates.texts("en"), Keyring.from_secret(bytes(range(32)))
    lines = (ROOT / "samples" / "customers.jsonl").read_text("utf-8").splitlines()
    customers = [Customer.model_validate(json.loads(line, parse_float=Decimal)) for line in lines]

    def all_customers() -> None:
        for customer in customers:
            compose(customer, templates.campaign, texts, NOW, keys)

    with_qr = milliseconds(all_customers, len(customers))
    qr_code = payment_view.qr_code
    payment_view.qr_code = lambda payload, kind: QrCode(payload, (), kind)
    without_qr = milliseconds(all_customers, len(customers))
    payment_view.qr_code = qr_code

    amounts = [Decimal(cents) / 100 for cents in range(100_000, 700_000, 10_000)]
    formats, data = formats_of("it"), data_locale("it")
    ours = milliseconds(lambda: [formats.money(value, "EUR") for value in amounts] and None, 1)
    plain = milliseconds(lambda: [format_currency(value, "EUR", locale=data) for value in amounts] and None, 1)
    print(f"compose, a customer: {with_qr:.2f} ms; without the QR symbol {without_qr:.2f} ms")
    print(f"sixty amounts: Babel {plain:.3f} ms, here {ours:.3f} ms, {plain / ours:.1f} times faster")
    figures = {"compose_ms": with_qr, "without_qr_ms": without_qr, "babel_ms": plain, "ours_ms": ours,
               "ratio": plain / ours}  # fmt: skip
    print(json.dumps({name: round(value, 4) for name, value in figures.items()}))


if __name__ == "__main__":
    main()
