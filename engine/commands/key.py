"""`billcast key`: the secret from which object names, pay links and page keys are derived."""

from __future__ import annotations

import typer

from engine.batch.keyfile import new_key


def register(app: typer.Typer) -> None:
    """Add the command group to `app`."""
    app.add_typer(group, name="key")


group = typer.Typer(help="The secret key of a campaign.", no_args_is_help=True)


@group.callback()
def _group() -> None:
    """The secret key of a campaign."""


@group.command("new")
def new() -> None:
    """Print a new secret key (32 random bytes in base64), for BILLCAST_KEY."""
    typer.echo(new_key())
