"""One customer of several sources: for each field a winner, where it came from, and what others say instead.

Pure. A field of the customer is taken whole from one source (`name`, `address`), but for flags, consents and
attributes, each of which is a field of its own. Rows of lists are told apart by what they are about (a bill by its
number, a payment by day, amount and bill): the same one from two sources is one, filled up from both; a bill is
taken whole from one of them, since its parts must add up.

What protects the customer wins where `wins` says nothing: a flag that any source sets, a consent that any
source denies.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.ingest.columns import columns_of
from engine.ingest.merge.declaration import LEAFWISE, Merging
from engine.ingest.merge.partial import Part
from engine.model.bill import Bill, ChargeLine, DocumentAllowance, Tax
from engine.model.consumption import Consumption, MeterReading, UsagePoint
from engine.model.customer import Payment
from engine.model.dealings import Promise

# list -> the fields that say what a row of it is about
IDENTITY: dict[str, tuple[str, ...]] = {
    "supply_points": ("code",),
    "bills": ("number",),
    "consumption": ("supply_point",),
    "payments": ("amount", "paid_on"),
    "interactions": ("kind", "at", "channel"),
    "documents": ("kind", "at", "direction"),
    "promises": ("made_on", "due_on", "plan"),
    "disputes": ("bill_number", "opened_on"),
    "tasks": ("kind", "opened_at", "due_on"),
}
_NAMED = {"supply_points": "code", "bills": "number", "consumption": "supply_point"}  # by which a message calls a row
_WHOLE = ("bills", "consumption")  # never filled up from another source
# further fields that must not differ, but may be absent on either side
_COMPATIBLE = {"payments": ("bill_number",), "promises": ("amount", "bill_number"), "tasks": ("id",),
               "interactions": ("bill_number", "reference"), "documents": ("bill_number", "reference")}  # fmt: skip
_DEFAULTS = {"documents": {"direction": "sent"}}
_CAUTIOUS = {"flags": True, "consents": False}
_FIGURES = frozenset(
    column.path[-1]
    for model in (Bill, ChargeLine, Tax, DocumentAllowance, Consumption, MeterReading, UsagePoint, Payment, Promise)
    for column in columns_of(model).values()
    if column.kind == "figure"
)
_TIMES = frozenset({"at", "opened_at", "done_at"})
_TRUTH = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Claim:
    """What one place of a source says. `source` is its place in the declaration, `turn` its place in the input."""

    source: int
    turn: int
    place: str
    at: str
    value: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class Taken:
    """One field of the joined record: who said it, and who said something else."""

    field: str
    claim: Claim
    others: tuple[Claim, ...] = ()  # that differ
    also: tuple[Claim, ...] = ()  # that say the same, or filled it up


@dataclass(frozen=True, slots=True)
class Joined:
    """A customer's record of all sources; `origins` says from which file and line each part of it came."""

    record: dict[str, Any] = field(repr=False)
    taken: tuple[Taken, ...]
    origins: dict[tuple[int | str, ...], str]


def join(key: str, parts: Sequence[tuple[int, Part]], rules: Merging) -> Joined:
    """Return the customer `key` of `parts`, each with the place of its source, in the order of the input."""
    scalars: dict[tuple[str, ...], list[Claim]] = {}
    lists: dict[str, list[Claim]] = {}
    for turn, (source, part) in enumerate(parts):
        for name, value in part.record.items():
            for path, one in _fields(name, value):
                scalars.setdefault(path, []).append(Claim(source, turn, part.place, part.at, one))
            for row in value if name in IDENTITY else ():
                lists.setdefault(name, []).append(Claim(source, turn, part.place, part.at, row))
    record: dict[str, Any] = {"key": key}
    taken: list[Taken] = []
    origins: dict[tuple[int | str, ...], str] = {}
    for path, claims in scalars.items():
        found = _winner(path, claims, rules)
        _put(record, path, found.claim.value)
        origins[path] = f"{found.claim.place} field `{found.field}`"
        taken.append(found)
    for name, claims in lists.items():
        rows = _rows(name, claims, rules)
        record[name] = [found.claim.value for found in rows]
        origins |= {(name, at): found.claim.place for at, found in enumerate(rows)}
        taken += rows
    return Joined(record, tuple(taken), origins)


def _fields(name: str, value: Any) -> Iterable[tuple[tuple[str, ...], Any]]:
    if name in IDENTITY:
        return ()
    if name in LEAFWISE and isinstance(value, dict):
        return (((name, leaf), one) for leaf, one in value.items())
    return (((name,), value),)


def _put(record: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    node = record
    for step in path[:-1]:
        node = node.setdefault(step, {})
    node[path[-1]] = value


# ------------------------------------------------------------------ fields


def _winner(path: tuple[str, ...], claims: list[Claim], rules: Merging) -> Taken:
    name = ".".join(path)
    ranked = _ranked(name, claims, rules)
    taken = ranked[0]
    if path[0] in _CAUTIOUS and not rules.order_of(name):
        taken = next((claim for claim in ranked if _truth(claim.value) is _CAUTIOUS[path[0]]), taken)
    rest = [claim for claim in ranked if claim is not taken]
    others = tuple(claim for claim in rest if not _is_same(claim.value, taken.value))
    return Taken(name, taken, others, tuple(claim for claim in rest if claim not in others))


def _ranked(name: str, claims: list[Claim], rules: Merging) -> list[Claim]:
    """Return claims by rank of their source, the newest of a source first, then the last of its rows."""
    newest_first = sorted(claims, key=lambda claim: (claim.at, claim.turn), reverse=True)
    return sorted(newest_first, key=lambda claim: rules.rank(name, claim.source))


def _truth(value: Any) -> Any:
    """Return the truth value that a cell stands for; anything else as it is."""
    return _TRUTH.get(value.strip().lower(), value) if isinstance(value, str) else value


def _is_same(one: Any, other: Any, name: str = "") -> bool:
    """True if two values of the field `name` say the same, however a figure or time is written."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_is_same(value, other[part], part) for part, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return bool(_plain(one, name) == _plain(other, name))


def _plain(value: Any, name: str) -> Any:
    """Return a value as all would write it: 40.0 as 40, a time in UTC, a truth value as such."""
    if not isinstance(value, str):
        return value
    try:
        if name in _FIGURES:
            return str(Decimal(value).normalize())
        if name in _TIMES:
            return datetime.fromisoformat(value).astimezone(UTC).isoformat()
    except (InvalidOperation, ValueError):
        return value
    return _truth(value)


# ------------------------------------------------------------------ rows of lists


def _rows(name: str, claims: list[Claim], rules: Merging) -> list[Taken]:
    """Return the rows of a list, each once: by rank of the source that says most of it, then as they stood."""
    if all(claim.turn == claims[0].turn for claim in claims):  # one record says it all: nothing to join
        return [Taken(_called(name, claim.value, place), claim) for place, claim in enumerate(claims)]
    ranked = sorted(claims, key=lambda claim: rules.rank(name, claim.source))
    found: list[Taken] = []
    by_identity: dict[str, list[int]] = {}
    for claim in ranked:
        places = by_identity.setdefault(_identity(name, claim.value), [])
        at = next((place for place in places if _is_one(name, found[place], claim)), None)
        if at is None:
            places.append(len(found))
            found.append(Taken(_called(name, claim.value, len(found)), claim))
        else:
            found[at] = _with(name, found[at], claim)
    return found


def _identity(name: str, row: Any) -> str:
    if not isinstance(row, dict):
        return repr(row)
    usual = _DEFAULTS.get(name, {})
    return repr([_plain(row.get(part, usual.get(part)), part) for part in IDENTITY[name]])


def _is_one(name: str, taken: Taken, claim: Claim) -> bool:
    """True if `claim` gives the row that was taken. Two rows of one source are two, but where they have a name."""
    if name not in _NAMED and claim.source in {one.source for one in (taken.claim, *taken.others, *taken.also)}:
        return False
    mine, theirs = taken.claim.value, claim.value
    if not isinstance(mine, dict) or not isinstance(theirs, dict):
        return True
    both = [part for part in _COMPATIBLE.get(name, ()) if mine.get(part) and theirs.get(part)]
    return all(_is_same(mine[part], theirs[part], part) for part in both)


def _with(name: str, taken: Taken, claim: Claim) -> Taken:
    """Return the row with what another source says of it: filled up where that is new, noted where it differs."""
    mine, theirs = taken.claim.value, claim.value
    if not isinstance(mine, dict) or not isinstance(theirs, dict):
        return Taken(taken.field, taken.claim, taken.others, (*taken.also, claim))
    differs = any(part in mine and not _is_same(mine[part], value, part) for part, value in theirs.items())
    kept = taken.claim
    if name not in _WHOLE:
        kept = Claim(kept.source, kept.turn, kept.place, kept.at, {**theirs, **mine})
    if differs:
        return Taken(taken.field, kept, (*taken.others, claim), taken.also)
    return Taken(taken.field, kept, taken.others, (*taken.also, claim))


def _called(name: str, row: Any, place: int) -> str:
    named = row.get(_NAMED[name]) if name in _NAMED and isinstance(row, dict) else None
    return f"{name}[{place if named is None else named}]"
