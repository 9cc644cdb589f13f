"""`billcast render` and `billcast resume`: a cycle of customers becomes objects and a report.

Exit codes: 0 all done, or rightly silent; 3 some were set aside or failed; 1 the run is broken;
4 the audit found documents that differ from the reference's; 130 interrupted.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from engine.batch.server import start_server
from engine.batch.verdict import Verdict
from engine.commands.bundle import print_bundle
from engine.commands.options import InputFormat, Now, instant
from engine.commands.progress import display_for, duration

if TYPE_CHECKING:
    from engine.api import RunReport
    from engine.batch.progress import OnProgress

INTERRUPTED = 130


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("render")(render)
    app.command("resume")(resume)
    app.command("audit")(audit)


BundlePages = Annotated[
    int | None,
    typer.Option("--bundle", min=1, help="Join the PDFs into print files of at most so many pages, in `STATE/print`."),
]
Duplex = Annotated[bool, typer.Option("--duplex", help="Print files for both sides: each letter on a new sheet.")]
Audit = Annotated[
    int | None,
    typer.Option(
        min=0,
        help="Documents of each channel held against the reference; by default 59 PDFs, one a layout class, 20 videos.",
    ),
]
Workers = Annotated[int | None, typer.Option(min=1, help="Worker processes; by default one a processor.")]


def render(
    inputs: Annotated[list[Path], typer.Argument(help="Files or folders of customers or invoices.")],
    campaign: Annotated[Path, typer.Option(help="Folder of the template set, with campaign.toml.")],
    out: Annotated[str, typer.Option(help="Output folder, or s3://bucket/prefix.")],
    channels: Annotated[
        str | None, typer.Option(help="Channels to make, with commas between; by default the campaign's.")
    ] = None,
    customer: Annotated[str | None, typer.Option(help="Only the customer with this key.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many records.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and compose, make and store nothing; say how it would end.")
    ] = False,
    workers: Workers = None,
    state: Annotated[
        Path | None, typer.Option(help="Folder of ledger, manifest and report; by default OUT/.billcast/<run>.")
    ] = None,
    now: Now = None,
    input_format: InputFormat = "auto",
    s3_endpoint: Annotated[
        str | None, typer.Option(help="Object storage endpoint; by default the usual AWS settings.")
    ] = None,
    bundle: BundlePages = None,
    duplex: Duplex = False,
    audit: Audit = None,
) -> None:
    """Render a billing cycle. The same command again goes on, or takes over what did not change."""
    start_server(channels)
    from engine.api import run_cycle

    _finish(
        lambda show: run_cycle(
            inputs,
            campaign,
            out,
            channels=_names(channels),
            workers=workers,
            now=instant(now) if now else None,
            state=state,
            limit=limit,
            customer=customer,
            dry_run=dry_run,
            input_format=input_format,
            endpoint=s3_endpoint,
            on_progress=show,
            audit=audit,
        ),
        bundle,
        duplex=duplex,
    )


def resume(
    state: Annotated[Path, typer.Option(help="State folder of the run, by default OUT/.billcast/<run>.")],
    workers: Workers = None,
    bundle: BundlePages = None,
    duplex: Duplex = False,
    audit: Audit = None,
) -> None:
    """Finish a run that was stopped or killed: nobody lost, nothing recorded made again."""
    start_server()
    from engine.api import resume_cycle

    _finish(lambda show: resume_cycle(state, workers=workers, on_progress=show, audit=audit), bundle, duplex=duplex)


def audit(
    state: Annotated[Path, typer.Argument(help="State folder of the run, by default OUT/.billcast/<run>.")],
    documents: Annotated[
        int | None,
        typer.Option("--audit", min=1, help="Documents of each channel; by default 59 PDFs, one a class, 20 videos."),
    ] = None,
    workers: Workers = None,
) -> None:
    """Hold documents of a run against the reference. Exit codes: 0 all equal, 4 some differ."""
    start_server()
    from engine.api import audit_cycle

    console = Console(stderr=True)
    with display_for(console) as show:
        verdict = audit_cycle(state, documents, workers=workers, on_progress=show)
    _print_lines(console, _audit_lines(verdict, state) or ["audit: no document was filled fast"])
    raise typer.Exit(4 if verdict.differing else 0)


def _names(channels: str | None) -> tuple[str, ...] | None:
    if channels is None:
        return None
    return tuple(name.strip() for name in channels.split(",") if name.strip())


def _finish(run: Callable[[OnProgress], RunReport], bundle_pages: int | None, *, duplex: bool) -> None:
    """Run with a progress display, print the summary, join the PDFs if asked to, and exit by how it ended."""
    console = Console(stderr=True)
    try:
        with display_for(console) as show:
            report = run(show)
    except KeyboardInterrupt:
        console.print("interrupted: what was recorded is kept; the same command, or `billcast resume`, goes on")
        raise typer.Exit(INTERRUPTED) from None
    _print_summary(report, console)
    if bundle_pages and report.is_whole and report.state_dir:
        from engine.api import bundle_letters

        print_bundle(bundle_letters(report.state_dir, bundle_pages, duplex=duplex), console)
    raise typer.Exit(report.exit_code)


def _print_summary(report: RunReport, console: Console) -> None:
    from engine.model.artifact import OutcomeStatus

    counts = ", ".join(f"{count} {status.value}" for status, count in report.counts.items())
    unchanged = f" ({report.reused} unchanged)" if report.reused else ""
    lines = [f"cycle {report.cycle}: {report.total} records in {duration(report.seconds)}: {counts}{unchanged}"]
    for name, total in sorted(report.channels.items()):
        lines.append(f"  {name}: {total.objects} objects, {total.size_bytes / 1e6:.1f} MB")
    lines += [
        f"  by the {path}: {count} ({100 * count / report.counts[OutcomeStatus.DONE]:.1f} %)"
        for path, count in sorted(report.paths.items())
        if ": " in path
    ]
    lines += [f"  silent, {reason}: {count}" for reason, count in sorted(report.reasons.items())]
    lines += [f"  set aside or failed with {code}: {count}" for code, count in sorted(report.problems.items())]
    if report.warnings:
        lines.append(f"  warnings: {report.warnings}, see manifest.jsonl")
    if report.audit and report.state_dir:
        lines += _audit_lines(report.audit, report.state_dir)
    if report.stamp:
        lines.append(f"evidence: {report.stamp}")
    lines.append(f"state: {report.state_dir}" if report.state_dir else "dry run: nothing was made or stored")
    if report.counts[OutcomeStatus.QUARANTINED] or report.counts[OutcomeStatus.FAILED]:
        lines.append("quarantine.jsonl there names each record that was set aside, and how to mend it")
    _print_lines(console, lines)


def _audit_lines(verdict: Verdict, state: Path) -> list[str]:
    """Say what an audit found, with the keys of at most five customers."""
    lines = [verdict.sentence, *(f"  {line}" for line in verdict.details)] if verdict.sentence else []
    if verdict.differing:
        lines += [
            f"R110 {', '.join(verdict.differing[:5])}: documents differ from the reference's",
            f"hint: don't send this batch; both files of each lie in {state / 'audit'}",
        ]
    return lines


def _print_lines(console: Console, lines: list[str]) -> None:
    for line in lines:
        console.print(escape(line), highlight=False, soft_wrap=True)
