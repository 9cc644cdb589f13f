"""What preview tests share: customers, a small library in place of the real one, a client without a network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine.api import RenderResult
from engine.batch.keyfile import new_key
from engine.contracts import Still, Stills
from engine.errors import RenderError, TemplateError
from engine.model.artifact import Artifact, Outcome, OutcomeStatus
from engine.model.campaign import Campaign
from engine.payment.keyring import Keyring
from engine.preview.bench import Bench, Seams
from engine.preview.roster import Roster
from engine.preview.server import Preview
from tests.renderers.builders import make_communication

NOW = datetime(2026, 11, 6, 8, tzinfo=UTC)
PORT, TOKEN = 8765, "a-secret-path"


def customer_line(key: str, **more: object) -> str:
    bill = {
        "number": f"B-{key}", "issued_on": "2026-11-03", "due_on": "2026-11-24",
        "period": {"start": "2026-10-01", "end": "2026-10-31"}, "total": "10.00", "amount_payable": "10.00",
        "lines": [{"category": "energy", "label": "Energy", "amount": "10.00"}],
    }  # fmt: skip
    return json.dumps({"key": key, "name": {"given": "Ann", "family": "Lee"}, "bills": [bill], **more})


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "customers.jsonl"
    path.write_text("".join(f"{customer_line(f'C-{number}')}\n" for number in range(1, 9)) + "broken\n")
    return path


def make_campaign(**changes: object) -> Campaign:
    return Campaign.model_validate(
        {
            "name": "Bill explainer", "cycle": "2026-10", "locales": ["en", "it"], "brand": {"name": "Northlight"},
            "supplier": {
                "legal_name": "Northlight", "address": "Via Roma 1", "phone": "1", "email": "a@northlight.example",
                "website": "https://northlight.example", "help_url": "https://northlight.example/help",
            },
            "payment": {"base_url": "https://pay.northlight.example/p", "allowed_hosts": ["pay.northlight.example"]},
            "publication": {"base_url": "https://bills.northlight.example"}, **changes,
        }
    )  # fmt: skip


@dataclass
class FakeSet:
    """A template set whose templates are one line each: `broken` in it is an error of that line."""

    root: Path
    campaign: Campaign


@dataclass
class FakeLibrary:
    """Stands for `engine.api`: artifacts hold what the channel's template says. `walks` notes each call."""

    walks: list[tuple[str, ...]] = field(default_factory=list)
    silent: tuple[str, ...] = ()
    bug: str = ""

    def open_templates(self, root: Path, campaign: Campaign | None = None) -> Any:
        return FakeSet(root, campaign or make_campaign())

    def render(self, customer: Any, templates: Any, /, **options: Any) -> RenderResult:
        channels = options["channels"]
        self.walks.append(channels)
        if self.bug:
            raise ValueError(self.bug)
        if customer.key in self.silent:
            outcome = Outcome(customer.key, OutcomeStatus.SUPPRESSED, reasons=("nothing to say",))
            return RenderResult(outcome, (), None)
        artifacts = []
        for channel in channels:
            text = (templates.root / f"{channel}.j2").read_text()
            if "broken" in text:
                problem = TemplateError("T103", "`bil` is undefined", place=f"in fill {channel}.j2:2").problem
                return RenderResult(Outcome(customer.key, OutcomeStatus.FAILED, problem=problem), (), None)
            names = {"microsite": "index.html", "pdf": "bill.pdf", "video": "video-1280x720.mp4"}
            types = {"microsite": "text/html", "pdf": "application/pdf", "video": "video/mp4"}
            body = f"{text} {customer.key} {customer.locale or ''} with {' '.join(sorted(channels))}"
            artifacts.append(Artifact(channel, names.get(channel, "sms.txt"), types.get(channel, "text/plain"),
                                      body.encode(), ("bill.amount_due",)))  # fmt: skip
        return RenderResult(Outcome(customer.key, OutcomeStatus.DONE, locale="en"), tuple(artifacts), self.said)

    @property
    def said(self) -> Any:
        return make_communication()

    def load_channel(self, name: str) -> Any:
        assert name == "video"
        return self

    name = "video"

    def stills(self, templates: Any, communication: Any, rendition: str) -> Stills:
        if "broken" in (templates.root / "video.j2").read_text():
            raise RenderError("R402", "there is no element `txet`", place="video.j2:1")
        return Stills((Still("hello", "Hello", 1.0, "image/png", b"PNG " + rendition.encode()),), ("bill.month",), ())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "set"
    root.mkdir()
    for channel in ("video", "microsite", "pdf", "message"):
        (root / f"{channel}.j2").write_text(f"first line of {channel}\nsecond line")
    return root


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary()


@pytest.fixture
def bench(root: Path, source: Path, library: FakeLibrary) -> Bench:
    seams = Seams(library.open_templates, library.render, library.load_channel)
    return Bench(root, Roster([source]), Keyring.from_base64(new_key()), NOW, seams)


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@pytest.fixture
def ask(bench: Bench, source: Path) -> Callable[..., Reply]:
    """Ask the app as a browser would: `ask("api/said", key="C-1")`, headers by `headers={...}`."""
    app = Preview(bench, [source], "C-1").app(PORT, TOKEN)

    def ask(path: str, headers: dict[str, str] | None = None, base: str = f"/{TOKEN}/", **query: str) -> Reply:
        return asyncio.run(_ask(app, base + path, {"host": f"127.0.0.1:{PORT}", **(headers or {})}, query))

    return ask


async def _ask(app: Any, path: str, headers: dict[str, str], query: dict[str, str]) -> Reply:
    from urllib.parse import urlencode

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": urlencode(query).encode(), "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", PORT),
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, *rest = sent
    return Reply(
        start["status"],
        {name.decode(): value.decode() for name, value in start["headers"]},
        b"".join(message.get("body", b"") for message in rest),
    )
