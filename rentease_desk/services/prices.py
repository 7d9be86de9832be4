"""The price of a stay, which is only ever changed by further lines of its folio (money rule 2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec.structs import replace

from rentease_desk.domain.booking import ChargeKind
from rentease_desk.domain.money import Money
from rentease_desk.domain.settings import Property
from rentease_desk.storage.charges import ChargeRow, add_charge, standing_accommodation
from rentease_desk.storage.database import Unit
from rentease_desk.storage.open_days import open_days


def price_of(unit: Unit, booking_pk: int, currency: str) -> Money:
    """What stands charged for the stay itself."""
    return _sum(standing_accommodation(unit.connection, booking_pk), currency)


def set_price(
    unit: Unit, pk: int, uid: str, price: Money, stay: tuple[date, date], settings: Property, *, is_same_stay: bool
) -> None:
    """Bring the price of a booking's stay (arrival, departure) to ``price``: old lines are taken back by lines of their
    own. ``is_same_stay``: the days are as before, so that lines of some of its nights may stay as they are.
    """
    standing = standing_accommodation(unit.connection, pk)
    is_right = price == _sum(standing, price.currency)
    if is_right and (is_same_stay or all((line.service_from, line.service_to) == stay for line in standing)):
        return
    today = open_days(unit, settings.days).day(unit.now)
    for line in standing:
        add_charge(unit, uid, replace(line, amount=-line.amount, business_date=today, reason="The stay was changed"))
    if price.minor:
        rate = standing[0].tax_rate_ppm if standing else settings.room_tax_ppm
        kind = ChargeKind.ACCOMMODATION
        add_charge(unit, uid, ChargeRow(pk, kind, price.minor, price.currency, today, "", rate, *stay))


def _sum(lines: Sequence[ChargeRow], currency: str) -> Money:
    return Money(sum(line.amount for line in lines), currency)
