"""A booking's sums, derived from its rows each time they are asked for (money rule 4).

Only money in the booking's own currency is added; only payments that succeeded and are not void count, and only
refunds that succeeded of such payments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import BigInteger, Connection, Select, cast, func, select, union_all
from sqlalchemy.sql import ColumnElement, Subquery, literal_column

from rentease_desk.domain.booking import Totals
from rentease_desk.domain.payment import PaymentState, RefundStatus
from rentease_desk.storage.pair_tables import merged, payment_pairs
from rentease_desk.storage.tables import bookings, charge_lines, payment_transfers, payment_voids, payments, refunds

_PARTS = ("charged", "paid", "refunded", "pending")
_BATCH = 500


def not_void() -> ColumnElement[bool]:
    """Of a payment: nobody voided it, and it did not turn out to be a Stripe payment."""
    void = select(payment_voids.c.pk).where(payment_voids.c.payment_pk == payments.c.pk)
    same = select(payment_pairs.c.pk).where(merged())
    return ~void.correlate(payments).exists() & ~same.correlate(payments).exists()


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


def totals_table(of: Sequence[int] | None = None) -> Subquery:
    """``booking_pk, charged, paid, refunded, pending`` for some bookings, or for all that have any row."""
    moved = (_moved(of, name, side) for name in ("paid", "refunded") for side in ("from", "to"))
    parts = union_all(_charged(of), _paid(of), _refunded(of), _pending(of), *moved).subquery()
    sums = [cast(func.sum(parts.c[name]), BigInteger).label(name) for name in _PARTS]
    return select(parts.c.booking_pk, *sums).group_by(parts.c.booking_pk).subquery("totals")


def totals_of(connection: Connection, booking_pks: Sequence[int]) -> dict[int, Totals]:
    """The sums of each booking; a booking without any row has zeros."""
    found = dict.fromkeys(booking_pks, Totals())
    for batch in _batches(booking_pks):
        for row in connection.execute(select(totals_table(batch))):
            found[row.booking_pk] = Totals(row.charged, row.paid, row.refunded, row.pending)
    return found


def _batches(pks: Sequence[int]) -> Iterator[Sequence[int]]:
    return (pks[start : start + _BATCH] for start in range(0, len(pks), _BATCH))


def _part(name: str, pk: ColumnElement[int], amount: ColumnElement[int]) -> Select[*tuple[int, ...]]:
    zero = literal_column("0", BigInteger)
    return select(pk.label("booking_pk"), *((amount if one == name else zero).label(one) for one in _PARTS))


def _charged(of: Sequence[int] | None) -> Select[*tuple[int, ...]]:
    query = _part("charged", charge_lines.c.booking_pk, charge_lines.c.amount)
    return query if of is None else query.where(charge_lines.c.booking_pk.in_(of))


def _of_bookings(query: Select[*tuple[int, ...]], of: Sequence[int] | None) -> Select[*tuple[int, ...]]:
    own = bookings.c.currency == payments.c.currency
    query = query.join(bookings, (bookings.c.pk == payments.c.booking_pk) & own)
    return query if of is None else query.where(payments.c.booking_pk.in_(of))


def _paid(of: Sequence[int] | None) -> Select[*tuple[int, ...]]:
    query = _part("paid", payments.c.booking_pk, payments.c.amount).select_from(payments)
    return _of_bookings(query, of).where(payments.c.state == PaymentState.SUCCEEDED.value, not_void())


def _moved(of: Sequence[int] | None, name: str, side: str) -> Select[*tuple[int, ...]]:
    """What of payments, or of their refunds, went from a booking (negative) or came to it."""
    moved = payment_transfers.c
    pk = moved.from_booking_pk if side == "from" else moved.to_booking_pk
    query = _part(name, pk, -moved.amount if side == "from" else moved.amount).select_from(payment_transfers)
    query = query.join(payments, payments.c.pk == moved.payment_pk)
    query = query.join(bookings, (bookings.c.pk == pk) & (bookings.c.currency == moved.currency))
    query = query.where(payments.c.state == PaymentState.SUCCEEDED.value, not_void(), ~moved.whole)
    if name == "refunded":
        succeeded = refunds.c.status == RefundStatus.SUCCEEDED.value
        query = query.join(refunds, refunds.c.pk == moved.refund_pk).where(succeeded)
    else:
        query = query.where(moved.refund_pk.is_(None))
    return query if of is None else query.where(pk.in_(of))


def _pending(of: Sequence[int] | None) -> Select[*tuple[int, ...]]:
    query = _part("pending", payments.c.booking_pk, payments.c.amount).select_from(payments)
    return _of_bookings(query, of).where(payments.c.state == PaymentState.PROCESSING.value)


def _refunded(of: Sequence[int] | None) -> Select[*tuple[int, ...]]:
    query = _part("refunded", payments.c.booking_pk, refunds.c.amount).select_from(refunds)
    query = query.join(payments, payments.c.pk == refunds.c.payment_pk)
    succeeded = (refunds.c.status == RefundStatus.SUCCEEDED.value) & (payments.c.state == PaymentState.SUCCEEDED.value)
    return _of_bookings(query, of).where(succeeded)
