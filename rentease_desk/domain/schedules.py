"""Files that are written by themselves: which report, how often, and into which folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from pathlib import PurePosixPath, PureWindowsPath

from msgspec import Struct

from rentease_desk.domain.dates import DateRange, Days
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.exports import Preset
from rentease_desk.domain.reporting import NAMES, Ask, Basis, ReportName

MOST_HOURS = 23
MAX_FOLDER = 400
_DAY = timedelta(days=1)
_DECEMBER = 12


class Rhythm(StrEnum):
    """How often. ``CLOSE``: whenever a business day has been closed, of that day."""

    CLOSE = "close"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class ScheduleDraft(Struct, frozen=True):
    """A schedule as somebody wants it. ``hour``: of the property's clock. ``basis`` None: the report's first.

    ``replaces``: the version that was seen, of the one with this ``uid``; None makes a new one.
    """

    uid: str
    report: ReportName
    preset: Preset
    rhythm: Rhythm
    hour: int
    folder: str
    basis: Basis | None = None
    currency: str | None = None
    replaces: int | None = None


class Schedule(Struct, frozen=True):
    """One that stands. ``since``: periods that ended before this day are none of its."""

    pk: int
    uid: str
    report: ReportName
    preset: Preset
    rhythm: Rhythm
    hour: int
    folder: str
    basis: Basis | None
    currency: str | None
    since: date
    version: int


class Period(Struct, frozen=True):
    """Days of which a file is written once. ``key`` tells it from all others of its schedule: a day that was closed
    again has a new one.
    """

    key: str
    days: DateRange


class Delivery(Struct, frozen=True):
    """What became of a period: whether its files are there, since when (UTC seconds), by which desk, and their names;
    or why not, with the code of the error.
    """

    schedule_pk: int
    key: str
    done: bool
    at: int
    desk: str
    files: tuple[str, ...] = ()
    code: str = ""
    error: str = ""


class ScheduleState(Struct, frozen=True):
    """A schedule, the last period that it wrote, and the one that it cannot write just now."""

    schedule: Schedule
    last: Delivery | None = None
    trouble: Delivery | None = None


def ask_of(schedule: Schedule, days: DateRange) -> Ask:
    """What its file of some days is asked for."""
    return Ask(schedule.report, days, schedule.basis, currency=schedule.currency, preset=schedule.preset)


def file_name(schedule: Schedule, days: DateRange) -> str:
    """``takings-2026-11-05-excel.csv``: all that tells two files of one folder apart."""
    span = [days.first.isoformat()] if days.first == days.last else [days.first.isoformat(), days.last.isoformat()]
    basis = [] if schedule.basis in {None, NAMES[schedule.report].bases[0]} else [str(schedule.basis)]
    words = [schedule.report.value, *span, *basis, *filter(None, [schedule.currency]), schedule.preset.value]
    return f"{'EXTF_' if schedule.preset is Preset.DATEV else ''}{'-'.join(words)}.csv"


def due_periods(schedule: Schedule, days: Days, now: int) -> Iterator[Period]:
    """Its periods that are over by its hour and by the property's roll, oldest first. None of a day's close: whether a
    day is closed, the database knows.
    """
    if schedule.rhythm is Rhythm.CLOSE:
        return
    clock = Days(days.zone, schedule.hour * 60)
    first = _begin(schedule.rhythm, schedule.since)
    while True:
        last = _next(schedule.rhythm, first) - _DAY
        whole = DateRange(first, last)
        if max(clock.business_span(whole).end, days.business_span(whole).end) > now:
            return
        yield Period(first.isoformat(), whole)
        first = last + _DAY


def check_schedule(draft: ScheduleDraft) -> None:
    """Raises InputError ``schedule.…``, or ``report.basis``."""
    if not 0 <= draft.hour <= MOST_HOURS:
        raise InputError("schedule.hour", field="hour", value=draft.hour)
    folder = draft.folder.strip()
    if not (PurePosixPath(folder).is_absolute() or PureWindowsPath(folder).is_absolute()) or len(folder) > MAX_FOLDER:
        raise InputError("schedule.folder", field="folder", folder=folder[:80])
    bases = NAMES[draft.report].bases
    if draft.basis is not None and draft.basis not in bases:
        names = {"report": draft.report.value, "basis": draft.basis.value, "known": ", ".join(bases)}
        raise InputError("report.basis", field="basis", **names)


def _begin(rhythm: Rhythm, day: date) -> date:
    if rhythm is Rhythm.WEEKLY:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if rhythm is Rhythm.MONTHLY else day


def _next(rhythm: Rhythm, first: date) -> date:
    if rhythm is Rhythm.MONTHLY:
        return date(first.year + first.month // _DECEMBER, first.month % _DECEMBER + 1, 1)
    return first + (7 * _DAY if rhythm is Rhythm.WEEKLY else _DAY)
