"""A desk can ask another one to sync, and sees how far that is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_TABLE = "sync_requests"
_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PROGRESS = {"progress_step": sa.Text, "progress_read": sa.BigInteger, "progress_done": sa.BigInteger,
             "progress_total": sa.BigInteger}  # fmt: skip


def upgrade() -> None:
    """Make the table, and the columns of a run that tell how far it is."""
    for name, kind in _PROGRESS.items():
        op.add_column("sync_runs", sa.Column(name, kind()))
    op.create_table(
        _TABLE,
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("run_pk", _KEY, nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("stop", sa.Boolean(), nullable=False),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("limits", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("first <= last", name=op.f("ck_sync_requests_not_empty")),
        sa.CheckConstraint(
            "state IN ('waiting', 'taken', 'done', 'failed', 'withdrawn')", name=op.f("ck_sync_requests_state_known")
        ),
        sa.ForeignKeyConstraint(["run_pk"], ["sync_runs.pk"], name=op.f("fk_sync_requests_run_pk_sync_runs")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_sync_requests")),
        sa.UniqueConstraint("uid", name=op.f("uq_sync_requests_uid")),
    )
    op.create_index(op.f("ix_sync_requests_state"), _TABLE, ["state"])


def downgrade() -> None:
    """Drop them: what nobody has done yet can be asked again."""
    op.drop_table(_TABLE)
    for name in _PROGRESS:
        op.drop_column("sync_runs", name)
