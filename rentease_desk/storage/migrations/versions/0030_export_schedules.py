"""Files can be written by themselves, each period once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "export_schedules",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("preset", sa.Text(), nullable=False),
        sa.Column("rhythm", sa.Text(), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "rhythm IN ('close', 'daily', 'weekly', 'monthly')", name=op.f("ck_export_schedules_rhythm_known")
        ),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_export_schedules_hour_known")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_export_schedules")),
        sa.UniqueConstraint("uid", name=op.f("uq_export_schedules_uid")),
    )
    op.create_table(
        "export_runs",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("schedule_pk", _KEY, nullable=False),
        sa.Column("period", _PLAIN, nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("error_code", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('running', 'done', 'failed')", name=op.f("ck_export_runs_state_known")),
        sa.ForeignKeyConstraint(
            ["schedule_pk"], ["export_schedules.pk"], name=op.f("fk_export_runs_schedule_pk_export_schedules")
        ),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_export_runs")),
        sa.UniqueConstraint("uid", name=op.f("uq_export_runs_uid")),
        sa.UniqueConstraint("schedule_pk", "period", name=op.f("uq_export_runs_schedule_pk_period")),
    )


def downgrade() -> None:
    """Drop them, and with them what was to be written; the files stay."""
    op.drop_table("export_runs")
    op.drop_table("export_schedules")
