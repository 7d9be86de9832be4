"""Business days that were closed and reopened. Append-only.

The rows of a day are numbered: an odd one closes it, the even one after it reopens it.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Integer, String, Table, Text, UniqueConstraint, func, select

from rentease_desk.storage.columns import made_columns, metadata, only_one, primary_key, single_row

# Whoever writes money that counts on a day holds this row; who closes a day takes it alone, and counts it up.
day_lock = Table(
    "day_lock",
    metadata,
    single_row(),
    Column("version", Integer, nullable=False),
    only_one(),
)

# The number's unique key is what keeps two desks from closing a day twice.
day_closes = Table(
    "day_closes",
    metadata,
    primary_key(),
    Column("uid", String(36), nullable=False, unique=True),
    Column("business_date", Date, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    *made_columns(),
    CheckConstraint("ordinal > 0 AND ((ordinal & 1) = 1 OR reason <> '')", name="reasoned"),
    UniqueConstraint("business_date", "ordinal"),
)

CLOSED_DAYS = (
    select(day_closes.c.business_date)
    .group_by(day_closes.c.business_date)
    .having(func.max(day_closes.c.ordinal) % 2 == 1)
)
"""The days that are closed now."""
