"""How every folio stood on a day: what was charged and paid by then, added up by the database; and what became of the
stay by then, as the journal tells it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import BigInteger, Select, Subquery, and_, bindparam, cast, func, literal, or_, select, union_all
from sqlalchemy.sql import ColumnElement, FromClause

from rentease_desk.domain.booking import BookingStatus
from rentease_desk.domain.folio_standing import FolioStanding
from rentease_desk.storage.among import among_keys
from rentease_desk.storage.report_moves import Book
from rentease_desk.storage.report_pasts import Past, overridden, pasts_on
from rentease_desk.storage.report_sources import SUCCEEDED, WENT_BACK, void_payments
from rentease_desk.storage.return_tables import SIGN, refund_returns
from rentease_desk.storage.tables import bookings, charge_lines, guests, payment_transfers, payments, refunds

_DAY: ColumnElement[Any] = bindparam("day")
_STATUS = {one.value: one for one in BookingStatus}
_UNCHANGED = Past()
_BY_ARRIVAL = attrgetter("arrival", "booking_reference")
_moved = payment_transfers.c


def folios_on(book: Book, day: date) -> Iterator[FolioStanding]:
    """Folios on which something is held or owed on the evening of a business day, by arrival. Stay and status are those
    of that evening; where days were others then, all are put in order here.
    """
    pasts = pasts_on(book.connection, day, book.days)
    moved = overridden(pasts)
    found = _standings(book, day, pasts, moved)
    return iter(sorted(found, key=_BY_ARRIVAL)) if moved else found


def _standings(book: Book, day: date, pasts: Mapping[int, Past], moved: list[int]) -> Iterator[FolioStanding]:
    for pk, reference, guest, arrival, departure, channel, status, *money in book.connection.execute(
        _folios(), {"day": day, "moved": moved}
    ):
        past = pasts.get(pk, _UNCHANGED)
        yield FolioStanding(
            reference, guest, past.arrival or arrival, past.departure or departure, channel,
            past.status or _STATUS[status], *money,
        )  # fmt: skip


def without_booking(book: Book, day: date) -> dict[str, int]:
    """By currency the money of payments that had no booking, less what was given back of it, by that day."""
    free = payments.c.booking_pk.is_(None)
    found: dict[str, int] = {}
    for query in (*_paid_parts(free), *_refunded(free), *_moved_since(from_none=True)):
        for _, currency, _, minor in book.connection.execute(query, {"day": day}):
            found[currency] = found.get(currency, 0) + minor
    return {currency: minor for currency, minor in sorted(found.items()) if minor}


@cache
def folio_sums() -> Subquery:
    """By ``booking_pk`` and ``currency`` what was ``charged`` and ``paid`` by the parameter ``day``."""
    parts = union_all(
        _charged(), *_paid_parts(_HAS_HOME), *_refunded(_HAS_HOME), *_moved_since(), *_spread()
    ).subquery()
    sums = [cast(func.sum(parts.c[name]), BigInteger).label(name) for name in ("charged", "paid")]
    by_folio = (parts.c.booking_pk, parts.c.currency)
    return select(*by_folio, *sums).group_by(*by_folio).subquery()


@cache
def _folios() -> Select[Any]:
    whole = folio_sums()
    own = (bookings.c.pk == whole.c.booking_pk) & (bookings.c.currency == whole.c.currency)
    columns = (
        bookings.c.pk, bookings.c.reference, guests.c.name, bookings.c.arrival, bookings.c.departure,
        bookings.c.channel, bookings.c.status, bookings.c.currency, whole.c.charged, whole.c.paid,
    )  # fmt: skip
    query = select(*columns).select_from(whole.join(bookings, own).join(guests, guests.c.pk == bookings.c.guest_pk))
    to_come = or_(bookings.c.arrival > _DAY, among_keys(bookings.c.pk, "moved"))
    held = and_(to_come, whole.c.paid != 0)
    return query.where(or_(whole.c.charged != whole.c.paid, held)).order_by(bookings.c.arrival, bookings.c.reference)


_NO_REFUND = _moved.refund_pk.is_(None)
_HAS_HOME = payments.c.booking_pk.is_not(None)


def _charged() -> Select[Any]:
    table = charge_lines.c
    query = _part(table.booking_pk, table.currency, table.amount, paid=False).select_from(charge_lines)
    return query.where(table.business_date <= _DAY).group_by(table.booking_pk, table.currency)


def _paid_parts(home: ColumnElement[bool]) -> tuple[Select[Any], Select[Any]]:
    """What was paid, and what of it is void, to be taken off."""
    table = payments.c
    by_day = (home, SUCCEEDED, table.business_date <= _DAY)
    whole, void = (
        _part(table.booking_pk, table.currency, table.amount * sign).group_by(table.booking_pk, table.currency)
        for sign in (1, -1)
    )
    return whole.where(*by_day), void.where(*by_day, table.pk.in_(void_payments()))


def _refunded(home: ColumnElement[bool]) -> Iterator[Select[Any]]:
    """What was given back, and what of it came back by then as the refund failed."""
    pk, currency = payments.c.booking_pk, payments.c.currency
    given = refunds.join(payments, payments.c.pk == refunds.c.payment_pk)
    for table, amount, day in (
        (given, -refunds.c.amount, refunds.c.business_date),
        (_with_returns(given), refunds.c.amount * SIGN, refund_returns.c.business_date),
    ):
        query = _part(pk, currency, amount).select_from(table)
        yield query.where(home, WENT_BACK, day <= _DAY).group_by(pk, currency)


def _with_returns(given: FromClause) -> FromClause:
    return given.join(refund_returns, refund_returns.c.refund_pk == refunds.c.pk)


def _moved_since(*, from_none: bool = False) -> Iterator[Select[Any]]:
    """Payments that were moved whole after the day, put back where they were. ``from_none``: to and from no booking."""
    table = payment_transfers.join(payments, payments.c.pk == _moved.payment_pk)
    counted = (SUCCEEDED, payments.c.pk.not_in(void_payments()), payments.c.business_date <= _DAY)
    for home, sign in ((_moved.from_booking_pk, 1), (_moved.to_booking_pk, -1)):
        query = _part(home, _moved.currency, _moved.amount * sign).select_from(table)
        here = home.is_(None) if from_none else home.is_not(None)
        yield query.where(_moved.whole, _moved.business_date > _DAY, here, *counted).group_by(home, _moved.currency)


def _spread() -> Iterator[Select[Any]]:
    """What of payments, and of their refunds, is another booking's."""
    for home, sign in ((_moved.to_booking_pk, 1), (_moved.from_booking_pk, -1)):
        for back in (False, True):
            query = _part(home, _moved.currency, _moved.amount * (-sign if back else sign))
            table = payment_transfers.join(payments, payments.c.pk == _moved.payment_pk)
            counted: tuple[ColumnElement[bool], ...] = (SUCCEEDED, payments.c.pk.not_in(void_payments()), _NO_REFUND)
            if back:
                table = table.join(refunds, refunds.c.pk == _moved.refund_pk)
                counted = (WENT_BACK,)
            by_day = (~_moved.whole, _moved.business_date <= _DAY, home.is_not(None))
            yield query.select_from(table).where(*by_day, *counted).group_by(home, _moved.currency)
        returned = _with_returns(
            payment_transfers.join(refunds, refunds.c.pk == _moved.refund_pk).join(
                payments, payments.c.pk == _moved.payment_pk
            )
        )
        query = _part(home, _moved.currency, _moved.amount * SIGN * sign).select_from(returned)
        by_day = (~_moved.whole, refund_returns.c.business_date <= _DAY, home.is_not(None))
        yield query.where(*by_day, WENT_BACK).group_by(home, _moved.currency)


def _part(
    home: ColumnElement[Any], currency: ColumnElement[str], amount: ColumnElement[int], *, paid: bool = True
) -> Select[Any]:
    total = cast(func.sum(amount), BigInteger)
    nothing = literal(0, BigInteger)
    charged, given = (nothing, total) if paid else (total, nothing)
    folio = (home.label("booking_pk"), currency.label("currency"))
    return select(*folio, charged.label("charged"), given.label("paid"))
