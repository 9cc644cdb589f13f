"""The verdict of an audit, as the report tells it and the state folder keeps it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

# If all of 59 are equal, then fewer than 5 % of the batch differ, at a confidence of 95 %: 0.95 ** 59 < 0.05.
DOCUMENTS = 59


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an audit found. Keys of customers are the only names in it.

    `documents` were judged, `known` of them in an earlier audit of the same content. `seconds` went by,
    `worker_seconds` were worked; neither counts into the run's own.
    """

    documents: int = 0
    known: int = 0
    fast: int = 0
    classes: int = 0
    classes_met: int = 0
    differing: tuple[str, ...] = ()
    seconds: float = 0.0
    worker_seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Return the verdict as it stands in report.json."""
        return {**asdict(self), "differing": list(self.differing)}

    @classmethod
    def from_json(cls, known: dict[str, Any]) -> Verdict:
        """Return the verdict that `as_json` gave."""
        return cls(**{**known, "differing": tuple(known["differing"])})

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
