"""`billcast decide`: who gets what, when, through which channel and in which tone, and why; nothing is made or sent.

Exit codes: 0 decided; 3 some records were set aside; 1 the policy, the input or the campaign can't be used.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console

from engine.commands.insight_source import advisor_of
from engine.commands.intake import Intake
from engine.commands.options import InputFormat, Now, moment_of

if TYPE_CHECKING:
    from engine.commands.decision_tone import Tones
    from engine.insight.advisor import Advisor
    from engine.model.outreach import Outreach

_PLAIN_WIDTH = 110  # of what is not a terminal


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("decide")(decide)


def decide(
    inputs: Annotated[list[Path], typer.Argument(help="Files or folders of customers.")],
    campaign: Annotated[Path, typer.Option(help="Folder of the template set, with campaign.toml and policy.toml.")],
    now: Now = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many records.")] = None,
    customer: Annotated[str | None, typer.Option(help="Only the customer with this key.")] = None,
    explain: Annotated[
        str | None, typer.Option(metavar="KEY", help="Tell one customer's decision in full: every rule, fact, refusal.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write each decision as a line of JSON to this file, readable by you alone.")
    ] = None,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", help="Write each decision as a row of this CSV file, readable by you alone.")
    ] = None,
    rows: Annotated[int, typer.Option(min=0, help="Print so many decisions at most; files hold all.")] = 100,
    input_format: InputFormat = "auto",
) -> None:
    """Decide by policy.toml who is met how today, and print it as a table: by key, without names and amounts.

    Nothing is rendered or sent. Below the table: what it comes to by stage, group and channel, the calendar
    against what a day can take, and the tasks for people.
    """
    from engine.commands.decision_tone import Tones

    moment = moment_of(now)
    advisor, tones = advisor_of(campaign), Tones(campaign)
    console = _console()
    people = Intake(inputs, input_format, limit, explain or customer)
    if explain is not None:
        from engine.commands.decision_story import print_story

        for person in people:
            print_story(console, advisor, person, moment, tones)
        people.finish(console)
        return
    _decide_all(people, advisor, tones, moment, out, csv_file, rows, console)


def _decide_all(
    people: Intake,
    advisor: Advisor,
    tones: Tones,
    moment: datetime,
    out: Path | None,
    csv_file: Path | None,
    rows: int,
    console: Console,
) -> None:
    from engine.commands.decision_file import as_csv, as_json
    from engine.commands.decision_table import print_cycle
    from engine.insight.tally import Tally

    tally = Tally(advisor.policy, moment.astimezone(ZoneInfo(advisor.campaign.time_zone)).date())
    shown: list[Outreach] = []
    with ExitStack() as files:
        sinks = [files.enter_context(sink(path, moment)) for sink, path in ((as_json, out), (as_csv, csv_file)) if path]
        for person in people:
            outreach = advisor.advise(person, moment)
            tally.add(outreach)
            if len(shown) < rows:
                shown.append(tones.told(outreach, person, moment))
            for write in sinks:
                write(outreach)
    print_cycle(console, shown, tally, advisor.policy, moment)
    people.finish(console)


def _console() -> Console:
    # Without markup: conditions and keys hold brackets, which are to be read, not followed.
    console = Console(markup=False)
    return console if console.is_terminal else Console(width=_PLAIN_WIDTH, markup=False)
