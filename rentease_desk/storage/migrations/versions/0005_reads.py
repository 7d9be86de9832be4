"""How often Stripe was asked, by day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "stripe_reads",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_stripe_reads_positive")),
        sa.PrimaryKeyConstraint("account", "livemode", "day", name=op.f("pk_stripe_reads")),
    )


def downgrade() -> None:
    """Drop it; the count of 30 days begins again."""
    op.drop_table("stripe_reads")
