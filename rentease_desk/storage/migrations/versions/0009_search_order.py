"""The order of the bookings list beside the search text: a search reads one index from end to end, in order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the day of arrival, fill it, and make the index. A search text may be too long for PostgreSQL's."""
    op.add_column("booking_search", sa.Column("arrival", sa.Date(), nullable=True))
    op.execute("UPDATE booking_search SET arrival = (SELECT arrival FROM bookings WHERE pk = booking_pk)")
    with op.batch_alter_table("booking_search") as table:
        table.alter_column("arrival", existing_type=sa.Date(), nullable=False)
    if op.get_context().dialect.name == "sqlite":
        op.create_index("ix_booking_search_ordered", "booking_search", ["arrival", "booking_pk", "text"])


def downgrade() -> None:
    """Drop both."""
    if op.get_context().dialect.name == "sqlite":
        op.drop_index("ix_booking_search_ordered", "booking_search")
    op.drop_column("booking_search", "arrival")
