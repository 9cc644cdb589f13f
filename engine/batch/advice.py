"""What credit management says of a customer, where the template set has a policy, and its mark on the outcome."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict
from weakref import WeakKeyDictionary

from engine.contracts import Templates
from engine.model.customer import Customer
from engine.model.outreach import Outreach

if TYPE_CHECKING:
    from engine.insight.advisor import Advisor

POLICY = "policy.toml"
_OPENED: WeakKeyDictionary[Any, Advisor | None] = WeakKeyDictionary()


def has_policy(folder: Path) -> bool:
    """Return whether decisions are made for the template set in `folder`."""
    return (folder / POLICY).exists()


def advisor_of(templates: Templates) -> Advisor | None:
    """Return what decides for an open template set; None where it has no policy. Opened once a set.

    Raises `InsightError` where the policy, or a model that it names, can't be used.
    """
    if templates not in _OPENED:
        _OPENED[templates] = _open(templates)
    return _OPENED[templates]


def _open(templates: Templates) -> Advisor | None:
    if not has_policy(Path(templates.root)):
        return None
    from engine.insight.advisor import Advisor  # a set without a policy starts sooner so

    return Advisor.open(templates.root, templates.campaign)


def advised(advisor: Advisor | None, customer: Customer, now: datetime) -> Outreach | None:
    """Return the decision on `customer` at `now` (aware); None where none is made."""
    return None if advisor is None else advisor.advise(customer, now)


class Marks(TypedDict, total=False):
    """The fields of an outcome that tell what was decided."""

    stage: str
    rule: str
    group: str
    arm: str
    channel: str
    send_at: str
    tasks: tuple[tuple[str, str], ...]


def marks_of(outreach: Outreach | None) -> Marks:
    """Return what an outcome keeps of a decision; nothing without one. `tasks` are pairs of id and kind."""
    if outreach is None:
        return {}
    contact = outreach.contact
    return {
        "stage": outreach.stage,
        "rule": outreach.rule,
        "group": outreach.profile.group.value,
        "arm": outreach.arm,
        "channel": contact.channel.value if contact.channel else "",
        "send_at": contact.at.isoformat(timespec="minutes") if contact.at else "",
        "tasks": tuple([(task.id, task.kind.value) for task in outreach.tasks if task.state == "open"]),
    }
