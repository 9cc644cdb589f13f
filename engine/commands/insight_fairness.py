"""`billcast insight fairness`: outcomes by protected group, although no group is a feature."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.commands.insight_source import CustomerReader, Folder, Inputs, advisor_of
from engine.commands.options import InputFormat, Now, moment_of
from engine.commands.private_file import private_file

if TYPE_CHECKING:
    from engine.insight.advisor import Advisor
    from engine.insight.fairness.backtest import LateScorer
    from engine.insight.risk.terms import HistoryTerms


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
    input_format: InputFormat = "auto",
) -> None:
    """Compare what is decided about customers by declared protected group: shares, intervals, ratios, calibration."""
    from engine.insight.fairness import FairnessTally, report_of
    from engine.insight.fairness.backtest import told_and_true
    from engine.insight.fairness.outcomes import late_score, outcomes_of
    from engine.insight.fairness.page import page

    advisor, moment, reader = advisor_of(campaign), moment_of(now), CustomerReader(inputs, input_format)
    tally, judged = FairnessTally(by or advisor.policy.profiles.protected), _scorer(advisor, campaign)
    for customer in reader:
        outreach = advisor.advise(customer, moment)
        told = told_and_true(customer, judged[0], moment, judged[1]) if judged is not None else None
        tally.add(customer.attributes, outcomes_of(outreach), score=late_score(outreach), told=told)
    name, as_of = advisor.campaign.name, f"{moment:%Y-%m-%d %H:%M %Z}"
    report = report_of(tally, campaign=name, as_of=as_of, policy=advisor.policy.version)
    with private_file(out, "D134") as target:
        target.write(page(report, advisor.campaign.brand))
    if data is not None:
        with private_file(data, "D134") as target:
            target.write(json.dumps(report.to_row(), indent=1, ensure_ascii=False) + "\n")
    for attribute in report.attributes:
        hidden = f", {len(attribute.suppressed)} groups too small" if attribute.suppressed else ""
        marks = "1 mark" if attribute.marks == 1 else f"{attribute.marks} marks"
        typer.echo(f"{attribute.name:<20}{marks} in {attribute.comparisons} comparisons{hidden}")
    reader.tell()
    typer.echo(f"report     {out}")


def _scorer(advisor: Advisor, folder: Path) -> tuple[LateScorer, HistoryTerms] | None:
    """Return the policy's model of late payment with what it calls late; None where it has none from histories."""
    from engine.insight.risk import load_scorer

    name = advisor.policy.scores.late
    scorer = load_scorer(folder / name) if name is not None else None
    return (scorer, scorer.model.history) if scorer is not None and scorer.model.history is not None else None
