"""How often Stripe was asked, a row for each account and UTC day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, func, select

from rentease_desk.domain.payment import PaymentState
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.storage.database import Unit
from rentease_desk.storage.inserting import insert_or_add
from rentease_desk.storage.observed import own
from rentease_desk.storage.stripe_tables import stripe_reads
from rentease_desk.storage.tables import payments

_COUNT = stripe_reads.c["count"]


def add_reads(unit: Unit, identity: Identity, counted: Mapping[date, int]) -> None:
    """Add requests, by UTC day, to what other runs and desks have counted."""
    for day, count in sorted(counted.items()):
        row = {"account": identity.account, "livemode": identity.livemode, "day": day, "count": count}
        insert_or_add(unit.connection, row, _COUNT)


def reads_since(connection: Connection, identity: Identity, first: date) -> int:
    """How many requests were counted from a UTC day on."""
    mine = (own(stripe_reads, identity), stripe_reads.c.day >= first)
    return int(connection.scalar(select(func.coalesce(func.sum(_COUNT), 0)).where(*mine)) or 0)


def succeeded_since(connection: Connection, identity: Identity, since: int) -> int:
    """How many payments of the account succeeded since an instant, UTC seconds: what Stripe calls transactions."""
    query = select(func.count()).where(
        own(payments, identity),
        payments.c.state == PaymentState.SUCCEEDED.value,
        payments.c.occurred_at >= since,
    )
    return int(connection.scalar(query) or 0)
