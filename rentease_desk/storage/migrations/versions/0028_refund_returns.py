"""A refund that fails after it has counted comes back on a day of its own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rentease_desk.storage.migrations import append_only

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLE = "refund_returns"
_ON_SQLITE = (
    "CREATE TRIGGER refund_returns_no_closed_day BEFORE INSERT ON refund_returns WHEN COALESCE("
    "(SELECT MAX(d.ordinal) % 2 FROM day_closes d WHERE d.business_date = NEW.business_date), 0) = 1"
    " BEGIN SELECT RAISE(ABORT, 'the business day is closed'); END"
)
_ON_POSTGRESQL = (
    "CREATE TRIGGER refund_returns_no_closed_day AFTER INSERT ON refund_returns REFERENCING NEW TABLE AS fresh"
    " FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_day()"
)


def upgrade() -> None:
    """Make the table and its guards. What failed before gets its row by the next sync, which knows Stripe's day."""
    op.create_table(
        _TABLE,
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("refund_pk", _KEY, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("late_of", sa.Date(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("ordinal > 0", name=op.f("ck_refund_returns_numbered")),
        sa.ForeignKeyConstraint(["refund_pk"], ["refunds.pk"], name=op.f("fk_refund_returns_refund_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_refund_returns")),
        sa.UniqueConstraint("uid", name=op.f("uq_refund_returns_uid")),
        sa.UniqueConstraint("refund_pk", "ordinal", name=op.f("uq_refund_returns_refund_pk_ordinal")),
    )
    op.create_index(op.f("ix_refund_returns_business_date"), _TABLE, ["business_date"])
    append_only.refuse_delete(_TABLE)
    append_only.refuse_update(_TABLE)
    op.execute(_ON_SQLITE if op.get_context().dialect.name == "sqlite" else _ON_POSTGRESQL)


def downgrade() -> None:
    """Drop it: such refunds are in no sum again, and the journal keeps when they came back."""
    if op.get_context().dialect.name != "sqlite":
        op.execute("DROP TRIGGER refund_returns_no_closed_day ON refund_returns")
    append_only.drop(_TABLE)
    op.drop_table(_TABLE)
