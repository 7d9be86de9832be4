"""Payments as a list of a stretch of days, some days at a time, so that any number of them needs no memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, and_, bindparam, case, func, or_, select

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.reporting import Basis
from rentease_desk.storage.parts import spread_over
from rentease_desk.storage.report_days import between
from rentease_desk.storage.report_moves import Book
from rentease_desk.storage.report_pieces import in_time, read_ahead
from rentease_desk.storage.report_sources import void_payments, with_homes
from rentease_desk.storage.return_tables import returned_by
from rentease_desk.storage.tables import bookings, guests, payments
from rentease_desk.storage.together import rows_together

_DAY = timedelta(days=1)


class PaymentLine(Struct, gc=False):
    """A payment as it stands. Amounts in minor units, times in UTC seconds; ``told`` is its own reference.

    ``returned`` is what had been given back of it by the evening of the last day that is asked for, whatever was given
    back since. ``stripe_account``: Stripe's id of the account that holds it; None of manual money, and where there is
    but one. ``others``: the references of further bookings that have a part of it.
    """

    pk: int
    uid: str
    business_date: date | None
    occurred_at: int
    late_of: date | None
    reference: str | None
    guest: str | None
    channel: str | None
    source: str
    method: str
    state: str
    told: str
    note: str
    description: str | None
    brand: str | None
    last4: str | None
    stripe_payment_id: str | None
    stripe_charge_id: str | None
    actor: str
    desk: str
    currency: str
    amount: int
    rounding: int
    fee: int | None
    net: int | None
    settlement_currency: str | None
    void: int
    returned: int
    stripe_account: str | None = None
    others: tuple[str, ...] = ()


def payment_rows(book: Book, days: DateRange, basis: Basis) -> Iterator[PaymentLine]:
    """Payments in the order of their times. One that has not counted has no business day: it stands on the day on which
    it was made.
    """
    told = _with_payments(book, days)
    for found in read_ahead(book.reader, told, lambda piece: _read(book, piece, basis, days.last)):
        yield from in_time([PaymentLine(*row) for row in found])


def _read(book: Book, piece: DateRange, basis: Basis, evening: date) -> Sequence[Sequence[Any]]:
    several = bool(book.others)
    rows = rows_together(book.connection, _payments(basis, several), book.given(piece) | {"evening": evening})
    spread = spread_over(book.connection, [row[0] for row in rows])
    account = () if several else (None,)
    return [(*row, *account, tuple(spread.get(row[0], ()))) for row in rows] if spread else rows


def _with_payments(book: Book, days: DateRange) -> DateRange:
    """The days without the years before and after all payments; none of them where there is no payment."""
    table = payments.c
    bounds = [
        book.connection.scalar(select(bound(column)))
        for bound in (func.min, func.max)
        for column in (table.business_date, table.occurred_at)
    ]
    told = [book.days.calendar_date(one) if isinstance(one, int) else one for one in bounds if one is not None]
    if not told or days.last < min(told) - _DAY or days.first > max(told) + _DAY:
        return DateRange(days.last, days.last)
    return DateRange(max(days.first, min(told) - _DAY), min(days.last, max(told) + _DAY))


@cache
def _payments(basis: Basis, with_account: bool) -> Select[Any]:
    table = payments.c
    made = between(table.occurred_at, "since", "until")
    if basis is Basis.BUSINESS:
        dated = table.business_date.between(bindparam("first"), bindparam("last"))
        made = or_(dated, and_(table.business_date.is_(None), between(table.occurred_at, "rolled", "rolls")))
    columns: tuple[Any, ...] = (
        table.pk, table.uid, table.business_date, table.occurred_at, table.late_of, bookings.c.reference,
        func.coalesce(guests.c.name, table.payer_name).label("guest"), bookings.c.channel, table.source, table.method,
        table.state, table.reference.label("told"), table.note, table.description, table.brand, table.last4,
        table.stripe_payment_id, table.stripe_charge_id, table.actor, table.desk, table.currency, table.amount,
        table.rounding, table.fee, table.net, table.settlement_currency,
        case((table.pk.in_(void_payments()), 1), else_=0).label("void"), returned_by().label("returned"),
    )  # fmt: skip
    account = (table.stripe_account,) if with_account else ()
    return select(*columns, *account).select_from(with_homes(payments)).where(made)
