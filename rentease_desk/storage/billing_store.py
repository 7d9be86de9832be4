"""What a page of payouts, subscriptions, invoices and Checkout Sessions changes here.

The money is the payments' own: an invoice or a session only says which booking its payments are for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import orjson
from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import Connection, Table, and_, select, update

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.dates import Days
from rentease_desk.domain.stripe_billing import DELETED_INVOICE, DRAFT_INVOICE, StripePayoutLine
from rentease_desk.domain.stripe_objects import Identity, Page
from rentease_desk.storage.billing_claims import resolve_subscriptions
from rentease_desk.storage.billing_tables import (
    stripe_checkout_sessions,
    stripe_invoice_payments,
    stripe_invoices,
    stripe_payout_lines,
    stripe_payouts,
    stripe_subscriptions,
)
from rentease_desk.storage.database import Unit
from rentease_desk.storage.links import Following
from rentease_desk.storage.observed import Pictures, of, own, write_observed
from rentease_desk.storage.stripe_payments import Outcome
from rentease_desk.storage.stripe_store import follow_claims
from rentease_desk.storage.stripe_tables import stripe_customers

_METADATA = frozenset({"metadata", "subscription_metadata"})
_NOT_TOLD = _METADATA | {"description", "customer_name", "customer_email", "last_error"}
"""What the journal does not hold: words of people, and about them."""


def store_billing(unit: Unit, identity: Identity, days: Days, page: Page) -> Outcome:
    """Write a page's pictures of these kinds, each change of one that is about money with its journal row.

    Returns what became of the payments that found, or lost, their booking through them.
    """
    if not _has_billing(page):
        return Outcome()
    pictures = _Pictures(unit, identity, page.observed_at)
    links = Following(unit, identity, page)
    links.adopt()
    pictures.write(stripe_payouts, page.payouts, "payout")
    stays = pictures.write(stripe_subscriptions, page.subscriptions, "subscription")
    sessions = pictures.write(stripe_checkout_sessions, page.sessions)
    invoices = pictures.write(stripe_invoices, page.invoices, "invoice")
    paid = pictures.write(stripe_invoice_payments, page.invoice_payments, "invoice_payment")
    links.tell()
    _store_lines(unit, identity, page.observed_at, page.payout_lines)
    _mark_gone(unit, identity, page.observed_at, page.gone_customers)

    begun = {one.subscription_id for one in page.sessions if one.id in sessions and one.subscription_id}
    moved = resolve_subscriptions(unit, identity, begun | {one.id for one in page.subscriptions})
    touched = payments_of(unit.connection, identity, invoices=invoices, subscriptions=moved)
    touched |= {one.payment_intent_id for one in page.sessions if one.id in sessions and one.payment_intent_id}
    touched |= {one.payment_id for one in page.invoice_payments if one.id in paid and one.payment_id}
    _tell_bookings(unit, identity, stays | {one.subscription_id for one in page.invoices if one.id in invoices})
    return follow_claims(unit, identity, days, touched)


def mark_deleted(unit: Unit, identity: Identity, invoice_id: str) -> None:
    """Stripe does not know an invoice: a draft was deleted, which is final. Others cannot be, and stay as they are."""
    table = stripe_invoices
    draft = (of(table, identity, [invoice_id]), table.c.status == DRAFT_INVOICE)
    deleted = update(table).where(*draft).values(status=DELETED_INVOICE).returning(table.c.subscription_id)
    row = unit.connection.execute(deleted).first()
    if row is not None:
        unit.record("update", "invoice", invoice_id, {"status": DRAFT_INVOICE}, {"status": DELETED_INVOICE})
        unit.changes |= Changes(billing=True)
        _tell_bookings(unit, identity, [row.subscription_id])


def payments_of(
    connection: Connection, identity: Identity, *, invoices: Collection[str] = (), subscriptions: Collection[str] = ()
) -> set[str]:
    """The Stripe ids of the payments with which these invoices, and those of these subscriptions, are paid."""
    table, invoice = stripe_invoice_payments, stripe_invoices
    found: set[str] = set()
    query = select(table.c.payment_id).where(own(table, identity), table.c.payment_id.is_not(None))
    if invoices:
        found |= set(connection.scalars(query.where(table.c.invoice_id.in_(list(invoices)))))
    if subscriptions:
        joined = query.join(invoice, and_(own(invoice, identity), invoice.c.id == table.c.invoice_id))
        found |= set(connection.scalars(joined.where(invoice.c.subscription_id.in_(list(subscriptions)))))
    return found


class _Pictures:
    """Writes pictures of one moment."""

    def __init__(self, unit: Unit, identity: Identity, observed_at: int) -> None:
        self._unit = unit
        self._identity = identity
        self._observed_at = observed_at

    def write(self, table: Table, shown: Sequence[Struct], entity: str | None = None) -> set[str]:
        """Write them, journalled as ``entity`` if there is one. Returns the ids of what is new or has changed."""
        rows = {str(values.pop("id")): _columns(values) for values in map(asdict, shown)}
        pictures = Pictures.of(self._observed_at, rows)
        written = write_observed(self._unit.connection, table, self._identity, pictures)
        fresh = written.new | written.changed
        for key in sorted(fresh) if entity else ():
            before = written.before.get(key)
            action = "import" if before is None else "update"
            told = {name: value for name, value in rows[key].items() if name not in _NOT_TOLD}
            self._unit.record(action, str(entity), key, _named(pictures, before), told, always=True)
        self._unit.changes |= Changes(billing=bool(fresh))
        return fresh


def _named(pictures: Pictures, values: tuple[Any, ...] | None) -> dict[str, Any] | None:
    return None if values is None else dict(zip(pictures.names, values, strict=True))


def _has_billing(page: Page) -> bool:
    """Most pages hold nothing of this, and are not kept waiting."""
    stays = page.subscriptions or page.invoices or page.invoice_payments
    pages = page.sessions or page.payment_links
    return bool(stays or pages or page.payouts or page.payout_lines or page.gone_customers)


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    for name in _METADATA & values.keys():
        values[name] = orjson.dumps(dict(values[name]), option=orjson.OPT_SORT_KEYS).decode()
    return values


def _store_lines(unit: Unit, identity: Identity, observed_at: int, shown: Iterable[StripePayoutLine]) -> None:
    rows = {one.id: {"payout_id": one.payout_id} for one in shown}
    written = write_observed(unit.connection, stripe_payout_lines, identity, Pictures.of(observed_at, rows))
    unit.changes |= Changes(billing=bool(written.new | written.changed))


def _mark_gone(unit: Unit, identity: Identity, observed_at: int, ids: Sequence[str]) -> None:
    """Customers that were deleted are not suggested any more; what they paid, and for whom, stays."""
    if ids:
        table = stripe_customers
        known = update(table).where(of(table, identity, list(ids)), table.c.gone_at.is_(None))
        unit.connection.execute(known.values(gone_at=observed_at // 1_000_000))
        unit.changes |= Changes(billing=True)


def _tell_bookings(unit: Unit, identity: Identity, subscriptions: Collection[str | None]) -> None:
    """The bookings whose subscription or invoices are not what they were."""
    table, ids = stripe_subscriptions, [one for one in subscriptions if one is not None]
    if ids:
        query = select(table.c.booking_pk).where(of(table, identity, ids), table.c.booking_pk.is_not(None))
        unit.changes |= Changes(bookings=frozenset(unit.connection.scalars(query)))
