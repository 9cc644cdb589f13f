"""`billcast insight profile` and `segments`: who the customers are, by groups and by clusters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from engine.commands.insight_source import CustomerReader, Folder, Inputs, advisor_of
from engine.commands.options import InputFormat, Now, moment_of
from engine.commands.private_file import private_file


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("profile")(profile)
    app.command("segments")(segments)


def profile(
    inputs: Inputs,
    campaign: Folder,
    out: Annotated[Path, typer.Option(help="File for each customer's group, JSON Lines.")],
    before: Annotated[Path | None, typer.Option(help="The same file of the cycle before: moves are counted.")] = None,
    now: Now = None,
    input_format: InputFormat = "auto",
) -> None:
    """Tell each customer's group with reasons and confidence; count groups, and moves since the cycle before."""
    from engine.insight.profile.cycle import Before, GroupTally, profile_row

    advisor, moment = advisor_of(campaign), moment_of(now)
    tally, reader = GroupTally(), CustomerReader(inputs, input_format)
    with Before(before) as earlier, private_file(out, "D134") as target:
        for customer in reader:
            found = advisor.advise(customer, moment).profile
            tally.add(found, earlier.group_of(customer.key))
            target.write(json.dumps(profile_row(customer.key, found), ensure_ascii=False) + "\n")
        typer.echo("\n".join(tally.lines(earlier.count)))
    reader.tell()
    typer.echo(f"groups     {out}")


def segments(
    inputs: Inputs,
    out: Annotated[Path, typer.Option(help="File for the segments; name it in [profiles] of policy.toml.")],
    most: Annotated[int, typer.Option(min=2, max=20, help="Segments at most.")] = 8,
    seed: Annotated[int, typer.Option(help="Seed of the clustering; the same seed, the same segments.")] = 1,
    version: Annotated[str, typer.Option("--model-version", help="Version, kept in the file.")] = "1",
    now: Now = None,
    input_format: InputFormat = "auto",
) -> None:
    """Find segments for marketing among the customers who agreed to offers, and tell what sets each apart.

    Needs the extra `insight`; telling a customer's segment later does not.
    """
    from engine.insight.features import features_of
    from engine.insight.segments import may_have_segment
    from engine.insight.segments.sample import Sample
    from engine.insight.segments.training import train_segments

    moment, reader, sample = moment_of(now), CustomerReader(inputs, input_format), Sample(seed)
    for customer in reader:
        if may_have_segment(customer):
            sample.add(customer.key, features_of(customer, moment))
    model = train_segments(sample.rows(), version=version, seed=seed, most=most)
    with private_file(out, "D134") as target:
        target.write(model.to_json())
    for segment in model.segments:
        typer.echo(f"{segment.count:>8}  {100 * segment.count / model.trained_on:>5.1f} %  {segment.name}")
    typer.echo(f"{model.trained_on:>8}  customers who agreed to offers; silhouette {model.silhouette:.2f}")
    reader.tell()
    typer.echo(f"segments   {out}")
