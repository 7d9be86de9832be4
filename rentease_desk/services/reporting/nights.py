"""Accommodation earned and city tax, night by night, and how full the house was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import Struct

from rentease_desk.domain.booking import ChargeKind
from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.money import Money
from rentease_desk.domain.reporting import Cell, Column, ColumnKind
from rentease_desk.services.reporting.context import Context, Found
from rentease_desk.storage.report_nights import arrivals_by_day, charged_nights, rooms_in_use, taken_nights

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
_FULL = "Of the rooms in use now, less those that are blocked. Nights to come are counted as they are booked."


class _Night(Struct):
    accommodation: int = 0
    discounts: int = 0
    tax: int = 0
    city_tax: int = 0
    not_stayed: int = 0


def nights(context: Context) -> Found:
    """A row a night and currency. Only nights that are over have been earned."""
    asked, yesterday = context.ask.days, context.today - timedelta(days=1)
    last = min(asked.last, yesterday)
    days = DateRange(asked.first, last) if asked.first <= last else None
    found = {} if days is None else _earned(context, days)
    rows = [_row(night, currency, one) for (night, currency), one in sorted(found.items())]
    return Found(_NIGHTS, rows, notes=(_STAYED,))


def occupancy(context: Context) -> Found:
    """A row a night of the range."""
    return Found(_OCCUPANCY, list(_occupied(context)), notes=(_FULL,))


def _earned(context: Context, days: DateRange) -> dict[tuple[date, str], _Night]:
    found: dict[tuple[date, str], _Night] = {}
    for line in charged_nights(context.book, days):
        for night, amount, tax in line.by_night():
            if days.first <= night <= days.last:
                of_night = found.setdefault((night, line.currency), _Night())
                _add(of_night, line.kind, amount, tax, is_slept=line.is_slept(night))
    return {key: one for key, one in found.items() if one != _Night()}


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
    asked, book = context.ask.days, context.book
    in_use, taken, arriving = rooms_in_use(book), taken_nights(book, asked), arrivals_by_day(book, asked)
    for at in range((asked.last - asked.first).days + 1):
        night = asked.first + timedelta(days=at)
        here, blocked = taken.get(night, (0, 0))
        rooms = max(in_use, here + blocked)
        open_ = rooms - blocked
        share = here * 1_000 // open_ if open_ else None
        yield night, rooms, here, blocked, open_ - here, arriving.get(night, 0), share
