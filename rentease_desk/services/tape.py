"""The tape chart, and moving stays on it: to other days, into another room, longer and shorter."""

from __future__ import annotations

from msgspec.structs import replace

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import ConflictError, KnownError, NotFoundError
from rentease_desk.domain.money import Money
from rentease_desk.domain.moves import Moved, Place, place_of, price_after, require_movable
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.settings import Property
from rentease_desk.domain.tape import TapeChart, TapeQuery
from rentease_desk.services.desk import Desk, Saved
from rentease_desk.services.prices import price_of, set_price
from rentease_desk.storage.bookings import last_actor, load_booking, lock_booking
from rentease_desk.storage.database import Unit
from rentease_desk.storage.moves import settle_place, write_move
from rentease_desk.storage.open_days import open_days
from rentease_desk.storage.rooms import room_in_use
from rentease_desk.storage.settings import read_property
from rentease_desk.storage.stays import money_moved_since
from rentease_desk.storage.tape import read_tape

_MOVE, _UNDO = "move", "undo_move"


class TapeService:
    """Whoever moves a stay names the booking's ``version`` as it was seen."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def chart(self, query: TapeQuery) -> TapeChart:
        """A piece of the chart."""
        with self._desk.db.reading() as connection:
            return read_tape(connection, query)

    def move(self, pk: int, version: int | None, to: Place) -> Saved[Moved]:
        """Move a booking as it was seen at ``version`` (None: as it is now). Each night costs as much as before.

        Raises NotFoundError, KnownError ``stay.…`` or ``move.…`` saying why not, InputError ``booking.…``,
        ConflictError ``booking.changed`` or ``room.taken``.
        """
        with self._desk.doing(Permission.EDIT_BOOKING) as unit:
            settings = _settings(unit)
            lock_booking(unit.connection, pk, version)
            booking, to = _loaded(unit, pk), _named(unit, to)
            require_movable(booking, to, settings.days.business_date(unit.now))
            price = price_of(unit, pk, booking.currency)
            if to == place_of(booking):
                return Saved(Moved(booking, to, price, price), Changes())
            after = price_after(price, booking.nights, to.nights)
            _write(unit, booking, to, after, settings, _MOVE)
            moved = Moved(_loaded(unit, pk), place_of(booking), price, after)
        return Saved(moved, unit.changes)

    def undo(self, moved: Moved) -> Saved[Moved]:
        """Put a stay back where a move found it, at the price it had.

        Raises NotFoundError, ConflictError ``stay.changed_since`` or ``stay.room_taken``, KnownError
        ``stay.money_since``.
        """
        pk, seen = moved.booking.pk, moved.booking.version
        with self._desk.doing(Permission.EDIT_BOOKING) as unit:
            settings = _settings(unit)
            lock_booking(unit.connection, pk, None)
            booking = _loaded(unit, pk)
            if booking.version != seen:
                actor = last_actor(unit.connection, booking.uid)
                raise ConflictError("stay.changed_since", actor=actor, reference=booking.reference)
            if money_moved_since(unit.connection, booking, _MOVE):
                raise KnownError("stay.money_since", reference=booking.reference)
            try:
                _write(unit, booking, moved.before, moved.price_before, settings, _UNDO)
            except ConflictError as error:
                raise ConflictError("stay.room_taken", **error.params) from error
            back = Moved(_loaded(unit, pk), place_of(booking), moved.price, moved.price_before, undone=True)
        return Saved(back, unit.changes)


def _write(unit: Unit, booking: Booking, to: Place, price: Money, settings: Property, action: str) -> None:
    stay = (to.arrival, to.departure)
    is_same_stay = stay == (booking.arrival, booking.departure)
    settle_place(unit, booking, to, settings.days.business_date(unit.now))
    set_price(unit, booking.pk, booking.uid, price, stay, settings, is_same_stay=is_same_stay)
    write_move(unit, booking, to, action)


def _named(unit: Unit, to: Place) -> Place:
    """The room as its name is written, however it was typed."""
    return replace(to, room=room_in_use(unit.connection, to.room)[1]) if to.room else to


def _loaded(unit: Unit, pk: int) -> Booking:
    booking = load_booking(unit.connection, pk)
    if booking is None:
        raise NotFoundError("booking.not_found", reference=pk)
    return booking


def _settings(unit: Unit) -> Property:
    """With the open days held, before anything else is locked."""
    settings = read_property(unit.connection) or Property()
    open_days(unit, settings.days)
    return settings
