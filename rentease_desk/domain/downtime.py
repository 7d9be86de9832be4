"""What a front desk needs on paper when no computer works: who arrives, stays and leaves, and what each owes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.money import Money
from rentease_desk.domain.stays import DayAtDesk, DayLine


class Section(Struct, frozen=True):
    """Bookings under one heading."""

    title: str
    bookings: tuple[Booking, ...] = ()

    @property
    def due(self) -> tuple[Money, ...]:
        """What all of them owe, by currency; a guest's own money is no part of it."""
        sums: dict[str, int] = {}
        for one in self.bookings:
            sums[one.currency] = sums.get(one.currency, 0) + max(0, one.totals.balance)
        return tuple(Money(minor, currency) for currency, minor in sorted(sums.items()) if minor)


class DayPage(Struct, frozen=True):
    """One business day."""

    day: date
    sections: tuple[Section, ...]


def day_pages(today: DayAtDesk, tomorrow: DayAtDesk) -> tuple[DayPage, DayPage]:
    """Today as it stands, late ones among it; of tomorrow whose day it is. Sorted by room."""
    arrivals = (one for one in tomorrow.arriving if one.booking.arrival == tomorrow.day)
    departures = (one for one in tomorrow.leaving if one.booking.departure == tomorrow.day)
    now = (
        _section("Arrivals", today.arriving),
        _section("In house", (*today.arrived, *today.staying)),
        _section("Departures", today.leaving),
    )
    return DayPage(today.day, now), DayPage(
        tomorrow.day, (_section("Arrivals", arrivals), _section("Departures", departures))
    )


def _section(title: str, lines: Iterable[DayLine]) -> Section:
    found = sorted((one.booking for one in lines), key=lambda one: (one.rooms, one.guest.name, one.pk))
    return Section(title, tuple(found))
