"""Payments and subscriptions that name a booking which comes later: they find it when it is made, or when its reference
is corrected.
"""

from __future__ import annotations

from sqlalchemy import or_, select, update

from rentease_desk.domain.booking import reference_key
from rentease_desk.domain.changes import Changes
from rentease_desk.storage.billing_claims import give_to
from rentease_desk.storage.billing_tables import stripe_subscriptions
from rentease_desk.storage.database import Unit
from rentease_desk.storage.ignoring import end_ignoring
from rentease_desk.storage.tables import payments


def settle_claims(unit: Unit, booking_pk: int, booking_uid: str, reference: str) -> None:
    """Give the booking the waiting payments and subscriptions whose metadata names it, by uid or reference; also those
    that somebody has ignored: a name is certain.
    """
    names = [booking_uid, reference_key(reference)]
    waiting = select(payments.c.pk, payments.c.uid, payments.c.version).where(
        payments.c.booking_pk.is_(None),
        or_(payments.c.claimed_id.in_(names), payments.c.claimed_reference.in_(names)),
    )
    _settle_subscriptions(unit, booking_pk, names)
    found = unit.connection.execute(waiting.with_for_update()).all()
    end_ignoring(unit, [row.pk for row in found])
    for row in found:
        values = {"booking_pk": booking_pk, "assigned_by": "metadata", "version": row.version + 1}
        unit.connection.execute(update(payments).where(payments.c.pk == row.pk).values(values))
        before = {"booking": None, "assigned_by": None}
        unit.record("assign", "payment", row.uid, before, {"booking": booking_uid, "assigned_by": "metadata"})
    unit.changes |= Changes(payments=frozenset(row.pk for row in found))


def _settle_subscriptions(unit: Unit, booking_pk: int, names: list[str]) -> None:
    table = stripe_subscriptions
    waiting = select(table).where(
        table.c.booking_pk.is_(None), or_(table.c.claimed_id.in_(names), table.c.claimed_reference.in_(names))
    )
    for row in unit.connection.execute(waiting.with_for_update()).all():
        give_to(unit, row, {"booking_pk": booking_pk, "assigned_by": "metadata"})
