"""`billcast link`: what the payment page needs to trust a pay-now link, or an answer."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.batch.keyfile import VARIABLE, no_key, read_key_file
from engine.errors import PaymentError
from engine.payment.keyring import Keyring

if TYPE_CHECKING:
    from engine.model.campaign import PaymentOptions
    from engine.payment.link import VerifiedAnswer, VerifiedRequest


def register(app: typer.Typer) -> None:
    """Add the command group to `app`."""
    app.add_typer(group, name="link")


group = typer.Typer(help="Pay-now and answer links.", no_args_is_help=True)


@group.callback()
def _group() -> None:
    """Pay-now and answer links."""


@group.command("verify")
def verify(
    url: Annotated[str, typer.Argument(help="The pay-now or answer link, in quotes.", show_default=False)],
    campaign: Annotated[Path, typer.Option(help="Campaign folder: its payment.allowed_hosts count.")],
    now: Annotated[str, typer.Option(help="Time to judge by, as in 2026-11-06T08:00:00Z; default: this moment.")] = "",
    key_file: Annotated[
        Path | None, typer.Option(help=f"Key file, as OUT/.billcast/key; default: the variable {VARIABLE}.")
    ] = None,
) -> None:
    """Check a pay-now or answer link: print what it says and exit with 0, or the problem and exit with 1."""
    moment = _moment(now)
    keys = _keys(key_file)
    from engine.templating.campaign_file import load_campaign

    options = load_campaign(campaign).payment
    try:
        rows = _said_by(url, options, keys, moment)
    except PaymentError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    for name, value in rows:
        typer.echo(f"{name:<10} {value}")


def _said_by(url: str, options: PaymentOptions, keys: Keyring, now: datetime) -> list[tuple[str, str]]:
    """Return what a verified link says. Raises `PaymentError`."""
    from engine.payment.link import verify_answer_link, verify_pay_link

    found: VerifiedAnswer | VerifiedRequest
    if any(part.startswith("k=") for part in url.partition("?")[2].split("&")):
        found = verify_answer_link(url, options, keys, now)
        said = ("answer", found.kind.value)
    else:
        found = verify_pay_link(url, options, keys, now)
        said = ("amount", f"{found.amount.amount} {found.amount.currency}")
    expires = found.expires_at.isoformat().replace("+00:00", "Z")
    return [("reference", found.reference), said, ("expires", expires), ("host", found.host)]


def _keys(key_file: Path | None) -> Keyring:
    if key_file is not None:
        return read_key_file(key_file)
    given = os.environ.get(VARIABLE, "")
    if not given.strip():
        raise no_key()
    return Keyring.from_base64(given)


def _moment(text: str) -> datetime:
    if not text:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("a time is written as 2026-11-06T08:00:00Z", param_hint="--now") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
