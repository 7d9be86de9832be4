"""Filters of lists that were saved by a name. All desks of the property share them."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Integer, SmallInteger, String, Table, Text, UniqueConstraint

from rentease_desk.storage.columns import Plain, made_columns, metadata, primary_key

# No money, so a row may be changed and deleted; the journal tells who did. Names and searched texts may be a guest's:
# there they stand as digests.
saved_filters = Table(
    "saved_filters",
    metadata,
    primary_key(),
    Column("uid", String(36), nullable=False, unique=True),
    Column("salt", String(32), nullable=False),
    Column("page", Text, nullable=False),
    Column("name", Plain, nullable=False),
    Column("name_key", Plain, nullable=False),
    Column("slot", SmallInteger),
    Column("content", Text, nullable=False),
    Column("version", Integer, nullable=False),
    *made_columns(),
    CheckConstraint("slot BETWEEN 1 AND 9", name="slot_known"),
    UniqueConstraint("page", "name_key"),
    UniqueConstraint("page", "slot"),
)
