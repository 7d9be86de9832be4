"""Days of reports, as the database counts them: numbers, from the first of January 1970 on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, and_, bindparam, case, cast, func, literal, select
from sqlalchemy.sql import ColumnElement

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.stretches import DAY_SECONDS, Stretch
from rentease_desk.storage.return_tables import refund_returns
from rentease_desk.storage.tables import payments, refunds

_EPOCH = date(1970, 1, 1).toordinal()
_EPOCH_JULIAN = 2_440_587.5
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


def between(column: ColumnElement[int], start: str, end: str) -> ColumnElement[bool]:
    """Whether an instant lies between two that are parameters of these names, the end not included."""
    return and_(column >= bindparam(start), column < bindparam(end))


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
