"""`billcast doctor`: is this machine able to do it? Each fault comes with its mend."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from engine.commands.checkup import Finding

MARKS = {"ok": "ok  ", "note": "note", "fault": "FAULT"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(
    campaign: Annotated[Path | None, typer.Option(help="Campaign folder: its fonts and voice are examined.")] = None,
    out: Annotated[str | None, typer.Option(help="Folder or s3://bucket/prefix: can it be written?")] = None,
    s3_endpoint: Annotated[str | None, typer.Option(help="Object storage endpoint.")] = None,
) -> None:
    """Examine versions, packages, fonts, voices, system libraries, keys and storage; exit with 1 on a fault."""
    from engine.commands.checkup import examine  # it loads most of the program

    findings = list(examine(campaign, out, s3_endpoint))
    for finding in findings:
        typer.echo(_line(finding))
    faults = sum(finding.state == "fault" for finding in findings)
    typer.echo(f"\n{faults} fault{'' if faults == 1 else 's'}, {len(findings)} things examined")
    if faults:
        raise typer.Exit(1)


def _line(finding: Finding) -> str:
    head = f"{MARKS[finding.state]:6}{finding.what:22}{finding.fact}"
    return f"{head}\n{'':28}mend: {finding.mend}" if finding.mend else head
