"""What was put on folios, by business day, kind and tax rate."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Row, Select, bindparam, cast, func, select

from rentease_desk.domain.dates import DateRange
from rentease_desk.storage.report_moves import Book
from rentease_desk.storage.tables import charge_lines


def charge_rows(book: Book, days: DateRange) -> Iterator[Row[*tuple[Any, ...]]]:
    """Day, currency, kind, rate in millionths, how many lines, and their sum in minor units. Lines that took others
    back are in it, on their own day.
    """
    yield from book.connection.execute(_charges(), {"first": days.first, "last": days.last})


@cache
def _charges() -> Select[Any]:
    line = charge_lines.c
    group = (line.business_date, line.currency, line.kind, line.tax_rate_ppm)
    within = line.business_date.between(bindparam("first"), bindparam("last"))
    query = select(*group, func.count(), cast(func.sum(line.amount), BigInteger)).where(within)
    return query.group_by(*group).order_by(*group)
