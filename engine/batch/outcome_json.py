"""Outcomes as JSON: the ledger's bodies, and the public part of them for the manifest."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from engine.errors import Problem
from engine.model.artifact import Outcome, OutcomeStatus, StoredObject


def encode(outcome: Outcome) -> str:
    """Return the outcome as one line of JSON; fields at their default are left out."""
    whole = asdict(outcome)
    return json.dumps(
        {field.name: whole[field.name] for field in fields(outcome) if whole[field.name] != field.default},
        ensure_ascii=False,
        separators=(",", ":"),
    )


def decode(body: str) -> Outcome:
    """Return the outcome that `encode` wrote."""
    known: dict[str, Any] = json.loads(body)
    known["status"] = OutcomeStatus(known["status"])
    known["objects"] = tuple(StoredObject(**stored) for stored in known.get("objects", ()))
    if known.get("problem"):
        known["problem"] = Problem(**known["problem"])
    for name in ("reasons", "warnings", "shows"):
        known[name] = tuple(known.get(name, ()))
    for name in ("paths", "step_seconds"):
        known[name] = tuple((pair[0], pair[1]) for pair in known.get(name, ()))
    return Outcome(**known)


def manifest_line(outcome: Outcome) -> str:
    """Return what the manifest says of a customer: nothing that is personal but the key and the token."""
    line: dict[str, Any] = {"key": outcome.key, "status": outcome.status.value, "source": outcome.source}
    if outcome.token:
        line["token"] = outcome.token
    line["locale"] = outcome.locale
    line["decision"] = {
        "tone": outcome.tone,
        "stage": outcome.stage,
        "shows": outcome.shows,
        "reasons": outcome.reasons,
    }
    line["problem"] = asdict(outcome.problem) if outcome.problem else None
    line["warnings"] = outcome.warnings
    line["paths"] = dict(outcome.paths)
    line["artifacts"] = [asdict(stored) for stored in outcome.objects]
    return json.dumps(line, ensure_ascii=False)
