"""Payouts, subscriptions with their invoices, and Checkout Sessions; customers that are not at Stripe any more."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_KINDS = "('payout', 'subscription', 'invoice', 'invoice_payment', 'checkout.session')"
_WAIT = f"UPDATE stripe_events SET state = 'waiting' WHERE state = 'ignored' AND object_kind IN {_KINDS}"
_IGNORE = f"UPDATE stripe_events SET state = 'ignored' WHERE state <> 'dismissed' AND object_kind IN {_KINDS}"
"""Events of these kinds were kept and ignored; from now on they are handled, which needs the tables."""


def upgrade() -> None:
    """Make the tables, and the column that says that a customer is gone; the next poll reads what events told of."""
    op.add_column("stripe_customers", sa.Column("gone_at", sa.BigInteger(), nullable=True))
    _payouts()
    _payout_lines()
    _subscriptions()
    _invoices()
    _invoice_payments()
    _checkout_sessions()
    op.execute(_WAIT)


def downgrade() -> None:
    """Drop them again; payments keep the bookings that they found through them."""
    for table in (
        "stripe_checkout_sessions",
        "stripe_invoice_payments",
        "stripe_invoices",
        "stripe_subscriptions",
        "stripe_payout_lines",
        "stripe_payouts",
    ):
        op.drop_table(table)
    op.drop_column("stripe_customers", "gone_at")
    op.execute(_IGNORE)


def _payouts() -> None:
    _observed(
        "stripe_payouts",
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("arrival_date", sa.BigInteger(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("reconciliation_status", sa.Text(), nullable=False),
        sa.Column("balance_transaction_id", sa.Text(), nullable=True),
        sa.Column("failure_code", sa.Text(), nullable=True),
        sa.Column("failure_message", sa.Text(), nullable=True),
    )
    _index("stripe_payouts", "created")


def _payout_lines() -> None:
    _observed("stripe_payout_lines", sa.Column("payout_id", sa.Text(), nullable=False))
    _index("stripe_payout_lines", "payout_id")


def _subscriptions() -> None:
    _observed(
        "stripe_subscriptions",
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("price_ids", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("every_unit", sa.Text(), nullable=True),
        sa.Column("every_count", sa.Integer(), nullable=True),
        sa.Column("period_start", sa.BigInteger(), nullable=True),
        sa.Column("period_end", sa.BigInteger(), nullable=True),
        sa.Column("trial_end", sa.BigInteger(), nullable=True),
        sa.Column("cancel_at", sa.BigInteger(), nullable=True),
        sa.Column("cancel_at_period_end", sa.Boolean(), nullable=False),
        sa.Column("canceled_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.Column("claimed_id", _PLAIN, nullable=True),
        sa.Column("claimed_reference", _PLAIN, nullable=True),
        sa.Column("booking_pk", _KEY, nullable=True),
        sa.Column("assigned_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(booking_pk IS NULL) = (assigned_by IS NULL)", name=op.f("ck_stripe_subscriptions_assigned")
        ),
        sa.CheckConstraint(
            "assigned_by IN ('metadata', 'customer', 'person')", name=op.f("ck_stripe_subscriptions_assigned_by_known")
        ),
        sa.ForeignKeyConstraint(["booking_pk"], ["bookings.pk"], name=op.f("fk_stripe_subscriptions_booking_pk")),
    )
    _index("stripe_subscriptions", "customer_id")
    op.create_index(op.f("ix_stripe_subscriptions_booking_pk"), "stripe_subscriptions", ["booking_pk"])
    unassigned = sa.text("booking_pk IS NULL")
    op.create_index(
        "ix_stripe_subscriptions_claims",
        "stripe_subscriptions",
        ["claimed_reference", "claimed_id"],
        sqlite_where=unassigned,
        postgresql_where=unassigned,
    )


def _invoices() -> None:
    _observed(
        "stripe_invoices",
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("subscription_id", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("customer_name", sa.Text(), nullable=True),
        sa.Column("customer_email", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("amount_due", sa.BigInteger(), nullable=False),
        sa.Column("amount_paid", sa.BigInteger(), nullable=False),
        sa.Column("amount_remaining", sa.BigInteger(), nullable=False),
        sa.Column("amount_paid_off_stripe", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("period_start", sa.BigInteger(), nullable=True),
        sa.Column("period_end", sa.BigInteger(), nullable=True),
        sa.Column("attempt_count", sa.Integer(), nullable=False),
        sa.Column("next_payment_attempt", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("paid_at", sa.BigInteger(), nullable=True),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.Column("subscription_metadata", sa.Text(), nullable=False),
    )
    _index("stripe_invoices", "subscription_id")
    _index("stripe_invoices", "status")


def _invoice_payments() -> None:
    _observed(
        "stripe_invoice_payments",
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("invoice_id", sa.Text(), nullable=False),
        sa.Column("payment_id", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("amount_requested", sa.BigInteger(), nullable=False),
        sa.Column("amount_paid", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("paid_at", sa.BigInteger(), nullable=True),
    )
    _index("stripe_invoice_payments", "invoice_id")
    _index("stripe_invoice_payments", "payment_id")


def _checkout_sessions() -> None:
    _observed(
        "stripe_checkout_sessions",
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("payment_status", sa.Text(), nullable=False),
        sa.Column("payment_intent_id", sa.Text(), nullable=True),
        sa.Column("subscription_id", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("amount_total", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("client_reference_id", sa.Text(), nullable=True),
        sa.Column("metadata", sa.Text(), nullable=False),
    )
    _index("stripe_checkout_sessions", "payment_intent_id")
    _index("stripe_checkout_sessions", "subscription_id")


def _observed(table: str, *columns: Any) -> None:
    """A table of what Stripe showed: its key, its columns, and when that was."""
    op.create_table(
        table,
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("observed_at", sa.BigInteger(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("account", "livemode", "id", name=op.f(f"pk_{table}")),
    )


def _index(table: str, column: str) -> None:
    """An index that begins as every question about Stripe's rows does."""
    op.create_index(op.f(f"ix_{table}_account_livemode_{column}"), table, ["account", "livemode", column])
