"""Payment links that desks made, the requests to Stripe for them, and what Stripe shows of its Payment Links."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from rentease_desk.storage.columns import Key, made_columns, metadata, primary_key
from rentease_desk.storage.request_columns import request_columns
from rentease_desk.storage.stripe_tables import identity_columns

# What a guest is sent to pay: a Checkout Session (``session``), or a one-use Payment Link (``link``). What is asked of
# Stripe never changes; how the link stands is derived from what Stripe shows of ``stripe_id``.
payment_links = Table(
    "payment_links",
    metadata,
    primary_key(),
    Column("uid", String(36), nullable=False, unique=True),
    Column("booking_pk", Key, ForeignKey("bookings.pk"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("life_seconds", Integer),
    Column("title", Text, nullable=False),
    Column("success_url", Text),
    Column("stripe_account", Text, nullable=False),
    Column("livemode", Boolean, nullable=False),
    Column("stripe_id", Text),
    Column("cancel_asked_at", BigInteger),
    *made_columns(),
    CheckConstraint("kind IN ('session', 'link')", name="kind_known"),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("(kind = 'session') = (life_seconds IS NOT NULL)", name="life"),
    CheckConstraint("(kind = 'session') = (success_url IS NOT NULL)", name="success"),
    UniqueConstraint("stripe_account", "livemode", "stripe_id"),
    Index("ix_payment_links_cancelled", "pk", sqlite_where=text("cancel_asked_at IS NOT NULL"),
          postgresql_where=text("cancel_asked_at IS NOT NULL")),
)  # fmt: skip

# ``expires_at``: what Stripe is asked for, set with the first attempt, as every retry must ask for the same.
link_requests = Table(
    "link_requests",
    metadata,
    Column("link_pk", Key, ForeignKey("payment_links.pk"), primary_key=True, autoincrement=False),
    Column("expires_at", BigInteger),
    *request_columns("link_requests", "link_pk"),
)

# Payment Links that desks made, as Stripe showed them.
stripe_payment_links = Table(
    "stripe_payment_links",
    metadata,
    *identity_columns(),
    Column("active", Boolean, nullable=False),
    Column("url", Text),
    Column("observed_at", BigInteger, nullable=False),
)
