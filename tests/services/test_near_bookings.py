"""The few bookings that a text means most likely, on both engines."""

from __future__ import annotations

from datetime import date, timedelta

from rentease_desk.domain.booking import BookingStatus, Guest
from rentease_desk.services.bookings import BookingService
from tests.services.conftest import draft

TODAY = date(2026, 11, 5)


def add(bookings: BookingService, reference: str, days: int, **more: object) -> None:
    """A booking of three nights whose arrival is so many days from today."""
    arrival = TODAY + timedelta(days=days)
    dates = {"arrival": arrival, "departure": arrival + timedelta(days=3)}
    values = {"reference": reference, "room": "", "guest": Guest("Ana Silva")} | dates | more
    bookings.add(draft(**values))


def found(bookings: BookingService, text: str) -> list[str]:
    return [one.reference for one in bookings.near(text, TODAY)]


def test_who_is_here_then_who_comes_then_who_has_left(bookings: BookingService) -> None:
    for reference, days in (("far", 40), ("soon", 3), ("here", -1), ("left", -9), ("long ago", -90)):
        add(bookings, reference, days)
    add(bookings, "cancelled", 0, status=BookingStatus.CANCELLED)
    assert found(bookings, "SILVÀ") == ["here", "soon", "far", "cancelled", "left", "long ago"]


def test_the_booking_with_the_reference_is_first_and_the_room_that_was_named_before_others(
    bookings: BookingService,
) -> None:
    add(bookings, "206", 90)
    add(bookings, "LN-2060", 0)
    add(bookings, "in the room", -2, room="206")
    assert found(bookings, "206") == ["206", "in the room", "LN-2060"]


def test_among_many_the_nearest_are_found_and_not_more_than_fit(bookings: BookingService) -> None:
    for at in range(30):
        add(bookings, f"past {at}", -40 - at)
        add(bookings, f"next {at}", 40 + at)
    add(bookings, "here", -1)
    assert found(bookings, "ana") == ["here", *(f"next {at}" for at in range(6))]


def test_nothing_is_found_by_nothing(bookings: BookingService) -> None:
    add(bookings, "here", -1)
    assert found(bookings, "  ") == []
