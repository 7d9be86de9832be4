"""Business days that were closed: money that comes later counts on the next open one (money rule 11)."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from rentease_desk.domain.dates import Days


class Counted(Struct, frozen=True):
    """The day that money counts on, and the closed day on which it happened; None where that is the same."""

    day: date
    late_of: date | None = None


class OpenDays(Struct, frozen=True):
    """A property's days, and which of them are closed. Only days that somebody closed are: those before never are."""

    days: Days
    closed: frozenset[date] = frozenset()

    def counted(self, at: int) -> Counted:
        """Where money of an instant (UTC seconds) counts: on its business day, or on the next open one."""
        own = self.days.business_date(at)
        if own not in self.closed:
            return Counted(own)
        return Counted(self.next_open(own), own)

    def day(self, at: int) -> date:
        """The day of ``counted``."""
        return self.counted(at).day

    def next_open(self, day: date) -> date:
        """The day itself, or the first open one after it."""
        while day in self.closed:
            day += timedelta(days=1)
        return day
