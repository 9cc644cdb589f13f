"""`billcast insight …`: learning from payment histories, and what came of outreach. One module a theme."""

from __future__ import annotations

import importlib

import typer

# Modules of engine.commands, each with a `register(app)`, in the order of `billcast insight --help`.
PARTS: tuple[str, ...] = (
    "insight_risk",
    "insight_groups",
    "insight_fairness",
    "insight_effect",
)


def register(app: typer.Typer) -> None:
    """Add the group to `app`."""
    group = typer.Typer(help="Learn from payment histories; see what came of outreach.", no_args_is_help=True)
    for part in PARTS:
        importlib.import_module(f"engine.commands.{part}").register(group)
    if PARTS:
        app.add_typer(group, name="insight")
