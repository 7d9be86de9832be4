"""What people wrote and did about what went wrong at Stripe, and the indexes that find it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table and the indexes."""
    op.create_table(
        "follow_ups",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=False),
        sa.Column("done_phase", sa.Text(), nullable=False),
        sa.Column("touched_at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('payment', 'refund', 'dispute', 'invoice')", name=op.f("ck_follow_ups_kind_known")
        ),
        sa.CheckConstraint("(done_at IS NULL) = (done_by = '')", name=op.f("ck_follow_ups_done_by_somebody")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint("uid", name=op.f("uq_follow_ups_uid")),
        sa.UniqueConstraint(
            "account", "livemode", "kind", "object_id", name=op.f("uq_follow_ups_account_livemode_kind_object_id")
        ),
    )
    columns = ["account", "livemode", "touched_at"]
    op.create_index(op.f("ix_follow_ups_account_livemode_touched_at"), "follow_ups", columns)
    _failed("payments", "state = 'failed'")
    _failed("refunds", "status = 'failed'")


def downgrade() -> None:
    """Drop them; what people wrote is lost, and stands in the journal as digests only."""
    op.drop_index("ix_refunds_failed", "refunds")
    op.drop_index("ix_payments_failed", "payments")
    op.drop_table("follow_ups")


def _failed(table: str, condition: str) -> None:
    """An index of the few rows that failed."""
    meant = sa.text(condition)
    op.create_index(
        f"ix_{table}_failed", table, ["stripe_account", "livemode"], sqlite_where=meant, postgresql_where=meant
    )
