"""What runs found when they compared with Stripe."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "sync_checks",
        sa.Column("run_pk", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("range_start", sa.BigInteger(), nullable=False),
        sa.Column("range_end", sa.BigInteger(), nullable=False),
        sa.Column("found", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint("(found IS NULL) = (why <> '')", name=op.f("ck_sync_checks_found_or_put_off")),
        sa.ForeignKeyConstraint(["run_pk"], ["sync_runs.pk"], name=op.f("fk_sync_checks_run_pk_sync_runs")),
        sa.PrimaryKeyConstraint("run_pk", name=op.f("pk_sync_checks")),
    )
    op.create_index(op.f("ix_sync_checks_account_livemode_at"), "sync_checks", ["account", "livemode", "at"])


def downgrade() -> None:
    """Drop it, and let the next poll check again."""
    op.drop_table("sync_checks")
    op.execute("DELETE FROM sync_cursors WHERE kind IN ('checked', 'check_after')")
