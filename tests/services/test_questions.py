"""How often the database is asked: with a network between each question takes a round trip."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from msgspec.structs import replace
from sqlalchemy import Engine, event

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.lists import BookingQuery
from rentease_desk.services.bookings import BookingService
from tests.services.conftest import draft

LONG = date(2026, 12, 1) + timedelta(400)


@contextmanager
def asked() -> Iterator[list[str]]:
    """The statements of the block."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_a_long_stay_asks_no_more_than_a_short_one(bookings: BookingService) -> None:
    with asked() as short:
        bookings.add(draft(reference="LN-1", room="1"))
    with asked() as long:
        stay = bookings.add(draft(reference="LN-2", room="2", arrival=date(2026, 12, 1), departure=LONG)).value
    assert stay.nights == 400
    assert len(long) <= len(short) + 1  # beyond some hundred nights a second one


def test_another_note_touches_neither_rooms_nor_the_search(bookings: BookingService, soren: Booking) -> None:
    with asked() as found:
        edited = bookings.edit(soren.pk, 1, draft(note="wants a cot")).value
    assert edited == replace(soren, note="wants a cot", version=2)
    changed = [statement for statement in found if not statement.lstrip().startswith("SELECT")]
    assert not [statement for statement in changed if "room_nights" in statement or "booking_search" in statement]


def test_another_telephone_is_found(bookings: BookingService, soren: Booking) -> None:
    bookings.edit(soren.pk, 1, draft(guest=replace(soren.guest, phone="+39 040 777")))
    assert list(bookings.keys(BookingQuery(date(2026, 11, 5), text="777"))) == [soren.pk]
    bookings.edit(soren.pk, 2, draft(guest=replace(soren.guest, phone="+39 040 777"), room="999"))
    assert list(bookings.keys(BookingQuery(date(2026, 11, 5), text="999"))) == [soren.pk]
    bookings.edit(soren.pk, 3, draft(guest=replace(soren.guest, phone="+39 040 777"), room="999", reference="XY-5"))
    assert list(bookings.keys(BookingQuery(date(2026, 11, 5), text="xy-5"))) == [soren.pk]
