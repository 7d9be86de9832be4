"""What the last writes told stands beside the journal's head, so that whoever asks for the head need ask no more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rentease_desk.storage.migrations import append_only

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


_TABLE = "recent_news"


def upgrade() -> None:
    """Make the table with its only row."""
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_recent_news_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recent_news")),
    )
    append_only.refuse_delete(_TABLE)
    op.execute("INSERT INTO recent_news (id, told) VALUES (1, '')")


def downgrade() -> None:
    """Drop it: it holds nothing that is not in the journal."""
    append_only.drop(_TABLE, ("delete",))
    op.drop_table(_TABLE)
