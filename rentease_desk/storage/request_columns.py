"""The columns that every table of requests to Stripe has: how often a request was sent, and how it stands."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, Integer, Text, text
from sqlalchemy.schema import SchemaItem

_UNSETTLED = text("state IN ('planned', 'sent', 'unknown')")


def request_columns(table: str, key: str) -> tuple[SchemaItem, ...]:
    """Columns, checks and the index of what is unsettled, for the ``table`` whose ``key`` names the owner's row."""
    return (
        Column("idempotency_key", Text, nullable=False, unique=True),
        Column("state", Text, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("first_sent_at", BigInteger),
        Column("last_sent_at", BigInteger),
        Column("spent", Boolean, nullable=False),
        Column("holder", Text),
        Column("held_until", BigInteger),
        Column("error_code", Text),
        Column("error", Text),
        CheckConstraint("state IN ('planned', 'sent', 'unknown', 'done', 'refused')", name="state_known"),
        CheckConstraint("(first_sent_at IS NULL) = (attempts = 0)", name="sent"),
        CheckConstraint("(first_sent_at IS NULL) = (last_sent_at IS NULL)", name="sent_last"),
        CheckConstraint("(holder IS NULL) = (held_until IS NULL)", name="held"),
        Index(f"ix_{table}_unsettled", key, sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED),
    )
