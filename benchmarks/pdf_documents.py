"""The documents of the PDF benchmark: two pages, 12 to 20 charge lines, charts and a QR code, no two alike.

Customers come from `samples/make_cycle.py`, in English. So that all fit two pages, tips and notices are
left out, and of the bills with 15 lines or more the readings and the legal items too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "samples"))

import communication_json
import make_cycle

from engine.compose import Suppressed, compose
from engine.model.communication import Communication, Tone
from engine.model.customer import Customer
from engine.payment.keyring import Keyring
from engine.templating import TemplateSet

ROOT = Path(__file__).resolve().parents[1]
CAMPAIGN = ROOT / "templates" / "bill-explainer"
NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)
LINES = range(12, 21)
MOST_WITH_READINGS = 14
SEED = 3


def documents() -> Iterator[str]:
    """Yield documents as JSON (`communication_json`), without end, each of another customer."""
    templates, keys, place = TemplateSet(CAMPAIGN), Keyring.from_secret(bytes(range(32))), 0
    make_cycle._count = lambda dice, messy: dice.choice(LINES)  # noqa: SLF001, ARG005 - how many lines a bill has
    while True:
        place += 1
        row = make_cycle.customer(Random(f"{SEED}:{place}"), place)
        if row["locale"] != "en":
            continue
        said = compose(Customer.model_validate(row), templates.campaign, templates.texts("en"), NOW, keys)
        if not isinstance(said, Suppressed) and _is_usual(said):
            yield communication_json.write(_of_two_pages(said))


def _is_usual(said: Communication) -> bool:
    """True for a bill to be paid, with its three charts, in the usual order of blocks."""
    charts = [view.chart for view in said.usage]
    return bool(
        said.payment
        and not said.payment.bills
        and said.tone is Tone.FRIENDLY
        and said.bill.stack
        and said.change
        and len(charts) == 1
        and charts[0]
        and len(said.bill.rows) in LINES
        and said.help
        and not said.help.comes_first
        and said.bill.amount_due.value != Decimal(0)
    )


def _of_two_pages(said: Communication) -> Communication:
    said = replace(said, tips=(), notices=())
    if len(said.bill.rows) <= MOST_WITH_READINGS:
        return replace(said, legal=said.legal[:3])
    return replace(said, legal=(), bill=replace(said.bill, supply_points=()))
