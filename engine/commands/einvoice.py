"""`billcast einvoice`: invoices against the official rules of EN 16931, before and after a run.

Exit codes: 0 all valid; 3 some have no invoice, or none can be made for want of data; 1 one breaks a rule or can't
be read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import Problem

_MOST_TOLD = 20  # records or files that are told of one by one
_LACKING = frozenset({"R130", "R131", "R132", "R133"})


def register(app: typer.Typer) -> None:
    """Add the command group to `app`."""
    app.add_typer(group, name="einvoice")


group = typer.Typer(help="EN 16931 invoices.", no_args_is_help=True)


@group.callback()
def _group() -> None:
    """EN 16931 invoices."""


@group.command("check")
def check(
    inputs: Annotated[list[Path], typer.Argument(help="XML or PDF files, or folders; with --campaign, records.")],
    campaign: Annotated[
        Path | None, typer.Option(help="Campaign folder: make the invoice of each record's bill, and check that.")
    ] = None,
    input_format: Annotated[str, typer.Option("--format", help="Format of the records, as for `render`.")] = "auto",
) -> None:
    """Check invoices by the official schema and Schematron; exit with 1 if one breaks a rule, 3 if one is absent."""
    from engine.einvoice.official import official_rules

    rules = official_rules()
    counts: Counter[str] = Counter()
    told = 0
    for place, found in _records(inputs, campaign, input_format) if campaign else _files(inputs):
        if isinstance(found, Problem):
            problems = [found]
        else:
            problems = [
                Problem("R136", f"{finding.rule}: {finding.words}", f"{place} {finding.place}".strip())
                for finding in rules.check(found)
                if not finding.is_warning
            ]
        counts.update({"valid"} if not problems else {problem.code for problem in problems})
        if problems and told < _MOST_TOLD:
            told += 1
            for problem in problems:
                typer.echo(str(problem))
    _conclude(counts, needless={"R130"} if campaign else set())  # of a PDF alone it isn't known why it has none


def _conclude(counts: Counter[str], needless: set[str]) -> None:
    parts = ", ".join(f"{number} {code}" for code, number in sorted(counts.items()) if code != "valid")
    typer.echo(f"{counts['valid']} valid" + (f", {parts}" if parts else ""))
    faults = counts.keys() - {"valid"} - needless
    if not counts or faults - _LACKING:
        raise typer.Exit(1)
    if faults:
        raise typer.Exit(3)


def _files(inputs: list[Path]) -> Iterator[tuple[str, bytes | Problem]]:
    from engine.einvoice.carrier import invoice_of_pdf

    for path in inputs:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            suffix = file.suffix.lower()
            if path.is_dir() and (suffix not in (".xml", ".pdf") or not file.is_file()):
                continue
            try:
                data = file.read_bytes()
            except OSError as error:
                yield str(file), Problem("R137", f"the file can't be read: {error.strerror}", str(file))
                continue
            yield str(file), invoice_of_pdf(data, str(file)) if suffix == ".pdf" else data


def _records(inputs: list[Path], campaign: Path, input_format: str) -> Iterator[tuple[str, bytes | Problem]]:
    """Yield the invoice of each record's newest bill, or why there is none."""
    from engine.einvoice.attachment import invoice_of
    from engine.einvoice.refusal import RefusedError
    from engine.ingest import Read, read
    from engine.templating.campaign_file import load_campaign

    options = load_campaign(campaign)
    for item in read(inputs, format=input_format):
        if not isinstance(item, Read):
            yield item.source, item.problem
            continue
        bill = item.customer.subject_bill
        if bill is None:
            continue
        try:
            yield item.source, invoice_of(bill, item.customer, options)
        except RefusedError as refused:
            yield item.source, refused.problem.at(item.source)
