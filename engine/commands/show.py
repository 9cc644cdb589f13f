"""`billcast show`: the timeline of one customer, for a person at a screen and as JSON for other departments."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from engine.commands.options import InputFormat, Now, moment_of
from engine.errors import InsightError

if TYPE_CHECKING:
    from engine.insight.timeline import Event
    from engine.model.customer import Customer
    from engine.model.statement import Statement

_VERSION = 1


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("show")(show)


def show(
    key: Annotated[str, typer.Argument(help="The customer's key.")],
    inputs: Annotated[list[Path], typer.Argument(help="Files or folders of customers.")],
    full: Annotated[
        bool, typer.Option("--full", help="Show name, address, contacts, amounts and notes, which are hidden else.")
    ] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write record and timeline, all of it, to this private file.")
    ] = None,
    campaign: Annotated[
        Path | None, typer.Option(help="Template set with policy.toml: shows what is owed by its rules, too.")
    ] = None,
    now: Now = None,
    input_format: InputFormat = "auto",
) -> None:
    """Print what happened with a customer and what is due, in order of time, with the running balance."""
    from engine.batch.report import whole_file
    from engine.ingest import customer_of
    from engine.insight.timeline import events_of

    moment = moment_of(now)
    customer = customer_of(inputs, key, format=input_format).customer
    zone = _zone_of(customer)
    events = events_of(customer, zone)
    statements = _statements(customer, campaign, moment) if campaign else ()
    if json_file is not None:
        with whole_file(json_file) as file:
            json.dump(whole(customer, events, statements, moment), file, ensure_ascii=False, indent=1)
            file.write("\n")
    console = Console(highlight=False)
    for line in head_of(customer, full=full):
        console.print(escape(line))
    today = moment.astimezone(zone).date()
    console.print(table_of(events, today, zone, full=full))
    owed = (line for statement in statements for line in owed_of(statement, full=full))
    for line in (*end_of(customer, events, today), *owed):
        console.print(escape(line))


def _zone_of(customer: Customer) -> tzinfo:
    try:
        return ZoneInfo(customer.time_zone) if customer.time_zone else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _statements(customer: Customer, folder: Path, moment: datetime) -> tuple[Statement, ...]:
    """Return what the customer owes by the policy of the template set in `folder`. Raises `InsightError` (D140)."""
    from engine.insight.debt import statements_of
    from engine.insight.policy import load_policy
    from engine.templating.campaign_file import load_campaign

    zone = ZoneInfo(load_campaign(folder).time_zone)
    policy = load_policy(folder)
    if policy is None:
        raise InsightError(
            "D140", "there is no policy.toml", place=str(folder), hint="leave --campaign out, or add one"
        )
    return statements_of(customer, policy.debt, moment.astimezone(zone).date())


# ------------------------------------------------------------------ for a person


def head_of(customer: Customer, *, full: bool) -> Iterator[str]:
    """Yield who it is about: what is personal only if `full`."""
    facts = [customer.kind.value, customer.locale or "no language"]
    if customer.opened_on:
        facts.append(f"since {customer.opened_on}")
    if customer.payment_method:
        facts.append(f"pays by {customer.payment_method.replace('_', ' ')}")
    yield f"{customer.key}: {', '.join(facts)}"
    if full:
        place = customer.address
        parts = [*place.lines, place.postal_code, place.city, place.country] if place else []
        shown = (customer.name.full, ", ".join(part for part in parts if part), customer.email, customer.phone)
        yield "  ".join(part for part in shown if part)
    flags = [name.replace("_", " ") for name, value in customer.flags if value is True]
    if customer.flags.payment_plan != "none":
        flags.append(f"payment plan {customer.flags.payment_plan}")
    if flags and full:
        yield f"flags: {', '.join(flags)}"
    agreed = [name for name, value in customer.consents if value]
    prefers = f"; prefers {customer.preferred_channel}" if customer.preferred_channel else ""
    yield f"may be reached by {', '.join(agreed) or 'nothing'}{prefers}"
    if not full:
        yield "name, address, contacts, flags, amounts and notes are hidden: --full shows them"


def table_of(events: tuple[Event, ...], today: date, zone: tzinfo, *, full: bool) -> Table:
    """Return the timeline as a table of 80 columns; a line parts what is to come from what was.

    Times are those of `zone`; they give way to the amounts where these are shown.
    """
    table = Table(box=None, pad_edge=False, expand=True)
    table.add_column("day", no_wrap=True)
    if not full:
        table.add_column("time", no_wrap=True)
    table.add_column("what", ratio=1)
    table.add_column("bill", no_wrap=True, max_width=18)
    if full:
        table.add_column("amount", justify="right", no_wrap=True)
    table.add_column("balance", justify="right", no_wrap=True)
    is_ahead = False
    for event in events:
        if event.day > today and not is_ahead:
            is_ahead = True
            table.add_row(str(today), *([] if full else [""]), "[dim]- - today - -[/dim]")
        table.add_row(*_row(event, zone, full=full), style="bold" if event.is_open and event.day < today else "")
    return table


def _row(event: Event, zone: tzinfo, *, full: bool) -> list[str]:
    what = event.what
    if event.channel:
        what += f", {event.channel}"
    if full and event.note:
        what += f": {event.note}"
    day = "" if event.day == date.min else str(event.day)
    about = [escape(what), escape(event.bill_number)]
    if full:
        return [day, *about, _figure(event.amount, event), _figure(event.balance, event)]
    time = f"{event.at.astimezone(zone):%H:%M}" if event.at else ""
    return [day, time, *about, "" if event.balance is None else standing(event.balance)]


def _figure(amount: Decimal | None, event: Event) -> str:
    if amount is None:
        return ""
    from engine.model.money import exponent

    places = exponent(event.currency) if event.currency else 2
    return f"{amount:,.{places}f}" + (f" {event.currency}" if event.currency else "")


def standing(balance: Decimal) -> str:
    """Return in a word how a balance stands."""
    if balance == 0:
        return "settled"
    return "open" if balance > 0 else "credit"


def end_of(customer: Customer, events: tuple[Event, ...], today: date) -> Iterator[str]:
    """Yield what is open, in counts."""
    late = sum(event.is_open and event.day < today for event in events)
    disputes = sum(dispute.is_open_on(today) for dispute in customer.disputes)
    promises = sum(promise.kept is None and promise.due_on >= today for promise in customer.promises)
    ahead = sum(event.is_open and event.day >= today for event in events)
    yield (
        f"open: {_count(ahead, 'thing')} due, {_count(late, 'thing')} past the day (bold), "
        f"{_count(promises, 'promise')} to keep, {_count(disputes, 'dispute')}"
    )


def owed_of(statement: Statement, *, full: bool) -> Iterator[str]:
    """Yield how old what is owed is: with amounts if `full`, else by which buckets hold something."""
    from engine.model.money import exponent

    places = exponent(statement.currency)
    if not full:
        held = [bucket.value for bucket, amount in statement.ageing if amount]
        yield f"{statement.currency}, asked for, by days late: {', '.join(held) or 'nothing'}"
        return
    yield f"{statement.currency}, asked for, interest and fees included: {statement.asked:,.{places}f}"
    for bucket, amount in statement.ageing:
        if amount:
            yield f"  {bucket.value:<13}{amount:>14,.{places}f}"
    parts = {"in dispute": statement.disputed, "must wait": sum((item.held for item in statement.items), Decimal(0)),
             "credit": statement.credit}  # fmt: skip
    yield from (f"  {name:<13}{amount:>14,.{places}f}" for name, amount in parts.items() if amount)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


# ------------------------------------------------------------------ for other departments


def whole(
    customer: Customer, events: tuple[Event, ...], statements: tuple[Statement, ...], now: datetime
) -> Mapping[str, Any]:
    """Return record, timeline and statements as JSON values: amounts are strings, times ISO 8601. All is personal."""
    return {
        "format": "billcast timeline",
        "version": _VERSION,
        "made_at": now.isoformat(),
        "customer": customer.model_dump(mode="json", exclude_defaults=True),
        "timeline": [_as_json(event) for event in events],
        **({"statements": [_statement_as_json(one) for one in statements]} if statements else {}),
    }


def _as_json(event: Event) -> dict[str, Any]:
    row = {
        "day": "" if event.day == date.min else event.day.isoformat(),
        "at": event.at.isoformat() if event.at else "",
        "kind": event.kind.value,
        "what": event.what,
        "bill_number": event.bill_number,
        "channel": event.channel.value if event.channel else "",
        "currency": event.currency,
        **{name: "" if (value := getattr(event, name)) is None else str(value)
           for name in ("amount", "change", "balance")},
        "is_open": event.is_open,
        "note": event.note,
    }  # fmt: skip
    return {name: value for name, value in row.items() if value not in ("", False)}


def _statement_as_json(statement: Statement) -> dict[str, Any]:
    sums = {name: str(getattr(statement, name)) for name in ("asked", "overdue", "disputed", "credit")}
    return {
        "currency": statement.currency,
        "as_of": statement.as_of.isoformat(),
        **sums,
        "ageing": {bucket.value: str(amount) for bucket, amount in statement.ageing},
        "items": [
            {name: value if isinstance(value, int | str) else str(value)
             for name, value in asdict(item).items() if value not in (None, "")}
            for item in statement.items
        ],
    }  # fmt: skip
