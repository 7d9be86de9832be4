"""Filters of lists can be saved by a name, for all desks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "saved_filters",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("name", _PLAIN, nullable=False),
        sa.Column("name_key", _PLAIN, nullable=False),
        sa.Column("slot", sa.SmallInteger(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("slot BETWEEN 1 AND 9", name=op.f("ck_saved_filters_slot_known")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_saved_filters")),
        sa.UniqueConstraint("uid", name=op.f("uq_saved_filters_uid")),
        sa.UniqueConstraint("page", "name_key", name=op.f("uq_saved_filters_page_name_key")),
        sa.UniqueConstraint("page", "slot", name=op.f("uq_saved_filters_page_slot")),
    )


def downgrade() -> None:
    """Drop it, and the filters with it."""
    op.drop_table("saved_filters")
