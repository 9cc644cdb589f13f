"""One customer's decision in full: brakes, stages, offers, channel, tasks, statement; every refusal with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from engine.commands.decision_table import STYLES, when

if TYPE_CHECKING:
    from engine.commands.decision_tone import Tones
    from engine.insight.advisor import Advisor, Weighed
    from engine.model.customer import Customer
    from engine.model.outreach import Outreach
    from engine.model.statement import Statement

_Rows = Iterable[tuple[str, str | Text]]


def print_story(console: Console, advisor: Advisor, customer: Customer, now: datetime, tones: Tones) -> None:
    """Print why `customer` is met as they are. By key; amounts only as yes or no."""
    outreach = advisor.advise(customer, now)
    told = tones.told(outreach, customer, now)
    weighed = advisor.weigh(customer, now)
    head = Text(f"{outreach.key}  ", style="bold")
    head.append(outreach.action.value, style=f"bold {STYLES[outreach.action]}")
    head.append(f"  as of {now:%Y-%m-%d %H:%M} {now.tzname() or ''}, policy {outreach.policy}", style="dim")
    console.print(head)
    _section(console, "decision", _decision(told, is_bills=told.tone is not outreach.tone))
    _section(console, "profile", _profile(outreach))
    _section(console, "facts", outreach.facts)
    if weighed is not None:
        _section(console, "brakes", _brakes(advisor, weighed))
        _section(console, "stages", _stages(advisor, outreach, weighed))
    _section(console, "offers", _offers(outreach))
    _section(console, "channel", _channel(outreach))
    _section(console, "tasks", _tasks(outreach))
    _section(console, "statement", _statement(outreach.statement))


def _section(console: Console, title: str, rows: _Rows) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, min_width=16)
    table.add_column(overflow="fold")
    for name, said in rows:
        table.add_row(name, said)
    if table.row_count:
        console.print(f"\n{title}", style="bold")
        console.print(Padding(table, (0, 0, 0, 2)), highlight=False)


def _decision(one: Outreach, *, is_bills: bool) -> _Rows:
    yield "rule", one.rule
    if one.stage:
        yield "stage", one.stage
    for place, reason in enumerate(one.reasons):
        yield ("because" if place == 0 else "and"), reason
    if one.contact.channel:
        yield "channel", one.contact.channel.value
    if one.contact.at:
        yield "time", f"{when(one)} ({one.contact.at.tzname()})"
    yield "tone", f"{one.tone or '-'}{', as the bill brings it' if is_bills else ''}"
    yield "may press", _yes(one.is_urgent)
    if one.is_formal:
        yield "formal", "yes: on paper alone"
    if one.arm:
        yield "experiment", f"arm {one.arm}"


def _profile(one: Outreach) -> _Rows:
    yield "group", f"{one.profile.group.value}, confidence {one.profile.confidence:.2f}, rules {one.profile.version}"
    if one.profile.segment:
        yield "segment", one.profile.segment
    for reason in one.profile.reasons:
        yield "", reason
    for score in one.scores:
        yield f"risk: {score.name}", f"{score.probability:.2f} by model {score.model}"
        for reason in score.reasons:
            yield "", reason


def _brakes(advisor: Advisor, weighed: Weighed) -> _Rows:
    held = {brake.name for brake in weighed.ruling.brakes}
    for brake in advisor.decider.brakes:
        if brake.name in held:
            yield brake.name, Text(f"holds ({brake.force.value}): {brake.reason}", style="yellow")
        else:
            yield brake.name, Text("no", style="dim")


def _stages(advisor: Advisor, one: Outreach, weighed: Weighed) -> _Rows:
    """Yield each stage in order: why it was refused, which one fits, and which were not looked at any more."""
    why = {refused.what: refused.why for refused in weighed.ruling.refused}
    chosen = weighed.ruling.stage.id if weighed.ruling.stage else ""
    is_past = False
    for stage in advisor.policy.stages:
        if stage.id == chosen:
            ends = "fits" if one.rule == stage.id else f"fits, but waits: {one.rule}"
            yield stage.id, Text(ends, style=f"bold {STYLES[one.action]}")
            is_past = True
        elif f"stage {stage.id}" in why:
            yield stage.id, f"no: {why[f'stage {stage.id}']}"
        else:
            ends = "an earlier one decided" if is_past else "a brake decided"
            yield stage.id, Text(f"not looked at: {ends}", style="dim")


def _offers(one: Outreach) -> _Rows:
    for offer in one.offers:
        figures = ""
        if offer.instalments:
            figures = f"{len(offer.instalments)} parts, the first by {offer.instalments[0].due_on}. "
        elif offer.new_due_on:
            figures = f"until {offer.new_due_on}. "
        elif offer.monthly is not None:
            figures = "an even amount each month. "
        yield offer.kind.value, figures + offer.reason
    for refused in one.refused:
        if refused.what.startswith("offer "):
            yield refused.what.removeprefix("offer "), f"no: {refused.why}"


def _tasks(one: Outreach) -> _Rows:
    for task in one.tasks:
        yield task.kind.value, f"{task.owner}, by {task.due_on}: {task.reason}"


def _channel(one: Outreach) -> _Rows:
    for reason in one.contact.reasons:
        yield "chosen", reason
    for what, reason in one.contact.refused:
        yield what, f"no: {reason}"


def _statement(statement: Statement) -> _Rows:
    yield "as of", f"{statement.as_of}, {statement.currency}"
    yield "open bills", str(len(statement.items))
    yield "asked for", _yes(statement.asked > 0)
    yield "overdue", f"yes, {statement.days_late} days" if statement.overdue > 0 else "no"
    yield "in dispute", _yes(statement.disputed > 0)
    yield "must wait", _yes(any(item.held > 0 for item in statement.items))
    yield "interest, fees", _yes(any(item.interest or item.fee for item in statement.items))
    yield "credit", _yes(statement.credit > 0)
    for reason in statement.reasons:
        yield "", reason


def _yes(value: bool) -> str:
    return "yes" if value else "no"
