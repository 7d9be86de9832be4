"""Who had which room in which night, and who arrived when. Of closed days as it was known when they were closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, bindparam, func, select

from rentease_desk.domain.booking import BookingStatus
from rentease_desk.domain.dates import DateRange
from rentease_desk.storage.among import among_keys
from rentease_desk.storage.report_moves import Book
from rentease_desk.storage.report_nights import Known
from rentease_desk.storage.report_pasts import Past, made_since
from rentease_desk.storage.room_tables import room_nights, rooms
from rentease_desk.storage.tables import bookings

_NEVER_CAME = (BookingStatus.CANCELLED.value, BookingStatus.NO_SHOW.value)
_UNCHANGED = Past()


class Occupied(Struct):
    """By night how many rooms guests have, how many are blocked, and how many bookings arrive."""

    taken: dict[date, int]
    blocked: dict[date, int]
    arriving: dict[date, int]


def rooms_in_use(book: Book) -> int:
    """How many rooms there are now."""
    return int(book.connection.scalar(select(func.count()).select_from(rooms).where(rooms.c.active)) or 0)


def occupied(book: Book, days: DateRange, known: Known) -> Occupied:
    """The nights of a range. What is blocked is known as it is now only."""
    span = {"first": days.first, "last": days.last}
    rows = book.connection.execute(_taken(), span).all()
    arriving = dict(book.connection.execute(_arriving(), span).all())
    found = Occupied({row.night: row.taken for row in rows}, {row.night: row.blocked for row in rows}, arriving)
    if known.close is not None:
        _as_then(book, days, known, found)
    return found


def _as_then(book: Book, days: DateRange, known: Known, found: Occupied) -> None:
    """Those bookings that have changed since, or come since, are put in the places that they had."""
    assert known.close is not None
    new = set(made_since(book.connection, known.close, days.last))
    changed = [*new.union(known.pasts)]
    for night, count in book.connection.execute(_nights_of(), {"pks": changed}):
        if days.first <= night <= days.last:
            found.taken[night] -= count
    for row in book.connection.execute(_stays_of(), {"pks": changed}):
        if row.status not in _NEVER_CAME:
            _count(found.arriving, days, row.arrival, -1)
        if row.pk not in new:
            _put_back(days, known, row, found)


def _put_back(days: DateRange, known: Known, row: Any, found: Occupied) -> None:
    past = known.pasts.get(row.pk, _UNCHANGED)
    status, arrival = past.status or BookingStatus(row.status), past.arrival or row.arrival
    if status.value in _NEVER_CAME:
        return
    _count(found.arriving, days, arrival, 1)
    if row.has_room if past.room is None else past.room:
        left = known.left.get(row.pk) if status is BookingStatus.DEPARTED else None
        for night in _nights(arrival, min(past.departure or row.departure, left or date.max)):
            _count(found.taken, days, night, 1)


def _count(of: dict[date, int], days: DateRange, day: date, number: int) -> None:
    if days.first <= day <= days.last:
        of[day] = of.get(day, 0) + number


def _nights(first: date, end: date) -> Iterator[date]:
    return (first + timedelta(days=at) for at in range((end - first).days))


@cache
def _taken() -> Select[Any]:
    table = room_nights.c
    counts = (func.count(table.booking_pk).label("taken"), func.count(table.block_pk).label("blocked"))
    within = table.night.between(bindparam("first"), bindparam("last"))
    return select(table.night, *counts).where(within).group_by(table.night).order_by(table.night)


@cache
def _nights_of() -> Select[date, int]:
    table = room_nights.c
    return select(table.night, func.count()).where(among_keys(table.booking_pk, "pks")).group_by(table.night)


@cache
def _stays_of() -> Select[Any]:
    table = bookings.c
    has_room = select(room_nights.c.night).where(room_nights.c.booking_pk == table.pk).exists().label("has_room")
    return select(table.pk, table.arrival, table.departure, table.status, has_room).where(among_keys(table.pk, "pks"))


@cache
def _arriving() -> Select[date, int]:
    table = bookings.c
    within = table.arrival.between(bindparam("first"), bindparam("last"))
    return select(table.arrival, func.count()).where(within, table.status.not_in(_NEVER_CAME)).group_by(table.arrival)
