"""A decision as a row for other systems: by key, without name, address, account or amount."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from engine.model.outreach import Outreach

# What a CSV file holds of a row, in this order; lists are joined by semicolons.
COLUMNS = (
    "key", "decided_at", "action", "stage", "rule", "group", "confidence", "segment", "channel", "send_at", "tone",
    "template", "is_urgent", "is_formal", "arm", "offers", "tasks", "policy", "profile_version", "reasons",
)  # fmt: skip


def row_of(outreach: Outreach, now: datetime) -> dict[str, Any]:
    """Return the decision as plain values, as JSON takes them. Times are ISO 8601, `decided_at` in UTC."""
    contact, profile = outreach.contact, outreach.profile
    return {
        "key": outreach.key,
        "decided_at": now.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "action": outreach.action.value,
        "stage": outreach.stage,
        "rule": outreach.rule,
        "group": profile.group.value,
        "confidence": round(profile.confidence, 4),
        "segment": profile.segment,
        "channel": contact.channel.value if contact.channel is not None else "",
        "send_at": contact.at.isoformat() if contact.at is not None else "",
        "tone": outreach.tone.value if outreach.tone is not None else "",
        "template": outreach.template,
        "is_urgent": outreach.is_urgent,
        "is_formal": outreach.is_formal,
        "arm": outreach.arm,
        "offers": [offer.kind.value for offer in outreach.offers],
        "tasks": [f"{task.kind.value} by {task.due_on.isoformat()}" for task in outreach.tasks],
        "scores": {score.name: round(score.probability, 6) for score in outreach.scores},
        "policy": outreach.policy,
        "profile_version": profile.version,
        "reasons": list(outreach.reasons),
        "profile_reasons": list(profile.reasons),
        "contact_reasons": list(contact.reasons),
        "facts": dict(outreach.facts),
        "refused": [{"what": one.what, "why": one.why} for one in outreach.refused],
        "channels_refused": [{"what": what, "why": why} for what, why in contact.refused],
    }
