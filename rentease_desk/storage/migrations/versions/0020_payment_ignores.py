"""Payments that belong to no booking can be ignored, with a reason, and waited for again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rentease_desk.storage.migrations import append_only

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLE = "payment_ignores"


def upgrade() -> None:
    """Make the table and its guards. Nothing is ignored by that."""
    op.create_table(
        _TABLE,
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("payment_pk", _KEY, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "ordinal > 0 AND ((ordinal & 1) = 0 OR reason <> '')", name=op.f("ck_payment_ignores_reasoned")
        ),
        sa.ForeignKeyConstraint(["payment_pk"], ["payments.pk"], name=op.f("fk_payment_ignores_payment_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_payment_ignores")),
        sa.UniqueConstraint("uid", name=op.f("uq_payment_ignores_uid")),
        sa.UniqueConstraint("payment_pk", "ordinal", name=op.f("uq_payment_ignores_payment_pk_ordinal")),
    )
    append_only.refuse_delete(_TABLE)
    append_only.refuse_update(_TABLE)


def downgrade() -> None:
    """Drop it: what was ignored waits for a booking again, and the journal keeps who ignored it and why."""
    append_only.drop(_TABLE)
    op.drop_table(_TABLE)
