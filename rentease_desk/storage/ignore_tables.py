"""Payments that wait for no booking though they have none, because a person said why. Append-only.

The rows of a payment are numbered: an odd one begins it, the even one after it ends it. Nothing else of the payment
changes by them: it is money all the time.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint, and_, select
from sqlalchemy.sql import ColumnElement

from rentease_desk.storage.columns import Key, made_columns, metadata, primary_key
from rentease_desk.storage.tables import payments

# The number's unique key is what keeps two desks from saying it twice.
payment_ignores = Table(
    "payment_ignores",
    metadata,
    primary_key(),
    Column("uid", String(36), nullable=False, unique=True),
    Column("payment_pk", Key, ForeignKey("payments.pk"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    *made_columns(),
    CheckConstraint("ordinal > 0 AND ((ordinal & 1) = 0 OR reason <> '')", name="reasoned"),
    UniqueConstraint("payment_pk", "ordinal"),
)


def ignoring() -> ColumnElement[bool]:
    """The condition that joins a payment with the row by which it is ignored now."""
    ignored, later = payment_ignores, payment_ignores.alias("later")
    follows = select(later.c.pk).where(later.c.payment_pk == ignored.c.payment_pk, later.c.ordinal > ignored.c.ordinal)
    return and_(
        ignored.c.payment_pk == payments.c.pk,
        ignored.c.ordinal % 2 == 1,
        ~follows.correlate(ignored).exists(),
    )


def is_ignored() -> ColumnElement[bool]:
    """Of a payment, wherever payments are read."""
    return select(payment_ignores.c.pk).where(ignoring()).correlate(payments).exists()
