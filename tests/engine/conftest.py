"""A small campaign, its customers, and a cheap channel that is found by its entry point, as a plug-in's."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
NOW = "2026-11-06T08:00:00Z"
CAMPAIGN = """
name = "Test"
cycle = "2026-10"
locale = "en"
locales = ["en"]
channels = ["cheap"]

[brand]
name = "Northlight Energy"

[supplier]
legal_name = "Northlight Energy S.p.A."
address = "Via della Luce 1, Modena"
phone = "800 000 111"
email = "help@northlight.example"
website = "https://www.northlight.example"
help_url = "https://www.northlight.example/help"

[payee]
name = "Northlight Energy S.p.A."
iban = "DE89370400440532013000"

[payment]
base_url = "https://pay.northlight.example/p"
allowed_hosts = ["pay.northlight.example"]

[publication]
base_url = "https://bills.northlight.example"
"""
# What a customer does stands in its key: it dies, fails, has a bug, or waits until there is a file.
CHANNEL = """
import os, signal, time
from pathlib import Path
from engine.contracts import Compiled, Filled, LayoutClass
from engine.errors import RenderError
from engine.model.artifact import Artifact


class CheapChannel:
    name = "cheap"

    def classify(self, communication):
        return LayoutClass("cheap", "one")

    def compile(self, templates, locale, layout_class, scope):
        return Compiled(layout_class, locale, None)

    def fill(self, compiled, communication, context):
        with Path(os.environ["CHEAP_LOG"]).open("a") as log:
            log.write(communication.key + "\\n")
        if communication.key.startswith("DIES"):
            os.kill(os.getpid(), signal.SIGKILL)
        if communication.key.startswith("FAILS"):
            raise RenderError("X101", "it fails", hint="mend it")
        if communication.key.startswith("BUG"):
            raise ZeroDivisionError("Ada")
        while communication.key.startswith("WAITS") and not Path(os.environ["CHEAP_GATE"]).exists():
            time.sleep(0.01)
        time.sleep(float(os.environ.get("CHEAP_SECONDS", "0")))
        lines = [communication.key, communication.token, communication.bill.amount_due.text, context.now_iso]
        lines += [communication.payment.url if communication.payment else ""]
        data = "\\n".join(lines).encode()
        page = Artifact("cheap", "index.html", "text/html; charset=utf-8", data, ("bill.amount_due",))
        return Filled((page, Artifact("cheap", "bill.txt", "text/plain", data)), "reference", "there is no fast one")
"""


def customer(key: str, amount: str = "100.00", **more) -> dict:
    """One customer with one bill, as in a JSON Lines file."""
    bill = {
        "number": f"B-{key}",
        "issued_on": "2026-11-03",
        "due_on": "2026-11-24",
        "period": {"start": "2026-10-01", "end": "2026-10-31"},
        "lines": [{"category": "energy", "label": "Energy", "amount": amount}],
        "total": amount,
        "amount_payable": amount,
    }
    return {"key": key, "name": {"given": "Ada", "family": "Private"}, "locale": "en", "bills": [bill], **more}


@dataclass
class MiniCycle:
    """A folder with a campaign, an input, and the environment in which workers find the cheap channel."""

    root: Path
    environment: dict[str, str]

    @property
    def campaign(self) -> Path:
        return self.root / "set"

    @property
    def input(self) -> Path:
        return self.root / "in.jsonl"

    @property
    def out(self) -> Path:
        return self.root / "out"

    def write(self, *records: dict | str) -> None:
        """Write the input."""
        lines = (record if isinstance(record, str) else json.dumps(record) for record in records)
        self.input.write_text("\n".join(lines) + "\n")

    def filled(self) -> list[str]:
        """The keys that the cheap channel was asked to fill, in order, since the last call of `forget`."""
        log = Path(self.environment["CHEAP_LOG"])
        return log.read_text().split() if log.exists() else []

    def forget(self) -> None:
        """Empty the list of what was filled."""
        Path(self.environment["CHEAP_LOG"]).write_text("")

    def command(self, *arguments: object) -> list[str]:
        """The command line of `billcast`."""
        call = "from engine.commands import main; main()"
        return [sys.executable, "-c", call, *(str(argument) for argument in arguments)]

    def render_command(self, *more: object) -> list[str]:
        """The command line of `billcast render` for this cycle."""
        known = ("--campaign", self.campaign, "--out", self.out, "--now", NOW, "--workers", 2)
        return self.command("render", self.input, *known, *more)


@pytest.fixture
def mini_cycle(tmp_path, monkeypatch) -> MiniCycle:
    """A cycle in an empty folder; this process and those that it starts know the channel `cheap`."""
    plugin = tmp_path / "plugin"
    about = plugin / "cheap_channel-1.0.dist-info"
    about.mkdir(parents=True)
    (plugin / "cheap_channel.py").write_text(textwrap.dedent(CHANNEL))
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: cheap-channel\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[billcast.channels]\ncheap = cheap_channel:CheapChannel\n")
    (tmp_path / "set").mkdir()
    (tmp_path / "set/campaign.toml").write_text(CAMPAIGN)
    (tmp_path / "set/brand").mkdir()
    for logo in ("logo.svg", "logo-dark.svg"):
        (tmp_path / "set/brand" / logo).write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"/>')
    for name, value in {"BILLCAST_KEY": KEY, "CHEAP_LOG": str(tmp_path / "filled"), "BILLCAST_SYNC": "false"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.syspath_prepend(plugin)
    paths = [str(plugin), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    return MiniCycle(tmp_path, environment)
