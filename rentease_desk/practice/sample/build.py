"""The sample property, put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from rentease_desk.practice.sample import cards, folio, settlement
from rentease_desk.practice.sample.calendar import Calendar
from rentease_desk.practice.sample.guests import people
from rentease_desk.practice.sample.model import Booking, Guest, Sample, Status
from rentease_desk.practice.sample.settlement import Piece
from rentease_desk.practice.sample.stays import ROOMS, Stay, status_of, stays
from rentease_desk.practice.sample.turns import take_turns

_FIRST_REFERENCE: Final = 1_801
_CHANNELS: Final = ("Direct",) * 5 + ("Booking.com",) * 5 + ("Airbnb",) * 2 + ("Expedia",) * 2 + ("Walk-in",)
_OVERPAID: Final = 2


def build_sample(seed: int, now: int, zone: str = "Europe/Rome") -> Sample:
    """Hotel Lanterna in Trieste, sixty days back and ahead of ``now`` (UTC seconds), nothing of it after ``now``.

    Pure: the same arguments give the same property. ``zone`` is an IANA name.
    """
    rng = Random(seed)  # noqa: S311 - repeatable on purpose, and nothing secret
    calendar = Calendar(now, ZoneInfo(zone))
    guests = people(rng)
    booked = sorted((_booked(stay, guests, calendar, rng) for stay in stays(calendar, rng)), key=_by_booking)
    numbered = [
        replace(booking, reference=f"LN-{number}")
        for number, booking in zip(count(_FIRST_REFERENCE), booked, strict=False)
    ]
    paid = list(_paid(numbered, guests, calendar, rng))
    bookings = tuple(take_turns(paid, calendar, rng))
    return Sample(seed, now, zone, "Hotel Lanterna", "Trieste", "eur", ROOMS, bookings)


def _by_booking(booking: Booking) -> tuple[int, str]:
    return booking.created_at, booking.uid


def _booked(stay: Stay, guests: Sequence[Guest], calendar: Calendar, rng: Random) -> Booking:
    channel, status = rng.choice(_CHANNELS), status_of(stay, calendar, rng)
    if stay.arrival >= calendar.today or status is Status.CANCELLED:
        channel = channel.replace("Walk-in", "Direct")
    created_at = _booked_at(stay, calendar, rng, walked_in=channel == "Walk-in")
    adults = rng.randint(1, min(stay.room.sleeps, 2))
    children = rng.choice((0, 1, 2)) if stay.room.sleeps > adults + 1 else 0
    return Booking(
        uid=folio.new_uid(rng),
        reference="",
        guest=rng.choice(guests),
        room=stay.room.name,
        arrival=stay.arrival,
        departure=stay.departure,
        adults=adults,
        children=children,
        channel=channel,
        status=status,
        created_at=created_at,
        lines=folio.lines(stay, status, adults, created_at, calendar, rng),
    )


def _booked_at(stay: Stay, calendar: Calendar, rng: Random, *, walked_in: bool) -> int:
    if walked_in:
        return calendar.at(stay.arrival, 14, rng.randrange(60))
    latest = min(stay.arrival, calendar.today) - timedelta(days=1)
    return calendar.at(
        latest - timedelta(days=rng.choice((0, 2, 5, 9, 14, 21, 35, 60))), rng.randint(8, 21), rng.randrange(60)
    )


def _paid(bookings: Sequence[Booking], guests: Sequence[Guest], calendar: Calendar, rng: Random) -> Iterator[Booking]:
    """Every other guest who leaves today has the bill still open; the first ones who are gone paid too much."""
    leaving, departed = count(), count()
    for booking in bookings:
        leave_open = booking.departure == calendar.today and next(leaving) % 2 == 0
        if booking.status is Status.DEPARTED and not leave_open and next(departed) < _OVERPAID:
            parts = [settlement.overpaid(booking, calendar)]
        else:
            parts = settlement.pieces(booking, calendar, rng, leave_open=leave_open)
        yield _with(booking, parts, guests, rng)


def _with(booking: Booking, parts: Sequence[Piece], guests: Sequence[Guest], rng: Random) -> Booking:
    return replace(
        booking,
        manual_payments=tuple(folio.manual_payment(one.amount, one.at, rng) for one in parts if not one.by_card),
        card_payments=tuple(cards.card_payment(one, booking, guests, rng) for one in parts if one.by_card),
    )
