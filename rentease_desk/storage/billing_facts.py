"""Which payouts, subscriptions, invoices and Checkout Sessions the sync looks at again, and which are not whole."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Table, and_, exists, or_, select

from rentease_desk.domain.stripe_billing import ENDED_SUBSCRIPTIONS, UNPAID_INVOICES, UNPAID_PAYOUTS
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.storage.billing_tables import (
    stripe_checkout_sessions,
    stripe_invoices,
    stripe_payout_lines,
    stripe_payouts,
    stripe_subscriptions,
)
from rentease_desk.storage.observed import own

_BANKS_ANSWER = 10 * 24 * 60 * 60
"""Seconds: a bank may send a payout back within five business days of its arrival (docs.stripe.com/payouts)."""


class OpenBilling(Struct, frozen=True):
    """Ids of what may have become something else without any list showing it, those seen longest ago first."""

    payouts: tuple[str, ...]
    subscriptions: tuple[str, ...]
    invoices: tuple[str, ...]
    sessions: tuple[str, ...]


def open_billing(connection: Connection, identity: Identity, before: int, limit: int | None) -> OpenBilling:
    """What was made before an instant (UTC seconds) and is not at its end, at most ``limit`` of a kind (None: all)."""
    payout, session = stripe_payouts.c, stripe_checkout_sessions.c
    on_its_way = or_(
        payout.status.in_(UNPAID_PAYOUTS),
        and_(payout.status == "paid", payout.arrival_date > before - _BANKS_ANSWER),
    )
    waits = or_(session.status == "open", and_(session.status == "complete", session.payment_status == "unpaid"))
    kinds: tuple[tuple[Table, Any], ...] = (
        (stripe_payouts, on_its_way),
        (stripe_subscriptions, stripe_subscriptions.c.status.not_in(ENDED_SUBSCRIPTIONS)),
        (stripe_invoices, stripe_invoices.c.status.in_(UNPAID_INVOICES)),
        (stripe_checkout_sessions, waits),
    )
    return OpenBilling(*(_open(connection, identity, table, is_open, before, limit) for table, is_open in kinds))


def unlisted_payouts(connection: Connection, identity: Identity) -> list[str]:
    """Automatic payouts of which Stripe can say what they are made of, and that were not asked for it yet."""
    payout, line = stripe_payouts, stripe_payout_lines
    known = exists().where(own(line, identity), line.c.payout_id == payout.c.id)
    query = select(payout.c.id).where(
        own(payout, identity), payout.c.automatic, payout.c.reconciliation_status == "completed", ~known
    )
    return list(connection.scalars(query.order_by(payout.c.created.desc())))


def _open(
    connection: Connection, identity: Identity, table: Table, is_open: Any, before: int, limit: int | None
) -> tuple[str, ...]:
    query = select(table.c.id).where(own(table, identity), is_open, table.c.created < before)
    return tuple(connection.scalars(query.order_by(table.c.observed_at).limit(limit)))
