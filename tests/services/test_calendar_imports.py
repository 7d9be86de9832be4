"""Blocks from calendars: nights that nobody else gets, without a guest and without money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import keyring
import pytest
from sqlalchemy import select

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.moves import Place
from rentease_desk.domain.stays import Deed
from rentease_desk.domain.tape import TapeChart, TapeQuery
from rentease_desk.keychain import Keychain
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.desk import Desk
from rentease_desk.services.importing.calendars import Address, CalendarImportService
from rentease_desk.services.stays import StayService
from rentease_desk.services.tape import TapeService
from rentease_desk.storage.import_tables import import_sources
from rentease_desk.storage.journal_tables import journal
from rentease_desk.storage.room_tables import room_nights
from tests.services.conftest import draft, journal_entries, journal_is_whole
from tests.tools.clocks import SetClock

DAY = 86_400


@pytest.fixture
def calendars(desk: Desk) -> CalendarImportService:
    return CalendarImportService(desk, Keychain())


@pytest.fixture
def take_in(calendars: CalendarImportService, tmp_path: Path) -> Callable[..., list[str]]:
    """Imports a calendar of room 7: each entry by its UID, first day and day after the last, in November."""

    def work(*entries: tuple[str, int, int], room: str = "7", dry_run: bool = False) -> list[str]:
        path = tmp_path / "calendar.ics"
        events = [
            f"BEGIN:VEVENT\r\nUID:{uid}\r\nSUMMARY:Reserved for Melanie\r\nDTSTART;VALUE=DATE:202611{first:02}\r\n"
            f"DTEND;VALUE=DATE:202611{last:02}\r\nEND:VEVENT\r\n"
            for uid, first, last in entries
        ]
        path.write_text("BEGIN:VCALENDAR\r\n" + "".join(events) + "END:VCALENDAR\r\n", newline="")
        found = calendars.read(path)
        outcome = (calendars.preview if dry_run else calendars.run)("Airbnb 7", room, found)
        return [
            f"{row.fate.value} {row.reference} {row.trouble.code if row.trouble else ''}".strip()
            for row in outcome.spool.all()
        ]

    return work


TakeIn = Callable[..., list[str]]


@pytest.fixture(autouse=True)
def seven(bookings: BookingService) -> None:
    """Room 7 is there, and taken from the 20th to the 22nd."""
    bookings.add(draft(reference="LN-1", room="7", arrival=date(2026, 11, 20), departure=date(2026, 11, 22)))


def blocked(desk: Desk) -> list[int]:
    query = select(room_nights.c.night).where(room_nights.c.block_pk.is_not(None)).order_by(room_nights.c.night)
    with desk.db.reading() as connection:
        return [night.day for night in connection.scalars(query)]


def chart(desk: Desk) -> TapeChart:
    return TapeService(desk).chart(TapeQuery(date(2026, 11, 5), 20, 0, 5))


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        work()
    return f"{caught.value.code}: {caught.value}"


def test_entries_block_their_nights_and_come_in_once(desk: Desk, take_in: TakeIn, bookings: BookingService) -> None:
    entries = (("a", 7, 9), ("b", 12, 13))
    assert take_in(*entries, dry_run=True) == ["new a", "new b"]
    assert blocked(desk) == []
    assert take_in(*entries) == ["new a", "new b"]
    assert blocked(desk) == [7, 8, 12]
    assert take_in(*entries) == ["same a", "same b"]
    told = refused(lambda: bookings.add(draft(reference="X", room="7", arrival=date(2026, 11, 8),
                                              departure=date(2026, 11, 10))))  # fmt: skip
    assert told.startswith("room.blocked")
    assert "“Airbnb 7”" in told
    assert journal_is_whole(desk)
    assert journal_entries(desk).count(("block", "block")) == 2
    with desk.db.reading() as connection:
        told = "".join(row.after or "" for row in connection.execute(select(journal.c.after)))
    assert "Melanie" not in told


def test_the_chart_shows_blocks_and_today_does_not_count_them_as_slept_in(
    desk: Desk, take_in: TakeIn, bookings: BookingService
) -> None:
    take_in(("a", 5, 9))
    found = chart(desk)
    assert [(one.first.day, one.last.day, one.source) for one in found.blocks] == [(5, 9, "Airbnb 7")]
    assert found.free[:5] == (0, 0, 0, 0, 1)
    assert (StayService(desk).day().taken, [stay.booking.reference for stay in found.stays]) == (0, ["LN-1"])
    ada = bookings.find("LN-1")
    to = Place("7", date(2026, 11, 6), date(2026, 11, 8))
    assert refused(lambda: TapeService(desk).move(ada.pk, None, to)).startswith("room.blocked")


def test_what_is_gone_is_freed_and_what_has_moved_moves(desk: Desk, take_in: TakeIn, clock: SetClock) -> None:
    take_in(("a", 7, 9), ("b", 12, 13), ("c", 4, 8))
    assert blocked(desk) == [4, 5, 6, 7, 8, 12]
    moved = (("b", 7, 8), ("d", 8, 9))
    assert take_in(*moved, dry_run=True) == ["changed b", "new d", "freed c", "freed a"]
    assert take_in(*moved) == ["changed b", "new d", "freed c", "freed a"]
    assert blocked(desk) == [4, 7, 8]
    assert take_in(*moved) == ["same b", "same d"]
    clock.advance(20 * DAY)
    assert take_in() == []
    assert blocked(desk) == [4, 7, 8]
    assert journal_is_whole(desk)


def test_a_night_that_a_guest_has_refuses_the_entry_and_the_rest_goes_in(desk: Desk, take_in: TakeIn) -> None:
    assert take_in(("a", 19, 23), ("b", 12, 13)) == ["broken a room.taken", "new b"]
    assert blocked(desk) == [12]
    assert take_in(("b", 21, 23)) == ["broken b room.taken"]
    assert blocked(desk) == [12]
    assert take_in(("b", 10, 10), ("c", 12, 13)) == ["broken b calendar.no_night", "new c"]
    assert blocked(desk) == [12]


def test_a_night_that_a_guest_has_is_told_once(desk: Desk, take_in: TakeIn, bookings: BookingService) -> None:
    """The calendar shows the stay that was typed in here as well until it is over."""
    stay = ("a", 20, 22)
    assert [take_in(stay, dry_run=True), take_in(stay)] == [["broken a room.taken"]] * 2
    assert [take_in(stay, dry_run=True), take_in(stay)] == [["same a room.taken"]] * 2
    with desk.db.reading() as connection:
        told = str([connection.execute(select(table)).all() for table in (journal, import_sources)])
    assert "Lindqvist" not in told
    assert take_in(("a", 20, 23)) == ["broken a room.taken"]
    assert take_in() == []
    assert take_in(stay) == ["broken a room.taken"]
    StayService(desk).do(Deed.CANCEL, bookings.find("LN-1").pk)
    assert take_in(stay) == ["new a"]
    bookings.add(draft(reference="LN-2", room="7", arrival=date(2026, 11, 12), departure=date(2026, 11, 13)))
    assert [take_in(("a", 12, 13)), take_in(("a", 12, 13))] == [["broken a room.taken"], ["same a room.taken"]]
    assert blocked(desk) == [20, 21]
    assert journal_is_whole(desk)


def test_entries_of_one_calendar_may_overlap(desk: Desk, take_in: TakeIn) -> None:
    assert take_in(("a", 7, 10), ("b", 9, 12)) == ["new a", "new b"]
    assert blocked(desk) == [7, 8, 9, 10, 11]
    assert take_in(("b", 9, 12)) == ["same b", "freed a"]
    assert blocked(desk) == [9, 10, 11]


def test_a_calendar_is_of_one_room_that_is_there(
    calendars: CalendarImportService, take_in: TakeIn, bookings: BookingService, desk: Desk
) -> None:
    assert refused(lambda: take_in(("a", 7, 9), room="99")).startswith("room.not_found")
    assert refused(lambda: take_in(("a", 7, 9), room=" ")).startswith("calendar.no_room")
    take_in(("a", 7, 9))
    assert [(one.name, one.room) for one in calendars.sources()] == [("Airbnb 7", "7")]
    bookings.add(draft(reference="X", room="8", arrival=date(2026, 12, 1), departure=date(2026, 12, 2)))
    assert take_in(("a", 7, 9), room="8") == ["changed a"]
    assert [one.room_pk for one in chart(desk).blocks] == [room.pk for room in chart(desk).rooms if room.name == "8"]


def test_the_address_is_kept_in_the_keyring_and_nowhere_else(
    calendars: CalendarImportService, take_in: TakeIn, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[tuple[str, str], str] = {}
    monkeypatch.setattr(keyring, "get_password", lambda *name: kept.get(name))
    monkeypatch.setattr(keyring, "set_password", lambda service, name, secret: kept.update({(service, name): secret}))
    monkeypatch.setattr(keyring, "delete_password", lambda *name: kept.pop(name))
    take_in(("a", 7, 9))
    assert refused(lambda: calendars.kept_address("Airbnb 7")).startswith("calendar.no_address")
    calendars.keep_address("airbnb 7", Address("webcal://h.example/s3cr3t"))
    assert calendars.kept_address("Airbnb 7").reveal() == "https://h.example/s3cr3t"
    calendars.forget_address("Airbnb 7")
    assert kept == {}
    with desk.db.reading() as connection:
        assert "h.example" not in str(connection.execute(select(import_sources)).all())
