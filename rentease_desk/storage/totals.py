"""A booking's sums, derived from its rows each time they are asked for (money rule 4).

Only money in the booking's own currency is added; only payments that succeeded and are not void count, and only
refunds that succeeded of such payments.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, cast, func, select, union_all
from sqlalchemy.sql import ColumnElement, Subquery, literal_column

from rentease_desk.domain.booking import Totals
from rentease_desk.domain.payment import PaymentState, RefundStatus
from rentease_desk.storage.among import among_keys
from rentease_desk.storage.pair_tables import merged, payment_pairs
from rentease_desk.storage.tables import bookings, charge_lines, payment_transfers, payment_voids, payments, refunds

_PARTS = ("charged", "paid", "refunded", "pending")
_Part = tuple[Select[*tuple[int, ...]], ColumnElement[int]]
"""A question for amounts of bookings, and its column of the bookings' keys."""


@cache
def not_void() -> ColumnElement[bool]:
    """Of a payment: nobody voided it, and it did not turn out to be a Stripe payment."""
    void = select(payment_voids.c.pk).where(payment_voids.c.payment_pk == payments.c.pk)
    same = select(payment_pairs.c.pk).where(merged())
    return ~void.correlate(payments).exists() & ~same.correlate(payments).exists()


@cache
def spread_parts() -> Subquery:
    """``booking_pk, payment_pk, gross``: who has money of payments that were moved in parts, and how much of each."""
    moved = payment_transfers.c
    sides = ((moved.to_booking_pk, moved.amount), (moved.from_booking_pk, -moved.amount))
    counted = (~moved.whole, moved.refund_pk.is_(None))
    rows = union_all(
        *(select(pk.label("booking_pk"), moved.payment_pk, minor.label("minor")).where(*counted) for pk, minor in sides)
    ).subquery()
    pair = (rows.c.booking_pk, rows.c.payment_pk)
    net = select(*pair, func.sum(rows.c.minor).label("minor")).group_by(*pair).subquery()
    home = (payments.c.pk == net.c.payment_pk, payments.c.booking_pk == net.c.booking_pk)
    own = select(payments.c.amount).where(*home).scalar_subquery()  # joined, all payments would be read for it
    gross: ColumnElement[int] = cast(net.c.minor + func.coalesce(own, 0), BigInteger)
    return select(net.c.booking_pk, net.c.payment_pk, gross.label("gross")).where(gross > 0).subquery("spread_parts")


@cache
def totals_table(*, some: bool = False) -> Subquery:
    """``booking_pk, charged, paid, refunded, pending`` for all bookings that have any row, or for those whose keys are
    in the parameter ``of``. Made once: to put it together takes ten times as long as to ask it.
    """
    moved = (_moved(name, side) for name in ("paid", "refunded") for side in ("from", "to"))
    parts = (_charged(), _paid(), _refunded(), _pending(), *moved)
    rows = union_all(*(query.where(among_keys(pk, "of")) if some else query for query, pk in parts)).subquery()
    sums = [cast(func.sum(rows.c[name]), BigInteger).label(name) for name in _PARTS]
    return select(rows.c.booking_pk, *sums).group_by(rows.c.booking_pk).subquery("totals")


@cache
def _of_some() -> Select[*tuple[Any, ...]]:
    return select(totals_table(some=True))


def totals_of(connection: Connection, booking_pks: Sequence[int]) -> dict[int, Totals]:
    """The sums of each booking; a booking without any row has zeros."""
    found = dict.fromkeys(booking_pks, Totals())
    if found:
        for row in connection.execute(_of_some(), {"of": list(found)}):
            found[row.booking_pk] = Totals(row.charged, row.paid, row.refunded, row.pending)
    return found


def _part(name: str, pk: ColumnElement[int], amount: ColumnElement[int]) -> Select[*tuple[int, ...]]:
    zero = literal_column("0", BigInteger)
    return select(pk.label("booking_pk"), *((amount if one == name else zero).label(one) for one in _PARTS))


def _charged() -> _Part:
    pk = charge_lines.c.booking_pk
    return _part("charged", pk, charge_lines.c.amount), pk


def _of_bookings(query: Select[*tuple[int, ...]], *conditions: ColumnElement[bool]) -> _Part:
    pk, own = payments.c.booking_pk, bookings.c.currency == payments.c.currency
    return query.join(bookings, (bookings.c.pk == pk) & own).where(*conditions), pk


def _paid() -> _Part:
    query = _part("paid", payments.c.booking_pk, payments.c.amount).select_from(payments)
    return _of_bookings(query, payments.c.state == PaymentState.SUCCEEDED.value, not_void())


def _moved(name: str, side: str) -> _Part:
    """What of payments, or of their refunds, went from a booking (negative) or came to it."""
    moved = payment_transfers.c
    pk = moved.from_booking_pk if side == "from" else moved.to_booking_pk
    query = _part(name, pk, -moved.amount if side == "from" else moved.amount).select_from(payment_transfers)
    query = query.join(payments, payments.c.pk == moved.payment_pk)
    query = query.join(bookings, (bookings.c.pk == pk) & (bookings.c.currency == moved.currency))
    query = query.where(payments.c.state == PaymentState.SUCCEEDED.value, not_void(), ~moved.whole)
    if name == "refunded":
        succeeded = refunds.c.status == RefundStatus.SUCCEEDED.value
        return query.join(refunds, refunds.c.pk == moved.refund_pk).where(succeeded), pk
    return query.where(moved.refund_pk.is_(None)), pk


def _pending() -> _Part:
    query = _part("pending", payments.c.booking_pk, payments.c.amount).select_from(payments)
    return _of_bookings(query, payments.c.state == PaymentState.PROCESSING.value)


def _refunded() -> _Part:
    query = _part("refunded", payments.c.booking_pk, refunds.c.amount).select_from(refunds)
    query = query.join(payments, payments.c.pk == refunds.c.payment_pk)
    succeeded = (refunds.c.status == RefundStatus.SUCCEEDED.value) & (payments.c.state == PaymentState.SUCCEEDED.value)
    return _of_bookings(query, succeeded)
