"""What went wrong at Stripe, a small question for each kind. A further kind is one more ``Asked`` in ``KINDS``.

A failed attempt that later succeeded, and a dispute that was decided, have resolved by themselves: they are told with
``is_open`` false, and only where they are asked for by name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, Row, Select, and_, case, exists, func, literal, literal_column, select
from sqlalchemy.sql import ColumnElement, FromClause

from rentease_desk.domain.billing import Invoice
from rentease_desk.domain.disputes import INQUIRY, OPEN_DISPUTES
from rentease_desk.domain.follow_ups import Contact, FollowUpKind, Home, Problem
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.storage.billing_list import load_invoices, waiting_invoices
from rentease_desk.storage.billing_tables import stripe_invoice_payments
from rentease_desk.storage.disputes import disputed_payments
from rentease_desk.storage.observed import own
from rentease_desk.storage.stripe_tables import follow_ups, stripe_charges, stripe_disputes
from rentease_desk.storage.tables import bookings, guests, payments, refunds
from rentease_desk.storage.totals import totals_of

_Row = Row[*tuple[Any, ...]]
_AT_ONCE = 500
"""How many names stand in one question: every database takes so many."""
_BILL_UNPAID = ("open", "uncollectible")


class Asked(Struct, frozen=True):
    """How a kind is asked for: the newest open ones that nobody is done with, so many; and some by Stripe's ids."""

    standing: Callable[[Connection, Identity, int], list[Problem]]
    named: Callable[[Connection, Identity, Sequence[str]], list[Problem]]


class _Question(Struct, frozen=True):
    """Rows of one kind, and of each: whether it is open, its id at Stripe, its phase, and when it was."""

    query: Select[Any]
    is_open: ColumnElement[bool]
    object_id: ColumnElement[Any]
    phase: ColumnElement[str]
    at: ColumnElement[int]


def with_homes(connection: Connection, found: Sequence[Problem]) -> list[Problem]:
    """The same, each telling what is owed on its booking now."""
    totals = totals_of(connection, list({one.home.pk for one in found if one.home is not None}))
    return [
        one if one.home is None else replace(one, home=replace(one.home, balance=totals[one.home.pk].balance))
        for one in found
    ]


def decided_disputes(connection: Connection, identity: Identity, limit: int) -> list[Problem]:
    """The latest disputes that were won, lost or closed."""
    asked = _disputes(identity)
    rows = connection.execute(asked.query.where(~asked.is_open).order_by(asked.at.desc()).limit(limit))
    return [_problem(FollowUpKind.DISPUTE, row) for row in rows]


def _of(kind: FollowUpKind, ask: Callable[[Identity], _Question]) -> Asked:
    def standing(connection: Connection, identity: Identity, limit: int) -> list[Problem]:
        asked = ask(identity)
        query = asked.query.where(asked.is_open, ~_is_done(kind, identity, asked.object_id, asked.phase))
        rows = connection.execute(query.order_by(asked.at.desc(), asked.object_id).limit(limit))
        return [_problem(kind, row) for row in rows]

    def named(connection: Connection, identity: Identity, ids: Sequence[str]) -> list[Problem]:
        asked = ask(identity)
        found = (connection.execute(asked.query.where(asked.object_id.in_(some))) for some in _parts(ids))
        return [_problem(kind, row) for rows in found for row in rows]

    return Asked(standing, named)


def _is_done(
    kind: FollowUpKind, identity: Identity, object_id: ColumnElement[Any], phase: ColumnElement[str]
) -> ColumnElement[bool]:
    return exists().where(
        own(follow_ups, identity),
        follow_ups.c.kind == kind.value,
        follow_ups.c.object_id == object_id,
        follow_ups.c.done_at.is_not(None),
        follow_ups.c.done_phase == phase,
    )


def _failed_payments(identity: Identity) -> _Question:
    """Payments whose last attempt failed. The payment of an invoice is told by the invoice."""
    charge, paid = stripe_charges, stripe_invoice_payments
    billed = exists().where(own(paid, identity), paid.c.payment_id == payments.c.stripe_payment_id)
    told = {
        "object_id": payments.c.stripe_payment_id,
        "phase": func.coalesce(payments.c.stripe_charge_id, ""),
        "status": payments.c.stripe_status,
        "is_open": payments.c.state == literal_column("'failed'"),  # as the index says it
        "at": func.coalesce(charge.c.created, payments.c.occurred_at),
        "amount": payments.c.amount,
        "currency": payments.c.currency,
        "code": payments.c.failure_code,
        "message": payments.c.failure_message,
    }
    start = payments.outerjoin(charge, and_(own(charge, identity), charge.c.id == payments.c.stripe_charge_id))
    return _question(start, told, own(payments, identity), ~billed)


def _failed_refunds(identity: Identity) -> _Question:
    told = {
        "object_id": refunds.c.stripe_refund_id,
        "phase": literal(""),
        "status": refunds.c.status,
        "is_open": refunds.c.status == literal_column("'failed'"),
        "at": refunds.c.occurred_at,
        "amount": refunds.c.amount,
        "currency": refunds.c.currency,
        "code": refunds.c.failure_reason,
    }
    start = refunds.join(payments, payments.c.pk == refunds.c.payment_pk)
    return _question(start, told, own(refunds, identity), refunds.c.stripe_refund_id.is_not(None))


def _disputes(identity: Identity) -> _Question:
    """Disputes with their payments; one whose payment is not here is told all the same."""
    table = stripe_disputes
    told = {
        "object_id": table.c.id,
        "phase": case((table.c.status.startswith(INQUIRY, autoescape=True), "inquiry"), else_="dispute"),
        "status": table.c.status,
        "is_open": table.c.status.in_(OPEN_DISPUTES),
        "at": table.c.created,
        "amount": table.c.amount,
        "currency": table.c.currency,
        "code": table.c.reason,
        "due_by": table.c.due_by,
    }
    return _question(disputed_payments(identity), told, own(table, identity))


def _question(start: FromClause, told: Mapping[str, ColumnElement[Any]], *conditions: Any) -> _Question:
    """``told`` are columns of ``Problem``; those of the payment, the booking and the guest come with them."""
    told = {"message": literal(None), "due_by": literal(None), **told}
    payer = (payments.c.payer_name, payments.c.payer_email, payments.c.method, payments.c.brand, payments.c.last4)
    home = (bookings.c.pk.label("booking_pk"), bookings.c.reference, bookings.c.currency.label("booking_currency"))
    guest = (guests.c.name, guests.c.email, guests.c.phone)
    columns = [value.label(name) for name, value in told.items()]
    query = (
        select(*columns, payments.c.pk.label("payment_pk"), *payer, *home, *guest)
        .select_from(start)
        .outerjoin(bookings, bookings.c.pk == payments.c.booking_pk)
        .outerjoin(guests, guests.c.pk == bookings.c.guest_pk)
        .where(*conditions)
    )
    return _Question(query, told["is_open"], told["object_id"], told["phase"], told["at"])


def _problem(kind: FollowUpKind, row: _Row) -> Problem:
    return Problem(
        kind=kind,
        object_id=row.object_id,
        phase=row.phase,
        status=row.status,
        is_open=bool(row.is_open),
        at=row.at,
        amount=row.amount,
        currency=row.currency,
        contact=Contact(row.name or row.payer_name or "", row.email or row.payer_email or "", row.phone or ""),
        home=None if row.booking_pk is None else Home(row.booking_pk, row.reference, row.booking_currency, 0),
        payment_pk=row.payment_pk,
        due_by=row.due_by,
        code=row.code,
        message=row.message,
        method=row.method or "",
        brand=row.brand,
        last4=row.last4,
    )


def _standing_invoices(connection: Connection, identity: Identity, limit: int) -> list[Problem]:
    """Invoices that a card did not pay, or that were given up; one that nobody has tried yet waits for its time."""
    made = [one for one in _invoices(connection, waiting_invoices(connection, identity, limit)) if one.is_open]
    table = follow_ups
    done = select(table.c.object_id, table.c.done_phase).where(
        own(table, identity), table.c.kind == FollowUpKind.INVOICE.value, table.c.done_at.is_not(None)
    )
    known = {
        (object_id, phase)
        for some in _parts([one.object_id for one in made])
        for object_id, phase in connection.execute(done.where(table.c.object_id.in_(some)))
    }
    return [one for one in made if (one.object_id, one.phase) not in known]


def _named_invoices(connection: Connection, identity: Identity, ids: Sequence[str]) -> list[Problem]:
    return _invoices(connection, [one for some in _parts(ids) for one in load_invoices(connection, identity, some)])


def _invoices(connection: Connection, found: Sequence[Invoice]) -> list[Problem]:
    pks = {one.booking_pk for one in found if one.booking_pk is not None}
    columns = (bookings.c.pk, bookings.c.reference, bookings.c.currency)
    rows = connection.execute(select(*columns).where(bookings.c.pk.in_(pks))) if pks else ()
    homes = {row.pk: Home(row.pk, row.reference, row.currency, 0) for row in rows}
    return [_invoice(one, homes.get(one.booking_pk or 0)) for one in found]


def _invoice(invoice: Invoice, home: Home | None) -> Problem:
    return Problem(
        kind=FollowUpKind.INVOICE,
        object_id=invoice.id,
        phase=str(invoice.attempt_count),
        status=invoice.status,
        is_open=invoice.status in _BILL_UNPAID and invoice.attempt_count > 0,
        at=invoice.created,
        amount=invoice.amount_remaining,
        currency=invoice.currency,
        contact=Contact(invoice.guest or "", invoice.email or "", invoice.phone or ""),
        home=home,
        message=invoice.reason,
        attempts=invoice.attempt_count,
        next_attempt=invoice.next_payment_attempt,
    )


def _parts(names: Collection[str]) -> list[list[str]]:
    whole = list(names)
    return [whole[start : start + _AT_ONCE] for start in range(0, len(whole), _AT_ONCE)]


KINDS: dict[FollowUpKind, Asked] = {
    FollowUpKind.PAYMENT: _of(FollowUpKind.PAYMENT, _failed_payments),
    FollowUpKind.REFUND: _of(FollowUpKind.REFUND, _failed_refunds),
    FollowUpKind.DISPUTE: _of(FollowUpKind.DISPUTE, _disputes),
    FollowUpKind.INVOICE: Asked(_standing_invoices, _named_invoices),
}
