"""The journal's hashes need no index: the chain tells which is which, and each row cost one more random place."""

from __future__ import annotations

from alembic import op

from rentease_desk.storage.migrations import append_only

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop the constraint. On SQLite the table is copied, and its triggers made again."""
    append_only.drop("journal")
    with op.batch_alter_table("journal") as table:
        table.drop_constraint("uq_journal_hash", type_="unique")
    _refuse_changes()


def downgrade() -> None:
    """Bring it back."""
    append_only.drop("journal")
    with op.batch_alter_table("journal") as table:
        table.create_unique_constraint("uq_journal_hash", ["hash"])
    _refuse_changes()


def _refuse_changes() -> None:
    append_only.refuse_delete("journal")
    append_only.refuse_update("journal")
