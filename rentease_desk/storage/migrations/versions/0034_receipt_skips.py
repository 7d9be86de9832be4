"""Numbers of receipts that are skipped, as a backup was put back that does not know who had them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rentease_desk.storage.migrations import append_only

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_TABLE = "receipt_skips"


def upgrade() -> None:
    """Make the table with its guards."""
    op.create_table(
        _TABLE,
        sa.Column("pk", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("series", sa.SmallInteger(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("first > 0 AND last >= first AND reason <> ''", name=op.f("ck_receipt_skips_numbers")),
        sa.ForeignKeyConstraint(["series"], ["receipt_series.series"], name=op.f("fk_receipt_skips_series")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_receipt_skips")),
        sa.UniqueConstraint("uid", name=op.f("uq_receipt_skips_uid")),
        sa.UniqueConstraint("series", "first", name=op.f("uq_receipt_skips_series_first")),
    )
    append_only.refuse_delete(_TABLE)
    append_only.refuse_update(_TABLE)


def downgrade() -> None:
    """Drop it: the series goes on behind the numbers that were skipped."""
    append_only.drop(_TABLE)
    op.drop_table(_TABLE)
