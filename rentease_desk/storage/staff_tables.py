"""The people at the desk."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Integer, String, Table, Text

from rentease_desk.domain.permissions import STAFF_ROLES
from rentease_desk.storage.columns import Plain, made_columns, metadata, primary_key

_ROLES = ", ".join(f"'{role.value}'" for role in STAFF_ROLES)

# Never deleted, and a name never changes: it stands in the journal and in every row of money. ``wrong_pins`` in a row,
# the last of them at ``wrong_at`` (UTC seconds).
staff = Table(
    "staff",
    metadata,
    primary_key(),
    Column("uid", String(36), nullable=False, unique=True),
    Column("name", Plain, nullable=False),
    Column("name_key", Plain, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("pin_hash", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("wrong_pins", Integer, nullable=False),
    Column("wrong_at", BigInteger),
    Column("version", Integer, nullable=False),
    *made_columns(),
    CheckConstraint(f"role IN ({_ROLES})", name="role_known"),
    CheckConstraint("wrong_pins >= 0", name="wrong_pins"),
)
