"""Fills bills and holds them against the reference; also makes them in a process of its own, for their digests."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path

from engine.batch.advice import advised, advisor_of
from engine.batch.record_path import locale_of
from engine.compose import Suppressed, compose
from engine.contracts import FillContext, Filled, Scope
from engine.model.communication import Communication
from engine.model.customer import Customer
from engine.templating import TemplateSet
from renderers.pdf.channel import PdfChannel
from tests.e2e.reading import CAMPAIGN, KEYS, NOW, ROOT, samples

CONTEXT = FillContext(now_iso=NOW.isoformat())


@dataclass(slots=True)
class Bench:
    """A template set with the channel that fills it."""

    templates: TemplateSet
    channel: PdfChannel = field(default_factory=PdfChannel)

    def said(self, customer: Customer) -> Communication | None:
        """Return what a run says to a customer, decided by the set's policy; None for silence."""
        outreach = advised(advisor_of(self.templates), customer, NOW)
        texts = self.templates.texts(locale_of(customer, self.templates.campaign))
        communication = compose(customer, self.templates.campaign, texts, NOW, KEYS, outreach=outreach)
        return None if isinstance(communication, Suppressed) else communication

    def fill(self, communication: Communication) -> Filled:
        """Return what the channel makes of it."""
        layout = self.channel.classify(communication)
        compiled = self.channel.compile(self.templates, communication.locale, layout, Scope())
        return self.channel.fill(compiled, communication, CONTEXT)

    def judge(self, communication: Communication) -> tuple[str, tuple[str, ...]]:
        """Return the reason of a fallback, empty for none, and what differs from the reference."""
        filled = self.fill(communication)
        if filled.path == "reference":
            assert filled.reason
            return filled.reason, ()
        layout = self.channel.classify(communication)
        compiled = self.channel.compile(self.templates, communication.locale, layout, Scope())
        return "", self.channel.audit(compiled, communication, CONTEXT, filled.artifacts[0].data).differences


@cache
def cycle(count: int, *options: str) -> tuple[Customer, ...]:
    """Return customers that the script of the samples makes."""
    command = [sys.executable, str(ROOT / "samples/make_cycle.py"), str(count), *options]
    lines = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout.splitlines()
    return tuple(Customer.model_validate(json.loads(line, parse_float=Decimal)) for line in lines)


def digests(keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield key and sha256 of the bills of samples, in that order."""
    bench = Bench(TemplateSet(CAMPAIGN))
    for key in keys:
        communication = bench.said(samples()[key])
        assert communication
        yield key, bench.fill(communication).artifacts[0].sha256


def digests_elsewhere(keys: Iterable[str]) -> dict[str, str]:
    """Return the same from another process."""
    module = "tests.renderers.pdf.fast.against"
    program = f"import json, sys; from {module} import digests; print(json.dumps(dict(digests(sys.argv[1:]))))"
    command = [sys.executable, "-c", program, *keys]
    told = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", cwd=Path(ROOT))
    found: dict[str, str] = json.loads(told.stdout)
    return found
