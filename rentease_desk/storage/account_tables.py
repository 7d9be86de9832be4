"""The table of the property's Stripe accounts."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Table, Text, UniqueConstraint, text

from rentease_desk.domain.stripe_accounts import AccountState
from rentease_desk.storage.columns import Plain, Uid, made_columns, metadata, one_of, primary_key

# The Stripe accounts, the first that the property was bound to among them. ``name_key``: a name once, in any case.
stripe_accounts = Table(
    "stripe_accounts",
    metadata,
    primary_key(),
    Column("uid", Uid, nullable=False, unique=True),
    Column("account", Text, nullable=False),
    Column("livemode", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", Plain, unique=True),
    Column("connected", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    *made_columns(),
    one_of("state", AccountState),
    CheckConstraint("(name = '') = (name_key IS NULL)", name="named"),
    UniqueConstraint("account", "livemode"),
    Index("ix_stripe_accounts_default", "state", unique=True, sqlite_where=text("state = 'default'"),
          postgresql_where=text("state = 'default'")),
)  # fmt: skip
