"""Payments, voids and refunds: one at a time. Lists stand in ``payment_list``, Stripe's in ``stripe_store``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, Select, and_, bindparam, cast, func, or_, select

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import InputError, KnownError
from rentease_desk.domain.open_days import Counted
from rentease_desk.domain.payment import (
    UNMATCHED_STATES,
    Ignored,
    Payment,
    PaymentDraft,
    PaymentState,
    Refund,
    RefundStatus,
    Source,
    derive_status,
)
from rentease_desk.domain.text import fold
from rentease_desk.storage.among import among_keys
from rentease_desk.storage.database import Unit
from rentease_desk.storage.documents import document
from rentease_desk.storage.drawers import session_name
from rentease_desk.storage.ignore_tables import ignoring, payment_ignores
from rentease_desk.storage.inserting import insert_if_free
from rentease_desk.storage.pair_tables import merged, payment_pairs
from rentease_desk.storage.tables import bookings, guests, payment_voids, payments, refunds
from rentease_desk.storage.totals import not_void, spread_parts

_MADE = frozenset({"source", "state", "status", "claimed", "ignored"})
_PLAIN = tuple(name for name in Payment.__struct_fields__ if name not in _MADE)
"""The fields of a payment that are columns."""
_IGNORED = ("uid", "reason", "actor", "desk", "created_at")


def insert_manual(unit: Unit, draft: PaymentDraft, counted: Counted, session_pk: int | None, booking: str) -> int:
    """Write a manual payment into a drawer session (None: the implicit one) and return its key; one that was written
    before, by its ``uid``, is not written again. ``booking``: the uid of its booking.

    Raises InputError ``payment.uid_reused`` if what was written before is another payment.
    """
    row = _manual_row(unit, draft, counted, session_pk)
    pk = insert_if_free(unit.connection, row, payments.c.pk, "uid")
    if pk is None:
        return _written_before(unit.connection, draft)
    names = {"booking": booking, **session_name(unit, session_pk)}
    unit.record("take", "payment", draft.uid, None, document("payment", row, **names), row | {"pk": pk})
    unit.fresh.add(pk)
    unit.changes |= Changes(payments=frozenset({pk}), bookings=frozenset({draft.booking_pk}))
    return int(pk)


def insert_void(unit: Unit, payment: Payment, reason: str, business_date: date) -> None:
    """Void a payment by a row of its own. Raises KnownError ``void.already``."""
    row = {"uid": unit.ids.uid(), "payment_pk": payment.pk, "reason": reason, "occurred_at": unit.now,
           "business_date": business_date, **unit.made}  # fmt: skip
    if insert_if_free(unit.connection, row, payment_voids.c.pk, "payment_pk") is None:
        raise KnownError("void.already")
    unit.record("void", "void", str(row["uid"]), None, document("void", row, payment=payment.uid))
    touched = frozenset() if payment.booking_pk is None else frozenset({payment.booking_pk})
    unit.changes |= Changes(payments=frozenset({payment.pk}), bookings=touched)


def lock_payment(connection: Connection, pk: int) -> None:
    """Let no other transaction change the payment, or add to it, before this one ends."""
    connection.execute(select(payments.c.pk).where(payments.c.pk == pk).with_for_update())


def lock_folio(connection: Connection, booking_pk: int) -> None:
    """Let no other transaction that locks it take a payment on this booking, or a charge back, before this one ends."""
    connection.execute(select(bookings.c.pk).where(bookings.c.pk == booking_pk).with_for_update(key_share=True))


def load_payments(connection: Connection, pks: Sequence[int]) -> list[Payment]:
    """Payments in the order of the keys; keys that are not there are left out."""
    rows = {row.pk: row for row in connection.execute(_payments_by_key(), {"pks": list(pks)})}
    return [payment_from(rows[pk]) for pk in pks if pk in rows]


def load_refunds(connection: Connection, pks: Sequence[int]) -> list[Refund]:
    """Refunds in the order of the keys; keys that are not there are left out."""
    rows = {row.pk: row for row in connection.execute(_refunds_by_key(), {"pks": list(pks)})}
    return [refund_from(rows[pk]) for pk in pks if pk in rows]


def find_payment(connection: Connection, uid: str) -> Payment | None:
    """The payment with this identity."""
    pk = connection.scalar(select(payments.c.pk).where(payments.c.uid == uid))
    return None if pk is None else next(iter(load_payments(connection, [pk])), None)


def find_stripe_payment(connection: Connection, name: str) -> Payment | None:
    """The payment with this uid, or by Stripe's id of it or of its charge; of two accounts the later."""
    named = or_(payments.c.uid == name, payments.c.stripe_payment_id == name, payments.c.stripe_charge_id == name)
    pk = connection.scalar(select(payments.c.pk).where(named).order_by(payments.c.pk.desc()).limit(1))
    return None if pk is None else next(iter(load_payments(connection, [pk])), None)


def payments_of(connection: Connection, booking_pk: int) -> list[Payment]:
    """A booking's payments, oldest first."""
    return [payment_from(row) for row in connection.execute(_payments_of(), {"of": booking_pk})]


def refunds_of(connection: Connection, booking_pk: int, others: Sequence[int] = ()) -> list[Refund]:
    """The refunds of a booking's payments, and some others (keys), oldest first."""
    wanted = {"of": booking_pk, "others": list(others)}
    return [refund_from(row) for row in connection.execute(_refunds_of(), wanted)]


def similar_payments(connection: Connection, draft: PaymentDraft, around: int, seconds: int) -> list[Payment]:
    """Other payments of the booking with the same amount near an instant, money or on its way, not void.

    Of a payment that is spread over bookings the whole and the part here are looked at.
    """
    of = {"of": draft.booking_pk, "minor": draft.amount.minor, "code": draft.amount.currency, "own": draft.uid}
    wanted = of | {"since": around - seconds, "until": around + seconds}
    return [payment_from(row) for row in connection.execute(_similar(), wanted)]


@cache
def _payments_by_key() -> Select[*tuple[Any, ...]]:
    return payment_select().where(among_keys(payments.c.pk, "pks"))


@cache
def _refunds_by_key() -> Select[*tuple[Any, ...]]:
    return refund_select().where(among_keys(refunds.c.pk, "pks"))


@cache
def _payments_of() -> Select[*tuple[Any, ...]]:
    query = payment_select().where(payments.c.booking_pk == bindparam("of"))
    return query.order_by(payments.c.occurred_at, payments.c.pk)


@cache
def _refunds_of() -> Select[*tuple[Any, ...]]:
    query = refund_select().where(or_(payments.c.booking_pk == bindparam("of"), among_keys(refunds.c.pk, "others")))
    return query.order_by(refunds.c.occurred_at, refunds.c.pk)


@cache
def _similar() -> Select[*tuple[Any, ...]]:
    parts, same = spread_parts(), payments.c.amount == bindparam("minor")
    spread = select(parts.c.payment_pk).where(
        parts.c.booking_pk == bindparam("of"), or_(same, parts.c.gross == bindparam("minor"))
    )
    query = payment_select().where(
        or_(and_(payments.c.booking_pk == bindparam("of"), same), payments.c.pk.in_(spread)),
        payments.c.currency == bindparam("code"),
        payments.c.uid != bindparam("own"),
        payments.c.occurred_at.between(bindparam("since"), bindparam("until")),
        payments.c.state.in_([state.value for state in UNMATCHED_STATES]),
        not_void(),
    )
    return query.order_by(payments.c.occurred_at)


@cache
def payment_select() -> Select[*tuple[Any, ...]]:
    """Payments with what is derived for them: reference and guest of the booking, sum of refunds, reason of a void, and
    by what it is ignored.

    This and the questions from it are made once: to put one together takes ten times as long as to ask it.
    """
    refunded = (
        select(cast(func.coalesce(func.sum(refunds.c.amount), 0), BigInteger))
        .where(refunds.c.payment_pk == payments.c.pk, refunds.c.status == RefundStatus.SUCCEEDED.value)
        .scalar_subquery()
    )
    names = (bookings.c.reference.label("booking_reference"), guests.c.name.label("guest"))
    derived = (
        refunded.label("refunded"),
        func.coalesce(payment_voids.c.reason, payment_pairs.c.reason).label("void_reason"),
        *(payment_ignores.c[name].label(f"ignored_{name}") for name in _IGNORED),
    )
    return (
        select(payments, *names, *derived)
        .outerjoin(bookings, bookings.c.pk == payments.c.booking_pk)
        .outerjoin(guests, guests.c.pk == bookings.c.guest_pk)
        .outerjoin(payment_voids, payment_voids.c.payment_pk == payments.c.pk)
        .outerjoin(payment_pairs, merged())
        .outerjoin(payment_ignores, ignoring())
    )


@cache
def refund_select() -> Select[*tuple[Any, ...]]:
    """Refunds with the identity of their payment, and the reference and guest of its booking."""
    names = (payments.c.uid.label("payment_uid"), bookings.c.reference.label("booking_reference"))
    return (
        select(refunds, *names, guests.c.name.label("guest"))
        .join(payments, payments.c.pk == refunds.c.payment_pk)
        .outerjoin(bookings, bookings.c.pk == payments.c.booking_pk)
        .outerjoin(guests, guests.c.pk == bookings.c.guest_pk)
    )


def payment_from(row: Row[*tuple[Any, ...]]) -> Payment:
    """A domain value from a row of ``payment_select``. A page of a list has hundreds: each column of a row that is
    asked for by its name costs as much as ten that are taken together.
    """
    state = PaymentState(row.state)
    plain: dict[str, Any] = dict(zip(_PLAIN, _plain_values()(row), strict=True))
    return Payment(
        source=Source(row.source),
        state=state,
        status=derive_status(state, plain["amount"], plain["refunded"], voided=plain["void_reason"] is not None),
        claimed=row.claimed_reference or row.claimed_id,
        ignored=_ignored(row),
        **plain,
    )


@cache
def _plain_values() -> itemgetter[Any]:
    """Takes those of a payment's fields that are columns from a row of ``payment_select``."""
    names = [column.name for column in payment_select().selected_columns]
    return itemgetter(*(names.index(name) for name in _PLAIN))


def refund_from(row: Row[*tuple[Any, ...]]) -> Refund:
    """A domain value from a row of ``refund_select``."""
    return Refund(
        pk=row.pk,
        uid=row.uid,
        payment_pk=row.payment_pk,
        payment_uid=row.payment_uid,
        booking_reference=row.booking_reference,
        guest=row.guest,
        amount=row.amount,
        currency=row.currency,
        status=RefundStatus(row.status),
        method=row.method,
        reason=row.reason,
        failure_reason=row.failure_reason,
        occurred_at=row.occurred_at,
        business_date=row.business_date,
        stripe_account=row.stripe_account,
        livemode=row.livemode,
        stripe_refund_id=row.stripe_refund_id,
        actor=row.actor,
        desk=row.desk,
        created_at=row.created_at,
        rounding=row.rounding,
        session_pk=row.session_pk,
        late_of=row.late_of,
    )


def _ignored(row: Row[*tuple[Any, ...]]) -> Ignored | None:
    if row.ignored_uid is None:
        return None
    return Ignored(row.ignored_uid, row.ignored_reason, row.ignored_actor, row.ignored_desk, row.ignored_created_at)


def _manual_row(unit: Unit, draft: PaymentDraft, counted: Counted, session_pk: int | None) -> dict[str, Any]:
    return {
        "uid": draft.uid,
        "salt": unit.ids.salt(),
        "booking_pk": draft.booking_pk,
        "assigned_by": "entry",
        "source": Source.MANUAL.value,
        "method": draft.method,
        "amount": draft.amount.minor,
        "currency": draft.amount.currency,
        "state": PaymentState.SUCCEEDED.value,
        "occurred_at": unit.now if draft.occurred_at is None else draft.occurred_at,
        "business_date": counted.day,
        "late_of": counted.late_of,
        "session_pk": session_pk,
        "reference": draft.reference,
        "note": draft.note,
        "tendered": draft.tendered,
        "rounding": 0 if draft.cash_due is None else draft.cash_due - draft.amount.minor,
        "disputed": False,
        "search_text": fold(f"{draft.reference} {draft.note}"),
        "version": 1,
        **unit.made,
    }


def _written_before(connection: Connection, draft: PaymentDraft) -> int:
    row = connection.execute(select(payments).where(payments.c.uid == draft.uid)).one()
    same = (row.booking_pk, row.method, row.amount, row.currency) == (
        draft.booking_pk,
        draft.method,
        draft.amount.minor,
        draft.amount.currency,
    )
    if not same:
        raise InputError("payment.uid_reused", field="amount")
    return int(row.pk)
