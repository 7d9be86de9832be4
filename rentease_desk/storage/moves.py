"""A stay moved to other days or another room, written."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.moves import Place, nights_after
from rentease_desk.storage.bookings import refresh_search
from rentease_desk.storage.database import Unit
from rentease_desk.storage.documents import document
from rentease_desk.storage.rooms import nights_of, release_nights, room_in_use, rooms_of, settle_nights
from rentease_desk.storage.tables import bookings


def settle_place(unit: Unit, booking: Booking, to: Place, today: date) -> None:
    """Give a locked booking the nights of a place it may be moved to.

    Raises NotFoundError ``room.not_found``, or ConflictError ``room.taken``.
    """
    if not to.room:
        release_nights(unit, booking.pk)
        return
    held = nights_of(unit.connection, booking.pk)
    room, _ = room_in_use(unit.connection, to.room)
    slept = {night: one for one, night in held}
    settle_nights(unit, booking.pk, held, list(nights_after(booking, slept, to, room, today)))


def write_move(unit: Unit, booking: Booking, to: Place, action: str) -> None:
    """Write the days of a booking whose nights and price are settled. Its row of the journal comes last: what is
    written of its money later is what came after it.
    """
    days = {"arrival": to.arrival, "departure": to.departure}
    values = days | {"version": booking.version + 1}
    unit.connection.execute(update(bookings).where(bookings.c.pk == booking.pk).values(values))
    refresh_search(unit.connection, [booking.pk])
    rooms = rooms_of(unit.connection, [booking.pk]).get(booking.pk, ())
    before = {"arrival": booking.arrival, "departure": booking.departure}
    unit.record(
        action,
        "booking",
        booking.uid,
        document("booking", before, room=", ".join(booking.rooms)),
        document("booking", days, room=", ".join(rooms)),
    )
    unit.changes |= Changes(bookings=frozenset({booking.pk}))
