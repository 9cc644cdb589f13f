"""`billcast preview`: a page on this machine that shows one customer in all channels."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from engine.batch.keyfile import VARIABLE, new_key
from engine.commands.options import InputFormat, Now, moment_of
from engine.errors import MissingPartError
from engine.payment.keyring import Keyring

_PACKAGES = ("starlette", "uvicorn", "watchfiles", "anyio")


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("preview")(preview)


def preview(
    inputs: Annotated[list[Path], typer.Argument(help="Files or folders of customers or invoices.")],
    campaign: Annotated[Path, typer.Option(help="Folder of the template set, with campaign.toml.")],
    customer: Annotated[str, typer.Option(help="Key of the customer shown first; by default the first one.")] = "",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = 8765,
    now: Now = None,
    input_format: InputFormat = "auto",
) -> None:
    """Show a customer in all channels on a local page, made anew with each save. Ctrl+C ends it."""
    moment = moment_of(now)
    try:
        from engine.preview.bench import Bench, library_seams
        from engine.preview.roster import Roster
        from engine.preview.run import open_port, serve
        from engine.preview.server import Preview
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in _PACKAGES:
            raise
        raise MissingPartError("X101", f"the preview needs the package {error.name}",
                               hint="pip install 'billcast[preview]'") from error  # fmt: skip
    roster = Roster(inputs, input_format)
    roster.listing()
    if customer:
        roster.find(customer)
    keys, note = _keys()
    listener = open_port(port)
    with tempfile.TemporaryDirectory(prefix="billcast-preview-") as cache:
        bench = Bench(campaign, roster, keys, moment, library_seams(), Path(cache))
        typer.echo(note, err=True)
        serve(Preview(bench, inputs, customer), listener, _say_where)


def _keys() -> tuple[Keyring, str]:
    """Return the keys of BILLCAST_KEY, else of a key for this preview alone: its links lead nowhere."""
    given = os.environ.get(VARIABLE, "")
    if given.strip():
        return Keyring.from_base64(given), f"key from {VARIABLE}: pay-now links are real ones"
    return Keyring.from_base64(new_key()), f"{VARIABLE} is not set: pay-now links of this preview are not valid ones"


def _say_where(address: str) -> None:
    typer.echo(f"preview at {address}\nthe address is a secret of this machine; Ctrl+C ends the preview")
