"""Days of a property: calendar days, and business days that roll at a set hour. Instants are UTC seconds."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from rentease_desk.domain.errors import InputError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

DEFAULT_ROLL_MINUTES = 4 * 60
"""04:00: the hours before do not exist, or come twice, on the days when European clocks change."""


class Span(Struct, frozen=True):
    """A half-open stretch of time, ``start <= t < end``, in UTC seconds."""

    start: int
    end: int


class DateRange(Struct, frozen=True):
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InputError("range.empty", field="last", first=self.first, last=self.last)


class Days(Struct, frozen=True):
    """A property's days: its IANA zone, and the minutes after midnight at which the business day rolls."""

    zone: ZoneInfo
    roll_minutes: int = DEFAULT_ROLL_MINUTES

    def local(self, at: int) -> datetime:
        """The instant on the property's clock."""
        return datetime.fromtimestamp(at, UTC).astimezone(self.zone)

    def calendar_date(self, at: int) -> date:
        """The day on the property's wall calendar."""
        return self.local(at).date()

    def business_date(self, at: int) -> date:
        """The day the instant's money belongs to (money rule 6)."""
        day = self.local(at).date()
        return day if at >= self._start(day, self.roll_minutes) else day - timedelta(days=1)

    def calendar_span(self, days: DateRange) -> Span:
        """From the first day's local midnight to the one after the last day."""
        return self._span(days, 0)

    def business_span(self, days: DateRange) -> Span:
        """From the first day's roll to the roll after the last day."""
        return self._span(days, self.roll_minutes)

    def _span(self, days: DateRange, minutes: int) -> Span:
        after = min(days.last, date.max - timedelta(days=1)) + timedelta(days=1)
        return Span(self._start(days.first, minutes), self._start(after, minutes))

    def _start(self, day: date, minutes: int) -> int:
        return _moment(self.zone, day, minutes)


@lru_cache(maxsize=1024)
def _moment(zone: ZoneInfo, day: date, minutes: int) -> int:
    """So many minutes after a midnight, UTC seconds. Payments of one day ask for the same."""
    # fold=0 (PEP 495): of an hour that comes twice the first counts; one that does not exist moves past the gap.
    wall = datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=zone)
    return int(wall.timestamp())


def zone_info(name: str) -> ZoneInfo:
    """The IANA zone. Raises InputError ``settings.zone``."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InputError("settings.zone", field="zone", zone=name.strip()) from error


def parse_day(text: str) -> date:
    """``2026-11-05``. Raises InputError ``date.invalid``."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise InputError("date.invalid", field="date", text=text.strip()[:40]) from error


def iso_utc(at: int) -> str:
    """``2026-11-05T13:32:00Z``."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
