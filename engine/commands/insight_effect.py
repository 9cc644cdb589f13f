"""`billcast insight effect`, `plan` and `dso`: does outreach work, how many it takes to tell, what drives DSO."""

from __future__ import annotations

import json
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from engine.commands.insight_source import CustomerReader, Folder, Inputs
from engine.commands.options import InputFormat, instant, moment_of
from engine.errors import InsightError, nearest

if TYPE_CHECKING:
    from engine.model.campaign import Campaign
    from engine.model.policy.whole import Policy

AsJson = Annotated[Path | None, typer.Option("--json", help="File for all figures as JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("effect")(effect)
    app.command("plan")(plan)
    app.command("dso")(dso)


def effect(
    assignments: Annotated[
        Path, typer.Argument(help="Decisions as `billcast decide` wrote them, or a run's manifest.jsonl.")
    ],
    outcomes: Annotated[list[Path], typer.Argument(help="The same customers' records, later.")],
    campaign: Folder,
    out: Annotated[Path | None, typer.Option(help="File for the report, HTML.")] = None,
    json_out: AsJson = None,
    by: Annotated[str, typer.Option(help="What parts customers: group or stage.")] = "group",
    earlier: Annotated[
        list[Path] | None, typer.Option(help="Decisions of other cycles of the same experiment. Repeatable.")
    ] = None,
    decided: Annotated[
        str | None, typer.Option(help="When it was decided, for a manifest: the `--now` of its run.")
    ] = None,
    now: Annotated[str | None, typer.Option(help="Until when the records tell, as in 2026-12-06T08:00:00Z.")] = None,
    input_format: InputFormat = "auto",
) -> None:
    """Tell what outreach brought against the control group, by intention to treat, with intervals of 95 %."""
    from engine.insight.effect import report as told
    from engine.insight.effect.assignments import Assignments
    from engine.insight.effect.dso_by_arm import ArmDso
    from engine.insight.effect.outcome import outcome_of
    from engine.insight.effect.study import Study, balance_of, even_loss

    if by not in ("group", "stage"):
        raise InsightError("D176", f"customers can't be parted by `{by}`", hint="known: group, stage")
    speaker, policy = _campaign(campaign)
    experiment, zone = policy.experiment, ZoneInfo(speaker.time_zone)
    if not experiment.name:
        raise InsightError("D172", "the policy has no experiment", place=str(campaign),
                           hint="name one in [experiment] of policy.toml, then decide by it")  # fmt: skip
    today = _today(now, zone)
    study, by_month = Study(experiment.horizon_days, by), ArmDso(policy.debt, speaker.currency, today)
    reader = CustomerReader(outcomes, input_format)
    when = instant(decided) if decided else None
    with Assignments([assignments, *(earlier or ())], zone, experiment, when) as arms:
        counts = arms.counts()
        balance = balance_of(counts, experiment.shares)
        for customer in reader:
            assigned = arms.of(customer.key)
            if assigned is not None:
                study.add(assigned, outcome_of(customer, assigned, study.horizon, today, policy.debt, speaker.currency))
                by_month.add(assigned, customer, assigned.stage if by == "stage" else assigned.group)
        lost, outside = arms.lost(), arms.outside
    found = told.Findings(
        experiment, study, by_month, balance, counts, lost, even_loss(counts, lost), outside, today, speaker.currency
    )
    for line in told.sentences(found):
        typer.echo(line)
    _write(out, told.report(found, speaker.brand) if out else "", "report")
    _write_json(json_out, told.as_json(found) if json_out else {})
    reader.tell()


def plan(
    base: Annotated[float, typer.Option(help="Share that pays without outreach, in percent.")],
    effect_wished: Annotated[float, typer.Option("--effect", help="Difference to be shown, in percentage points.")],
    control: Annotated[float, typer.Option(help="Share of the control group, in percent.")] = 10.0,
    power: Annotated[float, typer.Option(help="Chance of showing it if it is there, in percent.")] = 80.0,
) -> None:
    """Tell how many customers it takes to show a wished effect at 95 %."""
    from engine.insight.effect.plan import plan_of

    found = plan_of(base / 100, effect_wished / 100, control / 100, power=power / 100)
    typer.echo(
        f"To show that {base + effect_wished:g} instead of {base:g} of 100 pay, with a chance of {power:g} of 100,"
        f" it takes {found.total:,} customers: {found.control:,} in the control group, {found.treated:,} outside of it."
    )


def dso(
    inputs: Inputs,
    campaign: Folder,
    first: Annotated[str, typer.Option("--from", help="First month, as in 2026-07: its end is compared.")],
    last: Annotated[str, typer.Option("--to", help="Last month, as in 2026-10.")],
    by: Annotated[
        str, typer.Option(help="Factors, with commas: group, amount, channel, method, region.")
    ] = "amount,channel,method,region",
    groups: Annotated[
        Path | None, typer.Option(help="Groups of customers, as `billcast insight profile` wrote them; for `group`.")
    ] = None,
    window: Annotated[int, typer.Option(min=1, max=12, help="Whole months of sales that DSO is measured by.")] = 3,
    out: Annotated[Path | None, typer.Option(help="File for the report, HTML.")] = None,
    json_out: AsJson = None,
    input_format: InputFormat = "auto",
) -> None:
    """Tell days sales outstanding by month, and what drove it between two months' ends, summing exactly."""
    from engine.insight.dso import report as told
    from engine.insight.dso.ledger import Ledger
    from engine.insight.dso.month import Month, span
    from engine.insight.profile.cycle import Before

    factors = _factors(by, groups)
    speaker, policy = _campaign(campaign)
    months = span(Month.parse(first), Month.parse(last))
    reader = CustomerReader(inputs, input_format)
    with ExitStack() as stack:
        known = stack.enter_context(Before(groups)) if groups is not None else None

        def group_of(key: str) -> str:
            found = known.group_of(key) if known is not None else None
            return found.value if found is not None else ""

        ledger = Ledger(months, factors, policy.debt, speaker.currency, window=window, group_of=group_of)
        for customer in reader:
            ledger.add(customer)
    found = told.findings_of(ledger)
    typer.echo("\n".join(told.lines_of(found)))
    _write(out, told.report(found, speaker.brand) if out else "", "report")
    _write_json(json_out, told.as_json(found) if json_out else {})
    reader.tell()


def _factors(by: str, groups: Path | None) -> list[str]:
    """Return the factors that were asked for, each once. Raises `InsightError` (D176)."""
    from engine.insight.dso.ledger import FACTORS

    named = list(dict.fromkeys(name.strip() for name in by.split(",") if name.strip()))
    for name in named:
        if name not in FACTORS:
            close = nearest(name, FACTORS)
            hint = f"did you mean `{close}`?" if close else f"known: {', '.join(FACTORS)}"
            raise InsightError("D176", f"customers can't be parted by `{name}`", hint=hint)
    if "group" in named and groups is None:
        raise InsightError("D176", "the customers' groups are not known",
                           hint="give --groups with the file of `billcast insight profile --out`")  # fmt: skip
    return named


def _campaign(folder: Path) -> tuple[Campaign, Policy]:
    from engine.insight.policy import load_policy
    from engine.templating.campaign_file import load_campaign

    speaker, policy = load_campaign(folder), load_policy(folder)
    if policy is None:
        raise InsightError("D140", "the template set has no policy.toml", place=str(folder),
                           hint="`billcast init` writes one that can be taken over")  # fmt: skip
    return speaker, policy


def _today(now: str | None, zone: ZoneInfo) -> date:
    return moment_of(now).astimezone(zone).date()


def _write_json(path: Path | None, figures: dict[str, Any]) -> None:
    _write(path, json.dumps(figures, indent=2, ensure_ascii=False) + "\n", "figures")


def _write(path: Path | None, text: str, name: str) -> None:
    """Write a file, if one is asked for. Raises `InsightError` (D177)."""
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise InsightError("D177", f"can't be written: {error.strerror}", place=str(path)) from error
    typer.echo(f"{name:<10} {path}")
