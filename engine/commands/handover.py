"""`billcast handover`: cases for a collection agency, with what it needs and nothing more."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.markup import escape

from engine.commands.options import InputFormat, Now, moment_of
from engine.errors import IngestError, InsightError, Problem

if TYPE_CHECKING:
    from engine.model.campaign import Campaign
    from engine.model.customer import Customer
    from engine.model.handover import Creditor
    from engine.model.policy.whole import Policy

_SHOWN = 40  # refusals that are printed


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("handover")(handover)


def handover(
    inputs: Annotated[list[Path], typer.Argument(help="Files or folders of customers.")],
    campaign: Annotated[Path, typer.Option(help="Folder of the template set, with campaign.toml and policy.toml.")],
    out: Annotated[Path, typer.Option(help="Private file to write: a case a line, JSON.")],
    customer: Annotated[str | None, typer.Option(help="Only the customer with this key.")] = None,
    keys: Annotated[Path | None, typer.Option(help="File with the keys of those to hand over, one a line.")] = None,
    refused: Annotated[
        Path | None, typer.Option(help="Private file to write: who may not be handed over, and why.")
    ] = None,
    now: Now = None,
    input_format: InputFormat = "auto",
) -> None:
    """Write cases for a collection agency; refuse whom the law, a plan, a dispute or a promise protects.

    Exit codes: 0 all handed over; 3 some were refused or not found; 1 nothing can be read.
    """
    from engine.batch.report import whole_file
    from engine.insight.policy import load_policy
    from engine.templating.campaign_file import load_campaign

    wanted = _keys(customer, keys)
    told = load_campaign(campaign)
    policy = load_policy(campaign)
    if policy is None:
        raise InsightError("D140", "there is no policy.toml", place=str(campaign),
                           hint="write one: interest, fees and waiting times stand in it")  # fmt: skip
    moment = moment_of(now)
    reasons: list[tuple[str, tuple[str, ...]]] = []
    count = 0
    with whole_file(out) as file:
        for person in _found(inputs, input_format, wanted, reasons):
            bars, line = _case(person, policy, told, moment)
            if bars:
                reasons.append((person.key, bars))
            else:
                count += 1
                file.write(line)
    reasons += [(key, ("no record of the input bears the key",)) for key in wanted]
    if refused is not None:
        with whole_file(refused) as file:
            file.writelines(json.dumps({"key": key, "reasons": why}) + "\n" for key, why in reasons)
    _say(count, reasons, out)
    raise typer.Exit(3 if reasons else 0)


def _keys(customer: str | None, keys: Path | None) -> dict[str, None]:
    """Return the keys asked for, in their order. Raises `IngestError` (I101, I130)."""
    named = [customer] if customer else []
    if keys is not None:
        try:
            named += keys.read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise IngestError("I101", "the file of keys can't be read", place=str(keys),
                              hint="give a text file with a key a line") from error  # fmt: skip
    found = dict.fromkeys(key.strip() for key in named if key.strip())
    if not found:
        raise IngestError("I130", "nobody is named", place=str(keys or ""), hint="--customer KEY, or --keys FILE")
    return found


def _found(
    inputs: Sequence[Path], input_format: str, wanted: dict[str, None], reasons: list[tuple[str, tuple[str, ...]]]
) -> Iterator[Customer]:
    """Yield the customers asked for; take each off `wanted`. One whose record is not sound goes to `reasons`."""
    from engine.ingest import IngestOptions, Read, SetAside, Unread, look_into, scan

    options = IngestOptions()
    broken: dict[str, Problem] = {}
    for one in scan(inputs, format=input_format, options=options):
        if isinstance(one, Unread) and one.key not in wanted:
            continue
        item = look_into(one, options) if isinstance(one, Unread) else one
        if isinstance(item, Read) and item.customer.key in wanted:
            wanted.pop(item.customer.key)
            yield item.customer
        elif isinstance(item, SetAside) and item.key in wanted:
            broken.setdefault(item.key, item.problem)
        if not wanted:
            return
    for key, problem in broken.items():
        if key in wanted:
            wanted.pop(key)
            reasons.append((key, (f"the record is not sound: {problem.code} {problem.place}",)))


def _case(person: Customer, policy: Policy, campaign: Campaign, moment: datetime) -> tuple[tuple[str, ...], str]:
    """Return why the customer may not be handed over, or the line of their case."""
    from engine.insight.debt import statements_of
    from engine.insight.handover import bars_of, case_of

    zone = ZoneInfo(campaign.time_zone)
    today = moment.astimezone(zone).date()
    statements = statements_of(person, policy.debt, today)
    bars = bars_of(person, statements, policy.brakes, today, zone)
    if bars:
        return bars, ""
    case = case_of(person, statements, _creditor(campaign), today, zone)
    return (), case.model_dump_json(exclude_none=True) + "\n"


def _creditor(campaign: Campaign) -> Creditor:
    from engine.model.handover import Creditor

    supplier = campaign.supplier
    return Creditor(name=supplier.legal_name, address=supplier.address, phone=supplier.phone, email=supplier.email)


def _say(count: int, reasons: list[tuple[str, tuple[str, ...]]], out: Path) -> None:
    console = Console(stderr=True)
    lines = [f"{count} handed over: {out}"]
    lines += [f"{key}: not handed over: {'; '.join(why)}" for key, why in reasons[:_SHOWN]]
    if len(reasons) > _SHOWN:
        lines.append(f"and {len(reasons) - _SHOWN} more not handed over; --refused FILE lists all. By reason:")
        counts = Counter(reason for _, why in reasons for reason in why)
        lines += [f"{number:>7} {reason}" for reason, number in counts.most_common(_SHOWN)]
    for line in lines:
        console.print(escape(line), highlight=False, soft_wrap=True)
