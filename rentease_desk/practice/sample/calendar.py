"""The property's days and hours around "now"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Calendar:
    """``now`` in UTC seconds, seen from ``zone``."""

    now: int
    zone: ZoneInfo

    @property
    def local(self) -> datetime:
        """The property's wall clock."""
        return datetime.fromtimestamp(self.now, UTC).astimezone(self.zone)

    @property
    def today(self) -> date:
        """The property's calendar day."""
        return self.local.date()

    def day(self, offset: int) -> date:
        """Today and so many days."""
        return self.today + timedelta(days=offset)

    def at(self, day: date, hour: int, minute: int = 0) -> int:
        """A wall-clock moment of a day, UTC seconds, but never after now."""
        moment = datetime.combine(day, time(hour, minute), self.zone)
        return min(int(moment.timestamp()), self.now)
