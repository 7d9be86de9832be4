"""Receipts, and how often each left the desk. Append-only, but for what is personal in them, which may be erased."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from rentease_desk.storage.columns import Key, made_columns, metadata, primary_key

# One row a year: the last number given. Counted up in the transaction that writes the receipt, so there is no gap.
receipt_series = Table(
    "receipt_series",
    metadata,
    Column("series", SmallInteger, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
    CheckConstraint("last >= 0", name="last"),
)

# ``content`` is the whole text of the receipt (JSON of ``domain.receipts.Sheet``) but for ``personal``.
receipts = Table(
    "receipts",
    metadata,
    primary_key(),
    Column("uid", String(36), nullable=False, unique=True),
    Column("salt", String(32), nullable=False),
    Column("series", SmallInteger, ForeignKey("receipt_series.series"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("payment_pk", Key, nullable=False),
    Column("refund_pk", Key, ForeignKey("refunds.pk"), unique=True),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("content", Text, nullable=False),
    Column("personal", Text, nullable=False),
    Column("business_date", Date, nullable=False, index=True),
    *made_columns(),
    CheckConstraint("length(currency) = 3 AND currency = lower(currency)", name="currency_code"),
    CheckConstraint("number > 0 AND amount > 0", name="positive"),
    UniqueConstraint("series", "number"),
    ForeignKeyConstraint(["payment_pk", "currency"], ["payments.pk", "payments.currency"]),
    Index("ix_receipts_of_payment", "payment_pk", unique=True, sqlite_where=text("refund_pk IS NULL"),
          postgresql_where=text("refund_pk IS NULL")),
)  # fmt: skip

# Numbers that nobody gets: a database was put back that does not know the receipts which had them.
receipt_skips = Table(
    "receipt_skips",
    metadata,
    primary_key(),
    Column("uid", String(36), nullable=False, unique=True),
    Column("series", SmallInteger, ForeignKey("receipt_series.series"), nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    *made_columns(),
    CheckConstraint("first > 0 AND last >= first AND reason <> ''", name="numbers"),
    UniqueConstraint("series", "first"),
)

receipt_prints = Table(
    "receipt_prints",
    metadata,
    primary_key(),
    Column("uid", String(36), nullable=False, unique=True),
    Column("receipt_pk", Key, ForeignKey("receipts.pk"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("medium", Text, nullable=False),
    Column("paper", Text, nullable=False),
    *made_columns(),
    CheckConstraint("position > 0", name="position"),
    UniqueConstraint("receipt_pk", "position"),
)
