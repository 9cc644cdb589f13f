"""What each day holds: counted as decisions are made, against what the policy says a day can take.

Memory: one number a day and channel, some hundred at most, however many customers there are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.model.customer import ContactChannel
from engine.model.outreach import Contact
from engine.model.policy.contact import DailyCapacity
from engine.model.quick import quick


@quick
@dataclass(frozen=True, slots=True)
class DayLoad:
    """Messages of one channel on one day. `capacity` 0: no bound."""

    day: date
    channel: ContactChannel
    count: int
    capacity: int

    @property
    def excess(self) -> int:
        """How many more there are than the day can take."""
        return max(0, self.count - self.capacity) if self.capacity else 0


class Load:
    """A calendar of what was decided. Days are those of the customer's time zone."""

    def __init__(self, capacity: DailyCapacity) -> None:
        self._capacity: Mapping[ContactChannel, int] = {
            channel: getattr(capacity, channel.value) for channel in ContactChannel
        }
        self._counts: Counter[tuple[date, ContactChannel]] = Counter()

    def add(self, contact: Contact) -> None:
        """Count a contact; one without channel or time is on no day."""
        if contact.channel is not None and contact.at is not None:
            self._counts[contact.at.date(), contact.channel] += 1

    def take(self, other: Load) -> None:
        """Add what another, as of another process, counted."""
        self._counts.update(other._counts)

    @property
    def total(self) -> int:
        """Contacts that were counted."""
        return self._counts.total()

    def rows(self) -> tuple[DayLoad, ...]:
        """Return what each day holds by channel, in order of days, then of the channels' names."""
        found = sorted(self._counts.items(), key=lambda item: (item[0][0], item[0][1].value))
        return tuple([DayLoad(day, way, count, self._capacity[way]) for (day, way), count in found])

    def over(self) -> tuple[DayLoad, ...]:
        """Return the rows that hold more than their day can take."""
        return tuple([row for row in self.rows() if row.excess])
