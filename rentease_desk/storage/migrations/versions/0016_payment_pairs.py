"""A card payment entered by hand may turn out to be a Stripe payment: what people said of such pairs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rentease_desk.storage.migrations import append_only

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLE = "payment_pairs"


def upgrade() -> None:
    """Make the table and its guards."""
    op.create_table(
        _TABLE,
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("manual_pk", _KEY, nullable=False),
        sa.Column("stripe_pk", _KEY, nullable=False),
        sa.Column("undoes_pk", _KEY, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("took_booking", sa.Boolean(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("verdict IN ('same', 'two', 'undo')", name=op.f("ck_payment_pairs_verdict_known")),
        sa.CheckConstraint("(verdict = 'undo') = (undoes_pk IS NOT NULL)", name=op.f("ck_payment_pairs_undoes")),
        sa.CheckConstraint("manual_pk <> stripe_pk", name=op.f("ck_payment_pairs_two_payments")),
        sa.ForeignKeyConstraint(["manual_pk"], ["payments.pk"], name=op.f("fk_payment_pairs_manual_pk")),
        sa.ForeignKeyConstraint(["stripe_pk"], ["payments.pk"], name=op.f("fk_payment_pairs_stripe_pk")),
        sa.ForeignKeyConstraint(["undoes_pk"], ["payment_pairs.pk"], name=op.f("fk_payment_pairs_undoes_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_payment_pairs")),
        sa.UniqueConstraint("uid", name=op.f("uq_payment_pairs_uid")),
        sa.UniqueConstraint("undoes_pk", name=op.f("uq_payment_pairs_undoes_pk")),
    )
    for column in ("business_date", "manual_pk", "stripe_pk"):
        op.create_index(op.f(f"ix_payment_pairs_{column}"), _TABLE, [column])
    append_only.refuse_delete(_TABLE)
    append_only.refuse_update(_TABLE)


def downgrade() -> None:
    """Drop it. What was merged stays void, by a row of the older kind: no money counts twice again."""
    op.execute(
        "INSERT INTO payment_voids"
        " (uid, payment_pk, reason, occurred_at, business_date, actor, desk, created_at)"
        " SELECT uid, manual_pk, reason, created_at, business_date, actor, desk, created_at FROM payment_pairs"
        " WHERE verdict = 'same'"
        " AND pk NOT IN (SELECT undoes_pk FROM payment_pairs WHERE undoes_pk IS NOT NULL)"
    )
    append_only.drop(_TABLE)
    op.drop_table(_TABLE)
