"""Communications of the starter set: the samples, and the head of a messy billing cycle."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from engine.batch.record_path import locale_of
from engine.compose import compose
from engine.model.communication import Communication
from engine.model.customer import Customer
from engine.payment.keyring import Keyring
from engine.templating import TemplateSet

ROOT = Path(__file__).resolve().parents[4]
STARTER = ROOT / "templates" / "bill-explainer"
NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)
KEYS = Keyring.from_secret(bytes(range(32)))


@cache
def starter() -> TemplateSet:
    return TemplateSet(STARTER)


def communications(lines: Iterator[str] | list[str]) -> list[Communication]:
    """Return what is said to the customers of JSON lines; those to whom nothing is said are left out."""
    campaign, found = starter().campaign, []
    for line in lines:
        customer = Customer.model_validate(json.loads(line, parse_float=Decimal))
        said = compose(customer, campaign, starter().texts(locale_of(customer, campaign)), NOW, KEYS)
        if isinstance(said, Communication):
            found.append(said)
    return found


@cache
def samples() -> tuple[Communication, ...]:
    return tuple(communications((ROOT / "samples" / "customers.jsonl").read_text("utf-8").splitlines()))


@cache
def cycle(count: int, seed: int = 7, *, messy: bool = False) -> tuple[Communication, ...]:
    """Return the first communications of a cycle; a messy one has long names, odd row counts, every locale."""
    script = [sys.executable, str(ROOT / "samples" / "make_cycle.py"), str(count), "--seed", str(seed)]
    script += ["--messy"] if messy else []
    made = subprocess.run(script, check=True, capture_output=True, text=True, encoding="utf-8")
    return tuple(communications(made.stdout.splitlines()))
