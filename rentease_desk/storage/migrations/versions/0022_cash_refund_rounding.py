"""Cash that is given back is rounded to the smallest coin, too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rentease_desk.storage.migrations import append_only

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was given back before was not rounded, and nothing changes a rounding afterwards."""
    op.add_column("refunds", sa.Column("rounding", sa.BigInteger(), server_default="0", nullable=False))
    append_only.refuse_update("refunds", ["rounding"], name="rounding")


def downgrade() -> None:
    """Drop it; the journal still tells what was rounded."""
    on = "" if op.get_context().dialect.name == "sqlite" else " ON refunds"
    op.execute(f"DROP TRIGGER refunds_no_rounding{on}")
    op.drop_column("refunds", "rounding")
