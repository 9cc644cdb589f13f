"""What a cycle's decisions come to: counted as they are made, in constant memory."""

from __future__ import annotations

from collections import Counter
from datetime import date

from engine.insight.calendar.load import Load
from engine.model.outreach import Action, Outreach, TaskKind
from engine.model.policy.whole import Policy


class Tally:
    """Counts by action, stage, group, channel, rule and task, and what each day holds.

    Memory: a number for each stage, group, channel, rule and day, however many customers there are.
    """

    def __init__(self, policy: Policy, today: date) -> None:
        self.load = Load(policy.contact.capacity)
        self.total = 0
        self.actions: Counter[str] = Counter()
        self.stages: Counter[tuple[str, str]] = Counter()  # stage, what is done
        self.groups: Counter[tuple[str, str]] = Counter()  # group, what is done
        self.channels: Counter[str] = Counter()
        self.rules: Counter[tuple[str, str]] = Counter()  # of those who wait or get nothing: what is done, rule
        self.arms: Counter[tuple[str, str]] = Counter()  # arm, what is done
        self.offers: Counter[str] = Counter()
        self.tasks: Counter[tuple[TaskKind, str]] = Counter()  # kind, owner
        self.overdue_tasks: Counter[tuple[TaskKind, str]] = Counter()
        self._today = today

    def add(self, outreach: Outreach) -> None:
        """Count one decision."""
        action = outreach.action.value
        self.total += 1
        self.actions[action] += 1
        self.groups[outreach.profile.group.value, action] += 1
        if outreach.arm:
            self.arms[outreach.arm, action] += 1
        if outreach.action in (Action.SEND, Action.CALL):
            self.stages[outreach.stage, action] += 1
            self.load.add(outreach.contact)
            if outreach.contact.channel is not None:
                self.channels[outreach.contact.channel.value] += 1
        else:
            self.rules[action, outreach.rule] += 1
        self.offers.update([offer.kind.value for offer in outreach.offers])
        for task in outreach.tasks:
            self.tasks[task.kind, task.owner] += 1
            if task.due_on < self._today:
                self.overdue_tasks[task.kind, task.owner] += 1
