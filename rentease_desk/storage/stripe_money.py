"""What Stripe's balance moved for a charge or refund, and what banks dispute."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import Connection, select

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.stripe_objects import CHARGED, Identity, Page, StripeDispute, StripeTransaction
from rentease_desk.storage.among import among
from rentease_desk.storage.database import Unit
from rentease_desk.storage.disputes import disputed_payments
from rentease_desk.storage.observed import Pictures, Written, asked, mine, of, write_observed
from rentease_desk.storage.stripe_tables import stripe_charges, stripe_disputes, stripe_transactions
from rentease_desk.storage.tables import payments

_MOVED = select(*(stripe_transactions.c[name] for name in StripeTransaction.__struct_fields__)).where(
    mine(stripe_transactions),
    among(stripe_transactions.c.source_id, "ids"),
    stripe_transactions.c.type.in_(CHARGED),
)
_PAID = select(stripe_charges.c.id, stripe_charges.c.payment_intent_id).where(
    mine(stripe_charges), among(stripe_charges.c.id, "ids")
)
"""Statements are made once: they are asked with every page."""
_TRANSACTION = tuple(name for name in StripeTransaction.__struct_fields__ if name != "id")
_transaction_values = attrgetter(*_TRANSACTION)


def store_transactions(unit: Unit, identity: Identity, pages: Iterable[Page]) -> frozenset[str]:
    """Write the balance transactions of pages. Returns the ids of the charges for which something is new."""
    shown, source_of = Pictures(_TRANSACTION), {}
    for page in pages:
        for one in page.transactions:
            shown.add(page.observed_at, one.id, _transaction_values(one))
            if one.source_id and one.type in CHARGED:
                source_of[one.id] = one.source_id
    written = write_observed(unit.connection, stripe_transactions, identity, shown)
    return frozenset(source_of[key] for key in written.new | written.changed if key in source_of)


def moved_by(connection: Connection, identity: Identity, charge_ids: Sequence[str]) -> dict[str, StripeTransaction]:
    """The transaction that each of these charges was made with, as far as it is known."""
    if not charge_ids:
        return {}
    rows = connection.execute(_MOVED, asked(identity, charge_ids)).all()
    moved = (StripeTransaction(*row) for row in rows)
    return {str(one.source_id): one for one in moved}


def payments_of_charges(connection: Connection, identity: Identity, charge_ids: Sequence[str]) -> set[str]:
    """The Stripe ids of the payments that these stored charges belong to."""
    return {intent or charge for charge, intent in connection.execute(_PAID, asked(identity, charge_ids)).all()}


def store_disputes(unit: Unit, identity: Identity, observed_at: int, shown: Sequence[StripeDispute]) -> None:
    """Write pictures of disputes taken at ``observed_at`` (UTC microseconds), each change with its journal row."""
    if not shown:
        return
    connection, rows = unit.connection, {one.id: _values(one) for one in shown}
    before = _standing(connection, identity, list(rows))
    written = write_observed(connection, stripe_disputes, identity, Pictures.of(observed_at, rows))
    for key in sorted(written.new):
        unit.record("import", "dispute", key, None, rows[key])
    for key in sorted(written.changed):
        unit.record("update", "dispute", key, before[key], rows[key])
    _tell(unit, identity, written)


def _tell(unit: Unit, identity: Identity, written: Written) -> None:
    touched = list(written.new | written.changed)
    if not touched:
        return
    query = select(payments.c.pk, payments.c.booking_pk).select_from(disputed_payments(identity))
    found = unit.connection.execute(
        query.where(of(stripe_disputes, identity, touched), payments.c.pk.is_not(None))
    ).all()
    homes = frozenset(row.booking_pk for row in found if row.booking_pk is not None)
    unit.changes |= Changes(payments=frozenset(row.pk for row in found), bookings=homes, follow_ups=True)


def _standing(connection: Connection, identity: Identity, ids: list[str]) -> dict[str, dict[str, Any]]:
    query = select(stripe_disputes).where(of(stripe_disputes, identity, ids))
    return {row["id"]: dict(row) for row in connection.execute(query).mappings()}


def _values(shown: StripeDispute) -> dict[str, Any]:
    return {name: value for name, value in asdict(shown).items() if name != "id"}
