"""Rooms (or beds), and who has them for which night."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, select

from rentease_desk.domain.booking import room_key
from rentease_desk.domain.errors import ConflictError, NotFoundError
from rentease_desk.domain.stays import Deed
from rentease_desk.storage.among import among_keys
from rentease_desk.storage.database import Unit
from rentease_desk.storage.documents import document
from rentease_desk.storage.import_tables import import_sources
from rentease_desk.storage.inserting import insert_free, insert_if_free
from rentease_desk.storage.room_tables import room_blocks, room_nights, rooms
from rentease_desk.storage.stay_tables import stay_changes
from rentease_desk.storage.tables import bookings, guests

RoomNight = tuple[int, date]
"""A room's key, and a night."""


def room_names(connection: Connection) -> tuple[str, ...]:
    """The names of the rooms in use, in the order of their names."""
    return tuple(connection.scalars(select(rooms.c.name).where(rooms.c.active).order_by(rooms.c.name_key)))


def room_named(unit: Unit, name: str, kind: str = "") -> int:
    """The key of a room; a name that is new makes the room."""
    known = select(rooms.c.pk).where(rooms.c.name_key == room_key(name))
    found = unit.connection.scalar(known)
    if found is not None:
        return int(found)
    uid = unit.ids.uid()
    row = {"uid": uid, "name": name, "name_key": room_key(name), "kind": kind, "active": True, "version": 1}
    pk = insert_if_free(unit.connection, row, rooms.c.pk, "name_key")
    if pk is None:  # another desk made it just now
        return int(unit.connection.execute(known).scalar_one())
    unit.record("add", "room", uid, None, document("room", row))
    return int(pk)


def room_in_use(connection: Connection, name: str) -> tuple[int, str]:
    """The key of a room in use, and its name as it is written. Raises NotFoundError ``room.not_found``."""
    query = select(rooms.c.pk, rooms.c.name).where(rooms.c.name_key == room_key(name), rooms.c.active)
    found = connection.execute(query).first()
    if found is None:
        raise NotFoundError("room.not_found", room=name)
    return int(found.pk), str(found.name)


def settle_nights(unit: Unit, booking_pk: int, held: Sequence[RoomNight], nights: Sequence[RoomNight]) -> bool:
    """Give a locked booking these nights, and nothing else. ``held``: as ``nights_of`` has found them since it was
    locked. Returns whether that is another place.

    Raises ConflictError ``room.taken`` naming the guest who has one; the database's key decides, on both engines.
    """
    if list(held) == list(nights):
        return False
    lock_rooms(unit.connection, {room for room, _ in (*held, *nights)})
    release_nights(unit, booking_pk)
    take_free(unit, booking_pk, nights)
    return True


def take_free(unit: Unit, booking_pk: int, nights: Sequence[RoomNight]) -> None:
    """Give the booking these nights too. Raises as ``settle_nights``."""
    rows = [{"room_pk": room_pk, "night": night, "booking_pk": booking_pk} for room_pk, night in nights]
    free = insert_free(unit.connection, room_nights, rows)
    for one in nights:
        if one not in free:
            raise why_taken(unit.connection, *one)


def lock_rooms(connection: Connection, pks: Collection[int]) -> None:
    """In one order: two desks that swap rooms would wait for each other for ever."""
    query = select(rooms.c.pk).where(rooms.c.pk.in_(pks)).order_by(rooms.c.pk)
    connection.execute(query.with_for_update(key_share=True)).all()


def nights_of(connection: Connection, booking_pk: int, since: date | None = None) -> list[RoomNight]:
    """The booking's rooms and nights, from a night on or all."""
    table = room_nights.c
    query = select(table.room_pk, table.night).where(table.booking_pk == booking_pk).order_by(table.night)
    found = query if since is None else query.where(table.night >= since)
    return [(row.room_pk, row.night) for row in connection.execute(found)]


def names_of(connection: Connection, room_pks: Iterable[int]) -> tuple[str, ...]:
    """The names of rooms, in their order."""
    query = select(rooms.c.name).where(rooms.c.pk.in_(set(room_pks))).order_by(rooms.c.name_key)
    return tuple(connection.scalars(query))


def release_nights(unit: Unit, booking_pk: int, since: date | None = None) -> None:
    """Take the booking out of its rooms, from a night on or altogether."""
    after = () if since is None else (room_nights.c.night >= since,)
    unit.connection.execute(delete(room_nights).where(room_nights.c.booking_pk == booking_pk, *after))


def left_on(connection: Connection, booking_pk: int) -> date | None:
    """The business date of the check-out that stands; None if the booking was never checked out here."""
    found: date | None = connection.scalar(_left_on(), {"of": booking_pk})
    return found


@cache
def _left_on() -> Select[date]:
    undoing = stay_changes.alias("undoing")
    undone = select(undoing.c.pk).where(undoing.c.undoes_pk == stay_changes.c.pk).exists()
    out = (stay_changes.c.booking_pk == bindparam("of"), stay_changes.c.deed == Deed.CHECK_OUT.value, ~undone)
    return select(func.max(stay_changes.c.business_date)).where(*out)


def rooms_of(connection: Connection, booking_pks: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The rooms of each booking, in the order in which they are slept in."""
    found: defaultdict[int, dict[str, None]] = defaultdict(dict)
    for pk, name in connection.execute(_rooms_of(), {"of": list(booking_pks)}):
        found[pk][name] = None
    return {pk: tuple(names) for pk, names in found.items()}


@cache
def _rooms_of() -> Select[*tuple[Any, ...]]:
    """Made once, as all that is asked with every page."""
    return (
        select(room_nights.c.booking_pk, rooms.c.name)
        .join(rooms, rooms.c.pk == room_nights.c.room_pk)
        .where(among_keys(room_nights.c.booking_pk, "of"))
        .order_by(room_nights.c.night, rooms.c.name_key)
    )


def why_taken(connection: Connection, room_pk: int, night: date) -> ConflictError:
    """Who has a room on a night that somebody has: ``room.taken`` by a guest, ``room.blocked`` by a calendar."""
    query = (
        select(rooms.c.name, guests.c.name.label("guest"), bookings.c.reference, import_sources.c.name.label("source"))
        .select_from(room_nights)
        .join(rooms, rooms.c.pk == room_nights.c.room_pk)
        .outerjoin(bookings, bookings.c.pk == room_nights.c.booking_pk)
        .outerjoin(guests, guests.c.pk == bookings.c.guest_pk)
        .outerjoin(room_blocks, room_blocks.c.pk == room_nights.c.block_pk)
        .outerjoin(import_sources, import_sources.c.pk == room_blocks.c.source_pk)
        .where(room_nights.c.room_pk == room_pk, room_nights.c.night == night)
    )
    row = connection.execute(query).one()
    if row.source is not None:
        return ConflictError("room.blocked", room=row.name, source=row.source, night=night)
    return ConflictError("room.taken", room=row.name, guest=row.guest, night=night, reference=row.reference)
