"""What stands on the folio, and what was paid for it at the desk."""

from __future__ import annotations

import uuid
from datetime import timedelta
from random import Random
from typing import Final

from rentease_desk.practice.sample.calendar import Calendar
from rentease_desk.practice.sample.model import Line, LineKind, ManualPayment, Status
from rentease_desk.practice.sample.stays import Stay

_REDUCED: Final = 100_000
_FULL: Final = 220_000
_EXTRAS: Final = (
    ("Breakfast", 1_200, _REDUCED),
    ("Parking, one night", 1_800, _FULL),
    ("Minibar", 850, _REDUCED),
    ("Laundry", 2_300, _FULL),
    ("Dinner, half board", 3_450, _REDUCED),
    ("Late check-out", 3_000, _REDUCED),
    ("Bicycle hire", 1_500, _FULL),
)
_CITY_TAX: Final = 200


def new_uid(rng: Random) -> str:
    """A UUID that repeats with the seed."""
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def lines(stay: Stay, status: Status, adults: int, booked_at: int, calendar: Calendar, rng: Random) -> tuple[Line, ...]:
    """The charges of a stay as far as they have arisen."""
    if status is Status.CANCELLED:
        return _cancellation(stay, booked_at, calendar) if rng.random() < 0.5 else ()
    if status is Status.NO_SHOW:
        at = calendar.at(stay.arrival + timedelta(days=1), 10)
        return (Line(LineKind.CANCELLATION_FEE, "No-show, first night", stay.room.rate, 0, at),)
    found = _accommodation(stay, booked_at, rng)
    if status in {Status.IN_HOUSE, Status.DEPARTED}:
        found += [_city_tax(stay, adults, calendar), *_extras(stay, calendar, rng)]
    return tuple(found)


def manual_payment(amount: int, at: int, rng: Random) -> ManualPayment:
    """Money over the counter: mostly cash, which has no reference."""
    method = rng.choice(("cash", "cash", "cash", "card_terminal", "card_terminal", "transfer", "cheque"))
    number = rng.randrange(100_000, 999_999)
    reference = {"card_terminal": f"T{number}", "transfer": f"CRO {number}", "cheque": f"No. {number}"}.get(method)
    return ManualPayment(new_uid(rng), method, amount, at, reference)


def _accommodation(stay: Stay, booked_at: int, rng: Random) -> list[Line]:
    nights = (stay.departure - stay.arrival).days
    price = stay.room.rate * nights
    text = f"{nights} night{'s' if nights > 1 else ''}, {stay.room.kind}"
    found = [Line(LineKind.ACCOMMODATION, text, price, _REDUCED, booked_at, stay.arrival, stay.departure)]
    if nights >= 4 or rng.random() < 0.06:
        percent = rng.choice((5, 10, 15))
        text = f"Long stay, {percent} %" if nights >= 4 else f"Returning guest, {percent} %"
        found.append(Line(LineKind.DISCOUNT, text, -(price * percent // 100), _REDUCED, booked_at))
    return found


def _city_tax(stay: Stay, adults: int, calendar: Calendar) -> Line:
    nights = (stay.departure - stay.arrival).days
    text = f"City tax, {adults} × {nights}"
    return Line(LineKind.CITY_TAX, text, _CITY_TAX * adults * nights, 0, calendar.at(stay.arrival, 16))


def _extras(stay: Stay, calendar: Calendar, rng: Random) -> list[Line]:
    last = min(stay.departure, calendar.today)
    days = max((last - stay.arrival).days, 1)
    found = []
    for text, price, tax in rng.sample(_EXTRAS, k=rng.choice((0, 0, 1, 1, 2, 3))):
        at = calendar.at(stay.arrival + timedelta(days=rng.randrange(days)), rng.randint(17, 22))
        found.append(Line(LineKind.EXTRA, text, price, tax, at))
    return sorted(found, key=lambda line: line.occurred_at)


def _cancellation(stay: Stay, booked_at: int, calendar: Calendar) -> tuple[Line, ...]:
    at = max(booked_at, calendar.at(stay.arrival - timedelta(days=2), 12))
    return (Line(LineKind.CANCELLATION_FEE, "Cancelled late, first night", stay.room.rate, 0, at),)
