"""Cash rounded to the smallest coin: the property's rule, and what each payment was rounded by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rentease_desk.storage.migrations import append_only

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what was taken before was not rounded, and nothing changes a rounding afterwards."""
    op.add_column("property", sa.Column("cash_rounding", sa.Text(), server_default="off", nullable=False))
    op.add_column("payments", sa.Column("rounding", sa.BigInteger(), server_default="0", nullable=False))
    append_only.refuse_update("payments", ["rounding"], name="rounding")


def downgrade() -> None:
    """Drop them; the journal still tells what was rounded."""
    on = "" if op.get_context().dialect.name == "sqlite" else " ON payments"
    op.execute(f"DROP TRIGGER payments_no_rounding{on}")
    op.drop_column("payments", "rounding")
    op.drop_column("property", "cash_rounding")
