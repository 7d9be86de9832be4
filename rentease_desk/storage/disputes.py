"""Disputes as they stand, with the payments that they are about."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select
from sqlalchemy.sql import FromClause

from rentease_desk.domain.disputes import Dispute
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.storage.among import among_keys
from rentease_desk.storage.observed import own
from rentease_desk.storage.stripe_tables import stripe_charges, stripe_disputes
from rentease_desk.storage.tables import payments


def disputed_payments(identity: Identity | None = None) -> FromClause:
    """The disputes, each with its charge and its payment if they are here; of one account, or each of its own."""
    table, charge = stripe_disputes, stripe_charges
    key = func.coalesce(table.c.payment_intent_id, charge.c.payment_intent_id, table.c.charge_id)
    its_charge = and_(
        charge.c.account == table.c.account, charge.c.livemode == table.c.livemode, charge.c.id == table.c.charge_id
    )
    its_payment = and_(
        payments.c.stripe_account == table.c.account,
        payments.c.livemode == table.c.livemode,
        payments.c.stripe_payment_id == key,
    )
    if identity is not None:
        its_payment = and_(own(payments, identity), its_payment)
    return table.outerjoin(charge, its_charge).outerjoin(payments, its_payment)


def disputes_of(connection: Connection, payment_pks: Collection[int]) -> dict[int, list[Dispute]]:
    """The disputes of these payments by the payment's key, the newest first."""
    found: dict[int, list[Dispute]] = {}
    if not payment_pks:
        return found
    for row in connection.execute(_disputes_of(), {"pks": list(payment_pks)}):
        found.setdefault(row.payment_pk, []).append(_dispute(row))
    return found


@cache
def _disputes_of() -> Select[*tuple[Any, ...]]:
    """Made once, as all that is asked with every page."""
    return (
        select(stripe_disputes, payments.c.pk.label("payment_pk"))
        .select_from(disputed_payments())
        .where(among_keys(payments.c.pk, "pks"))
        .order_by(stripe_disputes.c.created.desc(), stripe_disputes.c.id)
    )


def _dispute(row: Row[*tuple[Any, ...]]) -> Dispute:
    return Dispute(row.id, row.payment_pk, row.amount, row.currency, row.status, row.reason, row.due_by, row.created)
