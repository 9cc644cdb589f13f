from __future__ import annotations

import base64
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from engine.batch.keyfile import new_key
from engine.commands import app
from engine.model.campaign import PaymentOptions
from engine.model.money import Money
from engine.payment.keyring import Keyring
from engine.payment.link import AnswerKind, PaymentRequest, answer_link, pay_link, request_reference

SECRET = base64.b64encode(bytes(range(32))).decode()
KEYS = Keyring.from_base64(SECRET)
OPTIONS = PaymentOptions(
    base_url="https://pay.northlight.example/b", allowed_hosts=("pay.northlight.example",)
)  # fmt: skip
REFERENCE = request_reference("C-1", ["2026-10-004711"], KEYS)
LINK = pay_link(
    PaymentRequest(
        REFERENCE, Money(amount=Decimal("129.45"), currency="EUR"), datetime(2026, 12, 24, 22, 59, 59, tzinfo=UTC)
    ),
    OPTIONS,
    KEYS,
)
NOW = "2026-11-06T08:00:00Z"


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    folder = tmp_path / "campaign"
    (folder / "brand").mkdir(parents=True)
    for name in ("logo.svg", "logo-dark.svg"):
        (folder / "brand" / name).write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")
    (folder / "campaign.toml").write_text(
        """
        name = "Autumn"
        cycle = "2026-10"
        [brand]
        name = "Northlight Energy"
        [supplier]
        legal_name = "Northlight Energy SpA"
        address = "Via Roma 1, 20121 Milano"
        phone = "800 000 111"
        email = "help@northlight.example"
        website = "https://northlight.example"
        help_url = "https://northlight.example/help"
        [payment]
        base_url = "https://pay.northlight.example/b"
        allowed_hosts = ["pay.northlight.example"]
        [publication]
        base_url = "https://bills.northlight.example"
        """,
        encoding="utf-8",
    )
    return folder


def verify(campaign: Path, url: str, *more: str, key: str | None = SECRET) -> Result:
    command = ["link", "verify", url, "--campaign", str(campaign), *more]
    return CliRunner().invoke(app, command, env={"BILLCAST_KEY": key})


def test_a_good_link_is_printed_in_full_and_exits_with_zero(campaign: Path) -> None:
    result = verify(campaign, LINK, "--now", NOW)
    assert result.exit_code == 0, result.output
    assert [line.split(None, 1) for line in result.stdout.splitlines()] == [
        ["reference", REFERENCE],
        ["amount", "129.45 EUR"],
        ["expires", "2026-12-24T22:59:59Z"],
        ["host", "pay.northlight.example"],
    ]


@pytest.mark.parametrize(
    ("url", "now", "code"),
    [
        (LINK.replace("a=12945", "a=1"), NOW, "P105"),
        (LINK, "2026-12-24T23:00:00Z", "P106"),
        (LINK, "2026-12-25", "P106"),
        (LINK.replace("pay.northlight", "evil"), NOW, "P102"),
        ("nonsense", NOW, "P103"),
    ],
)
def test_a_bad_link_prints_the_problem_alone_and_exits_with_one(campaign: Path, url: str, now: str, code: str) -> None:
    result = verify(campaign, url, "--now", now)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith(code)
    assert "hint: " in result.stderr


def test_the_key_may_come_from_the_file_of_a_local_run(campaign: Path, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(SECRET)
    path.chmod(0o600)
    assert verify(campaign, LINK, "--now", NOW, "--key-file", str(path), key=None).exit_code == 0
    assert verify(campaign, LINK, "--now", NOW, "--key-file", str(path), key=new_key()).exit_code == 0


def test_without_any_key_nothing_is_verified(campaign: Path) -> None:
    result = verify(campaign, LINK, "--now", NOW, key=None)
    assert result.exit_code == 1
    assert "K103" in str(result.exception)


def test_a_time_that_is_none_is_a_mistake_of_use(campaign: Path) -> None:
    assert verify(campaign, LINK, "--now", "yesterday").exit_code == 2


def test_key_new_prints_a_key_that_serves() -> None:
    one, other = (CliRunner().invoke(app, ["key", "new"]).stdout for _ in range(2))
    assert one != other
    assert Keyring.from_base64(one)
    assert one.count("\n") == 1


@pytest.mark.parametrize("kind", AnswerKind)
def test_an_answer_link_says_what_was_answered(campaign: Path, kind: AnswerKind) -> None:
    expires = datetime(2026, 12, 24, 22, 59, 59, tzinfo=UTC)
    url = answer_link(kind, REFERENCE, expires, "https://pay.northlight.example/answer", OPTIONS, KEYS)
    result = verify(campaign, url, "--now", NOW)
    assert result.exit_code == 0
    assert f"reference  {REFERENCE}\nanswer     {kind.value}\n" in result.output
    other = "paid" if kind is not AnswerKind.PAID else "call"
    changed = verify(campaign, url.replace(f"k={kind.value}", f"k={other}"), "--now", NOW)
    assert (changed.exit_code, "P105" in changed.output) == (1, True)
