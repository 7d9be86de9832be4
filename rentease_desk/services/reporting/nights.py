"""Accommodation earned and city tax, night by night, and how full the house was."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from msgspec import Struct

from rentease_desk.domain.booking import ChargeKind
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.money import Money
from rentease_desk.domain.reporting import Cell, Column, ColumnKind
from rentease_desk.services.reporting.context import Context, Found
from rentease_desk.storage.report_nights import Known, charged_nights, known_at, touched_since
from rentease_desk.storage.report_occupancy import occupied, rooms_in_use
from rentease_desk.storage.report_pasts import ClosedDays, closed_days

_DAY, _MONEY, _COUNT = ColumnKind.DAY, ColumnKind.MONEY, ColumnKind.COUNT
_NIGHTS = (
    Column("night", "Night", _DAY),
    Column("currency", "Currency"),
    Column("accommodation", "Accommodation", _MONEY, True),
    Column("discounts", "Discounts", _MONEY, True),
    Column("tax", "Tax contained", _MONEY, True),
    Column("city_tax", "City tax", _MONEY, True),
    Column("not_stayed", "Charged, not stayed", _MONEY, True),
    Column("earned", "Earned", _MONEY, True),
)
_OCCUPANCY = (
    Column("night", "Night", _DAY),
    Column("rooms", "Rooms", _COUNT, True),
    Column("taken", "Taken", _COUNT, True),
    Column("blocked", "Blocked", _COUNT, True),
    Column("free", "Free", _COUNT, True),
    Column("arrivals", "Arrivals", _COUNT, True),
    Column("occupancy", "Occupancy", ColumnKind.SHARE),
)
_STAYED = ("Of guests who are or were in the house, up to last night. Earned is accommodation less discounts; the tax "
           "is contained in it. City tax is the city's money, and no income. A night that was charged and not slept as "
           "the guest left before, is told apart and is in none of the others.")  # fmt: skip
_LATE = ("Nights of closed days are told as it was known when the last day was closed; days that are not closed, and "
         "those before the first that is, as it is known now. Rows of nights before the first day are what was written "
         "of them since their own day was closed.")  # fmt: skip
_FULL_THEN = (
    "Nights of closed days are told as it was known when the last day was closed; what is blocked, as it is now."
)
_FULL = "Of the rooms in use now, less those that are blocked. Nights to come are counted as they are booked."


_Key = tuple[date, str]


class _Night(Struct):
    accommodation: int = 0
    discounts: int = 0
    tax: int = 0
    city_tax: int = 0
    not_stayed: int = 0


_Nights = dict[_Key, _Night]


def nights(context: Context) -> Found:
    """A row a night and currency. Only nights that are over have been earned.

    What was written of a closed day later is in rows of that night, in the report of the day on which it was known.
    """
    asked, yesterday = context.ask.days, context.today - timedelta(days=1)
    last = min(asked.last, yesterday)
    days = DateRange(asked.first, last) if asked.first <= last else None
    found = {} if days is None else _earned(context, days)
    rows = [_row(night, currency, one) for (night, currency), one in sorted(found.items())]
    return Found(_NIGHTS, rows, notes=(_STAYED, _LATE))


def occupancy(context: Context) -> Found:
    """A row a night of the range."""
    return Found(_OCCUPANCY, list(_occupied(context)), notes=(_FULL, _FULL_THEN))


def _earned(context: Context, days: DateRange) -> _Nights:
    closed = closed_days(context.book.connection)
    found = _late(context, days, closed)
    for part, close in closed.parts(days):
        _collect(context, part, known_at(context.book, close, part.last), found)
    return {key: one for key, one in found.items() if one != _Night()}


def _late(context: Context, days: DateRange, closed: ClosedDays) -> _Nights:
    """Of nights that were closed before the first day: what is known of them on the last day, less what was then."""
    before = days.first - timedelta(days=1)
    close = closed.close(before)
    if close is None or closed.first is None:
        return {}
    earlier, then = DateRange(closed.first, before), known_at(context.book, close, before)
    touched = touched_since(context.book, then)
    found: _Nights = {}
    known: _Nights = {}
    _collect(context, earlier, known_at(context.book, closed.close(days.last), before), found, touched)
    _collect(context, earlier, then, known, touched)
    return {key: _less(found.get(key, _Night()), known.get(key, _Night())) for key in found.keys() | known.keys()}


def _less(one: _Night, other: _Night) -> _Night:
    return _Night(*(getattr(one, name) - getattr(other, name) for name in _Night.__struct_fields__))


def _collect(
    context: Context, days: DateRange, known: Known, into: _Nights, among: Collection[int] | None = None
) -> None:
    for line in charged_nights(context.book, days, known, among):
        for night, amount, tax in line.by_night():
            if days.first <= night <= days.last:
                of_night = into.setdefault((night, line.currency), _Night())
                _add(of_night, line.kind, amount, tax, is_slept=line.is_slept(night))


def _add(night: _Night, kind: str, amount: int, tax: int, *, is_slept: bool) -> None:
    if not is_slept:
        night.not_stayed += amount
    elif kind == ChargeKind.CITY_TAX.value:
        night.city_tax += amount
    else:
        night.tax += tax
        if kind == ChargeKind.DISCOUNT.value:
            night.discounts += amount
        else:
            night.accommodation += amount


def _row(night: date, currency: str, one: _Night) -> tuple[Cell, ...]:
    earned = one.accommodation + one.discounts
    told = (one.accommodation, one.discounts, one.tax, one.city_tax, one.not_stayed, earned)
    return night, currency.upper(), *(Money(minor, currency) for minor in told)


def _occupied(context: Context) -> Iterator[tuple[Cell, ...]]:
    book, in_use = context.book, rooms_in_use(context.book)
    for part, close in closed_days(book.connection).parts(context.ask.days):
        found = occupied(book, part, known_at(book, close, part.last))
        for at in range((part.last - part.first).days + 1):
            night = part.first + timedelta(days=at)
            here, blocked = found.taken.get(night, 0), found.blocked.get(night, 0)
            rooms = max(in_use, here + blocked)
            open_ = rooms - blocked
            share = here * 1_000 // open_ if open_ else None
            yield night, rooms, here, blocked, open_ - here, found.arriving.get(night, 0), share
