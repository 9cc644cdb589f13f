"""`billcast init DIR`: a copy of the starter set to make one's own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import CampaignError
from engine.resources import resource_dir

STARTER = "bill-explainer"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(init)


def init(folder: Annotated[Path, typer.Argument(help="Folder to make; it must not hold anything yet.")]) -> None:
    """Copy the starter template set: campaign.toml, brand, texts and templates."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CampaignError("C107", "the folder is not empty", place=str(folder), hint="give a new folder")
    try:
        shutil.copytree(resource_dir("templates") / STARTER, folder, dirs_exist_ok=True)
    except OSError as error:
        raise CampaignError("C101", f"can't be written: {error.strerror}", place=str(folder),
                            hint="choose a folder that you may write to") from error  # fmt: skip
    typer.echo(f"{folder}: the starter set is ready. Edit campaign.toml, then: billcast check {folder}")
