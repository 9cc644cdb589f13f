"""What clocks of a time zone showed at times in UTC: a record has dozens, and the offset of most days is known by then.

Memory: one number a day and zone that records speak of, `MOST_DAYS` a zone at most.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MOST_DAYS = 8192
_DAY = timedelta(days=1)


class WallClock:
    """The clock of one zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._offsets: dict[int, timedelta | None] = {}  # day in UTC -> offset; None where clocks were moved

    def local(self, at: datetime) -> datetime:
        """Return a time whose date, weekday and hour are those that the clock showed; its zone means nothing."""
        if at.tzinfo is not UTC:
            return at.astimezone(self._zone)
        day = at.toordinal()
        try:
            offset = self._offsets[day]
        except KeyError:
            if len(self._offsets) >= MOST_DAYS:
                self._offsets.clear()
            offset = self._offsets[day] = self._offset(at)
        return at.astimezone(self._zone) if offset is None else at + offset

    def _offset(self, at: datetime) -> timedelta | None:
        first = datetime.combine(at.date(), time(), UTC)
        begin, end = first.astimezone(self._zone).utcoffset(), (first + _DAY).astimezone(self._zone).utcoffset()
        return begin if begin == end else None


@lru_cache(maxsize=1024)
def clock_of(zone: ZoneInfo) -> WallClock:
    """Return the clock of a zone, the same one each time."""
    return WallClock(zone)


@lru_cache(maxsize=4096)
def is_even(day: date, zone: ZoneInfo) -> bool:
    """True if clocks are not moved on `day`, which is a day of the zone."""
    begin, end = datetime.combine(day, time(), zone), datetime.combine(day + _DAY, time(), zone)
    return begin.utcoffset() == end.utcoffset()
