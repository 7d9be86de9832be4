"""The payments list: which payments, refunds and returns of refunds are asked for, in which order, and their sums.

A row's key is its table's key times two, plus one for a refund, so that one array holds both. That of a refund's return
is made as a refund's, and negative.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql import ColumnElement, FromClause

from rentease_desk.domain.dates import Days
from rentease_desk.domain.lists import (
    MethodTotal,
    MoneyKind,
    MoneyRow,
    NotCounted,
    PaymentQuery,
    PaymentSort,
    PaymentTotals,
)
from rentease_desk.domain.payment import (
    UNMATCHED_STATES,
    PaymentState,
    PaymentStatus,
    RefundStatus,
    Source,
    derive_status,
)
from rentease_desk.domain.text import words
from rentease_desk.storage.among import among_keys
from rentease_desk.storage.ignore_tables import is_ignored
from rentease_desk.storage.keys import one_array, read_array
from rentease_desk.storage.pair_tables import merged, payment_pairs
from rentease_desk.storage.payment_rows import money_rows
from rentease_desk.storage.return_tables import SIGN, refund_returns, returned_by
from rentease_desk.storage.search import contains
from rentease_desk.storage.tables import booking_search, bookings, guests, payment_voids, payments, refunds
from rentease_desk.storage.totals import spread_parts

_PAGE = 500
_ASKED = 32
"""So many questions are kept: a list is read anew after every write, and to put its question together takes longer than
to ask it.
"""
_SUCCEEDED = PaymentState.SUCCEEDED.value


def payment_keys(connection: Connection, query: PaymentQuery, days: Days) -> array[int]:
    """The keys of the payments, refunds and returns asked for, in order."""
    return read_array(connection, _keys(query, days, connection.dialect.name))


def payment_totals(connection: Connection, query: PaymentQuery, days: Days) -> PaymentTotals:
    """The sums of what was asked for, a line each method and currency; and what of it counts as nothing."""
    counted, not_counted = (connection.execute(one) for one in _sums(query, days))
    return PaymentTotals(
        tuple(MethodTotal(Source(source), *rest) for source, *rest in counted),
        tuple(NotCounted(PaymentStatus(status), *rest) for status, *rest in not_counted),
    )


def iterate_rows(
    connection: Connection, query: PaymentQuery, days: Days, evening: date | None = None
) -> Iterator[MoneyRow]:
    """Every row asked for, in order, a few hundred in memory at a time. ``evening``: with its status as that business
    day ended, whatever was given back, or came back, since.
    """
    keys = payment_keys(connection, query, days)
    for start in range(0, len(keys), _PAGE):
        rows = money_rows(connection, keys[start : start + _PAGE])
        yield from rows if evening is None else _on_evening(connection, rows, evening)


def _on_evening(connection: Connection, rows: Sequence[MoneyRow], evening: date) -> Iterator[MoneyRow]:
    pks = [row.payment_pk for row in rows if row.kind is MoneyKind.PAYMENT]
    back = dict(connection.execute(_returned_by(), {"pks": pks, "evening": evening}).all())
    for row in rows:
        if row.kind is MoneyKind.PAYMENT and row.counted:
            status: PaymentStatus | RefundStatus = derive_status(
                PaymentState.SUCCEEDED, row.gross, back[row.payment_pk], voided=False
            )
        elif row.kind is MoneyKind.REFUND and row.business_date is not None:
            status = RefundStatus.SUCCEEDED  # it counted on its day; what came back is a row of its own
        else:
            status = row.status
        yield row if status is row.status else replace(row, status=status)


@cache
def _returned_by() -> Select[int, int]:
    """By payment what was given back by an evening, less what had come back by then."""
    return select(payments.c.pk, returned_by()).where(among_keys(payments.c.pk, "pks"))


@lru_cache(maxsize=_ASKED)
def _keys(query: PaymentQuery, days: Days, dialect: str) -> Select[str | None]:
    rows = union_all(*_parts(query, days)).subquery()
    direction = "desc" if query.descending else "asc"
    order = [getattr(column, direction)().nulls_last() for column in (rows.c.sorted, rows.c.at, rows.c.key)]
    return one_array(select(rows.c.key).order_by(*order), dialect)


@lru_cache(maxsize=_ASKED)
def _sums(query: PaymentQuery, days: Days) -> tuple[Select[Any], Select[Any]]:
    """What counts, and what does not."""
    rows = union_all(*_parts(query, days)).subquery()
    return _counted(rows), _not_counted(rows)


class _Kind(Struct, frozen=True):
    """Where a kind of row has its columns."""

    key: ColumnElement[int]
    business_date: ColumnElement[Any]
    occurred_at: ColumnElement[int]
    amount: ColumnElement[int]
    counted: ColumnElement[int]
    rounding: ColumnElement[int]
    status: ColumnElement[str]
    source: FromClause


def _parts(query: PaymentQuery, days: Days) -> list[Select[Any]]:
    kinds = [_payments()]
    if not query.unmatched:
        kinds += [_refunds(), _returns()]
    return [_part(kind, query, days) for kind in kinds]


@cache
def _payments() -> _Kind:
    void = or_(payment_voids.c.pk.is_not(None), payment_pairs.c.pk.is_not(None))
    counts = and_(payments.c.state == _SUCCEEDED, ~void)
    return _Kind(
        key=payments.c.pk * 2,
        business_date=payments.c.business_date,
        occurred_at=payments.c.occurred_at,
        amount=payments.c.amount,
        counted=case((counts, payments.c.amount), else_=0),
        rounding=case((counts, payments.c.rounding), else_=0),
        status=_payment_status(void),
        source=payments.outerjoin(payment_voids, payment_voids.c.payment_pk == payments.c.pk).outerjoin(
            payment_pairs, merged()
        ),
    )


@cache
def _refunds() -> _Kind:
    """They count on their day, whatever becomes of them later."""
    counts = and_(refunds.c.business_date.is_not(None), payments.c.state == _SUCCEEDED)
    return _Kind(
        key=refunds.c.pk * 2 + 1,
        business_date=refunds.c.business_date,
        occurred_at=refunds.c.occurred_at,
        amount=-refunds.c.amount,
        counted=case((counts, -refunds.c.amount), else_=0),
        rounding=case((counts, -refunds.c.rounding), else_=0),
        status=literal("refund_") + refunds.c.status,
        source=refunds.join(payments, payments.c.pk == refunds.c.payment_pk),
    )


@cache
def _returns() -> _Kind:
    table, counts = refund_returns.c, payments.c.state == _SUCCEEDED
    its_refund, its_payment = refunds.c.pk == table.refund_pk, payments.c.pk == refunds.c.payment_pk
    return _Kind(
        key=-(table.pk * 2 + 1),
        business_date=table.business_date,
        occurred_at=table.occurred_at,
        amount=refunds.c.amount * SIGN,
        counted=case((counts, refunds.c.amount * SIGN), else_=0),
        rounding=case((counts, refunds.c.rounding * SIGN), else_=0),
        status=literal("refund_returned"),
        source=refund_returns.join(refunds, its_refund).join(payments, its_payment),
    )


def _payment_status(void: ColumnElement[bool]) -> ColumnElement[str]:
    """``derive_status`` in SQL; a test holds the two together."""
    back = (
        select(func.coalesce(func.sum(refunds.c.amount), 0))
        .where(refunds.c.payment_pk == payments.c.pk, refunds.c.status == RefundStatus.SUCCEEDED.value)
        .scalar_subquery()
    )
    return case(
        (void, PaymentStatus.VOIDED.value),
        (payments.c.state != _SUCCEEDED, payments.c.state),
        (back <= 0, PaymentStatus.SUCCEEDED.value),
        (back >= payments.c.amount, PaymentStatus.REFUNDED.value),
        else_=PaymentStatus.PARTIALLY_REFUNDED.value,
    )


def _part(kind: _Kind, query: PaymentQuery, days: Days) -> Select[Any]:
    source = (
        kind.source.outerjoin(bookings, bookings.c.pk == payments.c.booking_pk)
        .outerjoin(guests, guests.c.pk == bookings.c.guest_pk)
        .outerjoin(booking_search, booking_search.c.booking_pk == bookings.c.pk)
    )
    columns = (
        kind.key.label("key"),
        kind.occurred_at.label("at"),
        _sort_column(kind, query.sort).label("sorted"),
        payments.c.source.label("source"),
        payments.c.method.label("method"),
        payments.c.currency.label("currency"),
        kind.amount.label("amount"),
        kind.counted.label("counted"),
        kind.rounding.label("rounding"),
        kind.status.label("status"),
    )
    return select(*columns).select_from(source).where(*_conditions(kind, query, days))


def _sort_column(kind: _Kind, sort: PaymentSort) -> ColumnElement[Any]:
    columns: dict[PaymentSort, ColumnElement[Any]] = {
        PaymentSort.GUEST: func.coalesce(guests.c.name_key, payments.c.search_text),
        PaymentSort.STATUS: kind.status,
        PaymentSort.METHOD: payments.c.source + payments.c.method,
        PaymentSort.AMOUNT: kind.amount,
    }
    return columns.get(sort, kind.occurred_at)


def _conditions(kind: _Kind, query: PaymentQuery, days: Days) -> list[ColumnElement[bool]]:
    conditions = [_has_word(word) for word in words(query.text)]
    if query.days is not None:
        span = days.business_span(query.days)
        dated = kind.business_date.between(query.days.first, query.days.last)
        undated = and_(kind.business_date.is_(None), kind.occurred_at >= span.start, kind.occurred_at < span.end)
        conditions.append(or_(dated, undated))
    if query.method is not None:
        conditions.append(payments.c.method == query.method)
    if query.source is not None:
        conditions.append(payments.c.source == query.source.value)
    if query.status is not None:
        conditions.append(kind.status == query.status.value)
    if query.unmatched:
        waits = payments.c.state.in_([one.value for one in UNMATCHED_STATES])
        conditions += [payments.c.booking_pk.is_(None), waits, ~is_ignored()]
    if query.ignored:
        conditions.append(is_ignored())
    return conditions


def _has_word(word: str) -> ColumnElement[bool]:
    """In the payment itself, or in its booking, or in another one that has a part of it."""
    own, parts = contains(payments.c.search_text, word), spread_parts()
    others = select(parts.c.payment_pk).join(booking_search, booking_search.c.booking_pk == parts.c.booking_pk)
    spread = payments.c.pk.in_(others.where(contains(booking_search.c.text, word)))
    return or_(own, func.coalesce(contains(booking_search.c.text, word), False), spread)


def _sum(column: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def _counted(rows: FromClause) -> Select[Any]:
    counted, is_payment = rows.c.counted, rows.c.key % 2 == 0
    received, returned = case((is_payment, counted), else_=0), case((is_payment, 0), else_=counted)
    group = (rows.c.source, rows.c.method, rows.c.currency)
    sums = (_sum(received), _sum(returned), _sum(rows.c.rounding))
    query = select(*group, func.count(), *sums).where(counted != 0)
    return query.group_by(*group).order_by(rows.c.source.desc(), *group[1:])


def _not_counted(rows: FromClause) -> Select[Any]:
    group = (rows.c.status, rows.c.currency)
    query = select(*group, func.count(), _sum(rows.c.amount)).where(rows.c.counted == 0, rows.c.key % 2 == 0)
    return query.group_by(*group).order_by(*group)
