"""What Stripe is asked to refund, written before it is asked; a refund gets Stripe's id once, when Stripe has it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rentease_desk.storage.migrations import append_only

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_UNSETTLED = "state IN ('planned', 'sent', 'unknown')"
_KEPT = ("uid", "payment_pk", "amount", "currency", "stripe_account", "livemode", "created_at")


def upgrade() -> None:
    """Make the table, and let a refund that was asked for get its id."""
    op.create_table(
        "refund_requests",
        sa.Column("refund_pk", _KEY, autoincrement=False, nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("charge_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("first_sent_at", sa.BigInteger(), nullable=True),
        sa.Column("last_sent_at", sa.BigInteger(), nullable=True),
        sa.Column("spent", sa.Boolean(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('planned', 'sent', 'unknown', 'done', 'refused')", name=op.f("ck_refund_requests_state_known")
        ),
        sa.CheckConstraint("(first_sent_at IS NULL) = (attempts = 0)", name=op.f("ck_refund_requests_sent")),
        sa.CheckConstraint(
            "(first_sent_at IS NULL) = (last_sent_at IS NULL)", name=op.f("ck_refund_requests_sent_last")
        ),
        sa.CheckConstraint("(holder IS NULL) = (held_until IS NULL)", name=op.f("ck_refund_requests_held")),
        sa.ForeignKeyConstraint(["refund_pk"], ["refunds.pk"], name=op.f("fk_refund_requests_refund_pk")),
        sa.PrimaryKeyConstraint("refund_pk", name=op.f("pk_refund_requests")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_refund_requests_idempotency_key")),
    )
    where = sa.text(_UNSETTLED)
    op.create_index(
        "ix_refund_requests_unsettled", "refund_requests", ["refund_pk"], sqlite_where=where, postgresql_where=where
    )
    _guard_requests()
    _drop_trigger("refunds", "update")
    append_only.refuse_update("refunds", _KEPT)
    append_only.refuse_update(
        "refunds",
        ["stripe_refund_id"],
        where="OLD.stripe_refund_id IS NOT NULL OR OLD.stripe_account IS NULL",
        name="id",
    )


def downgrade() -> None:
    """Drop it. A request that was not settled stays as a pending refund without an id."""
    append_only.drop("refund_requests", ("delete", "update"))
    op.drop_table("refund_requests")
    for name in ("update", "id"):
        _drop_trigger("refunds", name)
    append_only.refuse_update("refunds", (*_KEPT, "stripe_refund_id"))


def _guard_requests() -> None:
    append_only.refuse_delete("refund_requests")
    append_only.refuse_update("refund_requests", ("refund_pk", "idempotency_key", "charge_id"))


def _drop_trigger(table: str, name: str) -> None:
    on = "" if op.get_context().dialect.name == "sqlite" else f" ON {table}"
    op.execute(f"DROP TRIGGER {table}_no_{name}{on}")
