"""The log of Stripe's events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "stripe_events",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("api_version", sa.Text(), nullable=True),
        sa.Column("object_kind", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("payment_intent_id", sa.Text(), nullable=True),
        sa.Column("charge_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'done', 'ignored', 'gone', 'dead', 'dismissed')",
            name=op.f("ck_stripe_events_state_known"),
        ),
        sa.CheckConstraint(
            "(state = 'dismissed') = (reason IS NOT NULL)", name=op.f("ck_stripe_events_dismissed_has_reason")
        ),
        sa.PrimaryKeyConstraint("account", "livemode", "id", name=op.f("pk_stripe_events")),
    )
    op.create_index(op.f("ix_stripe_events_state_next_attempt_at"), "stripe_events", ["state", "next_attempt_at"])
    op.create_index(op.f("ix_stripe_events_created"), "stripe_events", ["created"])


def downgrade() -> None:
    """Drop it; the next poll reads the events of 30 days again."""
    op.drop_table("stripe_events")
