"""Moving a stay to other days or another room: what may be moved where, and what it costs then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from msgspec import Struct

from rentease_desk.domain.booking import Booking, BookingStatus, check_nights
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.stays import over

_TO_COME = frozenset({BookingStatus.TENTATIVE, BookingStatus.CONFIRMED})


class Place(Struct, frozen=True):
    """Where somebody sleeps and when: a room's name ("" is none yet), the first night, the day of leaving."""

    room: str
    arrival: date
    departure: date

    @property
    def nights(self) -> int:
        """How many."""
        return (self.departure - self.arrival).days


class Moved(Struct, frozen=True):
    """A move as it was made: ``booking`` as it stands now. ``price`` and ``price_before`` are those of the stay."""

    booking: Booking
    before: Place
    price_before: Money
    price: Money
    undone: bool = False


def place_of(booking: Booking) -> Place:
    """Where a booking is now; of several rooms, the one slept in last."""
    return Place(booking.rooms[-1] if booking.rooms else "", booking.arrival, booking.departure)


def price_after(price: Money, before: int, after: int) -> Money:
    """The price of a stay of ``before`` nights when it has ``after``: as much a night, rounded half up."""
    if before < 1 or before == after:
        return price
    return Money((2 * price.minor * after + before) // (2 * before), price.currency)


def can_be_moved(booking: Booking) -> bool:
    """Whether there is anything of the stay that could be moved."""
    return booking.status in _TO_COME or booking.status is BookingStatus.IN_HOUSE


def require_movable(booking: Booking, to: Place, today: date) -> None:
    """Raises KnownError ``stay.…`` or ``move.…``, or InputError ``booking.…``: why it cannot be moved there today."""
    told = {"guest": booking.guest.name, "reference": booking.reference}
    if not can_be_moved(booking):
        raise KnownError(over(booking.status), **told)
    check_nights(to.arrival, to.departure)
    if booking.status is BookingStatus.IN_HOUSE:
        _require_of_guest(booking, to, today, told)
    if to.departure != booking.departure and to.departure < _earliest_departure(booking, today):
        raise KnownError("move.over", **told, departure=to.departure)


def nights_after(
    booking: Booking, held: Mapping[date, int], to: Place, room: int, today: date
) -> Iterator[tuple[int, date]]:
    """Rooms (keys) and nights of a booking that moves into ``room``. ``held``: the room of each night it has now.

    Nights that a guest in the house has slept stay where they were slept; in the same room, all of them do.
    """
    kept: Mapping[date, int] = {}
    if booking.status is BookingStatus.IN_HOUSE:
        same = to.room == place_of(booking).room
        kept = {night: one for night, one in held.items() if same or night < today}
    for day in range(to.nights):
        night = to.arrival + timedelta(days=day)
        yield kept.get(night, room), night


def first_night_moved(booking: Booking, to: Place, today: date) -> date:
    """From which night on the stay is in the room it moves to."""
    changes_room = booking.status is BookingStatus.IN_HOUSE and to.room != place_of(booking).room
    return max(to.arrival, today) if changes_room else to.arrival


def _earliest_departure(booking: Booking, today: date) -> date:
    return today if booking.status is BookingStatus.IN_HOUSE else today + timedelta(days=1)


def _require_of_guest(booking: Booking, to: Place, today: date, told: dict[str, str]) -> None:
    """Who is here has arrived, and sleeps somewhere."""
    if to.arrival != booking.arrival:
        raise KnownError("move.arrived", **told, arrival=booking.arrival)
    if not to.room:
        raise KnownError("move.needs_room", **told)
    if to.room != place_of(booking).room and to.departure <= today:
        raise KnownError("move.leaving", **told, departure=to.departure)
