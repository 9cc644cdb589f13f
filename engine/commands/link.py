"""`billcast link`: what the payment page needs to trust a pay-now link."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from engine.batch.keyfile import VARIABLE, no_key, read_key_file
from engine.errors import PaymentError
from engine.payment.keyring import Keyring


def register(app: typer.Typer) -> None:
    """Add the command group to `app`."""
    app.add_typer(group, name="link")


group = typer.Typer(help="Pay-now links.", no_args_is_help=True)


@group.callback()
def _group() -> None:
    """Pay-now links."""


@group.command("verify")
def verify(
    url: Annotated[str, typer.Argument(help="The pay-now link, in quotes.", show_default=False)],
    campaign: Annotated[Path, typer.Option(help="Campaign folder: its payment.allowed_hosts count.")],
    now: Annotated[str, typer.Option(help="Time to judge by, as in 2026-11-06T08:00:00Z; default: this moment.")] = "",
    key_file: Annotated[
        Path | None, typer.Option(help=f"Key file, as OUT/.billcast/key; default: the variable {VARIABLE}.")
    ] = None,
) -> None:
    """Check a pay-now link: print what it asks for and exit with 0, or the problem and exit with 1."""
    moment = _moment(now)
    keys = _keys(key_file)
    from engine.payment.link import verify_pay_link
    from engine.templating.campaign_file import load_campaign

    options = load_campaign(campaign).payment
    try:
        request = verify_pay_link(url, options, keys, moment)
    except PaymentError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(f"reference  {request.reference}")
    typer.echo(f"amount     {request.amount.amount} {request.amount.currency}")
    typer.echo(f"expires    {request.expires_at.isoformat().replace('+00:00', 'Z')}")
    typer.echo(f"host       {request.host}")


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
