"""Money of a payment on other bookings than its own. Each row takes from one booking what it gives to another, so the
sum is always the payment's amount; rows are only added.

A ``whole`` row tells that the payment itself changed its booking, and counts nothing. A row with ``refund_pk`` tells
that a refund lowered another part than that of the payment's own booking.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.parts import Part, Parts, Transfer, shares
from rentease_desk.domain.payment import Payment
from rentease_desk.domain.refunds import HELD
from rentease_desk.storage.among import among_keys
from rentease_desk.storage.bookings import booking_uid
from rentease_desk.storage.database import Unit
from rentease_desk.storage.ignoring import end_ignoring
from rentease_desk.storage.payments import load_payments
from rentease_desk.storage.tables import bookings, payment_transfers, payments, refunds

_t = payment_transfers.c
_HELD = [status.value for status in HELD]
_OF_THESE = among_keys(_t.payment_pk, "pks")
_SHARING = select(_t.from_booking_pk, _t.to_booking_pk).where(_OF_THESE)
_SPREAD = select(_t.payment_pk, _t.from_booking_pk, _t.to_booking_pk, _t.amount).where(
    _OF_THESE, ~_t.whole, _t.refund_pk.is_(None)
)
_GIVEN_BACK = select(func.coalesce(func.sum(refunds.c.amount), 0)).where(
    refunds.c.payment_pk == bindparam("of"), refunds.c.status.in_(_HELD)
)
_MOVED = (
    select(_t.from_booking_pk, _t.to_booking_pk, _t.amount, _t.refund_pk, refunds.c.status)
    .outerjoin(refunds, refunds.c.pk == _t.refund_pk)
    .where(_t.payment_pk == bindparam("of"), ~_t.whole)
    .order_by(_t.pk)
)
_TOUCHES = or_(_t.from_booking_pk == bindparam("of"), _t.to_booking_pk == bindparam("of"))
_TRANSFERS = select(payment_transfers).where(_TOUCHES, _t.refund_pk.is_(None)).order_by(_t.pk)
_SHARES = select(_t.refund_pk, _t.from_booking_pk, _t.amount).where(_TOUCHES, _t.refund_pk.is_not(None))
_REFERENCES = select(bookings.c.pk, bookings.c.reference).where(among_keys(bookings.c.pk, "pks"))
"""Statements are made once: they are asked with every page of a sync, and with every folio."""


def parts_of(connection: Connection, payment: Payment) -> Parts:
    """What of the payment is on which booking."""
    home = payment.booking_pk
    gross: defaultdict[int | None, int] = defaultdict(int, {home: payment.amount})
    back: defaultdict[int | None, int] = defaultdict(int)
    back[home] = int(connection.execute(_GIVEN_BACK, {"of": payment.pk}).scalar_one())
    for row in connection.execute(_MOVED, {"of": payment.pk}):
        if row.refund_pk is None or row.status in _HELD:
            counted = gross if row.refund_pk is None else back
            counted[row.from_booking_pk] -= row.amount
            counted[row.to_booking_pk] += row.amount
    names = _references(connection, [pk for pk in gross if pk is not None])
    rounding = {home: payment.rounding}
    found = (Part(pk, names.get(pk or 0), gross[pk], back[pk], rounding.get(pk, 0)) for pk in gross)
    return Parts(payment, tuple(one for one in found if one.booking_pk == home or one.gross or one.back))


def add_transfer(
    unit: Unit,
    payment: Payment,
    place: tuple[str, int],
    moved: tuple[int | None, int | None, int],
    day: date,
    **more: Any,
) -> None:
    """Append a row, journalled. ``place``: the deed's uid and the row's number in it. ``moved``: from, to, amount."""
    uid, position = place
    source, target, amount = moved
    row = {"uid": uid, "position": position, "payment_pk": payment.pk, "from_booking_pk": source,
           "to_booking_pk": target, "amount": amount, "currency": payment.currency, "whole": False, "reason": "",
           "occurred_at": unit.now, "business_date": day, **unit.made, **more}  # fmt: skip
    unit.connection.execute(insert(payment_transfers).values(row))
    names = {"from": _uid(unit.connection, source), "to": _uid(unit.connection, target)}
    told = {"payment": payment.uid, "amount": amount, "currency": payment.currency, "whole": row["whole"],
            "reason": row["reason"], "business_date": day.isoformat(), "position": position,
            "undoes": row.get("undoes"), **names}  # fmt: skip
    unit.record("transfer", "transfer", uid, None, told)
    touched = frozenset(pk for pk in (source, target) if pk is not None)
    unit.changes |= Changes(payments=frozenset({payment.pk}), bookings=touched)


def set_home(unit: Unit, payment: Payment, home: int | None, assigned_by: str | None) -> None:
    """The payment itself belongs to this booking from now on, journalled; on one, it is ignored no more."""
    if home is not None:
        end_ignoring(unit, [payment.pk])
    assigned = select(payments.c.assigned_by).where(payments.c.pk == payment.pk)
    before = {"booking": payment.booking_pk, "assigned_by": unit.connection.scalar(assigned)}
    after = {"booking": home, "assigned_by": assigned_by}
    values = {"booking_pk": home, "assigned_by": assigned_by, "version": payments.c.version + 1}
    unit.connection.execute(update(payments).where(payments.c.pk == payment.pk).values(values))
    told = [one | {"booking": _uid(unit.connection, one["booking"])} for one in (before, after)]
    unit.record("move", "payment", payment.uid, *told, always=True)


def keep_home(unit: Unit, payment: Payment) -> None:
    """A payment that was split stays where it is, whatever its metadata says later; journalled."""
    by_metadata = (payments.c.pk == payment.pk, payments.c.assigned_by == "metadata")
    kept = update(payments).where(*by_metadata).values(assigned_by="person", version=payments.c.version + 1)
    if unit.connection.execute(kept.returning(payments.c.pk)).first() is not None:
        unit.record("keep", "payment", payment.uid, {"assigned_by": "metadata"}, {"assigned_by": "person"})


def share_refund(
    unit: Unit, payment_pk: int, refund: tuple[int, str, int], day: date, booking_pk: int | None = None
) -> None:
    """A refund (key, uid, minor units) that was just written lowers the part on a booking. The payment is locked.

    ``booking_pk`` None, as nobody says it at Stripe: first the part of the payment's own booking, then the others as
    they came to it.
    """
    (payment,) = load_payments(unit.connection, [payment_pk])
    found = parts_of(unit.connection, payment)
    home = payment.booking_pk
    if home is None or not found.is_split:
        return
    pk, uid, amount = refund
    left = [(home, found.parts[0].left + amount), *((one.booking_pk or 0, one.left) for one in found.parts[1:])]
    lowered = shares(left, amount) if booking_pk is None else [(booking_pk, amount)]
    for position, (other, taken) in enumerate(one for one in lowered if one[0] != home):
        add_transfer(unit, payment, (uid, position), (home, other, taken), day, refund_pk=pk)


def rows_of(connection: Connection, uid: str) -> list[Any]:
    """The rows of a deed, as they were written."""
    return list(connection.execute(select(payment_transfers).where(_t.uid == uid).order_by(_t.position)))


def is_undone(connection: Connection, uid: str) -> bool:
    """Whether a deed was taken back."""
    return connection.scalar(select(_t.pk).where(_t.undoes == uid).limit(1)) is not None


def last_deed(connection: Connection, payment_pk: int) -> str | None:
    """The uid of the latest deed on a payment that was not taken back, and took nothing back."""
    undone = select(_t.undoes).where(_t.undoes.is_not(None), _t.payment_pk == payment_pk)
    query = select(_t.uid).where(
        _t.payment_pk == payment_pk, _t.refund_pk.is_(None), _t.undoes.is_(None), _t.uid.not_in(undone)
    )
    return connection.scalar(query.order_by(_t.pk.desc()).limit(1))


def transfers_of(connection: Connection, booking_pk: int) -> list[Transfer]:
    """What came to a booking or left it, oldest first; refunds' rows are told by ``refund_shares``."""
    rows = connection.execute(_TRANSFERS, {"of": booking_pk}).all()
    if not rows:
        return []
    paid = {one.pk: one for one in load_payments(connection, list({row.payment_pk for row in rows}))}
    others = {row.to_booking_pk if row.from_booking_pk == booking_pk else row.from_booking_pk for row in rows}
    names = _references(connection, [pk for pk in others if pk is not None])
    return [_transfer(row, booking_pk, paid[row.payment_pk], names) for row in rows]


def refund_shares(connection: Connection, booking_pk: int) -> dict[int, int]:
    """By the refund's key: what of it falls on this booking beside what falls on a payment's own one (minor units)."""
    found: defaultdict[int, int] = defaultdict(int)
    for row in connection.execute(_SHARES, {"of": booking_pk}):
        found[row.refund_pk] += -row.amount if row.from_booking_pk == booking_pk else row.amount
    return dict(found)


def bookings_sharing(connection: Connection, payment_pks: Collection[int]) -> frozenset[int]:
    """The bookings on which money of these payments is, or was."""
    rows = connection.execute(_SHARING, {"pks": list(payment_pks)})
    return frozenset(pk for row in rows for pk in row if pk is not None)


def spread_over(connection: Connection, payment_pks: Collection[int]) -> dict[int, dict[str, int]]:
    """By payment: how much of it (minor units) is on which further booking (its reference). Not split ones are left
    out.
    """
    sums: defaultdict[tuple[int, int], int] = defaultdict(int)
    for row in connection.execute(_SPREAD, {"pks": list(payment_pks)}):
        sums[row.payment_pk, row.from_booking_pk] -= row.amount
        sums[row.payment_pk, row.to_booking_pk] += row.amount
    if not sums:
        return {}
    names = _references(connection, {pk for _, pk in sums})
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for (payment, booking), amount in sums.items():
        if amount > 0:
            found[payment][names[booking]] = amount
    return dict(found)


def _transfer(row: Any, booking_pk: int, payment: Payment, names: dict[int, str]) -> Transfer:
    leaves = row.from_booking_pk == booking_pk
    other = row.to_booking_pk if leaves else row.from_booking_pk
    return Transfer(
        pk=row.pk,
        uid=row.uid,
        payment=payment,
        amount=-row.amount if leaves else row.amount,
        other=names.get(other or 0),
        whole=row.whole,
        reason=row.reason,
        occurred_at=row.occurred_at,
        business_date=row.business_date,
        actor=row.actor,
    )


def _uid(connection: Connection, pk: Any) -> str | None:
    return None if pk is None else booking_uid(connection, pk)


def _references(connection: Connection, pks: Collection[int]) -> dict[int, str]:
    if not pks:
        return {}
    return {row.pk: row.reference for row in connection.execute(_REFERENCES, {"pks": list(pks)})}
