"""`billcast check DIR`: every fault of a template set at once, without rendering a customer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.commands.options import moment_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(check)


def check(
    folder: Annotated[Path, typer.Argument(help="Folder of the template set, where campaign.toml lies.")],
    inputs: Annotated[
        list[Path] | None,
        typer.Option("--input", help="Customers to tell by what each scene of the video costs: a file or folder."),
    ] = None,
    customers: Annotated[int, typer.Option(min=2, help="How many of them are made.")] = 8,
    now: Annotated[str | None, typer.Option(help="The time that counts for them, as in 2026-11-06T08:00:00Z.")] = None,
) -> None:
    """Check templates, texts, colours, fonts, legal items and the policy; exit with 1 if something is wrong.

    With `--input` it also prints what each scene costs: whose it is, the band that changes, ms and kB a customer.
    """
    from engine.insight.policy.lint import check_policy
    from engine.templating.lint import check_set  # fontTools is loaded only when asked for

    problems = check_set(folder) + check_policy(folder)
    for problem in problems:
        typer.echo(str(problem))
    if problems:
        typer.echo(f"\n{len(problems)} problem{'s' if len(problems) > 1 else ''} in {folder}")
        raise typer.Exit(1)
    typer.echo(f"{folder}: no problem found")
    if inputs:
        from engine.commands.cost import lines_of, meter

        moment = moment_of(now)
        for report in meter(folder, inputs, customers, moment):
            typer.echo("\n" + "\n".join(lines_of(report)))
