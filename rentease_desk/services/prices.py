"""The price of a stay, which is only ever changed by further lines of its folio (money rule 2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec.structs import replace

from rentease_desk.domain.booking import ChargeKind
from rentease_desk.domain.money import Money
from rentease_desk.storage.charges import ChargeRow, add_charge, standing_accommodation
from rentease_desk.storage.database import Unit


def price_of(unit: Unit, booking_pk: int, currency: str) -> Money:
    """What stands charged for the stay itself."""
    return _sum(standing_accommodation(unit.connection, booking_pk), currency)


def set_price(unit: Unit, pk: int, uid: str, price: Money, stay: tuple[date, date], today: date) -> None:
    """Bring the price of a booking's stay (arrival, departure) to ``price``: old lines are taken back by lines of their
    own. ``today`` is the business date of the new ones.
    """
    standing = standing_accommodation(unit.connection, pk)
    is_right = price == _sum(standing, price.currency)
    if is_right and all((line.service_from, line.service_to) == stay for line in standing):
        return
    for line in standing:
        add_charge(unit, uid, replace(line, amount=-line.amount, business_date=today, reason="The stay was changed"))
    if price.minor:
        rate = standing[0].tax_rate_ppm if standing else 0
        kind = ChargeKind.ACCOMMODATION
        add_charge(unit, uid, ChargeRow(pk, kind, price.minor, price.currency, today, "", rate, *stay))


def _sum(lines: Sequence[ChargeRow], currency: str) -> Money:
    return Money(sum(line.amount for line in lines), currency)
