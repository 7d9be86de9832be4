"""Lines for nights of stays that took place, and who had which room in which night."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Date, Select, bindparam, case, func, select, type_coerce

from rentease_desk.domain.booking import BookingStatus, ChargeKind
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.nights import ChargedNights
from rentease_desk.domain.stays import Deed
from rentease_desk.domain.tax import contained_tax
from rentease_desk.storage.report_moves import Book
from rentease_desk.storage.room_tables import room_nights, rooms
from rentease_desk.storage.stay_tables import stay_changes
from rentease_desk.storage.tables import bookings, charge_lines

_STAYED = (BookingStatus.IN_HOUSE.value, BookingStatus.DEPARTED.value)
_KINDS = (ChargeKind.ACCOMMODATION.value, ChargeKind.DISCOUNT.value, ChargeKind.CITY_TAX.value)


def charged_nights(book: Book, days: DateRange) -> Iterator[ChargedNights]:
    """Lines for nights within a range, of guests who came."""
    rows = book.connection.execute(_charged(), {"first": days.first, "last": days.last})
    for kind, currency, amount, ppm, first, end, left in rows:
        yield ChargedNights(kind, currency, amount, contained_tax(amount, ppm), first, end, left)


def taken_nights(book: Book, days: DateRange) -> dict[date, tuple[int, int]]:
    """By night how many rooms guests have, and how many are blocked."""
    rows = book.connection.execute(_taken(), {"first": days.first, "last": days.last})
    return {night: (taken, blocked) for night, taken, blocked in rows}


def arrivals_by_day(book: Book, days: DateRange) -> dict[date, int]:
    """How many bookings that were not cancelled arrive on which day."""
    return dict(book.connection.execute(_arriving(), {"first": days.first, "last": days.last}).all())


def rooms_in_use(book: Book) -> int:
    """How many rooms there are now."""
    return int(book.connection.scalar(select(func.count()).select_from(rooms).where(rooms.c.active)) or 0)


@cache
def _charged() -> Select[Any]:
    """A line that names no nights is for those of its booking."""
    line = charge_lines.c
    first, end = (
        type_coerce(func.coalesce(own, of_stay), Date)
        for own, of_stay in ((line.service_from, bookings.c.arrival), (line.service_to, bookings.c.departure))
    )
    undoing = stay_changes.alias("undoing")
    undone = select(undoing.c.pk).where(undoing.c.undoes_pk == stay_changes.c.pk).exists()
    out = select(stay_changes.c.booking_pk, func.max(stay_changes.c.business_date).label("left_on"))
    left = out.where(stay_changes.c.deed == Deed.CHECK_OUT.value, ~undone).group_by(stay_changes.c.booking_pk)
    gone = left.subquery()
    departed = case((bookings.c.status == BookingStatus.DEPARTED.value, gone.c.left_on))
    table = charge_lines.join(bookings, bookings.c.pk == line.booking_pk).outerjoin(
        gone, gone.c.booking_pk == bookings.c.pk
    )
    query = select(line.kind, line.currency, line.amount, line.tax_rate_ppm, first, end, type_coerce(departed, Date))
    within = (first <= bindparam("last"), end >= bindparam("first"))
    return query.select_from(table).where(bookings.c.status.in_(_STAYED), line.kind.in_(_KINDS), *within)


@cache
def _taken() -> Select[Any]:
    table = room_nights.c
    counts = (func.count(table.booking_pk), func.count(table.block_pk))
    within = table.night.between(bindparam("first"), bindparam("last"))
    return select(table.night, *counts).where(within).group_by(table.night).order_by(table.night)


@cache
def _arriving() -> Select[Any]:
    table = bookings.c
    within = table.arrival.between(bindparam("first"), bindparam("last"))
    came = table.status.not_in((BookingStatus.CANCELLED.value, BookingStatus.NO_SHOW.value))
    return select(table.arrival, func.count()).where(within, came).group_by(table.arrival)
