"""Refunds from the desk: their rows, and the requests to Stripe, each step of which is written before it is taken.

Whoever writes here has locked the payment (``lock_payment``), so that two desks cannot give the same money back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.payment import Payment, Refund, RefundStatus, Source
from rentease_desk.domain.refunds import UNSETTLED, RefundDraft, RefundRequest, RequestState
from rentease_desk.storage.database import Unit
from rentease_desk.storage.documents import document
from rentease_desk.storage.parts import share_refund
from rentease_desk.storage.payments import load_refunds
from rentease_desk.storage.stripe_tables import refund_requests
from rentease_desk.storage.tables import payments, refunds

_OPEN = [state.value for state in UNSETTLED]


def find_refund(connection: Connection, uid: str) -> Refund | None:
    """The refund with this identity."""
    pk = connection.scalar(select(refunds.c.pk).where(refunds.c.uid == uid))
    return None if pk is None else load_refunds(connection, [pk])[0]


def insert_refund(unit: Unit, draft: RefundDraft, payment: Payment, today: date) -> int:
    """Write a refund: of a manual payment it counts on this business day, of a Stripe payment it is pending."""
    business_date = today if payment.source is Source.MANUAL else None
    status = RefundStatus.PENDING if business_date is None else RefundStatus.SUCCEEDED
    row = {
        "uid": draft.uid,
        "payment_pk": payment.pk,
        "amount": draft.amount.minor,
        "currency": draft.amount.currency,
        "status": status.value,
        "method": payment.method,
        "reason": draft.reason,
        "occurred_at": unit.now,
        "business_date": business_date,
        "stripe_account": payment.stripe_account,
        "livemode": payment.livemode,
        **unit.made,
    }
    pk = unit.connection.execute(insert(refunds).values(row).returning(refunds.c.pk)).scalar_one()
    unit.record("refund", "refund", draft.uid, None, document("refund", row, payment=payment.uid))
    share_refund(unit, payment.pk, (pk, draft.uid, draft.amount.minor), today, draft.booking_pk)
    _note(unit, pk, payment.pk, payment.booking_pk)
    return int(pk)


def insert_request(unit: Unit, refund_pk: int, uid: str, key: str, charge_id: str) -> None:
    """Plan a request to Stripe; ``key`` makes it happen once, however often it is sent."""
    row = {"refund_pk": refund_pk, "idempotency_key": key, "charge_id": charge_id,
           "state": RequestState.PLANNED.value, "attempts": 0, "spent": False}  # fmt: skip
    unit.connection.execute(insert(refund_requests).values(row))
    unit.record("plan", "refund_request", uid, None, {"key": key, "charge": charge_id})


def find_request(connection: Connection, uid: str) -> RefundRequest | None:
    """The request for this refund."""
    row = connection.execute(_requests().where(refunds.c.uid == uid)).one_or_none()
    return None if row is None else _request_from(row)


def unsettled(connection: Connection) -> list[str]:
    """The refunds (uids) of which nobody can tell yet what became of them, oldest first."""
    query = select(refunds.c.uid).join(refund_requests, refund_requests.c.refund_pk == refunds.c.pk)
    return list(connection.scalars(query.where(refund_requests.c.state.in_(_OPEN)).order_by(refunds.c.pk)))


def trouble_of(connection: Connection, uid: str) -> KnownError | None:
    """Why it was refused, or why nobody can tell yet."""
    query = select(refund_requests.c.error_code, refund_requests.c.error).join(refunds).where(refunds.c.uid == uid)
    row = connection.execute(query).one_or_none()
    return None if row is None or row.error_code is None else KnownError(row.error_code, **json.loads(row.error))


def holder_of(connection: Connection, uid: str) -> tuple[str, int] | None:
    """Which process works on it, and until when at most (UTC seconds by this computer's clock)."""
    query = select(refund_requests.c.holder, refund_requests.c.held_until).join(refunds)
    row = connection.execute(query.where(refunds.c.uid == uid)).one_or_none()
    return None if row is None or row.holder is None else (row.holder, row.held_until)


def hold(unit: Unit, request: RefundRequest, holder: str, until: int) -> None:
    """Let nobody else work on it until then (UTC seconds)."""
    _change(unit, request, holder=holder, held_until=until)


def mark_sent(unit: Unit, request: RefundRequest, now: int) -> None:
    """It is about to be sent, ``now`` by Stripe's clock; from here on a crash leaves the outcome unknown."""
    first = now if request.first_sent_at is None else request.first_sent_at
    told: dict[str, Any] = {"state": RequestState.SENT.value, "attempts": request.attempts + 1}
    _record(unit, request, "send", told)
    _change(unit, request, first_sent_at=first, last_sent_at=now, **told)


def mark_unknown(unit: Unit, request: RefundRequest, trouble: KnownError, *, spent: bool) -> None:
    """Nobody can tell what became of it: its refund stays pending."""
    told = {"state": RequestState.UNKNOWN.value, "error": _told(trouble)}
    _record(unit, request, "await", told)
    _change(unit, request, error_code=trouble.code, spent=spent or request.spent, **told, **_FREE)


def keep_planned(unit: Unit, request: RefundRequest) -> None:
    """It was not sent, and will be later."""
    _change(unit, request, **_FREE)


def mark_refused(unit: Unit, request: RefundRequest, trouble: KnownError) -> bool:
    """Stripe has made no refund and never will: the row is cancelled, and the money may be given back again.

    False if Stripe has it all the same: a picture of it has come meanwhile.
    """
    stored = unit.connection.execute(select(refunds).where(refunds.c.uid == request.uid)).mappings().one()
    if stored["stripe_refund_id"] is not None:
        return False
    told = {"state": RequestState.REFUSED.value, "error": _told(trouble)}
    _record(unit, request, "refuse", told)
    _change(unit, request, error_code=trouble.code, **told, **_FREE)
    values = {"status": RefundStatus.CANCELED.value, "failure_reason": trouble.explain().happened}
    unit.connection.execute(update(refunds).where(refunds.c.pk == stored["pk"]).values(values))
    unit.record("update", "refund", request.uid, dict(stored), values)
    _note(unit, stored["pk"], request.payment_pk, _booking_of(unit.connection, request.payment_pk))
    return True


def mark_done(unit: Unit, refund_pks: Mapping[int, str]) -> None:
    """Stripe has these refunds (uid by key): whatever was not settled of their requests is."""
    query = select(refund_requests.c.refund_pk).where(
        refund_requests.c.refund_pk.in_(refund_pks), refund_requests.c.state != RequestState.DONE.value
    )
    for pk in list(unit.connection.scalars(query)):
        unit.record("settle", "refund_request", refund_pks[pk], None, {"state": RequestState.DONE.value})
        done = update(refund_requests).where(refund_requests.c.refund_pk == pk)
        unit.connection.execute(done.values(state=RequestState.DONE.value, error_code=None, error=None, **_FREE))


_FREE: dict[str, Any] = {"holder": None, "held_until": None}


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
        uid=row.uid,
        payment_pk=row.payment_pk,
        payment_amount=row.payment_amount,
        account=row.stripe_account,
        livemode=row.livemode,
        charge_id=row.charge_id,
        key=row.idempotency_key,
        amount=row.amount,
        currency=row.currency,
        state=RequestState(row.state),
        attempts=row.attempts,
        planned_at=row.created_at,
        first_sent_at=row.first_sent_at,
        last_sent_at=row.last_sent_at,
        spent=row.spent,
    )


def _told(trouble: KnownError) -> str:
    """The parameters of a known error, to make it again."""
    return json.dumps({name: str(value) for name, value in trouble.params.items()}, ensure_ascii=False)


def _change(unit: Unit, request: RefundRequest, **values: object) -> None:
    pk = select(refunds.c.pk).where(refunds.c.uid == request.uid).scalar_subquery()
    unit.connection.execute(update(refund_requests).where(refund_requests.c.refund_pk == pk).values(values))


def _record(unit: Unit, request: RefundRequest, action: str, after: Mapping[str, object]) -> None:
    before: dict[str, object] = {"state": request.state.value, "attempts": request.attempts}
    unit.record(action, "refund_request", request.uid, before, after)


def _booking_of(connection: Connection, payment_pk: int) -> int | None:
    return connection.scalar(select(payments.c.booking_pk).where(payments.c.pk == payment_pk))


def _note(unit: Unit, refund_pk: int, payment_pk: int, booking_pk: int | None) -> None:
    touched = frozenset() if booking_pk is None else frozenset({booking_pk})
    unit.changes |= Changes(refunds=frozenset({refund_pk}), payments=frozenset({payment_pk}), bookings=touched)
