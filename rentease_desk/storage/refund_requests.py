"""Refunds from the desk: their rows, and the requests to Stripe, each step of which is written before it is taken.

Whoever writes here has locked the payment (``lock_payment``), so that two desks cannot give the same money back.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.open_days import Counted
from rentease_desk.domain.payment import Payment, Refund, RefundStatus, Source
from rentease_desk.domain.refunds import RefundDraft, RefundRequest
from rentease_desk.storage.database import Unit
from rentease_desk.storage.documents import document
from rentease_desk.storage.drawers import session_name
from rentease_desk.storage.parts import share_refund
from rentease_desk.storage.payments import load_refunds
from rentease_desk.storage.requests import Requests, request_fields
from rentease_desk.storage.stripe_tables import refund_requests
from rentease_desk.storage.tables import payments, refunds

REQUESTS = Requests(refund_requests, refunds, "refund_request")


def find_refund(connection: Connection, uid: str) -> Refund | None:
    """The refund with this identity."""
    pk = connection.scalar(select(refunds.c.pk).where(refunds.c.uid == uid))
    return None if pk is None else load_refunds(connection, [pk])[0]


def insert_refund(
    unit: Unit, draft: RefundDraft, payment: Payment, counted: Counted, session_pk: int | None, handed_out: int
) -> int:
    """Write a refund: of a manual payment it counts at once, in a drawer session (None: the implicit one), of a Stripe
    payment it is pending.

    ``handed_out``: what the guest gets of its amount, minor units; cash is rounded.
    """
    manual = payment.source is Source.MANUAL
    session_pk = session_pk if manual else None
    status = RefundStatus.SUCCEEDED if manual else RefundStatus.PENDING
    row = {
        "uid": draft.uid,
        "payment_pk": payment.pk,
        "amount": draft.amount.minor,
        "currency": draft.amount.currency,
        "status": status.value,
        "method": payment.method,
        "reason": draft.reason,
        "occurred_at": unit.now,
        "business_date": counted.day if manual else None,
        "late_of": counted.late_of if manual else None,
        "session_pk": session_pk,
        "stripe_account": payment.stripe_account,
        "livemode": payment.livemode,
        "rounding": handed_out - draft.amount.minor,
        **unit.made,
    }
    pk = unit.connection.execute(insert(refunds).values(row).returning(refunds.c.pk)).scalar_one()
    names = {"payment": payment.uid, **session_name(unit, session_pk)}
    unit.record("refund", "refund", draft.uid, None, document("refund", row, **names))
    share_refund(unit, payment.pk, (pk, draft.uid, draft.amount.minor), counted.day, draft.booking_pk)
    _note(unit, pk, payment.pk, payment.booking_pk)
    return int(pk)


def find_request(connection: Connection, uid: str) -> RefundRequest | None:
    """The request for this refund."""
    row = connection.execute(_requests().where(refunds.c.uid == uid)).one_or_none()
    return None if row is None else _request_from(row)


def refuse(unit: Unit, request: RefundRequest, trouble: KnownError) -> None:
    """Stripe has made no refund and never will: the row is cancelled, and the money may be given back again.

    Nothing happens if Stripe has it all the same: a picture of it has come meanwhile.
    """
    stored = unit.connection.execute(select(refunds).where(refunds.c.uid == request.uid)).mappings().one()
    if stored["stripe_refund_id"] is not None:
        return
    REQUESTS.mark_refused(unit, request, trouble)
    values = {"status": RefundStatus.CANCELED.value, "failure_reason": trouble.explain().happened}
    unit.connection.execute(update(refunds).where(refunds.c.pk == stored["pk"]).values(values))
    unit.record("update", "refund", request.uid, dict(stored), values)
    _note(unit, stored["pk"], request.payment_pk, _booking_of(unit.connection, request.payment_pk))


def _requests() -> Select[*tuple[Any, ...]]:
    columns = (refunds.c.uid, refunds.c.payment_pk, refunds.c.amount, refunds.c.currency, refunds.c.created_at,
               refunds.c.stripe_account, refunds.c.livemode, payments.c.amount.label("payment_amount"))  # fmt: skip
    return (
        select(refund_requests, *columns)
        .join(refunds, refunds.c.pk == refund_requests.c.refund_pk)
        .join(payments, payments.c.pk == refunds.c.payment_pk)
    )


def _request_from(row: Any) -> RefundRequest:
    return RefundRequest(
        payment_pk=row.payment_pk, payment_amount=row.payment_amount, charge_id=row.charge_id, **request_fields(row)
    )


def _booking_of(connection: Connection, payment_pk: int) -> int | None:
    return connection.scalar(select(payments.c.booking_pk).where(payments.c.pk == payment_pk))


def _note(unit: Unit, refund_pk: int, payment_pk: int, booking_pk: int | None) -> None:
    touched = frozenset() if booking_pk is None else frozenset({booking_pk})
    unit.changes |= Changes(refunds=frozenset({refund_pk}), payments=frozenset({payment_pk}), bookings=touched)
