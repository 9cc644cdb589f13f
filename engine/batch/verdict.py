"""The verdict of an audit, as the report tells it and the state folder keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a channel is audited: artifacts, and layout classes that none of them has."""

    artifacts: int
    classes: int


# If all of 59 are equal, then fewer than 5 % of the batch differ, at a confidence of 95 %: 0.95 ** 59 < 0.05.
USUAL = Share(59, 40)
# A video takes ten times as long as a bill: of 20 equal ones, fewer than 14 % differ.
SHARES: Mapping[str, Share] = {"video": Share(20, 0)}


def share_of(channel: str, artifacts: int | None = None) -> Share:
    """Return how much of a channel is audited; None is the channel's default, 0 nothing."""
    share = SHARES.get(channel, USUAL)
    if artifacts is None:
        return share
    return Share(artifacts, share.classes if artifacts else 0)


PLAYED = " played"  # after a label: what it took to play it in a browser


@dataclass(frozen=True, slots=True)
class Part:
    """What of an audit was one channel's: artifacts judged, of how many that were filled fast, and what it cost.

    `played` of them in a browser, which took `played_seconds` beside the others.
    """

    documents: int = 0
    fast: int = 0
    differing: int = 0
    worker_seconds: float = 0.0
    played: int = 0
    played_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an audit found. Keys of customers are the only names in it.

    `documents` were judged, `known` of them in an earlier audit of the same content. `seconds` went by,
    `worker_seconds` were worked; neither counts into the run's own. `channels` says it of each channel,
    `notes` what could not be looked at, and how often.
    """

    documents: int = 0
    known: int = 0
    fast: int = 0
    classes: int = 0
    classes_met: int = 0
    differing: tuple[str, ...] = ()
    seconds: float = 0.0
    worker_seconds: float = 0.0
    channels: Mapping[str, Part] = field(default_factory=dict)
    notes: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as it stands in report.json."""
        return {**asdict(self), "differing": list(self.differing)}

    @classmethod
    def from_json(cls, known: dict[str, Any]) -> Verdict:
        """Return the verdict that `as_json` gave."""
        parts = {name: Part(**part) for name, part in known.get("channels", {}).items()}
        return cls(**{**known, "differing": tuple(known["differing"]), "channels": parts})

    @property
    def sentence(self) -> str:
        """Say it in one line."""
        if not self.documents:
            return f"audit: none of {self.fast} documents" if self.fast else ""
        before = f" ({self.known} before)" if self.known else ""
        classes = f"{self.classes} of {self.classes_met} layout classes"
        what = f"audit: {self.documents} of {self.fast} documents{before}, {classes}, in {self.seconds:.1f} s"
        if not self.differing:
            return f"{what}: all equal"
        verb = "differs" if len(self.differing) == 1 else "differ"
        return f"{what}: {len(self.differing)} {verb} from the reference"

    @property
    def details(self) -> tuple[str, ...]:
        """Say what each channel had of it, where there are several, and what could not be looked at."""
        parts = sorted(self.channels.items()) if len(self.channels) > 1 else []
        said = [
            f"{name}: {part.documents} of {part.fast}, {part.worker_seconds:.1f} s of workers"
            + (f", {part.differing} unequal" if part.differing else "")
            for name, part in parts
        ]
        said += [
            f"{name}: {part.played} played in a browser, {part.played_seconds:.1f} s"
            for name, part in sorted(self.channels.items())
            if part.played
        ]
        return (*said, *(f"{note} ({count})" for note, count in sorted(self.notes.items())))
