"""The rows of the payments list, made of payments, refunds and returns of refunds. ``payment_list`` says which."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace
from sqlalchemy import Connection

from rentease_desk.domain.disputes import Dispute
from rentease_desk.domain.lists import MoneyKind, MoneyRow
from rentease_desk.domain.payment import Payment, PaymentState, PaymentStatus, Refund
from rentease_desk.domain.refunds import RefundReturn
from rentease_desk.storage.disputes import disputes_of
from rentease_desk.storage.parts import spread_over
from rentease_desk.storage.payments import load_payments, load_refunds
from rentease_desk.storage.refund_returns import load_returns


def money_rows(connection: Connection, keys: Sequence[int]) -> list[MoneyRow]:
    """The rows of these keys, as ``payment_list`` makes them, in their order; keys that are not there are left out."""
    made: dict[int, MoneyRow] = {}
    returns = load_returns(connection, [-key // 2 for key in keys if key < 0])
    of_returns = {one.refund_pk for one in returns}
    found = load_refunds(connection, list({key // 2 for key in keys if key > 0 and key % 2} | of_returns))
    wanted = {key // 2 for key in keys if not key % 2} | {refund.payment_pk for refund in found}
    paid = {payment.pk: payment for payment in load_payments(connection, list(wanted))}
    disputes = disputes_of(connection, [one.pk for one in paid.values() if one.disputed])
    spread = spread_over(connection, list(paid))
    for payment in paid.values():
        row = _payment_row(payment, next(iter(disputes.get(payment.pk, ())), None))
        made[row.key] = replace(row, others=tuple(spread[payment.pk])) if payment.pk in spread else row
    for refund in found:
        made[refund.pk * 2 + 1] = _refund_row(refund, paid[refund.payment_pk])
    for one in returns:
        row = _return_row(one, made[one.refund_pk * 2 + 1])
        made[row.key] = row
    return [made[key] for key in keys if key in made]


def _payment_row(payment: Payment, dispute: Dispute | None) -> MoneyRow:
    counts = payment.state is PaymentState.SUCCEEDED and payment.status is not PaymentStatus.VOIDED
    return MoneyRow(
        key=payment.pk * 2,
        kind=MoneyKind.PAYMENT,
        uid=payment.uid,
        payment_pk=payment.pk,
        booking_pk=payment.booking_pk,
        ignored=payment.ignored,
        booking_reference=payment.booking_reference,
        guest=payment.guest,
        payer_name=payment.payer_name,
        source=payment.source,
        method=payment.method,
        brand=payment.brand,
        last4=payment.last4,
        status=payment.status,
        gross=payment.amount,
        counted=payment.amount if counts else 0,
        fee=payment.fee,
        currency=payment.currency,
        occurred_at=payment.occurred_at,
        business_date=payment.business_date,
        late_of=payment.late_of,
        original_date=None,
        reference=payment.reference,
        note=payment.note,
        disputed=payment.disputed,
        stripe_payment_id=payment.stripe_payment_id,
        stripe_charge_id=payment.stripe_charge_id,
        stripe_account=payment.stripe_account,
        stripe_refund_id=None,
        actor=payment.actor,
        desk=payment.desk,
        net=payment.net,
        settlement_currency=payment.settlement_currency,
        dispute=dispute,
        rounding=payment.rounding if counts else 0,
    )


def _refund_row(refund: Refund, payment: Payment) -> MoneyRow:
    """What is not the refund's own is its payment's."""
    counts = refund.business_date is not None and payment.state is PaymentState.SUCCEEDED
    return replace(
        _payment_row(payment, None),
        key=refund.pk * 2 + 1,
        kind=MoneyKind.REFUND,
        uid=refund.uid,
        status=refund.status,
        gross=-refund.amount,
        counted=-refund.amount if counts else 0,
        fee=None,
        currency=refund.currency,
        occurred_at=refund.occurred_at,
        business_date=refund.business_date,
        late_of=refund.late_of,
        original_date=payment.business_date,
        reference="",
        note=refund.reason,
        disputed=False,
        stripe_refund_id=refund.stripe_refund_id,
        actor=refund.actor,
        desk=refund.desk,
        net=None,
        settlement_currency=None,
        rounding=-refund.rounding if counts else 0,
    )


def _return_row(one: RefundReturn, refund: MoneyRow) -> MoneyRow:
    sign = -1 if one.came_back else 1
    return replace(
        refund,
        key=-(one.pk * 2 + 1),
        kind=MoneyKind.RETURN,
        uid=one.uid,
        gross=sign * refund.gross,
        counted=sign * refund.counted,
        occurred_at=one.occurred_at,
        business_date=one.business_date,
        late_of=one.late_of,
        actor=one.actor,
        desk=one.desk,
        rounding=sign * refund.rounding,
    )
