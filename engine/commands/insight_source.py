"""What the commands about groups of customers share: the customers, the advisor, the time, the files they write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.errors import InsightError

if TYPE_CHECKING:
    from engine.insight.advisor import Advisor
    from engine.model.customer import Customer

Inputs = Annotated[list[Path], typer.Argument(help="Files or folders of customers.")]
Folder = Annotated[Path, typer.Option("--campaign", help="Folder of the template set, with policy.toml.")]


class CustomerReader:
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


def advisor_of(folder: Path) -> Advisor:
    """Return the advisor of a template set. Raises `InsightError` (D140) where it has no policy.toml."""
    from engine.insight.advisor import Advisor
    from engine.templating.campaign_file import load_campaign

    advisor = Advisor.open(folder, load_campaign(folder))
    if advisor is None:
        raise InsightError("D140", "the template set has no policy.toml", place=str(folder),
                           hint="`billcast init` writes one that can be taken over")  # fmt: skip
    return advisor
