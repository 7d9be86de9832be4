"""What Stripe showed, and how far the sync has come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables, their guards and their first rows."""
    _stripe_charges()
    _stripe_payment_intents()
    _stripe_disputes()
    _stripe_transactions()
    _sync_cursors()
    _sync_lease()
    _sync_runs()
    _stripe_customers()
    _sync_failures()
    op.execute("INSERT INTO sync_lease (id, holder, since, expires_at, fence) VALUES (1, '', 0, 0, 0)")


def downgrade() -> None:
    """Drop them again, with all that they hold."""

    for table in (
        "sync_failures",
        "stripe_customers",
        "sync_runs",
        "sync_lease",
        "sync_cursors",
        "stripe_transactions",
        "stripe_disputes",
        "stripe_payment_intents",
        "stripe_charges",
    ):
        op.drop_table(table)


def _stripe_charges() -> None:
    op.create_table(
        "stripe_charges",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("payment_intent_id", sa.Text(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("amount_captured", sa.BigInteger(), nullable=False),
        sa.Column("captured", sa.Boolean(), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("manual_capture", sa.Boolean(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.Column("method_type", sa.Text(), nullable=True),
        sa.Column("brand", sa.Text(), nullable=True),
        sa.Column("last4", sa.String(length=4), nullable=True),
        sa.Column("failure_code", sa.Text(), nullable=True),
        sa.Column("failure_message", sa.Text(), nullable=True),
        sa.Column("payer_name", sa.Text(), nullable=True),
        sa.Column("payer_email", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("balance_transaction_id", sa.Text(), nullable=True),
        sa.Column("captured_at", sa.BigInteger(), nullable=True),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.Column("observed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "livemode", "id", name=op.f("pk_stripe_charges")),
    )
    op.create_index(
        op.f("ix_stripe_charges_account_livemode_payment_intent_id"),
        "stripe_charges",
        ["account", "livemode", "payment_intent_id"],
        unique=False,
    )


def _stripe_disputes() -> None:
    op.create_table(
        "stripe_disputes",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("charge_id", sa.Text(), nullable=True),
        sa.Column("payment_intent_id", sa.Text(), nullable=True),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("due_by", sa.BigInteger(), nullable=True),
        sa.Column("observed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "livemode", "id", name=op.f("pk_stripe_disputes")),
    )
    op.create_index(
        op.f("ix_stripe_disputes_account_livemode_charge_id"),
        "stripe_disputes",
        ["account", "livemode", "charge_id"],
        unique=False,
    )


def _stripe_transactions() -> None:
    op.create_table(
        "stripe_transactions",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("available_on", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("fee", sa.BigInteger(), nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("observed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "livemode", "id", name=op.f("pk_stripe_transactions")),
    )
    op.create_index(
        op.f("ix_stripe_transactions_account_livemode_created"),
        "stripe_transactions",
        ["account", "livemode", "created"],
        unique=False,
    )
    op.create_index(
        op.f("ix_stripe_transactions_account_livemode_source_id"),
        "stripe_transactions",
        ["account", "livemode", "source_id"],
        unique=False,
    )


def _stripe_payment_intents() -> None:
    op.create_table(
        "stripe_payment_intents",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("amount_received", sa.BigInteger(), nullable=False),
        sa.Column("amount_capturable", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("capture_method", sa.Text(), nullable=False),
        sa.Column("latest_charge_id", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("payer_email", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.Column("observed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "livemode", "id", name=op.f("pk_stripe_payment_intents")),
    )


def _sync_cursors() -> None:
    op.create_table(
        "sync_cursors",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "livemode", "kind", name=op.f("pk_sync_cursors")),
    )


def _sync_lease() -> None:
    op.create_table(
        "sync_lease",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_sync_lease_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_lease")),
    )


def _sync_runs() -> None:
    op.create_table(
        "sync_runs",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("range_start", sa.BigInteger(), nullable=False),
        sa.Column("range_end", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("livemode", sa.Boolean(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("fetched", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("unmatched", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error_text", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('running', 'done', 'cancelled', 'failed')", name=op.f("ck_sync_runs_outcome_known")
        ),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_sync_runs")),
        sa.UniqueConstraint("uid", name=op.f("uq_sync_runs_uid")),
    )
    op.create_index(op.f("ix_sync_runs_started_at"), "sync_runs", ["started_at"], unique=False)


def _stripe_customers() -> None:
    op.create_table(
        "stripe_customers",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.Column("guest_pk", _KEY, nullable=True),
        sa.Column("observed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["guest_pk"], ["guests.pk"], name=op.f("fk_stripe_customers_guest_pk")),
        sa.PrimaryKeyConstraint("account", "livemode", "id", name=op.f("pk_stripe_customers")),
    )
    op.create_index(op.f("ix_stripe_customers_guest_pk"), "stripe_customers", ["guest_pk"], unique=False)


def _sync_failures() -> None:
    op.create_table(
        "sync_failures",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("run_pk", _KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_pk"], ["sync_runs.pk"], name=op.f("fk_sync_failures_run_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_sync_failures")),
    )
    op.create_index(op.f("ix_sync_failures_run_pk"), "sync_failures", ["run_pk"], unique=False)
