"""What people said of a payment entered by hand and a Stripe payment that look alike. Append-only.

A row of verdict ``same`` makes the manual payment void, as long as no row takes it back.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Date, ForeignKey, String, Table, Text, and_, select
from sqlalchemy.sql import ColumnElement, FromClause

from rentease_desk.storage.columns import Key, made_columns, metadata, primary_key
from rentease_desk.storage.tables import payments

# ``took_booking``: the Stripe payment had none, and was put on the manual one's. ``held``: what of the Stripe payment
# was given back or on its way back then, minor units: where that has changed since, a merge is not undone any more.
payment_pairs = Table(
    "payment_pairs",
    metadata,
    primary_key(),
    Column("uid", String(36), nullable=False, unique=True),
    Column("verdict", Text, nullable=False),
    Column("manual_pk", Key, ForeignKey("payments.pk"), nullable=False, index=True),
    Column("stripe_pk", Key, ForeignKey("payments.pk"), nullable=False, index=True),
    Column("undoes_pk", Key, ForeignKey("payment_pairs.pk"), unique=True),
    Column("reason", Text, nullable=False),
    Column("took_booking", Boolean, nullable=False),
    Column("held", BigInteger, nullable=False),
    Column("business_date", Date, nullable=False, index=True),
    *made_columns(),
    CheckConstraint("verdict IN ('same', 'two', 'undo')", name="verdict_known"),
    CheckConstraint("(verdict = 'undo') = (undoes_pk IS NOT NULL)", name="undoes"),
    CheckConstraint("manual_pk <> stripe_pk", name="two_payments"),
)


@cache
def stands(pairs: FromClause = payment_pairs) -> ColumnElement[bool]:
    """Of a row: it says something, and nobody took it back."""
    undo = payment_pairs.alias("undo")
    taken_back = select(undo.c.pk).where(undo.c.undoes_pk == pairs.c.pk).correlate(pairs)
    return and_(pairs.c.verdict != "undo", ~taken_back.exists())


@cache
def merged() -> ColumnElement[bool]:
    """The condition that joins a manual payment with the row that makes it one with a Stripe payment."""
    return and_(payment_pairs.c.manual_pk == payments.c.pk, payment_pairs.c.verdict == "same", stands())
