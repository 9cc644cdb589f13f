"""`billcast tasks`: what people must do for the customers of a cycle, for a queue, a spreadsheet or a calendar.

Exit codes: 0 done; 3 some records were set aside; 1 the policy, the input or the campaign can't be used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from engine.commands.intake import Intake
from engine.commands.options import InputFormat, Now, moment_of
from engine.errors import InsightError

if TYPE_CHECKING:
    from engine.insight.tasks.export import Telling, Writer
    from engine.insight.tasks.queue import TaskQueue
    from engine.model.campaign import Campaign
    from engine.model.customer import Customer
    from engine.model.outreach import Task

_PLAIN_WIDTH = 110  # of what is not a terminal
_WIDE = 100  # columns; with fewer there is no room for bill and reason


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("tasks")(tasks)


def tasks(
    inputs: Annotated[list[Path], typer.Argument(help="Files or folders of customers.")],
    campaign: Annotated[Path, typer.Option(help="Folder of the template set, with campaign.toml and policy.toml.")],
    out: Annotated[
        list[Path] | None,
        typer.Option(help="File to write, readable by you alone: .jsonl, .csv or .ics; may be given several times."),
    ] = None,
    now: Now = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many records.")] = None,
    rows: Annotated[int, typer.Option(min=0, help="Print so many tasks at most; files hold all.")] = 20,
    input_format: InputFormat = "auto",
) -> None:
    """List what people must do: what the record holds as open, and what the policy raises; overdue ones first.

    Tasks name the customer's key, nothing else that is personal. A set without policy.toml raises none: the
    record's are listed.
    """
    from engine.insight.tasks.export import Telling
    from engine.insight.tasks.queue import TaskQueue
    from engine.templating.campaign_file import load_campaign

    files = [(path, _writer(path)) for path in out or ()]
    moment = moment_of(now)
    console = Console()
    console = console if console.is_terminal else Console(width=_PLAIN_WIDTH)
    set_ = load_campaign(campaign)
    today = moment.astimezone(ZoneInfo(set_.time_zone)).date()
    people = Intake(inputs, input_format, limit)
    with TaskQueue(today) as queue:
        for task in _all_tasks(people, campaign, set_, moment, today):
            queue.add(task)
        told = Telling(moment, today, urlsplit(set_.publication.base_url).hostname or "")
        for path, write in files:
            _save(path, write, queue, told)
        print_queue(console, queue, rows)
    people.finish(console)


def _all_tasks(
    people: Iterable[Customer], folder: Path, campaign: Campaign, now: datetime, today: date
) -> Iterator[Task]:
    """Yield the open tasks of each customer: those of the decision, and those that the record holds besides."""
    from engine.insight.advisor import Advisor
    from engine.insight.tasks import merged, recorded_tasks
    from engine.model.policy.tasks import TaskTerms

    advisor = Advisor.open(folder, campaign)
    terms = advisor.policy.tasks if advisor else TaskTerms()
    for customer in people:
        raised = advisor.advise(customer, now).tasks if advisor else ()
        if raised or customer.tasks or customer.interactions:
            yield from raised
            # What the decision names already comes first, and the queue keeps the first of an id.
            yield from merged((), recorded_tasks(customer, today, terms, time_zone=campaign.time_zone))


def _writer(path: Path) -> Writer:
    from engine.insight.tasks.export import WRITERS

    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise InsightError("D162", f"`{path.suffix or path.name}` is no format of tasks", place=str(path),
                           hint=f"end the file's name with {', '.join(WRITERS)}")  # fmt: skip
    return writer


def _save(path: Path, write: Writer, queue: TaskQueue, told: Telling) -> None:
    from engine.batch.report import whole_file

    try:
        with whole_file(path) as file:
            write(file, queue, told)
    except OSError as error:
        raise InsightError("D161", f"can't be written: {error.strerror}", place=str(path),
                           hint="is the folder there, and may you write into it?") from error  # fmt: skip


def print_queue(console: Console, queue: TaskQueue, rows: int) -> None:
    """Print the first tasks, then the sums: keys only."""
    total, overdue = len(queue), queue.overdue
    head = f"{total:,} open task{'' if total == 1 else 's'} on {queue.today:%Y-%m-%d}, {overdue:,} overdue"
    console.print(Text(head, style="bold"))
    if not total:
        return
    if rows:
        console.print()
        console.print(_listed(queue, rows, is_wide=console.width >= _WIDE), highlight=False)
        if total > rows:
            console.print(f"… and {total - rows:,} more: --out keeps all", highlight=False)
    console.print()
    console.print(_sums(queue), highlight=False)


def _listed(queue: TaskQueue, rows: int, *, is_wide: bool) -> Table:
    table = _table("key", "task", "due", "", "owner", *(("bill",) if is_wide else ()))
    if is_wide:
        table.add_column("why", ratio=1, overflow="fold")
    for task in islice(queue, rows):
        over = (queue.today - task.due_on).days
        late = Text(f"{over} day{'' if over == 1 else 's'} over", style="red") if over > 0 else Text("")
        cells = [Text(task.key), Text(task.kind.value), Text(f"{task.due_on:%a %d %b}"), late, Text(task.owner),
                 Text(task.bill_number or "-"), Text(task.reason)]  # fmt: skip
        table.add_row(*cells[: len(table.columns)])
    return table


def _sums(queue: TaskQueue) -> Table:
    table = _table("tasks by kind", "owner")
    for name in ("open", "overdue", "first due"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in queue.counts():
        late = Text(f"{row.overdue:,}", style="red") if row.overdue else Text("-")
        table.add_row(row.kind.value, Text(row.owner), f"{row.count:,}", late, f"{row.first_due:%a %d %b}")
    return table


def _table(*names: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False)
    for name in names:
        table.add_column(name, no_wrap=True)
    return table
