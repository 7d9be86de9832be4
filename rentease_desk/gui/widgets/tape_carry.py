"""A stay that is picked up on the tape chart: where it would go, what that would cost, and whether it may."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from rentease_desk.domain.booking import BookingStatus
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.moves import Place, first_night_moved, place_of, price_after, require_movable
from rentease_desk.domain.tape import TapeStay
from rentease_desk.gui.models.tape_model import TapeModel


class Grip(StrEnum):
    """By what it is held."""

    WHOLE = "whole"
    ARRIVAL = "arrival"
    DEPARTURE = "departure"


class Carry(Struct, frozen=True):
    """``stay`` as it was picked up, over a row, at a place. ``price`` is that of the stay there.

    ``trouble``: why it cannot be dropped there, as far as is known before it is tried.
    """

    stay: TapeStay
    row: int
    place: Place
    price: Money
    first: date
    trouble: KnownError | None = None

    @property
    def is_moved(self) -> bool:
        """Whether it is anywhere else than before."""
        return self.place != place_of(self.stay.booking)


def picked_up(model: TapeModel, stay: TapeStay, row: int, today: date) -> Carry:
    """At the place where it is. A guest who changed rooms is held by the last one."""
    places = model.places_of(stay.booking.pk)
    row, stay = places[-1] if places else (row, stay)
    return carried(model, stay, row, place_of(stay.booking), today)


def carried(model: TapeModel, stay: TapeStay, row: int, to: Place, today: date) -> Carry:
    """At another place, over a row; the room is that of the row."""
    booking, room = stay.booking, model.room_at(row)
    to = replace(to, room=room.name if room else "")
    first = first_night_moved(booking, to, today)
    if booking.status is BookingStatus.IN_HOUSE and to.room == place_of(booking).room:
        first = stay.first  # the nights before were slept elsewhere
    price = price_after(stay.price, booking.nights, to.nights)
    trouble = None
    try:
        require_movable(booking, to, today)
    except KnownError as error:
        trouble = error
    trouble = trouble or model.taken(row, first, to.departure, booking.pk)
    return Carry(stay, row, to, price, first, trouble)


def shifted(from_place: Place, grip: Grip, days: int) -> Place:
    """Days moved, or one end of them; a stay keeps one night."""
    by = timedelta(days=days)
    if grip is Grip.WHOLE:
        return replace(from_place, arrival=from_place.arrival + by, departure=from_place.departure + by)
    if grip is Grip.ARRIVAL:
        latest = from_place.departure - timedelta(days=1)
        return replace(from_place, arrival=min(from_place.arrival + by, latest))
    earliest = from_place.arrival + timedelta(days=1)
    return replace(from_place, departure=max(from_place.departure + by, earliest))


def dragged_days(stay: TapeStay, grip: Grip, days: int, *, is_other_row: bool) -> int:
    """A guest in the house goes to another room on the same days, however crooked the hand is."""
    stays_put = grip is Grip.WHOLE and is_other_row and stay.booking.status is BookingStatus.IN_HOUSE
    return 0 if stays_put else days
