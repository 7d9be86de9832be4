"""What the last writes told stands beside the journal's head, so that whoever asks for the head need ask no more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("journal_head", sa.Column("recent", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Drop it: it holds nothing that is not in the journal."""
    op.drop_column("journal_head", "recent")
