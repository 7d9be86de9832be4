"""The cash drawer of a desk: its sessions, what was put in and taken out, counts, and how it was closed. Append-only.

A payment or refund names the session that it was taken in (``session_pk``); one without belongs to the implicit
session of its desk and business day, which nobody counts. A void belongs to the session of its payment.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    select,
)
from sqlalchemy.sql import ColumnElement

from rentease_desk.domain.drawers import MovementKind
from rentease_desk.storage.columns import Key, made_columns, metadata, primary_key

# One row a desk, held by whoever takes cash there, and taken alone by who opens or closes its drawer.
drawers = Table("drawers", metadata, Column("desk", Text, primary_key=True))

drawer_sessions = Table(
    "drawer_sessions",
    metadata,
    primary_key(),
    Column("uid", String(36), nullable=False, unique=True),
    Column("number", Integer, nullable=False),
    Column("business_date", Date, nullable=False),
    Column("actor", Text, nullable=False),
    Column("desk", Text, ForeignKey("drawers.desk"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    CheckConstraint("number > 0", name="number"),
    UniqueConstraint("desk", "number"),
)

# ``handover`` is what was put away at the close, after the count.
drawer_movements = Table(
    "drawer_movements",
    metadata,
    primary_key(),
    Column("uid", String(36), nullable=False, unique=True),
    Column("session_pk", Key, ForeignKey("drawer_sessions.pk"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("reason", Text, nullable=False),
    Column("business_date", Date, nullable=False),
    *made_columns(),
    CheckConstraint(f"kind IN ({', '.join(repr(one.value) for one in MovementKind)})", name="kind_known"),
    CheckConstraint("amount > 0 OR (kind = 'float' AND amount = 0)", name="positive"),
    CheckConstraint("length(currency) = 3 AND currency = lower(currency)", name="currency_code"),
    CheckConstraint("reason <> '' OR kind IN ('float', 'handover')", name="reasoned"),
)

drawer_counts = Table(
    "drawer_counts",
    metadata,
    primary_key(),
    Column("uid", String(36), nullable=False, unique=True),
    Column("session_pk", Key, ForeignKey("drawer_sessions.pk"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    *made_columns(),
    UniqueConstraint("session_pk", "ordinal"),
)

drawer_count_pieces = Table(
    "drawer_count_pieces",
    metadata,
    Column("count_pk", Key, ForeignKey("drawer_counts.pk"), primary_key=True, autoincrement=False),
    Column("currency", String(3), primary_key=True),
    Column("value", BigInteger, primary_key=True, autoincrement=False),
    Column("pieces", Integer, nullable=False),
    CheckConstraint("pieces > 0 AND value > 0", name="positive"),
)

# ``method`` is ``cash`` for what lies in the drawer, else a method whose slips or cheques were counted.
drawer_count_sums = Table(
    "drawer_count_sums",
    metadata,
    Column("count_pk", Key, ForeignKey("drawer_counts.pk"), primary_key=True, autoincrement=False),
    Column("method", Text, primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("amount", BigInteger, nullable=False),
)

drawer_closes = Table(
    "drawer_closes",
    metadata,
    primary_key(),
    Column("uid", String(36), nullable=False, unique=True),
    Column("session_pk", Key, ForeignKey("drawer_sessions.pk"), nullable=False, unique=True),
    Column("count_pk", Key, ForeignKey("drawer_counts.pk"), nullable=False),
    Column("note", Text, nullable=False),
    Column("business_date", Date, nullable=False),
    *made_columns(),
)

# A row of its own, also where it is zero (money rule 10).
drawer_variances = Table(
    "drawer_variances",
    metadata,
    Column("close_pk", Key, ForeignKey("drawer_closes.pk"), primary_key=True, autoincrement=False),
    Column("method", Text, primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("expected", BigInteger, nullable=False),
    Column("counted", BigInteger, nullable=False),
    Column("variance", BigInteger, nullable=False),
    Column("dropped", BigInteger, nullable=False),
    CheckConstraint("variance = counted - expected", name="variance"),
    CheckConstraint("dropped = 0 OR (method = 'cash' AND dropped > 0 AND dropped <= counted)", name="dropped"),
)


def is_open() -> ColumnElement[bool]:
    """Of a session: nobody has closed it."""
    closed = select(drawer_closes.c.pk).where(drawer_closes.c.session_pk == drawer_sessions.c.pk)
    return ~closed.correlate(drawer_sessions).exists()
