"""CPU time to compose one customer, and to format a bill's amounts against Babel called plainly.

Run: python benchmarks/bench_compose.py. The last line is JSON. Customers are of `samples/make_cycle.py`, each composed
once, after others have warmed the process; `samples_ms` are the samples, which are richer. Figures without the QR
symbol are given too.

What made it three to four times faster than it was first: charts and the split of a change in whole numbers in
place of `Fraction`; what a case says of itself worked out once, without locks; texts of quantities and days kept by
value, amounts written from their own digits; supplier and legal rows, and what rules look at, made once a campaign
and locale; keyed hashes begun once a key; the first bytes of QR codes, which a cycle shares, kept; frozen
dataclasses set up as open ones (`engine.model.quick`: 0.28 us in place of 0.65 for a fact, and some 270 objects a
customer). A run that makes neither video nor page leaves out what only a voice says: a tenth (`silent_ms`).

What is left is flat: no function takes more than a twentieth. What didn't help, or not enough: the modules compiled
by mypyc (within the noise: most of it is objects of Python, not arithmetic); the collector of garbage switched off
(nothing); slots set by their descriptors in the frozen class itself; named tuples for facts (templates and guards
tell tuples apart from facts).
"""

from __future__ import annotations

import itertools
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "samples"))

import make_cycle
from babel.numbers import format_currency

from engine.compose import compose, payment_view
from engine.compose.locale import data_locale, formats_of
from engine.model.communication import QrCode
from engine.model.customer import Customer
from engine.payment.keyring import Keyring
from engine.templating.template_set import TemplateSet

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)
KEYS = Keyring.from_secret(bytes(range(32)))
WARM, CHUNK, CHUNKS = 200, 50, 8
ROUNDS = 7


def read(rows: Iterable[object]) -> list[Customer]:
    """Return customers as they come from a file."""
    return [Customer.model_validate(json.loads(json.dumps(row, default=str), parse_float=Decimal)) for row in rows]


def cpu_ms(work: Callable[[], object]) -> float:
    """Return the CPU time of a call in milliseconds."""
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


class Composer:
    """Composes customers, each in the texts of its locale."""

    def __init__(self) -> None:
        self.templates = TemplateSet(ROOT / "templates" / "bill-explainer")
        self.campaign = self.templates.campaign
        self.texts = {locale: self.templates.texts(locale) for locale in self.campaign.locales}

    def all(self, customers: list[Customer], *, has_script: bool = True) -> None:
        """Compose each once."""
        for customer in customers:
            wanted = customer.locale or ""
            texts = self.texts.get(wanted) or self.texts.get(wanted[:2]) or self.texts[self.campaign.locale]
            compose(customer, self.campaign, texts, NOW, KEYS, has_script=has_script)

    def per_customer(self, customers: list[Customer], *, has_script: bool = True) -> float:
        """Return the median time of a customer over chunks, the first customers left out as warm-up."""
        self.all(customers[:WARM], has_script=has_script)
        chunks = [customers[start : start + CHUNK] for start in range(WARM, len(customers), CHUNK)]
        return statistics.median(
            cpu_ms(lambda chunk=chunk: self.all(chunk, has_script=has_script)) / len(chunk) for chunk in chunks
        )


def amounts_by_babel_and_here() -> tuple[float, float]:
    """Return the time of sixty amounts by Babel and by ours, in turn, none written before."""
    formats, data = formats_of("it"), data_locale("it")
    plain, ours = [], []
    for place in range(ROUNDS):
        amounts = [Decimal(cents + place) / 100 for cents in range(100_000, 700_000, 10_000)]
        plain.append(cpu_ms(lambda: [format_currency(value, "EUR", locale=data) for value in amounts]))  # noqa: B023
        ours.append(cpu_ms(lambda: [formats.money(value, "EUR") for value in amounts]))  # noqa: B023
    return statistics.median(plain), statistics.median(ours)


def main() -> None:
    """Print the figures."""
    composer = Composer()
    count = WARM + CHUNK * CHUNKS
    cycle = read(itertools.islice(make_cycle.customers(7), 3 * count))
    samples = read(json.loads(line) for line in (ROOT / "samples/customers.jsonl").read_text("utf-8").splitlines())
    with_qr = composer.per_customer(cycle[:count])
    silent = composer.per_customer(cycle[2 * count :], has_script=False)
    samples_ms = statistics.median(cpu_ms(lambda: composer.all(samples)) / len(samples) for _ in range(ROUNDS))
    qr_code = payment_view.qr_code
    payment_view.qr_code = lambda payload, kind: QrCode(payload, (), kind)
    without_qr = composer.per_customer(cycle[count : 2 * count])
    payment_view.qr_code = qr_code
    plain, ours = amounts_by_babel_and_here()
    print(f"compose, a customer: {with_qr:.2f} ms; without the QR symbol {without_qr:.2f} ms")
    print(f"compose, a customer without what only a voice says: {silent:.2f} ms")
    print(f"compose, a sample: {samples_ms:.2f} ms")
    print(f"sixty amounts: Babel {plain:.3f} ms, here {ours:.3f} ms, {plain / ours:.1f} times faster")
    figures = {"compose_ms": with_qr, "without_qr_ms": without_qr, "silent_ms": silent, "samples_ms": samples_ms,
               "babel_ms": plain, "ours_ms": ours, "ratio": plain / ours}  # fmt: skip
    print(json.dumps({"benchmark": "compose"} | {name: round(value, 4) for name, value in figures.items()}))


if __name__ == "__main__":
    main()
