"""Entries of calendars as nights: all-day and timed, repeated, moved and cancelled; and half a calendar is none."""

from __future__ import annotations

import time
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from rentease_desk.domain.errors import KnownError
from rentease_desk.intake.calendars import Clock, Entry, read_calendar

ROME = Clock(ZoneInfo("Europe/Rome"), date(2026, 11, 5))


def calendar(*events: str, clock: Clock = ROME) -> tuple[Entry, ...]:
    """Each event is given by its lines."""
    inside = [f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT" for event in events]
    lines = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", *inside, "END:VCALENDAR", ""])
    return read_calendar(lines.replace("\n", "\r\n").encode(), clock)


def nights(*events: str) -> list[tuple[str, str]]:
    return [(str(one.first), str(one.last)) for one in calendar(*events) if one.trouble is None]


def one(event: str) -> tuple[str, str]:
    (found,) = nights(f"UID:a\n{event}")
    return found


@pytest.mark.parametrize(
    ("event", "first", "last"),
    [
        ("DTSTART;VALUE=DATE:20261110\nDTEND;VALUE=DATE:20261112", "2026-11-10", "2026-11-12"),
        ("DTSTART;VALUE=DATE:20261110", "2026-11-10", "2026-11-11"),
        ("DTSTART;VALUE=DATE:20261110\nDURATION:P3D", "2026-11-10", "2026-11-13"),
        ("DTSTART:20261110T150000\nDTEND:20261112T110000", "2026-11-10", "2026-11-12"),
        ("DTSTART:20261110T233000Z\nDTEND:20261112T100000Z", "2026-11-11", "2026-11-12"),
        ("DTSTART;TZID=America/New_York:20261110T200000\nDTEND;TZID=America/New_York:20261112T200000", "2026-11-11",
         "2026-11-13"),
        ("DTSTART;VALUE=DATE:20261101\nDTEND;VALUE=DATE:20261106", "2026-11-01", "2026-11-06"),
    ],
)  # fmt: skip
def test_an_entry_is_the_nights_between_its_ends(event: str, first: str, last: str) -> None:
    assert one(event) == (first, last)


@pytest.mark.parametrize(
    "event",
    ["DTSTART;VALUE=DATE:20261110\nDTEND;VALUE=DATE:20261112\nSTATUS:CANCELLED",
     "DTSTART;VALUE=DATE:20261110\nDTEND;VALUE=DATE:20261112\nTRANSP:TRANSPARENT",
     "DTSTART;VALUE=DATE:20261103\nDTEND;VALUE=DATE:20261105"],
)  # fmt: skip
def test_what_takes_no_night_or_is_over_is_left_out(event: str) -> None:
    assert calendar(f"UID:a\n{event}") == ()


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ("DTSTART:20261110T140000\nDTEND:20261110T180000", "calendar.no_night"),
        ("DTSTART;VALUE=DATE:20261110\nDTEND;VALUE=DATE:20261110", "calendar.no_night"),
        ("DTSTART;VALUE=DATE:20261110\nDTEND;VALUE=DATE:20361110", "booking.too_long"),
        ("SUMMARY:When?", "calendar.no_dates"),
        ("DTSTART:soon", "calendar.no_dates"),
        ("DTSTART;VALUE=DATE:20261110\nDTEND:20261112T110000", "calendar.no_dates"),
        ("DTSTART:20261110T140000\nDTEND:20261111T140000\nRRULE:FREQ=SECONDLY", "calendar.endless"),
    ],
)
def test_an_entry_without_nights_is_told(event: str, code: str) -> None:
    (found,) = calendar(f"UID:a\n{event}")
    assert found.trouble is not None
    assert found.trouble.code == code


def test_what_repeats_comes_by_the_wall_clock_with_its_exceptions() -> None:
    weekly = """UID:w
DTSTART;TZID=Europe/Rome:20261023T150000
DTEND;TZID=Europe/Rome:20261024T100000
RRULE:FREQ=WEEKLY;UNTIL=20261127T140000Z
EXDATE;TZID=Europe/Rome:20261113T150000
RDATE;TZID=Europe/Rome:20261201T150000"""
    moved = """UID:w
RECURRENCE-ID;TZID=Europe/Rome:20261120T150000
DTSTART;TZID=Europe/Rome:20261122T150000
DTEND;TZID=Europe/Rome:20261124T100000"""
    assert nights(weekly, moved) == [
        ("2026-11-06", "2026-11-07"), ("2026-11-27", "2026-11-28"), ("2026-12-01", "2026-12-02"),
        ("2026-11-22", "2026-11-24"),
    ]  # fmt: skip
    identities = [entry.identity for entry in calendar(weekly, moved)]
    assert identities[0] == "w/20261106T140000"
    assert identities[-1] == "w/20261120T140000"


def test_a_repetition_without_end_ends_somewhere_and_quickly() -> None:
    begun = time.monotonic()
    found = nights("UID:m\nDTSTART;VALUE=DATE:19700101\nRRULE:FREQ=MONTHLY;BYMONTHDAY=1")
    assert 23 <= len(found) <= 25
    never = "UID:n\nDTSTART;VALUE=DATE:20261110\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    assert nights(never) == [("2026-11-10", "2026-11-11")]
    assert time.monotonic() - begun < 20


def test_entries_are_recognised() -> None:
    plain = "DTSTART;VALUE=DATE:20261110\nSUMMARY:CLOSED - Not available"
    first, second, third = calendar(f"UID:a\n{plain}", f"UID:a\n{plain}", plain)
    assert (first.identity, first.text) == ("a", "CLOSED - Not available")
    assert second.trouble is not None
    assert second.trouble.code == "import.twice"
    assert third.identity.startswith("=")


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>Not found</html>", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\n",
     b"BEGIN:VCALENDAR\r\nhello\r\nEND:VCALENDAR"],
)  # fmt: skip
def test_half_a_calendar_is_none(content: bytes) -> None:
    with pytest.raises(KnownError) as caught:
        read_calendar(content, ROME)
    assert caught.value.code == "calendar.unreadable"


def test_an_empty_calendar_is_one() -> None:
    assert calendar() == ()
