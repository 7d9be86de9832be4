"""Rows of what stands around the ledger, as lists of a stretch of days: charge lines, bookings, the journal. Read some
at a time, so that any number of them needs no memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import BigInteger, Row, Select, Subquery, and_, bindparam, cast, func, or_, select
from sqlalchemy.sql import ColumnElement

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.reporting import Basis
from rentease_desk.storage.among import among_keys
from rentease_desk.storage.journal import streamed
from rentease_desk.storage.journal_tables import journal
from rentease_desk.storage.report_days import between
from rentease_desk.storage.report_folios import folio_sums
from rentease_desk.storage.report_moves import Book
from rentease_desk.storage.report_pasts import pasts_on
from rentease_desk.storage.room_tables import room_nights, rooms
from rentease_desk.storage.tables import bookings, charge_lines, guests

_Row = Row[*tuple[Any, ...]]
_PAGE, _DAY = 500, timedelta(days=1)
_ROOMS = (
    select(room_nights.c.booking_pk, rooms.c.name, func.min(room_nights.c.night).label("since"))
    .join(rooms, rooms.c.pk == room_nights.c.room_pk)
    .where(among_keys(room_nights.c.booking_pk, "pks"))
    .group_by(room_nights.c.booking_pk, rooms.c.name)
    .order_by("since", rooms.c.name)
)


def line_rows(book: Book, days: DateRange, basis: Basis) -> Iterator[_Row]:
    """Charge lines in the order in which they were written, those that took others back too."""
    yield from streamed(book.connection, _lines(basis).params(book.given(days)))


def booking_rows(book: Book, days: DateRange, basis: Basis) -> Iterator[tuple[_Row, Sequence[str], str]]:
    """Bookings by arrival, with their rooms from the first night on, and their status on the last evening.

    ``charged`` and ``paid`` are those of the last evening too.
    """
    query = _bookings(basis).params(_by_evening(book, days))
    pasts = pasts_on(book.connection, days.last, book.days)
    for rows in _pages(book, query):
        for row, found in _with_rooms(book, rows):
            past = pasts.get(row.pk)
            yield row, found, row.status if past is None or past.status is None else past.status.value


def booking_sums(book: Book, days: DateRange, basis: Basis) -> dict[str, tuple[int, int, int]]:
    """By currency how many rows ``booking_rows`` has, and what they come to, ``charged`` and ``paid`` (minor units):
    added up by the database in some quarter of the time that the rows take.
    """
    rows = book.connection.execute(_booking_sums(basis), _by_evening(book, days))
    return {currency: (count, charged, paid) for currency, count, charged, paid in rows}


def journal_rows(book: Book, days: DateRange) -> Iterator[_Row]:
    """Entries of the journal that were written on these calendar days."""
    yield from streamed(book.connection, _journal().params(book.given(days)))


def _pages(book: Book, query: Select[Any]) -> Iterator[Sequence[_Row]]:
    rows = streamed(book.connection, query)
    while page := tuple(islice(rows, _PAGE)):
        yield page


def _with_rooms(book: Book, rows: Sequence[_Row]) -> Iterator[tuple[_Row, Sequence[str]]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for one in book.connection.execute(_ROOMS, {"pks": [row.pk for row in rows]}):
        found[one.booking_pk].append(one.name)
    for row in rows:
        yield row, found[row.pk]


@cache
def _lines(basis: Basis) -> Select[Any]:
    line, wrong = charge_lines.c, charge_lines.alias("wrong")
    made = between(line.occurred_at, "since", "until")
    if basis is Basis.BUSINESS:
        made = line.business_date.between(bindparam("first"), bindparam("last"))
    columns = (
        line.business_date, line.occurred_at, line.uid, bookings.c.reference, guests.c.name.label("guest"),
        bookings.c.channel, line.kind, line.text, line.quantity, line.unit_amount, line.service_from, line.service_to,
        line.tax_rate_ppm, line.reason, wrong.c.uid.label("corrects"), line.actor, line.desk, line.currency,
        line.amount,
    )  # fmt: skip
    joined = charge_lines.join(bookings, bookings.c.pk == line.booking_pk).join(
        guests, guests.c.pk == bookings.c.guest_pk
    )
    joined = joined.outerjoin(wrong, wrong.c.pk == line.corrects_pk)
    order = (line.business_date, line.occurred_at, line.pk)
    return select(*columns).select_from(joined).where(made).order_by(*order)


@cache
def _bookings(basis: Basis) -> Select[Any]:
    table, sums = bookings.c, folio_sums()
    columns = (
        table.pk, table.uid, table.reference, guests.c.name.label("guest"), table.arrival, table.departure,
        table.adults, table.children, table.channel, table.status, table.note, table.actor, table.desk,
        table.created_at, table.currency, sums.c.charged, sums.c.paid,
    )  # fmt: skip
    joined = bookings.join(guests, guests.c.pk == table.guest_pk).outerjoin(sums, _own_folio(sums))
    return select(*columns).select_from(joined).where(_listed(basis)).order_by(table.arrival, table.pk)


@cache
def _booking_sums(basis: Basis) -> Select[Any]:
    sums, currency = folio_sums(), bookings.c.currency
    whole = (cast(func.coalesce(func.sum(sums.c[name]), 0), BigInteger) for name in ("charged", "paid"))
    joined = bookings.outerjoin(sums, _own_folio(sums))
    query = select(currency, func.count(), *whole).select_from(joined).where(_listed(basis))
    return query.group_by(currency).order_by(currency)


def _own_folio(sums: Subquery) -> ColumnElement[bool]:
    return and_(sums.c.booking_pk == bookings.c.pk, sums.c.currency == bookings.c.currency)


def _listed(basis: Basis) -> ColumnElement[bool]:
    """Of a stay without a night, the day of its arrival is the one that counts."""
    table = bookings.c
    if basis is not Basis.NIGHT:
        return between(table.created_at, "since", "until")
    stays = or_(table.departure > bindparam("first"), table.arrival >= bindparam("first"))
    return and_(table.arrival <= bindparam("last"), stays)


def _by_evening(book: Book, days: DateRange) -> dict[str, Any]:
    return book.given(days) | {"day": days.last}


@cache
def _journal() -> Select[Any]:
    return select(journal).where(between(journal.c.at, "since", "until")).order_by(journal.c.seq)
