"""Days of reports, as the database counts them: numbers, from the first of January 1970 on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, case, cast, func, literal, select
from sqlalchemy.sql import ColumnElement

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.stretches import DAY_SECONDS, Stretch
from rentease_desk.storage.return_tables import refund_returns
from rentease_desk.storage.tables import payments, refunds

_EPOCH = date(1970, 1, 1).toordinal()
_EPOCH_JULIAN = 2_440_587.5
PIECE = 7
"""So many days are read at once, or fewer where these hold many rows: they are sorted in memory."""
_AT_ONCE = 1_000
PART = 30
"""So many are added up at once, that two threads have enough to share, and the engine little to sort."""
_MARGIN = timedelta(days=800)
"""Far beyond the time that lies between a payment and its payout, or a dispute of it (120 days at most banks, 540 at
some)."""


def day_of(number: int) -> date:
    """The day with this number."""
    return date.fromordinal(number + _EPOCH)


def day_number(column: ColumnElement[Any], dialect: str) -> ColumnElement[int]:
    """The number of a stored date."""
    if dialect == "sqlite":
        return cast(func.julianday(column) - _EPOCH_JULIAN, BigInteger)
    return column - literal(date(1970, 1, 1))


def moment_number(column: ColumnElement[int], within: Sequence[Stretch]) -> ColumnElement[int]:
    """The number of the calendar day of an instant that lies in one of these stretches; they are few and in order."""
    return case(*((column < one.end, _number(column, one)) for one in within), else_=-1)


class Pieces:
    """A range, some days at a time: ``length``, or, where whoever reads them tells what each has ``held``, as many as
    come to some ``_AT_ONCE`` rows if days hold what those before them held.
    """

    def __init__(self, days: DateRange, length: int = 1) -> None:
        self._days = days
        self._length = length

    def __iter__(self) -> Iterator[DateRange]:
        first = self._days.first
        while first <= self._days.last:
            last = min(self._days.last, first + timedelta(days=self._length - 1))
            yield DateRange(first, last)
            first = last + timedelta(days=1)

    def held(self, rows: int) -> None:
        """So many rows were in the last piece."""
        self._length = min(max(self._length * _AT_ONCE // max(rows, 1), 1), PIECE)


def clipped(connection: Connection, days: DateRange) -> DateRange | None:
    """A range without the years before and after all money that is here; None where nothing is left."""
    bounds = [
        select(bound(table.c.business_date)).scalar_subquery()
        for table in (payments, refunds, refund_returns)
        for bound in (func.min, func.max)
    ]
    told = [one for one in connection.execute(select(*bounds)).one() if one is not None]
    if not told:
        return None
    first, last = max(days.first, min(told) - _MARGIN), min(days.last, max(told) + _MARGIN)
    return DateRange(first, last) if first <= last else None


def _number(column: ColumnElement[int], one: Stretch) -> Any:
    first = one.first.toordinal() - _EPOCH
    return literal(first, BigInteger) if one.single else (column - one.start) // DAY_SECONDS + first
