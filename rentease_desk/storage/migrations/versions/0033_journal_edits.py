"""How bookings stood on an evening is found in the journal without going through all of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index of the entries that tell how a booking stood before."""
    where = sa.text("entity = 'booking' AND before IS NOT NULL")
    op.create_index("ix_journal_edits", "journal", ["at", "seq"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_journal_edits", "journal")
