"""What the page is told, as plain data: the campaign, what is said to a customer, what a channel made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from engine.contracts import Stills
from engine.model.artifact import Artifact, Outcome
from engine.model.campaign import Campaign
from engine.model.communication import Communication, FactValue
from engine.model.outreach import Outreach
from engine.preview.roster import Listing

# Each shape may be looked at, whichever a run of the campaign makes.
RENDITIONS = ("1280x720", "1080x1920", "1080x1080")


def campaign_view(campaign: Campaign) -> dict[str, Any]:
    """Return what the head of the page shows of a campaign."""
    sizes = dict.fromkeys([*campaign.video.renditions, *RENDITIONS])
    return {
        "name": campaign.name,
        "cycle": campaign.cycle,
        "supplier": campaign.brand.name,
        "locale": campaign.locale,
        "locales": list(campaign.locales),
        "channels": list(campaign.channels),
        "renditions": list(sizes),
    }


def listing_view(listing: Listing) -> dict[str, Any]:
    """Return the list of customers."""
    entries = [{"key": one.key, "source": one.source, "code": one.code} for one in listing.entries]
    return {"entries": entries, "has_more": listing.has_more}


def said_view(outcome: Outcome, said: Communication | None) -> dict[str, Any]:
    """Return decision, reasons, warnings and facts of what is said, or why nothing is."""
    view: dict[str, Any] = {
        "status": outcome.status.value,
        "locale": outcome.locale,
        "reasons": list(outcome.reasons),
        "warnings": list(outcome.warnings),
    }
    if said is not None:
        view |= {
            "locale": said.locale,
            "title": said.bill.title.text,
            "decision": {
                "tone": said.tone.value,
                "stage": said.decision.stage,
                "shows": list(said.decision.shows),
                "reasons": list(said.decision.reasons),
            },
            "outreach": _outreach_view(said.decision.outreach),
            "missing_legal": list(said.missing_legal),
            "facts": [
                {"id": fact.id, "value": _plain(fact.value), "text": fact.text, "spoken": fact.spoken}
                for fact in said.facts().values()
            ],
        }
    return view


def _outreach_view(outreach: Outreach | None) -> dict[str, Any] | None:
    """Return what credit management decided, and what it did not take; None without a policy."""
    if outreach is None:
        return None
    contact = outreach.contact
    return {
        "group": outreach.profile.group.value,
        "rule": outreach.rule,
        "channel": contact.channel.value if contact.channel else "",
        "at": contact.at.isoformat(sep=" ", timespec="minutes") if contact.at else "",
        "arm": outreach.arm,
        "facts": [f"{name}: {value}" for name, value in outreach.facts],
        "tasks": [f"{task.kind.value.replace('_', ' ')}, due {task.due_on}, {task.owner}" for task in outreach.tasks],
        "refused": [f"{one.what}: {one.why}" for one in outreach.refused],
    }


def made_view(channel: str, outcome: Outcome, artifacts: Sequence[Artifact], slot: str) -> dict[str, Any]:
    """Return what a channel made. A file lies at files/<slot>/<name>."""
    own = [artifact for artifact in artifacts if artifact.channel == channel]
    return {
        "status": outcome.status.value,
        "slot": slot,
        "files": [{"name": one.name, "media_type": one.media_type, "bytes": len(one.data)} for one in own],
        "shown": _shown(own),
        "paths": [f"{name}: {path}" for name, path in outcome.paths if name.split()[0] == channel],
        "warnings": [text for text in outcome.warnings if text.startswith(channel)],
    }


def stills_view(stills: Stills, slot: str) -> dict[str, Any]:
    """Return the scenes of a storyboard. Picture n lies at files/<slot>/scene-n.png."""
    return {
        "status": "done",
        "slot": slot,
        "scenes": [
            {"id": one.scene, "title": one.title, "at_s": one.at_s, "name": scene_name(number)}
            for number, one in enumerate(stills.pictures, start=1)
        ],
        "shown": list(stills.shown),
        "warnings": list(stills.warnings),
    }


def scene_name(number: int) -> str:
    """Return the file name of scene `number`, from 1."""
    return f"scene-{number}.png"


def page_name(number: int) -> str:
    """Return the file name of a PDF's page, from 1."""
    return f"page-{number}.png"


def _shown(artifacts: Iterable[Artifact]) -> list[str]:
    return list(dict.fromkeys(fact for artifact in artifacts for fact in artifact.shown))


def _plain(value: FactValue) -> str:
    if isinstance(value, date):  # a datetime too
        return value.isoformat()
    return "" if value is None else str(value)
