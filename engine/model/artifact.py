"""What was made and where it went: artifacts, stored objects, outcomes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields
from enum import StrEnum
from operator import attrgetter

from engine.errors import Problem
from engine.model.quick import quick

EMAIL_PREVIEW = "preview.gif"  # the picture of the video that an e-mail shows


@quick
@dataclass(frozen=True, slots=True)
class Artifact:
    """One file made for one customer. `name` is its name inside the customer's folder."""

    channel: str
    name: str
    media_type: str
    data: bytes = field(repr=False)
    shown: tuple[str, ...] = ()  # ids of the facts that it shows
    sha256: str = ""

    def __post_init__(self) -> None:
        if not self.sha256:
            object.__setattr__(self, "sha256", hashlib.sha256(self.data).hexdigest())


@quick
@dataclass(frozen=True, slots=True)
class StoredObject:
    """One artifact as it lies in a sink: `path` is relative to the sink's root."""

    channel: str
    path: str
    media_type: str
    size_bytes: int
    sha256: str

    def __reduce__(self) -> tuple[type[StoredObject], tuple[object, ...]]:
        return StoredObject, _stored_values(self)


class OutcomeStatus(StrEnum):
    """How a customer's part of a run ended; exactly one per customer and run."""

    DONE = "done"
    SUPPRESSED = "suppressed"  # nothing may or need be said; `problem` is None, `reasons` say why
    QUARANTINED = "quarantined"  # the record, or what was made of it, can't be trusted
    FAILED = "failed"  # we couldn't


@quick
@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one customer. `source` is file and line where the record came from."""

    key: str
    status: OutcomeStatus
    source: str = ""
    token: str = ""
    locale: str = ""
    objects: tuple[StoredObject, ...] = ()
    reasons: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    problem: Problem | None = None
    paths: tuple[tuple[str, str], ...] = ()  # channel -> fast | reference, with the reason after a colon
    subject: str = ""  # for links.csv
    short: str = ""
    page_url: str = ""
    pay_url: str = ""
    seconds: float = 0.0
    tone: str = ""
    stage: str = ""  # of the policy, or the dunning stage where none decided
    shows: tuple[str, ...] = ()  # blocks that the rules chose
    step_seconds: tuple[tuple[str, float], ...] = ()  # step (compose, fill, put) -> seconds
    detail: str = field(default="", repr=False)  # private: for the quarantine file only, never for a log
    postal: str = field(default="", repr=False)  # private: country and postal code, the order of print files
    layouts: tuple[tuple[str, str], ...] = ()  # channel -> layout class, of channels that can be audited
    channel: str = ""  # the way that a policy chose to meet the customer; empty where no policy decided
    send_at: str = ""  # when it is sent, with the offset from UTC; empty where no policy decided
    rule: str = ""  # id of the rule that decided
    group: str = ""  # how the customer is best met
    arm: str = ""  # of the experiment
    tasks: tuple[tuple[str, str], ...] = ()  # what people must do: id -> kind

    def __reduce__(self) -> tuple[type[Outcome], tuple[object, ...]]:
        return Outcome, _outcome_values(self)

    def timed(self, seconds: float, step_seconds: tuple[tuple[str, float], ...], warnings: tuple[str, ...]) -> Outcome:
        """Return the outcome with other times and warnings; as `dataclasses.replace`, at a fifth of its cost."""
        values = list(_outcome_values(self))
        values[_SECONDS], values[_STEP_SECONDS], values[_WARNINGS] = seconds, step_seconds, warnings
        return Outcome(*values)


# Pickling by `__reduce__`: an outcome goes from worker to parent, and dataclasses take five times as long.
_stored_values = attrgetter(*(one.name for one in fields(StoredObject)))
_NAMES = [one.name for one in fields(Outcome)]
_outcome_values = attrgetter(*_NAMES)
_SECONDS, _STEP_SECONDS, _WARNINGS = (_NAMES.index(name) for name in ("seconds", "step_seconds", "warnings"))
