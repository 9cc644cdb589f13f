"""What is compared: what was decided about a customer, each as yes or no, and whether it is a good or a burden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.model.outreach import Action, Group, OfferKind, Outreach
from engine.model.tone import Tone

Kind = Literal["good", "burden", "neutral"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome: its id, its words, and what it is to whom it happens."""

    id: str
    words: str
    kind: Kind


_GROUPS: dict[Group, tuple[str, Kind]] = {
    Group.KNOWN: ("group: known customer", "neutral"),
    Group.UNKNOWN: ("group: unknown", "neutral"),
    Group.WILLING_ABLE: ("group: willing and able", "good"),
    Group.UNABLE: ("group: unable to pay", "neutral"),
    Group.UNWILLING: ("group: unwilling", "burden"),
}
_ACTIONS = {Action.SEND: "action: a message", Action.CALL: "action: a call", Action.WAIT: "action: wait",
            Action.SILENT: "action: none"}  # fmt: skip
_TONES: dict[Tone, Kind] = {Tone.FRIENDLY: "good", Tone.EASY: "neutral", Tone.FIRM: "burden", Tone.FORMAL: "burden",
                            Tone.HELP: "good", Tone.GOOD_NEWS: "neutral"}  # fmt: skip

OUTCOMES: tuple[Outcome, ...] = (
    *(Outcome(f"group_{group.value}", words, kind) for group, (words, kind) in _GROUPS.items()),
    *(Outcome(f"action_{action.value}", words, "neutral") for action, words in _ACTIONS.items()),
    *(Outcome(f"tone_{tone.value}", f"tone: {tone.value.replace('_', ' ')}", kind) for tone, kind in _TONES.items()),
    *(Outcome(f"offer_{kind.value}", f"offer: {kind.value.replace('_', ' ')}", "good") for kind in OfferKind),
    Outcome("is_urgent", "a message that presses", "burden"),
    Outcome("is_formal", "a formal notice", "burden"),
    Outcome("high_score", "score of late payment above one half", "burden"),
    Outcome("overdue", "something is overdue", "neutral"),
)
_HALF = 0.5


def outcomes_of(outreach: Outreach) -> set[str]:
    """Return the ids of what happened to the customer. Tone and urgency count where something is sent or said."""
    found = {f"group_{outreach.profile.group.value}", f"action_{outreach.action.value}"}
    if outreach.action in (Action.SEND, Action.CALL):
        if outreach.tone is not None:
            found.add(f"tone_{outreach.tone.value}")
        found |= {name for name in ("is_urgent", "is_formal") if getattr(outreach, name)}
    found |= {f"offer_{offer.kind.value}" for offer in outreach.offers}
    score = late_score(outreach)
    if score is not None and score > _HALF:
        found.add("high_score")
    if outreach.statement.days_late > 0:
        found.add("overdue")
    return found


def late_score(outreach: Outreach) -> float | None:
    """Return the probability of late payment; None where no model told it."""
    return next((score.probability for score in outreach.scores if score.name == "late"), None)
