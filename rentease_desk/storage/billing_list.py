"""Long stays, invoices and payouts for people to look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, exists, func, or_, select

from rentease_desk.domain.billing import Invoice, LongStay, Payout, PayoutLine
from rentease_desk.domain.stripe_billing import DELETED_INVOICE, ENDED_SUBSCRIPTIONS
from rentease_desk.domain.stripe_objects import CHARGED, Identity, StripeTransaction
from rentease_desk.storage.billing_tables import (
    stripe_invoice_payments,
    stripe_invoices,
    stripe_payout_lines,
    stripe_payouts,
    stripe_subscriptions,
)
from rentease_desk.storage.observed import of, own
from rentease_desk.storage.stripe_tables import stripe_charges, stripe_customers, stripe_transactions
from rentease_desk.storage.tables import bookings, guests, payments

_Row = Row[*tuple[Any, ...]]
_stays, _invoices, _paid = stripe_subscriptions, stripe_invoices, stripe_invoice_payments
_payouts, _lines, _moved = stripe_payouts, stripe_payout_lines, stripe_transactions


def stays_of(connection: Connection, identity: Identity, booking_pk: int) -> list[LongStay]:
    """The subscriptions that a booking carries, newest first."""
    return _long_stays(connection, identity, _stays.c.booking_pk == booking_pk)


def homeless_stays(connection: Connection, identity: Identity) -> list[LongStay]:
    """The subscriptions that run and belong to no booking, newest first."""
    runs = _stays.c.status.not_in(ENDED_SUBSCRIPTIONS)
    return _long_stays(connection, identity, and_(_stays.c.booking_pk.is_(None), runs))


def invoices_of(connection: Connection, identity: Identity, booking_pk: int) -> list[Invoice]:
    """The invoices of a booking, newest first: of its subscriptions, and those that its payments pay."""
    mine = select(_stays.c.id).where(own(_stays, identity), _stays.c.booking_pk == booking_pk)
    of_stays = select(_invoices.c.id).where(own(_invoices, identity), _invoices.c.subscription_id.in_(mine))
    money = select(payments.c.stripe_payment_id).where(own(payments, identity), payments.c.booking_pk == booking_pk)
    of_money = select(_paid.c.invoice_id).where(own(_paid, identity), _paid.c.payment_id.in_(money))
    ids = set(connection.scalars(of_stays)) | set(connection.scalars(of_money))
    return [one for one in load_invoices(connection, identity, ids) if one.booking_pk == booking_pk]


def waiting_invoices(connection: Connection, identity: Identity, limit: int) -> list[Invoice]:
    """The latest invoices that are not paid, or were given up, newest first."""
    waits = _invoices.c.status.in_(("open", "uncollectible"))
    query = select(_invoices.c.id).where(own(_invoices, identity), waits)
    return load_invoices(
        connection, identity, connection.scalars(query.order_by(_invoices.c.created.desc()).limit(limit))
    )


def load_invoices(connection: Connection, identity: Identity, ids: Iterable[str]) -> list[Invoice]:
    """These invoices, newest first."""
    wanted = list(ids)
    rows = connection.execute(_invoice_select(identity).where(of(_invoices, identity, wanted))).all() if wanted else []
    by_invoice: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        by_invoice[row.id].append(row)
    contacts = _contacts(connection, {pk for some in by_invoice.values() if (pk := _home(some)) is not None})
    return [_invoice(some, contacts) for some in by_invoice.values()]


def list_payouts(connection: Connection, identity: Identity, limit: int) -> list[Payout]:
    """The latest payouts, newest first."""
    query = _payout_select(identity).order_by(_payouts.c.created.desc(), _payouts.c.id).limit(limit)
    return [_payout(row) for row in connection.execute(query)]


def payout_with(connection: Connection, identity: Identity, charge_id: str) -> Payout | None:
    """The payout with which the money of a charge went to the bank; None while that is not known."""
    its = select(_lines.c.payout_id).join(_moved, and_(own(_moved, identity), _moved.c.id == _lines.c.id))
    its = its.where(own(_lines, identity), _moved.c.source_id == charge_id, _moved.c.type.in_(CHARGED))
    row = connection.execute(_payout_select(identity).where(_payouts.c.id.in_(its))).first()
    return None if row is None else _payout(row)


def payout_lines(connection: Connection, identity: Identity, payout_id: str) -> list[PayoutLine]:
    """What a payout is made of, oldest first, without the movement that is the payout itself."""
    charge = stripe_charges
    key = func.coalesce(charge.c.payment_intent_id, charge.c.id)
    query = (
        select(_moved, payments.c.pk, bookings.c.reference)
        .join(_lines, and_(own(_lines, identity), _lines.c.id == _moved.c.id))
        .outerjoin(charge, and_(own(charge, identity), charge.c.id == _moved.c.source_id))
        .outerjoin(payments, and_(own(payments, identity), payments.c.stripe_payment_id == key))
        .outerjoin(bookings, bookings.c.pk == payments.c.booking_pk)
        .where(own(_moved, identity), _lines.c.payout_id == payout_id)
    )
    itself = or_(_moved.c.source_id.is_(None), _moved.c.source_id != payout_id)
    rows = connection.execute(query.where(itself).order_by(_moved.c.created, _moved.c.id))
    names = StripeTransaction.__struct_fields__
    return [
        PayoutLine(StripeTransaction(*(row._mapping[name] for name in names)), row.pk, row.reference) for row in rows
    ]


def _long_stays(connection: Connection, identity: Identity, condition: Any) -> list[LongStay]:
    customer = stripe_customers
    query = (
        select(_stays, bookings.c.reference, customer.c.name, customer.c.email)
        .outerjoin(bookings, bookings.c.pk == _stays.c.booking_pk)
        .outerjoin(customer, and_(own(customer, identity), customer.c.id == _stays.c.customer_id))
        .where(own(_stays, identity), condition)
        .order_by(_stays.c.created.desc(), _stays.c.id)
    )
    return [_long_stay(row) for row in connection.execute(query)]


def _long_stay(row: _Row) -> LongStay:
    return LongStay(
        id=row.id,
        booking_pk=row.booking_pk,
        booking_reference=row.reference,
        assigned_by=row.assigned_by,
        named=None if row.booking_pk is not None else row.claimed_id or row.claimed_reference,
        customer_id=row.customer_id,
        customer_name=row.name,
        customer_email=row.email,
        status=row.status,
        description=row.description,
        amount=row.amount,
        currency=row.currency,
        every_unit=row.every_unit,
        every_count=row.every_count,
        period_start=row.period_start,
        period_end=row.period_end,
        trial_end=row.trial_end,
        cancel_at=row.cancel_at,
        cancel_at_period_end=row.cancel_at_period_end,
        canceled_at=row.canceled_at,
        ended_at=row.ended_at,
        created=row.created,
    )


def _invoice_select(identity: Identity) -> Select[*tuple[Any, ...]]:
    """Invoices, a row for each payment, with the booking of the payment and that of the subscription."""
    return (
        select(
            _invoices,
            _stays.c.booking_pk.label("stay_home"),
            _paid.c.payment_id,
            payments.c.booking_pk.label("paid_home"),
            payments.c.failure_message,
        )
        .outerjoin(_stays, and_(own(_stays, identity), _stays.c.id == _invoices.c.subscription_id))
        .outerjoin(_paid, and_(own(_paid, identity), _paid.c.invoice_id == _invoices.c.id))
        .outerjoin(payments, and_(own(payments, identity), payments.c.stripe_payment_id == _paid.c.payment_id))
        .where(_invoices.c.status != DELETED_INVOICE)
        .order_by(_invoices.c.created.desc(), _invoices.c.id, _paid.c.created, _paid.c.id)
    )


def _home(rows: list[_Row]) -> int | None:
    """The booking of an invoice: where its money is, else where its subscription is."""
    homes: list[int | None] = [row.paid_home for row in rows if row.paid_home is not None]
    stay: int | None = rows[0].stay_home
    return homes[0] if homes else stay


def _contacts(connection: Connection, pks: Collection[int]) -> dict[int | None, _Row]:
    columns = (bookings.c.pk, bookings.c.reference, guests.c.name, guests.c.email, guests.c.phone)
    query = select(*columns).join(guests, guests.c.pk == bookings.c.guest_pk).where(bookings.c.pk.in_(pks))
    return {row.pk: row for row in connection.execute(query)} if pks else {}


def _invoice(rows: list[_Row], contacts: dict[int | None, _Row]) -> Invoice:
    row, contact = rows[0], contacts.get(_home(rows))
    failed = next((one.failure_message for one in reversed(rows) if one.failure_message), None)
    return Invoice(
        id=row.id,
        number=row.number,
        subscription_id=row.subscription_id,
        booking_pk=contact.pk if contact else None,
        booking_reference=contact.reference if contact else None,
        guest=(contact.name if contact else None) or row.customer_name,
        email=(contact.email if contact else None) or row.customer_email,
        phone=(contact.phone if contact else None) or None,
        status=row.status,
        amount_due=row.amount_due,
        amount_paid=row.amount_paid,
        off_stripe=row.amount_paid_off_stripe,
        amount_remaining=row.amount_remaining,
        currency=row.currency,
        period_start=row.period_start,
        period_end=row.period_end,
        attempt_count=row.attempt_count,
        next_payment_attempt=row.next_payment_attempt,
        reason=row.last_error or (None if row.status == "paid" else failed),
        created=row.created,
        paid_at=row.paid_at,
        payments=tuple(one.payment_id for one in rows if one.payment_id),
    )


def _payout_select(identity: Identity) -> Select[*tuple[Any, ...]]:
    whole = exists().where(own(_lines, identity), _lines.c.payout_id == _payouts.c.id)
    return select(_payouts, whole.label("whole")).where(own(_payouts, identity))


def _payout(row: _Row) -> Payout:
    return Payout(
        id=row.id,
        amount=row.amount,
        currency=row.currency,
        status=row.status,
        arrival_date=row.arrival_date,
        created=row.created,
        automatic=row.automatic,
        whole=bool(row.whole),
        failure_code=row.failure_code,
        failure_message=row.failure_message,
    )
