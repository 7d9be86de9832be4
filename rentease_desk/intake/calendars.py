"""Entries of an iCalendar file (RFC 5545) as the nights that they take, on the property's clock.

A calendar cannot tell a stay from a closed room: "Reserved", "CLOSED - Not available" and a plumber look alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from rentease_desk.domain.booking import MAX_NIGHTS
from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.domain.text import clean_text, mask_card_numbers

MOST_TIMES = 1_000
"""Occurrences of one entry."""
_TEXT = 80
_LONGEST = 200
_NIGHT = timedelta(days=1)
_COARSE = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
_When = date | datetime


class Entry(Struct, frozen=True):
    """``number``: the how-manieth of its calendar. ``identity`` is its UID, and which occurrence it is of those that
    repeat. The nights are from ``first`` to the one before ``last``. ``text`` is shown, and never kept: it may name a
    guest. ``trouble``: why it blocks nothing.
    """

    number: int
    identity: str
    text: str
    first: date | None = None
    last: date | None = None
    trouble: KnownError | None = None


class Clock(Struct, frozen=True):
    """By what days are told: the property's zone, and its business day."""

    zone: ZoneInfo
    today: date


def read_calendar(content: bytes, clock: Clock) -> tuple[Entry, ...]:
    """What of a calendar is not over: those that are free or cancelled there are left out.

    Raises KnownError ``calendar.unreadable`` for anything but a whole calendar: half of one would free the other half.
    """
    events = _events(content)
    moved = {(_uid(one), _stamp(_when(one, "RECURRENCE-ID"))) for one in events if "RECURRENCE-ID" in one}
    found: dict[str, Entry] = {}
    for number, event in enumerate(events, start=1):
        for entry in _entries(number, event, moved, clock):
            if entry.identity in found:
                again = InputError(
                    "import.twice", field="uid", reference=entry.text, first=found[entry.identity].number
                )
                entry = Entry(number, f"{entry.identity}#{number}", entry.text, trouble=again)
            found[entry.identity] = entry
    return tuple(found.values())


def _events(content: bytes) -> Sequence[Any]:
    from icalendar import Calendar  # 80 ms that nothing but a calendar needs

    whole = content.removeprefix(b"\xef\xbb\xbf").strip()
    if not whole[:15].upper() == b"BEGIN:VCALENDAR" or not whole[-13:].upper() == b"END:VCALENDAR":
        raise KnownError("calendar.unreadable", reason="it does not begin and end as one")
    try:
        calendars = Calendar.from_ical(whole, multiple=True)
        return [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise KnownError("calendar.unreadable", reason=type(error).__name__) from error


def _entries(number: int, event: Any, moved: set[tuple[str, str]], clock: Clock) -> Iterator[Entry]:
    """The occurrences of an event that are not over."""
    if _word(event, "STATUS") == "CANCELLED" or _word(event, "TRANSP") == "TRANSPARENT":
        return
    uid = _uid(event)
    text = clean_text(mask_card_numbers(" ".join(str(event.get("SUMMARY", "")).split())[:_TEXT]), "text")
    try:
        start, length = _span(event)
        for identity, at in _occurrences(event, uid, start, moved, clock):
            first, last = _local(at, clock), _local(at + length, clock)
            if last > clock.today or last <= first:
                yield _entry(number, identity, text, first, last)
    except KnownError as error:
        yield Entry(number, uid, text, trouble=error)
    except (ValueError, TypeError, AttributeError, OverflowError, KeyError):
        yield Entry(number, uid, text, trouble=InputError("calendar.no_dates", field="dates"))


def _entry(number: int, identity: str, text: str, first: date, last: date) -> Entry:
    nights, trouble = (last - first).days, None
    if nights < 1:
        trouble = InputError("calendar.no_night", field="dates", day=first)
    elif nights > MAX_NIGHTS:
        trouble = InputError("booking.too_long", field="dates", nights=nights, limit=MAX_NIGHTS)
    return Entry(number, identity, text, first, last, trouble)


def _uid(event: Any) -> str:
    """Without one, or with one that is no plain name, an entry is recognised by that, or by all that it says."""
    uid = str(event.get("UID", "")).strip()
    if uid and uid.isprintable() and len(uid) <= _LONGEST and "/" not in uid:
        return uid
    named = uid.encode("utf-8", "replace") or event.to_ical()
    return f"={hashlib.blake2b(named, digest_size=16).hexdigest()}"


def _word(event: Any, name: str) -> str:
    return str(event.get(name, "")).strip().upper()


def _when(event: Any, name: str) -> _When:
    found: _When = event[name].dt
    return found


def _stamp(at: _When) -> str:
    """The same moment is the same text, whichever zone tells it."""
    if isinstance(at, datetime):
        return (at.astimezone(ZoneInfo("UTC")) if at.tzinfo else at).strftime("%Y%m%dT%H%M%S")
    return at.strftime("%Y%m%d")


def _span(event: Any) -> tuple[_When, timedelta]:
    """When it begins, and how long it takes (RFC 5545, 3.6.1: a day without an end is one day)."""
    if "DTSTART" not in event:
        raise InputError("calendar.no_dates", field="dates")
    start = _when(event, "DTSTART")
    if "DTEND" in event:
        end = _when(event, "DTEND")
        if isinstance(end, datetime) is not isinstance(start, datetime):
            raise InputError("calendar.no_dates", field="dates")
        return start, end - start
    if "DURATION" in event:
        length: timedelta = event["DURATION"].dt
        return start, length
    return start, timedelta(0) if isinstance(start, datetime) else _NIGHT


def _local(at: _When, clock: Clock) -> date:
    """The day on the property's calendar; a time without a zone is the property's own."""
    if not isinstance(at, datetime):
        return at
    return at.astimezone(clock.zone).date() if at.tzinfo else at.date()


def _occurrences(
    event: Any, uid: str, start: _When, moved: set[tuple[str, str]], clock: Clock
) -> Iterator[tuple[str, _When]]:
    if "RECURRENCE-ID" in event:
        yield f"{uid}/{_stamp(_when(event, 'RECURRENCE-ID'))}", start
        return
    if "RRULE" not in event and "RDATE" not in event:
        yield uid, start
        return
    left_out = {_stamp(at) for at in _listed(event, "EXDATE")}
    for at in _repeated(event, start, clock):
        stamp = _stamp(at)
        if stamp not in left_out and (uid, stamp) not in moved:
            yield f"{uid}/{stamp}", at


def _repeated(event: Any, start: _When, clock: Clock) -> list[_When]:
    """Every time that it comes within the next two years, by the wall clock of its own zone."""
    zone = start.tzinfo if isinstance(start, datetime) else None
    back = _back(start, zone)
    times = {_plain(start, zone), *(_plain(at, zone) for at in _listed(event, "RDATE"))}
    for rule in _many(event.get("RRULE")):
        for at in _by_rule(rule, _plain(start, zone), zone, clock):
            times.add(at)
            if len(times) > MOST_TIMES:
                raise InputError("calendar.endless", field="dates", limit=MOST_TIMES)
    return [back(at) for at in sorted(times)]


def _by_rule(rule: Any, start: datetime, zone: Any, clock: Clock) -> Iterator[datetime]:
    from dateutil.rrule import rrulestr

    if rule.get("FREQ", [""])[0] not in _COARSE:
        raise InputError("calendar.endless", field="dates", limit=MOST_TIMES)
    midnight = datetime.combine(clock.today, datetime.min.time())
    earliest, latest = midnight - MAX_NIGHTS * _NIGHT, midnight + MAX_NIGHTS * _NIGHT
    until = rule.get("UNTIL", [None])[0]
    ends = latest if until is None else min(latest, _until(until, zone))
    parts = [one for one in rule.to_ical().decode().split(";") if not one.startswith(("UNTIL=", "COUNT="))]
    # Always with an end: a rule that never comes true would be followed to the year 9999.
    found = rrulestr(";".join([*parts, f"UNTIL={ends:%Y%m%dT%H%M%S}"]), dtstart=start)
    for at in islice(found, rule.get("COUNT", [None])[0]):
        if at >= earliest:
            yield at


def _until(until: _When, zone: Any) -> datetime:
    if isinstance(until, datetime):
        return _plain(until, zone)
    return datetime.combine(until, datetime.max.time())


def _plain(at: _When, zone: Any) -> datetime:
    """On the wall clock of a zone, where a day is its midnight."""
    if not isinstance(at, datetime):
        return datetime.combine(at, datetime.min.time())
    return (at.astimezone(zone) if at.tzinfo and zone is not None else at).replace(tzinfo=None)


def _back(start: _When, zone: Any) -> Callable[[datetime], _When]:
    if isinstance(start, datetime):
        return lambda at: at.replace(tzinfo=zone)
    return lambda at: at.date()


def _listed(event: Any, name: str) -> list[_When]:
    return [_first(one.dt) for listed in _many(event.get(name)) for one in listed.dts]


def _first(at: Any) -> _When:
    """Of a period (RFC 5545, 3.3.9) its beginning."""
    found: _When = at[0] if isinstance(at, tuple) else at
    return found


def _many(found: Any) -> list[Any]:
    """A property may stand there once, often, or not at all."""
    if found is None:
        return []
    return list(found) if isinstance(found, list) else [found]
