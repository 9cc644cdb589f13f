"""`billcast bundle`: the PDFs of a run become print files, in the order of the post."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from engine.api import Bundle


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("bundle")(bundle)


def bundle(
    place: Annotated[
        Path, typer.Argument(help="State folder of a finished run, or the output folder of a single one.")
    ],
    pages: Annotated[int, typer.Option(min=1, help="Pages that a print file may have.")],
    duplex: Annotated[
        bool, typer.Option("--duplex", help="For printing on both sides: each letter begins on a new sheet.")
    ] = False,
) -> None:
    """Join a run's PDFs into print files by postal code, with what they share stored once, and an index."""
    from engine.api import bundle_letters

    print_bundle(bundle_letters(place, pages, duplex=duplex), Console(stderr=True))


def print_bundle(made: Bundle, console: Console) -> None:
    """Say what was joined: counts and sizes, nothing personal."""
    files = "print file" if made.files == 1 else "print files"
    counts = f"{made.letters} letters, {made.pages} pages, {made.sheets} sheets in {made.files} {files}"
    lines = [f"{counts}: {made.size_bytes / 1e6:.1f} MB, alone {made.letter_bytes / 1e6:.1f} MB"]
    if made.elsewhere:
        lines.append(f"{made.elsewhere} more customers are met by other ways than post, as the policy chose")
    if made.unsealed:
        lines.append(f"{made.unsealed} of them are sealed: the seals hold for the stored files, not for print files")
    lines.append(f"print files and index: {made.folder}")
    for line in lines:
        console.print(escape(line), highlight=False, soft_wrap=True)
