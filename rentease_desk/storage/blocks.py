"""Blocks of rooms: nights that a calendar takes, under the same key as the nights of bookings."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, delete, insert, select, update

from rentease_desk.domain.changes import Changes
from rentease_desk.storage.database import Unit
from rentease_desk.storage.documents import document
from rentease_desk.storage.import_bulk import nights_between
from rentease_desk.storage.import_sources import StoredSource
from rentease_desk.storage.inserting import insert_if_free
from rentease_desk.storage.room_tables import room_blocks, room_nights
from rentease_desk.storage.rooms import lock_rooms, names_of, why_taken

_BLOCKS = Changes(blocks=True)


class StoredBlock(Struct, frozen=True):
    """A block: the nights from ``first`` to the one before ``last``."""

    pk: int
    uid: str
    source_pk: int
    reference: str
    room_pk: int
    first: date
    last: date

    def is_at(self, room_pk: int, first: date, last: date) -> bool:
        """Whether it blocks just these nights."""
        return (self.room_pk, self.first, self.last) == (room_pk, first, last)


def blocks_of(connection: Connection, source_pk: int) -> dict[str, StoredBlock]:
    """The blocks of a calendar by the references of their entries."""
    query = select(room_blocks).where(room_blocks.c.source_pk == source_pk).order_by(room_blocks.c.first)
    return {
        row.reference: StoredBlock(row.pk, row.uid, source_pk, row.reference, row.room_pk, row.first, row.last)
        for row in connection.execute(query)
    }


def lock_for_blocks(unit: Unit, room_pks: Collection[int]) -> None:
    """Whoever gives nights locks the rooms first, in one order."""
    lock_rooms(unit.connection, room_pks)


def add_block(unit: Unit, source: StoredSource, reference: str, room_pk: int, first: date, last: date) -> None:
    """Block nights. Raises ConflictError ``room.taken`` or ``room.blocked``, and is then to be rolled back."""
    uid = unit.ids.uid()
    row = {"uid": uid, "source_pk": source.pk, "reference": reference, "room_pk": room_pk, "first": first, "last": last,
           **unit.made}  # fmt: skip
    pk = unit.connection.execute(insert(room_blocks).values(row).returning(room_blocks.c.pk)).scalar_one()
    _take(unit, pk, source.pk, room_pk, first, last)
    unit.record("block", "block", uid, None, _told(unit, row, source))
    unit.changes |= _BLOCKS


def move_block(unit: Unit, source: StoredSource, block: StoredBlock, room_pk: int, first: date, last: date) -> None:
    """Block other nights instead. Raises as ``add_block``."""
    unit.connection.execute(delete(room_nights).where(room_nights.c.block_pk == block.pk))
    _take(unit, block.pk, source.pk, room_pk, first, last)
    values = {"room_pk": room_pk, "first": first, "last": last}
    unit.connection.execute(update(room_blocks).where(room_blocks.c.pk == block.pk).values(values))
    before = {"room_pk": block.room_pk, "first": block.first, "last": block.last}
    unit.record("move", "block", block.uid, _told(unit, before, source), _told(unit, values, source))
    unit.changes |= _BLOCKS


def free_block(unit: Unit, source: StoredSource, block: StoredBlock, today: date) -> None:
    """Give the nights from today on back; those before were blocked, and stay told so."""
    row = {"reference": block.reference, "room_pk": block.room_pk, "first": block.first, "last": block.last}
    ahead = (room_nights.c.block_pk == block.pk, room_nights.c.night >= today)
    unit.connection.execute(delete(room_nights).where(*ahead))
    if block.first >= today:
        unit.connection.execute(delete(room_blocks).where(room_blocks.c.pk == block.pk))
        unit.record("free", "block", block.uid, _told(unit, row, source), None)
    else:
        values = {"last": today}
        unit.connection.execute(update(room_blocks).where(room_blocks.c.pk == block.pk).values(values))
        after = _told(unit, row | values, source)
        unit.record("free", "block", block.uid, _told(unit, row, source), after)
    unit.changes |= _BLOCKS


def hold_block(unit: Unit, block: StoredBlock, today: date) -> None:
    """Take the nights that another entry of its calendar held, and has given back. Raises as ``add_block``."""
    _take(unit, block.pk, block.source_pk, block.room_pk, max(block.first, today), block.last)


def _take(unit: Unit, block_pk: int, source_pk: int, room_pk: int, first: date, last: date) -> None:
    """Entries of one calendar may overlap: a night that another of them holds is blocked already."""
    for night in nights_between(first, last):
        row = {"room_pk": room_pk, "night": night, "block_pk": block_pk}
        is_free = insert_if_free(unit.connection, row, room_nights.c.night) is not None
        if not is_free and not _is_held_by(unit.connection, source_pk, room_pk, night):
            raise why_taken(unit.connection, room_pk, night)


def _is_held_by(connection: Connection, source_pk: int, room_pk: int, night: date) -> bool:
    held = select(room_nights.c.night).join(room_blocks, room_blocks.c.pk == room_nights.c.block_pk)
    there = (room_nights.c.room_pk == room_pk, room_nights.c.night == night, room_blocks.c.source_pk == source_pk)
    return connection.execute(held.where(*there)).first() is not None


def _told(unit: Unit, row: dict[str, Any], source: StoredSource) -> dict[str, object]:
    room = ", ".join(names_of(unit.connection, [row["room_pk"]]))
    return document("block", row, room=room, source=source.name)
