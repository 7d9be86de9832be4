"""A piece of the tape chart, read: only the rooms and nights that are looked at."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from rentease_desk.domain.booking import MAX_NIGHTS, Booking, BookingStatus, ChargeKind
from rentease_desk.domain.money import Money
from rentease_desk.domain.tape import TapeBlock, TapeChart, TapeQuery, TapeRoom, TapeStay
from rentease_desk.storage.bookings import load_bookings
from rentease_desk.storage.import_tables import import_sources
from rentease_desk.storage.room_tables import room_blocks, room_nights, rooms
from rentease_desk.storage.tables import bookings, charge_lines

_WAIT_FOR_ROOM = (BookingStatus.TENTATIVE.value, BookingStatus.CONFIRMED.value, BookingStatus.IN_HOUSE.value)
_DIGITS = re.compile(r"(\d+)")
_NIGHT = timedelta(days=1)
Run = tuple[int, int, date, date]
"""A booking's key, a room's, the first night and the morning after the last one."""


def read_tape(connection: Connection, query: TapeQuery) -> TapeChart:
    """The piece as this moment shows it."""
    known = _rooms(connection)
    runs = _runs(connection, query, [room.pk for room in known[query.row : query.row + query.rows]])
    roomless = _roomless(connection, query)
    pks = list({pk for pk, *_ in runs} | set(roomless))
    found = {one.pk: one for one in load_bookings(connection, pks)}
    prices = _prices(connection, pks)
    priced = {pk: Money(prices.get(pk, 0), one.currency) for pk, one in found.items()}
    return TapeChart(
        query,
        known,
        tuple(TapeStay(found[pk], room, first, last, priced[pk]) for pk, room, first, last in runs),
        tuple(_whole(found[pk], priced[pk]) for pk in roomless),
        _free(connection, query, len(known)),
        _blocks(connection, query, [room.pk for room in known[query.row : query.row + query.rows]]),
    )


def _whole(booking: Booking, price: Money) -> TapeStay:
    return TapeStay(booking, None, booking.arrival, booking.departure, price)


def _rooms(connection: Connection) -> tuple[TapeRoom, ...]:
    """Room 9 comes before room 10."""
    query = select(rooms.c.pk, rooms.c.name, rooms.c.kind, rooms.c.name_key).where(rooms.c.active)
    found = sorted(connection.execute(query), key=lambda row: (_natural(row.name_key), row.pk))
    return tuple(TapeRoom(row.pk, row.name, row.kind) for row in found)


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in _DIGITS.split(name) if part]


def _runs(connection: Connection, query: TapeQuery, room_pks: Sequence[int]) -> list[Run]:
    """Who sleeps in these rooms in these nights, with all the nights they have, in one piece for each room."""
    looked_at = select(room_nights.c.booking_pk).where(
        room_nights.c.room_pk.in_(room_pks), room_nights.c.night >= query.first, room_nights.c.night < query.last
    )
    pks = [pk for pk in connection.scalars(looked_at.distinct()) if pk is not None]
    nights = select(room_nights.c.booking_pk, room_nights.c.room_pk, room_nights.c.night)
    rows = connection.execute(nights.where(room_nights.c.booking_pk.in_(pks)))
    by_stay: defaultdict[tuple[int, int], list[date]] = defaultdict(list)
    for pk, room, night in rows:
        by_stay[pk, room].append(night)
    return [
        (pk, room, *span)
        for (pk, room), found in sorted(by_stay.items())
        for span in _spans(sorted(found))
        if room in set(room_pks)
    ]


def _blocks(connection: Connection, query: TapeQuery, room_pks: Sequence[int]) -> tuple[TapeBlock, ...]:
    """The nights that calendars hold in these rooms, in one piece each."""
    table = room_nights.c
    seen = (table.room_pk.in_(room_pks), table.night >= query.first, table.night < query.last)
    held = select(table.block_pk, table.room_pk, table.night, import_sources.c.name)
    held = held.join(room_blocks, room_blocks.c.pk == table.block_pk)
    held = held.join(import_sources, import_sources.c.pk == room_blocks.c.source_pk)
    found: defaultdict[tuple[int, int, str], list[date]] = defaultdict(list)
    for pk, room, night, source in connection.execute(held.where(*seen)):
        found[pk, room, source].append(night)
    return tuple(
        TapeBlock(pk, room, first, last, source)
        for (pk, room, source), nights in sorted(found.items())
        for first, last in _spans(sorted(nights))
    )


def _spans(nights: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Nights that follow each other, as first night and morning after the last."""
    first = last = None
    for night in nights:
        if night != last:
            if first is not None and last is not None:
                yield first, last
            first = night
        last = night + _NIGHT
    if first is not None and last is not None:
        yield first, last


def _roomless(connection: Connection, query: TapeQuery) -> list[int]:
    """Bookings that are still to be given a room.

    That no stay is longer than ``MAX_NIGHTS`` is said so that SQLite looks among the departures from then on, and not
    through all that ever arrived.
    """
    table = bookings.c
    latest = query.last + MAX_NIGHTS * _NIGHT
    has_room = select(room_nights.c.night).where(room_nights.c.booking_pk == table.pk).exists()
    touches = (table.arrival < query.last, table.departure > query.first, table.departure > table.arrival)
    waits = select(table.pk).where(table.status.in_(_WAIT_FOR_ROOM), *touches, table.departure < latest, ~has_room)
    return list(connection.scalars(waits.order_by(table.arrival, table.pk)))


def _prices(connection: Connection, pks: Sequence[int]) -> dict[int, int]:
    """What stands charged for each stay itself, minor units."""
    charged = select(charge_lines.c.booking_pk, func.sum(charge_lines.c.amount)).where(
        charge_lines.c.booking_pk.in_(pks), charge_lines.c.kind == ChargeKind.ACCOMMODATION.value
    )
    rows = connection.execute(charged.group_by(charge_lines.c.booking_pk))
    return {pk: int(minor) for pk, minor in rows}


def _free(connection: Connection, query: TapeQuery, count: int) -> tuple[int, ...]:
    """How many rooms nobody has, each night. Looked for room by room: the table's key begins with it."""
    in_use = select(rooms.c.pk).where(rooms.c.active)
    table = room_nights.c
    taken = (
        select(table.night, func.count())
        .where(table.room_pk.in_(in_use), table.night >= query.first, table.night < query.last)
        .group_by(table.night)
    )
    found = {row[0]: row[1] for row in connection.execute(taken)}
    return tuple(count - found.get(query.first + timedelta(days=day), 0) for day in range(query.days))
