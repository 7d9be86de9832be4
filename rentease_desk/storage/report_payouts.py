"""When the money of each payout reached the bank."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, and_, select

from rentease_desk.domain.stretches import DAY_SECONDS
from rentease_desk.domain.stripe_billing import RETURNED_PAYOUTS
from rentease_desk.domain.stripe_objects import Identity
from rentease_desk.storage.billing_tables import stripe_payout_lines, stripe_payouts
from rentease_desk.storage.observed import own
from rentease_desk.storage.report_days import day_of
from rentease_desk.storage.stripe_tables import stripe_transactions

RETURNED_BY = ("payout_failure", "payout_cancel")
"""Types of the movements that bring the money of a payout back into the balance. Source:
docs.stripe.com/reports/balance-transaction-types."""


def arrivals(connection: Connection, identity: Identity | None) -> dict[str, date]:
    """By payout the day on which its money was to reach the bank; Stripe counts days from midnight UTC.

    What a bank sent back goes out again with a later payout: that one's day counts, and none while there is none.
    """
    if identity is None:
        return {}
    table = stripe_payouts.c
    rows = connection.execute(
        select(table.id, table.arrival_date, table.status).where(own(stripe_payouts, identity))
    ).all()
    returned = {row.id for row in rows if row.status in RETURNED_PAYOUTS}
    days = {row.id: day_of(row.arrival_date // DAY_SECONDS) for row in rows if row.id not in returned}
    followed = _followed_by(connection, identity) if returned else {}
    late = {id_: days.get(_last_of(id_, followed)) for id_ in returned}
    return days | {id_: day for id_, day in late.items() if day is not None}


def _followed_by(connection: Connection, identity: Identity) -> dict[str, str]:
    """By payout that came back the one that took its money along."""
    moved, line = stripe_transactions, stripe_payout_lines
    query = (
        select(moved.c.source_id, line.c.payout_id)
        .join(line, and_(own(line, identity), line.c.id == moved.c.id))
        .where(own(moved, identity), moved.c.type.in_(RETURNED_BY), moved.c.source_id.is_not(None))
    )
    return {str(source): payout for source, payout in connection.execute(query)}


def _last_of(id_: str, followed: Mapping[str, str]) -> str:
    """The last of a row of payouts, each of which came back and went out with the next."""
    seen: set[str] = set()
    while id_ in followed and id_ not in seen:
        seen.add(id_)
        id_ = followed[id_]
    return id_
