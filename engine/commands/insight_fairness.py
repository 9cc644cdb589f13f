"""`billcast insight fairness`: outcomes by protected group, although no group is a feature."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.commands.insight_source import CustomerReader, Folder, Format, Inputs, Now, advisor_of, moment_of, writing

if TYPE_CHECKING:
    from engine.insight.advisor import Advisor
    from engine.insight.fairness.backtest import LateScorer


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("fairness")(fairness)


def fairness(
    inputs: Inputs,
    campaign: Folder,
    out: Annotated[Path, typer.Option(help="File for the report, HTML.")],
    by: Annotated[
        list[str] | None, typer.Option(help="Attribute to compare by; repeatable. By default [profiles] protected.")
    ] = None,
    data: Annotated[Path | None, typer.Option("--json", help="File for the same as JSON.")] = None,
    now: Now = None,
    input_format: Format = "auto",
) -> None:
    """Compare what is decided about customers by declared protected group: shares, intervals, ratios, calibration."""
    from engine.insight.fairness import FairnessTally, report_of
    from engine.insight.fairness.backtest import told_and_true
    from engine.insight.fairness.outcomes import late_score, outcomes_of
    from engine.insight.fairness.page import page

    advisor, moment, reader = advisor_of(campaign), moment_of(now), CustomerReader(inputs, input_format)
    profiles = advisor.policy.profiles
    tally, scorer = FairnessTally(by or profiles.protected), _scorer(advisor, campaign)
    for customer in reader:
        outreach = advisor.advise(customer, moment)
        told = told_and_true(customer, scorer, moment, profiles.context) if scorer is not None else None
        tally.add(customer.attributes, outcomes_of(outreach), score=late_score(outreach), told=told)
    title = f"Are all met alike? {advisor.campaign.name}"
    report = report_of(tally, title=title, as_of=f"{moment:%Y-%m-%d %H:%M %Z}", policy=advisor.policy.version)
    with writing(out) as target:
        target.write(page(report))
    if data is not None:
        with writing(data) as target:
            target.write(json.dumps(report.to_row(), indent=1, ensure_ascii=False) + "\n")
    for attribute in report.attributes:
        hidden = f", {len(attribute.suppressed)} groups too small" if attribute.suppressed else ""
        typer.echo(f"{attribute.name:<20}{attribute.marks} marks in {attribute.comparisons} comparisons{hidden}")
    reader.tell()
    typer.echo(f"report     {out}")


def _scorer(advisor: Advisor, folder: Path) -> LateScorer | None:
    """Return the policy's model of late payment; None where it has none."""
    from engine.insight.risk import load_scorer

    name = advisor.policy.scores.late
    return load_scorer(folder / name) if name is not None else None
