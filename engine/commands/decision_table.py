"""A cycle's decisions on a terminal: a row a customer, what they come to, the calendar, the tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from engine.model.outreach import Action, Outreach

if TYPE_CHECKING:
    from engine.insight.tally import Tally
    from engine.model.policy.whole import Policy

STYLES = {Action.SEND: "green", Action.CALL: "cyan", Action.WAIT: "yellow", Action.SILENT: "dim"}
_MOST_DAYS = 14
_WIDE = 100  # columns


def print_cycle(console: Console, shown: list[Outreach], tally: Tally, policy: Policy, now: datetime) -> None:
    """Print the decisions `shown`, then what all come to. Keys only: no names, no amounts."""
    head = f"Decisions as of {now:%Y-%m-%d %H:%M} {now.tzname() or ''}, policy {policy.version}"
    console.print(f"{head}\n", highlight=False)
    if shown:
        console.print(_decisions(shown, console.width))
    if len(shown) < tally.total:
        console.print(f"… and {tally.total - len(shown):,} more: --out or --csv keeps all", highlight=False)
    console.print()
    _print_sums(console, tally, [stage.id for stage in policy.stages])
    _print_calendar(console, tally)
    _print_tasks(console, tally)


def _decisions(shown: list[Outreach], width: int) -> Table:
    """Return a row a customer; a narrow terminal keeps the reason and goes without the tone and the weekday."""
    is_wide = width >= _WIDE
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 2 if is_wide else 1, 0, 0), show_edge=False)
    for name in ("key", "group", "does", "stage", "by", "time", *(["tone"] if is_wide else [])):
        table.add_column(name, no_wrap=True)
    table.add_column("why", ratio=1, overflow="fold")
    for one in shown:
        cells = [
            one.key,
            one.profile.group.value,
            Text(one.action.value, style=STYLES[one.action]),
            one.stage or "-",
            one.contact.channel.value if one.contact.channel else "-",
            when(one) if is_wide else when(one)[4:] or "-",
        ]
        if is_wide:
            cells.append(one.tone.value if one.tone else "-")
        table.add_row(*cells, _why(one))
    return table


def _why(one: Outreach) -> str:
    """Return the first reason, and the names of the brakes that hold besides it."""
    reason = one.reasons[0].rstrip(".") if one.reasons else ""
    held = [name for name in dict(one.facts).get("brakes", "").split(", ") if name and name != one.rule]
    return f"{reason} ({', '.join(held)})" if held else reason


def when(one: Outreach) -> str:
    """Return the time of a contact in the customer's own time zone."""
    return f"{one.contact.at:%a %d %b %H:%M}" if one.contact.at else "-"


def _print_sums(console: Console, tally: Tally, stages: list[str]) -> None:
    actions = ", ".join(f"{count:,} {name}" for name, count in tally.actions.items())
    noun = "customer" if tally.total == 1 else "customers"
    console.print(f"{tally.total:,} {noun}: {actions or 'none'}", highlight=False, style="bold")
    lines = {
        "by stage": _pairs(dict(sorted(tally.stages.items(), key=lambda one: stages.index(one[0][0])))),
        "by group": _by_first(tally.groups),
        "by channel": _plain(tally.channels),
        "offers": _plain(tally.offers),
        "by arm": _by_first(tally.arms),
        "not met": _pairs(tally.rules),
    }
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in lines.items():
        if text:
            table.add_row(f"  {name}", text)
    console.print(table, highlight=False)


def _pairs(counts: Mapping[tuple[str, str], int]) -> str:
    return ", ".join(f"{name} {count:,} ({does})" for (name, does), count in counts.items())


def _by_first(counts: Mapping[tuple[str, str], int]) -> str:
    sums: Counter[str] = Counter()
    for (name, _), count in counts.items():
        sums[name] += count
    return _plain(sums)


def _plain(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))


def _print_calendar(console: Console, tally: Tally) -> None:
    """Print each day with its channels, and where it holds more than the policy says it can take."""
    rows = tally.load.rows()
    if not rows:
        return
    channels = sorted({row.channel.value for row in rows})
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False)
    table.add_column("calendar", no_wrap=True)
    for name in channels:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("", overflow="fold")
    days = sorted({row.day for row in rows})
    for day in days[:_MOST_DAYS]:
        of_day = {row.channel.value: row for row in rows if row.day == day}
        full = [row for row in of_day.values() if row.excess]
        over = [f"{row.channel.value}: {row.excess:,} more than the day can take" for row in full]
        table.add_row(f"{day:%a %d %b}", *(f"{of_day[name].count:,}" if name in of_day else "-" for name in channels),
                      Text("; ".join(over), style="red"))  # fmt: skip
    console.print()
    console.print(table, highlight=False)
    if len(days) > _MOST_DAYS:
        console.print(f"… and {len(days) - _MOST_DAYS} more days")


def _print_tasks(console: Console, tally: Tally) -> None:
    if not tally.tasks:
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), show_edge=False)
    for name in ("tasks for people", "owner"):
        table.add_column(name, no_wrap=True)
    table.add_column("open", justify="right")
    table.add_column("overdue", justify="right")
    for need, count in sorted(tally.tasks.items(), key=lambda one: (-tally.overdue_tasks[one[0]], -one[1], one[0])):
        late = tally.overdue_tasks[need]
        table.add_row(need[0].value, need[1], f"{count:,}", Text(f"{late:,}", style="red") if late else "-")
    console.print()
    console.print(table, highlight=False)
