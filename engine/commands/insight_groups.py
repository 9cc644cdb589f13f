"""`billcast insight profile`: who the customers are, by groups."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from engine.commands.render import instant
from engine.errors import InsightError

if TYPE_CHECKING:
    from engine.insight.advisor import Advisor
    from engine.model.customer import Customer

Inputs = Annotated[list[Path], typer.Argument(help="Files or folders of customers.")]
Folder = Annotated[Path, typer.Option("--campaign", help="Folder of the template set, with policy.toml.")]
Now = Annotated[str | None, typer.Option(help="The time that counts, as in 2026-11-06T08:00:00Z.")]
Format = Annotated[str, typer.Option("--format", help="Input format: auto, jsonl, parquet or csv.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("profile")(profile)


def profile(
    inputs: Inputs,
    campaign: Folder,
    out: Annotated[Path, typer.Option(help="File for each customer's group, JSON Lines.")],
    before: Annotated[Path | None, typer.Option(help="The same file of the cycle before: moves are counted.")] = None,
    now: Now = None,
    input_format: Format = "auto",
) -> None:
    """Tell each customer's group with reasons and confidence; count groups, and moves since the cycle before."""
    from engine.insight.profile.cycle import Before, GroupTally, profile_row

    advisor, moment = _advisor(campaign), _moment(now)
    tally, reader = GroupTally(), _Reader(inputs, input_format)
    with Before(before) as earlier, _writing(out) as target:
        for customer in reader:
            found = advisor.advise(customer, moment).profile
            tally.add(found, earlier.group_of(customer.key))
            target.write(json.dumps(profile_row(customer.key, found), ensure_ascii=False) + "\n")
        typer.echo("\n".join(tally.lines(earlier.count)))
    reader.tell()
    typer.echo(f"groups     {out}")


class _Reader:
    """The customers of the inputs; records that can't be read are counted, and told at the end."""

    def __init__(self, inputs: list[Path], input_format: str) -> None:
        self._inputs, self._format = inputs, input_format
        self.set_aside = 0

    def __iter__(self) -> Iterator[Customer]:
        from engine.ingest import Read, read

        for item in read(self._inputs, format=self._format):
            if isinstance(item, Read):
                yield item.customer
            else:
                self.set_aside += 1

    def tell(self) -> None:
        """Say how many records were left out."""
        if self.set_aside:
            typer.echo(f"set aside  {self.set_aside} records that can't be read; `billcast render --dry-run` says why")


@contextmanager
def _writing(path: Path) -> Iterator[TextIO]:
    """Open a file to write. Raises `InsightError` (D134)."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="\n") as target:
            yield target
    except OSError as error:
        raise InsightError("D134", f"can't be written: {error.strerror}", place=str(path)) from error


def _moment(now: str | None) -> datetime:
    return instant(now) if now else datetime.now(UTC)


def _advisor(folder: Path) -> Advisor:
    from engine.insight.advisor import Advisor
    from engine.templating.campaign_file import load_campaign

    advisor = Advisor.open(folder, load_campaign(folder))
    if advisor is None:
        raise InsightError("D140", "the template set has no policy.toml", place=str(folder),
                           hint="`billcast init` writes one that can be taken over")  # fmt: skip
    return advisor
