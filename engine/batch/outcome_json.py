"""Outcomes as JSON: the ledger's bodies, and the public part of them for the manifest."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import MISSING, Field, asdict, dataclass, field, fields
from operator import attrgetter, itemgetter
from typing import Any, TypeAlias

from pydantic_core import from_json, to_json

from engine.errors import Problem
from engine.evidence.tree import HashPath
from engine.model.artifact import Outcome, OutcomeStatus, StoredObject
from engine.model.quick import quick

Known: TypeAlias = dict[str, Any]  # an outcome as `encode` writes it: plain values, fields at their default left out


def _default_of(one: Field[Any]) -> Any:
    return None if one.default is MISSING else one.default


# `asdict` walks and copies all that it meets: fifteen times as slow.
_DEFAULTS = {one.name: _default_of(one) for one in fields(Outcome)}
_FLAT = tuple(name for name in _DEFAULTS if name not in ("objects", "problem"))
_FLAT_DEFAULTS = tuple(_DEFAULTS[name] for name in _FLAT)
_flat_values = attrgetter(*_FLAT)
_STATUSES = {status.value: status for status in OutcomeStatus}
_DECIDED = ("rule", "group", "channel", "send_at", "arm")
_STORED = tuple(one.name for one in fields(StoredObject))
_stored_values = attrgetter(*_STORED)
_written_values = itemgetter(*_STORED)


def encode(outcome: Outcome) -> str:
    """Return the outcome as one line of JSON; fields at their default are left out."""
    values = zip(_FLAT, _flat_values(outcome), _FLAT_DEFAULTS, strict=True)
    known = {name: value for name, value, default in values if value != default}
    if outcome.objects:
        known["objects"] = [_stored(stored) for stored in outcome.objects]
    if outcome.problem:
        known["problem"] = asdict(outcome.problem)
    return to_json(known).decode()


@quick
@dataclass(frozen=True, slots=True)
class Told:
    """An outcome as the ledger keeps it, and what else the parent asks of one: it is handed over and kept as it is.

    A worker writes it: neither is the outcome pickled, nor made again in the parent only to be written there.
    """

    key: str
    status: OutcomeStatus
    source: str
    problem: Problem | None
    seconds: float
    step_seconds: tuple[tuple[str, float], ...]
    body: str = field(repr=False)

    def __reduce__(self) -> tuple[type[Told], tuple[object, ...]]:  # dataclasses are pickled at five times the cost
        return Told, _told_values(self)


_told_values = attrgetter(*(one.name for one in fields(Told)))


def told(outcome: Outcome) -> Told:
    """Return the outcome as it is told to the parent."""
    return Told(outcome.key, outcome.status, outcome.source, outcome.problem, outcome.seconds, outcome.step_seconds,
                encode(outcome))  # fmt: skip


def known_in(body: str) -> Known:
    """Return what `encode` wrote, no outcome made of it."""
    known: Known = from_json(body, cache_strings="keys")  # twice as fast as json.loads
    return known


def decode(body: str) -> Outcome:
    """Return the outcome that `encode` wrote."""
    known = known_in(body)
    status = known["status"]
    known["status"] = _STATUSES.get(status) or OutcomeStatus(status)
    if "objects" in known:
        known["objects"] = tuple([StoredObject(*_written_values(stored)) for stored in known["objects"]])
    if "problem" in known:
        known["problem"] = Problem(**known["problem"])
    for name in ("reasons", "warnings", "shows"):
        if name in known:
            known[name] = tuple(known[name])
    for name in ("paths", "step_seconds", "layouts", "tasks"):
        if name in known:
            known[name] = tuple([(pair[0], pair[1]) for pair in known[name]])
    whole = _DEFAULTS | known  # in the order of the fields: arguments by place take a fifth of the time
    is_usual = len(whole) == len(_DEFAULTS) and "key" in known
    return Outcome(*whole.values()) if is_usual else Outcome(**known)


def decode_pairs(written: str) -> tuple[tuple[str, str], ...]:
    """Return paths or layout classes, as they stand in what `encode` wrote."""
    return tuple([(pair[0], pair[1]) for pair in from_json(written)])


def manifest_line(known: Known, path: HashPath | None = None) -> str:
    """Return what the manifest says of a customer: nothing that is personal but the key and the token.

    `path` leads from the customer's documents to the root of the run's hash tree.
    """
    said = known.get
    line: dict[str, Any] = {"key": known["key"], "status": known["status"], "source": said("source", "")}
    if "token" in known:
        line["token"] = known["token"]
    line["locale"] = said("locale", "")
    line["decision"] = {
        "tone": said("tone", ""),
        "stage": said("stage", ""),
        "shows": said("shows", ()),
        "reasons": said("reasons", ()),
    }
    if "rule" in known:
        line["outreach"] = {name: said(name, "") for name in _DECIDED} | {"tasks": dict(said("tasks", ()))}
    line["problem"] = said("problem")
    line["warnings"] = said("warnings", ())
    line["paths"] = dict(said("paths", ()))
    line["artifacts"] = said("objects", ())
    if path is not None:
        line["evidence"] = {"path": [b64encode(b"".join(level)).decode("ascii") for level in path]}
    return to_json(line).decode()


def _stored(stored: StoredObject) -> dict[str, Any]:
    return dict(zip(_STORED, _stored_values(stored), strict=True))
