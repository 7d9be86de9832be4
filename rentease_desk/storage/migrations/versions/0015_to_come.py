"""Who was to come and has not is found without a search through all that ever came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index of the bookings of which nothing has become yet."""
    where = sa.text("status IN ('tentative', 'confirmed')")
    op.create_index("ix_bookings_to_come", "bookings", ["arrival"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_bookings_to_come", "bookings")
