"""The console script `billcast`: one module a command group, each with a `register(app)`."""

from __future__ import annotations

import importlib
import sys

import typer

from engine.errors import BillcastError

app = typer.Typer(
    name="billcast",
    help="Bills as videos, microsites, PDF reminders and messages, each with a pay-now link.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

# In the order of `billcast --help`.
GROUPS: tuple[str, ...] = (
    "render",
    "evidence",
    "bundle",
    "preview",
    "link",
    "key",
    "merge",
    "show",
    "handover",
    "schema",
    "check",
    "decide",
    "tasks",
    "einvoice",
    "insight",
    "init",
    "doctor",
)

for _group in GROUPS:
    importlib.import_module(f"engine.commands.{_group}").register(app)


@app.callback()
def _root() -> None:
    """Bills as videos, microsites, PDF reminders and messages, each with a pay-now link."""


def main() -> None:
    """Run the command line; a known error is printed as code, place, fact and hint, and exits with 1."""
    try:
        app()
    except BillcastError as error:
        print(error, file=sys.stderr)  # noqa: T201
        sys.exit(1)
