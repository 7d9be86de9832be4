"""The life of a stay: checked in, checked out, a no-show, cancelled; each undone while nothing stands on it."""

from __future__ import annotations

from datetime import date

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.errors import ConflictError, KnownError, NotFoundError
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.settings import Property
from rentease_desk.domain.stays import (
    DayAtDesk,
    Deed,
    Done,
    LastChange,
    require_allowed,
    require_balance_known,
)
from rentease_desk.services.desk import Desk, Saved
from rentease_desk.storage import stays as store
from rentease_desk.storage.bookings import last_actor, last_written, load_booking, lock_booking
from rentease_desk.storage.database import Unit
from rentease_desk.storage.day_list import read_day
from rentease_desk.storage.open_days import open_days
from rentease_desk.storage.settings import read_property

_PERMISSIONS = {Deed.CANCEL: Permission.CANCEL_BOOKING, Deed.NO_SHOW: Permission.CANCEL_BOOKING}
"""Of those deeds that are more than a change of a booking."""


class StayService:
    """Whoever acts names the booking's ``version`` as it was seen: what another desk did meanwhile is never overrun."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def day(self) -> DayAtDesk:
        """The business day that it is now, at the desk."""
        with self._desk.db.reading() as connection:
            settings = read_property(connection) or Property()
            return read_day(connection, settings.days.business_date(self._desk.clock.now()))

    def last_change(self, pk: int) -> LastChange:
        """What was done last with a booking, and by whom. Raises NotFoundError."""
        with self._desk.db.reading() as connection:
            booking = _there(load_booking(connection, pk), pk)
            return LastChange(booking, *last_written(connection, booking.uid))

    def do(self, deed: Deed, pk: int, version: int | None = None, open_balance: int = 0) -> Saved[Done]:
        """Do it with a booking as it was seen at ``version``; None: as it is now.

        ``open_balance``: the balance (minor units) that was shown and confirmed before a check-out.
        Raises NotFoundError, KnownError ``stay.…`` saying why not, ConflictError ``booking.changed``.
        """
        with self._desk.doing(_PERMISSIONS.get(deed, Permission.EDIT_BOOKING)) as unit:
            day = _today(unit)
            booking = _locked(unit, pk, version)
            require_allowed(deed, booking, day)
            if deed is Deed.CHECK_OUT:
                require_balance_known(booking, open_balance)
            open_then = booking.balance.minor if deed is Deed.CHECK_OUT else 0
            uid, freed = store.write_deed(unit, booking, deed, day, open_then)
            after = _loaded(unit, pk)
        return Saved(Done(uid, deed, after, freed=freed), unit.changes)

    def undo(self, pk: int, uid: str | None = None, version: int | None = None) -> Saved[Done]:
        """Undo the last deed of a booking; ``uid``: only if that is the one meant; ``version``: as it was seen.

        Raises NotFoundError, KnownError ``stay.nothing_to_undo`` or ``stay.money_since``, ConflictError
        ``booking.changed``, ``stay.changed_since`` or ``stay.room_taken``.
        """
        with self._desk.doing(Permission.EDIT_BOOKING) as unit:
            day = _today(unit)
            booking = _locked(unit, pk, version)
            change = store.last_change(unit.connection, pk)
            if change is None:
                raise KnownError("stay.nothing_to_undo", reference=booking.reference)
            unit.require(_PERMISSIONS.get(Deed(change.deed), Permission.EDIT_BOOKING))
            if (uid is not None and change.uid != uid) or booking.version != change.version + change.later:
                actor = last_actor(unit.connection, booking.uid)
                raise ConflictError("stay.changed_since", actor=actor, reference=booking.reference)
            if store.money_moved_since(unit.connection, booking, change.deed):
                raise KnownError("stay.money_since", reference=booking.reference)
            store.undo_deed(unit, booking, change, day)
            after = _loaded(unit, pk)
        return Saved(Done(change.uid, Deed(change.deed), after, undone=True), unit.changes)


def _locked(unit: Unit, pk: int, version: int | None) -> Booking:
    lock_booking(unit.connection, pk, version)
    return _loaded(unit, pk)


def _loaded(unit: Unit, pk: int) -> Booking:
    return _there(load_booking(unit.connection, pk), pk)


def _there(booking: Booking | None, pk: int) -> Booking:
    if booking is None:
        raise NotFoundError("booking.not_found", reference=pk)
    return booking


def _today(unit: Unit) -> date:
    """The day of the stay's deeds, which goes on when the money's is closed; the open days are held."""
    settings = read_property(unit.connection) or Property()
    open_days(unit, settings.days)
    return settings.days.business_date(unit.now)
