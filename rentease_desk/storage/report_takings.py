"""Sums of what moved, added up by the database."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Select, and_, cast, func, literal, select
from sqlalchemy.sql import ColumnElement, FromClause

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.payment import Source
from rentease_desk.domain.reporting import Basis, Grouping
from rentease_desk.domain.stretches import stretches
from rentease_desk.domain.takings import MoveKind, Sums
from rentease_desk.storage.billing_tables import stripe_payout_lines
from rentease_desk.storage.report_days import day_of, moment_number
from rentease_desk.storage.report_moves import Book, within
from rentease_desk.storage.report_sources import SOURCES, SUCCEEDED, MoveSource, void_payments
from rentease_desk.storage.return_tables import SIGN
from rentease_desk.storage.tables import bookings, payment_transfers, payments, refunds

Key = tuple[Any, ...]
"""What a group is told apart by: its day (of takings by day), its group, and its currency."""
_MOVED = payment_transfers.c


def takings_by_day(book: Book, days: DateRange, basis: Basis) -> dict[Key, Sums]:
    """By day, source, method and currency."""
    found: dict[Key, Sums] = {}
    for kind in MoveKind:
        for day, *rest in _by_day(book, kind, days, basis):
            _add(found, kind, (day, *rest[:3]), rest[3:])
    return found


def takings_by_group(book: Book, days: DateRange, basis: Basis, by: Grouping) -> dict[Key, Sums]:
    """By source and method, by person, or by channel; and by currency.

    The channel is that of the booking that has the money: of a payment that is spread, each part counts for its own.
    None is the channel of money without a booking.
    """
    found: dict[Key, Sums] = {}
    given = book.given(days)
    for kind in MoveKind:
        for query in _by_group(kind, basis, by):
            for row in book.connection.execute(query, given):
                _add(found, kind, tuple(row[:-3]), row[-3:])
    return {key: sums for key, sums in found.items() if sums != Sums()}


def _add(found: dict[Key, Sums], kind: MoveKind, key: Key, told: Any) -> None:
    amount, rounding, count = told
    one = {
        MoveKind.PAYMENT: Sums(amount, 0, 0, rounding, count),
        MoveKind.REFUND: Sums(0, amount, 0, rounding, count),
        MoveKind.RETURN: Sums(0, amount, 0, rounding, count),
        MoveKind.DISPUTE: Sums(0, 0, amount, rounding, count),
    }[kind]
    found.setdefault(key, Sums()).add(one)


def _by_day(book: Book, kind: MoveKind, days: DateRange, basis: Basis) -> Iterator[tuple[Any, ...]]:
    """Rows of day, source, method, currency, amount, rounding, count; a day may come in several."""
    if kind is MoveKind.DISPUTE and basis is not Basis.PAYOUT:
        yield from _disputes_by_day(book, days, basis)
        return
    source = SOURCES[kind]()
    if basis is Basis.OCCURRED:
        number = moment_number(source.occurred_at, stretches(book.days, days))
        queries = _sums(kind, basis, (number, *_method(kind)))
    else:
        queries = _dated_sums(kind, basis)
    told = {Basis.BUSINESS: lambda day: day, Basis.OCCURRED: day_of, Basis.PAYOUT: book.arrivals.__getitem__}[basis]
    for query in queries:
        for day, *rest in book.connection.execute(query, book.given(days)):
            yield told(day), *rest


def _disputes_by_day(book: Book, days: DateRange, basis: Basis) -> Iterator[tuple[Any, ...]]:
    """They are few, and have no stored business day."""
    source = SOURCES[MoveKind.DISPUTE]()
    told = book.days.business_date if basis is Basis.BUSINESS else book.days.calendar_date
    query = select(source.occurred_at, *_method(MoveKind.DISPUTE), source.columns[11], source.amount).select_from(
        source.table
    )
    query = query.where(source.condition, within(source, basis))
    for at, *rest, amount in book.connection.execute(query, book.given(days)):
        yield told(at), *rest, amount, 0, 1


@cache
def _dated_sums(kind: MoveKind, basis: Basis) -> tuple[Select[Any], ...]:
    day = SOURCES[kind]().business_date if basis is Basis.BUSINESS else stripe_payout_lines.c.payout_id
    return _sums(kind, basis, (day, *_method(kind)))


@cache
def _by_group(kind: MoveKind, basis: Basis, by: Grouping) -> tuple[Select[Any], ...]:
    if by is Grouping.METHOD:
        return _sums(kind, basis, _method(kind))
    if by is Grouping.PERSON:
        return _sums(kind, basis, (SOURCES[kind]().columns[8],))
    return _sums(kind, basis, (bookings.c.channel,), homes=True) + _parts(kind, basis)


def _method(kind: MoveKind) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """A dispute's payment may not be here; of the others an index has both, in order."""
    if kind is not MoveKind.DISPUTE:
        return payments.c.source, payments.c.method
    return func.coalesce(payments.c.source, Source.STRIPE.value), func.coalesce(payments.c.method, "card")


def _sums(
    kind: MoveKind, basis: Basis, keys: tuple[ColumnElement[Any], ...], *, homes: bool = False
) -> tuple[Select[Any], ...]:
    """Sums of all, and those of void payments to be taken off: to ask each payment whether it is void takes longer."""
    source = SOURCES[kind]()
    table = source.paid_out if basis is Basis.PAYOUT else source.table
    if homes:
        table = table.outerjoin(bookings, bookings.c.pk == payments.c.booking_pk)
    if kind is not MoveKind.PAYMENT:
        return (_sum(table, keys, source, 1, within(source, basis), source.condition),)
    if basis is Basis.PAYOUT:  # only what was entered by hand can be void
        return (_sum(table, keys, source, 1, within(source, basis), SUCCEEDED),)
    void = payments.c.pk.in_(void_payments())
    whole = (within(source, basis), SUCCEEDED)
    return _sum(table, keys, source, 1, *whole), _sum(table, keys, source, -1, *whole, void)


def _sum(
    table: FromClause, keys: tuple[ColumnElement[Any], ...], source: MoveSource, sign: int, *where: ColumnElement[bool]
) -> Select[Any]:
    currency = source.columns[11]
    group = [one.label(f"k{at}") for at, one in enumerate((*keys, currency))]
    told = (_whole(source.amount, sign), _whole(source.rounding, sign), func.count() * sign)
    names = [one.name for one in group]  # PostgreSQL takes no constant to group by, but its name
    return select(*group, *told).select_from(table).where(*where).group_by(*names)


def _whole(column: ColumnElement[int], sign: int) -> ColumnElement[int]:
    return cast(func.sum(column) * sign, BigInteger)


def _parts(kind: MoveKind, basis: Basis) -> tuple[Select[Any], ...]:
    """What of spread payments, or of their refunds, is another channel's than that of the payment's own booking."""
    if kind is MoveKind.DISPUTE:
        return ()
    return tuple(
        _part(kind, basis, home, sign) for home, sign in ((_MOVED.to_booking_pk, 1), (_MOVED.from_booking_pk, -1))
    )


def _part(kind: MoveKind, basis: Basis, home: ColumnElement[Any], sign: int) -> Select[Any]:
    source = SOURCES[kind]()
    table = source.paid_out if basis is Basis.PAYOUT else source.table
    back = kind is not MoveKind.PAYMENT
    its = (
        _MOVED.refund_pk == refunds.c.pk
        if back
        else and_(_MOVED.payment_pk == payments.c.pk, _MOVED.refund_pk.is_(None))
    )
    joined = table.join(payment_transfers, and_(its, ~_MOVED.whole)).join(bookings, bookings.c.pk == home)
    moved = _MOVED.amount * SIGN if kind is MoveKind.RETURN else _MOVED.amount
    amount = _whole(moved, -sign if kind is MoveKind.REFUND else sign)
    nothing = literal(0, BigInteger)
    query = select(bookings.c.channel.label("k0"), _MOVED.currency.label("k1"), amount, nothing, nothing)
    return query.select_from(joined).where(source.condition, within(source, basis)).group_by("k0", "k1")
