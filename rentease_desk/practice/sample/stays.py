"""Who sleeps where and when: a room-night belongs to one booking at most, whatever became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from rentease_desk.practice.sample.calendar import Calendar
from rentease_desk.practice.sample.model import Room, Status

ROOMS: Final = tuple(
    Room(name, *kind)
    for kind, names in (
        (("Single", 1, 7_900), "101 102 201 202 301"),
        (("Double", 2, 11_800), "103 104 105 203 204 205 302 303"),
        (("Twin", 2, 11_200), "106 107 206 304"),
        (("Family", 4, 16_900), "207 305 306"),
    )
    for name in names.split()
)
EMPTY_ROOM: Final = "306"
"""Nobody has booked it: what an empty room looks like."""

_REACH: Final = 60
_LENGTHS: Final = (1, 1, 2, 2, 2, 3, 3, 3, 4, 5, 7)
_CHECK_IN: Final = 15
_CHECK_OUT: Final = 11


@dataclass(frozen=True, slots=True)
class Stay:
    """A booked room from ``arrival`` until the morning of ``departure``."""

    room: Room
    arrival: date
    departure: date


def stays(calendar: Calendar, rng: Random) -> list[Stay]:
    """Stays of all rooms within sixty days of today, thinner the further away."""
    found = []
    for number, room in enumerate(sorted(ROOMS, key=lambda room: room.name)):
        if room.name != EMPTY_ROOM:
            spans = _spans(number, rng)
            found += [Stay(room, calendar.day(first), calendar.day(last)) for first, last in spans]
    return found


def _spans(number: int, rng: Random) -> list[tuple[int, int]]:
    """Days from today, of one room: a stay around today, then others before and after it."""
    length = rng.choice(_LENGTHS)
    # Some rooms leave today and some arrive, whatever the seed: there is always work at the desk.
    first = -length if number % 4 == 0 else 0 if number % 4 == 1 else rng.randint(-4, 2)
    spans = [(first, first + length)]
    end = first
    while (end := end - _gap(end, rng)) > -_REACH:
        start = max(end - rng.choice(_LENGTHS), -_REACH)
        spans.append((start, end))
        end = start
    start = first + length
    while (start := start + _gap(start, rng)) < _REACH:
        spans.append((start, min(start + rng.choice(_LENGTHS), _REACH)))
        start = spans[-1][1]
    return sorted(spans)


def _gap(offset: int, rng: Random) -> int:
    """Free days beside a stay, so many days away from today."""
    if abs(offset) <= 10:
        return rng.choice((0, 0, 1, 2))
    return rng.randint(1, 10) if offset < 0 else rng.randint(2, 14)


def status_of(stay: Stay, calendar: Calendar, rng: Random) -> Status:
    """Where the stay stands now."""
    today, hour, chance = calendar.today, calendar.local.hour, rng.random()
    if stay.arrival > today:
        return Status.TENTATIVE if chance < 0.08 else Status.CANCELLED if chance < 0.16 else Status.CONFIRMED
    if stay.arrival == today:
        return Status.IN_HOUSE if hour >= _CHECK_IN and chance < 0.6 else Status.CONFIRMED
    if stay.departure > today:
        return Status.NO_SHOW if chance < 0.05 else Status.IN_HOUSE
    if stay.departure == today:
        return Status.DEPARTED if hour >= _CHECK_OUT and chance < 0.8 else Status.IN_HOUSE
    return Status.NO_SHOW if chance < 0.04 else Status.CANCELLED if chance < 0.12 else Status.DEPARTED
