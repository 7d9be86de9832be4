"""What was begun to be listed and is not yet, so that a stopped listing goes on where it was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "sync_ranges",
        sa.Column("pk", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("range_start", sa.BigInteger(), nullable=False),
        sa.Column("range_end", sa.BigInteger(), nullable=False),
        sa.Column("retry_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("range_start < range_end", name=op.f("ck_sync_ranges_not_empty")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_sync_ranges")),
    )
    op.create_index(op.f("ix_sync_ranges_account_livemode"), "sync_ranges", ["account", "livemode"])


def downgrade() -> None:
    """Drop it; what was not listed to its end is listed again from its beginning."""
    op.drop_table("sync_ranges")
