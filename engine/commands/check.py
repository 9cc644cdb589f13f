"""`billcast check DIR`: every fault of a template set at once, without rendering a customer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(check)


def check(
    folder: Annotated[Path, typer.Argument(help="Folder of the template set, where campaign.toml lies.")],
) -> None:
    """Check templates, texts, colours, fonts and legal items; exit with 1 if something is wrong."""
    from engine.templating.lint import check_set  # fontTools is loaded only when asked for

    problems = check_set(folder)
    for problem in problems:
        typer.echo(str(problem))
    if problems:
        typer.echo(f"\n{len(problems)} problem{'s' if len(problems) > 1 else ''} in {folder}")
        raise typer.Exit(1)
    typer.echo(f"{folder}: no problem found")
