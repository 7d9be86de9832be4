"""Calendar days in a form that a database can count with, without knowing of time zones."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from rentease_desk.domain.dates import DateRange, Days

DAY_SECONDS = 86_400


class Stretch(Struct, frozen=True):
    """Days that follow each other at the same length, from a midnight on (UTC seconds, half-open).

    The day of an instant in it is ``first`` plus the whole days since ``start``; a day of another length than 24 hours
    stands alone (``single``), and is ``first`` from end to end.
    """

    start: int
    end: int
    first: date
    single: bool


def stretches(days: Days, asked: DateRange) -> list[Stretch]:
    """The calendar days of a range, as few stretches as clocks allow."""
    found: list[Stretch] = []
    day, start = asked.first, days.calendar_span(DateRange(asked.first, asked.first)).start
    while day <= asked.last:
        end = days.calendar_span(DateRange(day, day)).end
        single = end - start != DAY_SECONDS
        last = found[-1] if found else None
        if last is not None and not single and not last.single:
            found[-1] = Stretch(last.start, end, last.first, False)
        elif end > start:  # a day that a zone skipped (Samoa, 2011) has no instant
            found.append(Stretch(start, end, day, single))
        if day == date.max:
            break
        day, start = day + timedelta(days=1), end
    return found
