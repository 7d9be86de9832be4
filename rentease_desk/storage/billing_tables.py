"""What Stripe showed of payouts, subscriptions, invoices and Checkout Sessions, one row an object. Like the tables in
``stripe_tables``: ``observed_at`` in UTC microseconds, and an older picture never replaces a newer one."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from rentease_desk.storage.columns import Key, Plain, metadata
from rentease_desk.storage.stripe_tables import identity_columns

# Money on its way to the property's bank; negative where Stripe fetches money from there.
stripe_payouts = Table(
    "stripe_payouts",
    metadata,
    *identity_columns(),
    Column("created", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("status", Text, nullable=False),
    Column("arrival_date", BigInteger, nullable=False),
    Column("automatic", Boolean, nullable=False),
    Column("reconciliation_status", Text, nullable=False),
    Column("balance_transaction_id", Text),
    Column("failure_code", Text),
    Column("failure_message", Text),
    Column("observed_at", BigInteger, nullable=False),
    Index(None, "account", "livemode", "created"),
)

# Which payout a balance transaction (``id``) went to the bank with; Stripe tells it of automatic payouts only.
# ``payment_pk``: whose charge it moved, where that has been looked up (``storage/payout_payments.py``).
stripe_payout_lines = Table(
    "stripe_payout_lines",
    metadata,
    *identity_columns(),
    Column("payout_id", Text, nullable=False),
    Column("observed_at", BigInteger, nullable=False),
    Column("payment_pk", Key),
    Index("ix_stripe_payout_lines_payouts", "account", "livemode", "payout_id", "payment_pk", "id"),
)

# A long stay. The booking is the one that the subscription names (``metadata``), the only one of the guest that its
# customer was linked to (``customer``), or the one that a person chose (``person``), which no sync changes.
stripe_subscriptions = Table(
    "stripe_subscriptions",
    metadata,
    *identity_columns(),
    Column("created", BigInteger, nullable=False),
    Column("customer_id", Text),
    Column("status", Text, nullable=False),
    Column("description", Text),
    Column("price_ids", Text, nullable=False),
    Column("amount", BigInteger),
    Column("currency", String(3), nullable=False),
    Column("every_unit", Text),
    Column("every_count", Integer),
    Column("period_start", BigInteger),
    Column("period_end", BigInteger),
    Column("trial_end", BigInteger),
    Column("cancel_at", BigInteger),
    Column("cancel_at_period_end", Boolean, nullable=False),
    Column("canceled_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("metadata", Text, nullable=False),
    Column("claimed_id", Plain),
    Column("claimed_reference", Plain),
    Column("booking_pk", Key, ForeignKey("bookings.pk"), index=True),
    Column("assigned_by", Text),
    Column("observed_at", BigInteger, nullable=False),
    CheckConstraint("(booking_pk IS NULL) = (assigned_by IS NULL)", name="assigned"),
    CheckConstraint("assigned_by IN ('metadata', 'customer', 'person')", name="assigned_by_known"),
    Index(None, "account", "livemode", "customer_id"),
    Index("ix_stripe_subscriptions_claims", "claimed_reference", "claimed_id", sqlite_where=text("booking_pk IS NULL"),
          postgresql_where=text("booking_pk IS NULL")),
)  # fmt: skip

# What a customer is asked for. The money stands in ``payments``; an invoice is never a payment of its own.
stripe_invoices = Table(
    "stripe_invoices",
    metadata,
    *identity_columns(),
    Column("created", BigInteger, nullable=False),
    Column("number", Text),
    Column("subscription_id", Text),
    Column("customer_id", Text),
    Column("customer_name", Text),
    Column("customer_email", Text),
    Column("status", Text, nullable=False),
    Column("amount_due", BigInteger, nullable=False),
    Column("amount_paid", BigInteger, nullable=False),
    Column("amount_remaining", BigInteger, nullable=False),
    Column("amount_paid_off_stripe", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("period_start", BigInteger),
    Column("period_end", BigInteger),
    Column("attempt_count", Integer, nullable=False),
    Column("next_payment_attempt", BigInteger),
    Column("last_error", Text),
    Column("paid_at", BigInteger),
    Column("metadata", Text, nullable=False),
    Column("subscription_metadata", Text, nullable=False),
    Column("observed_at", BigInteger, nullable=False),
    Index(None, "account", "livemode", "subscription_id"),
    Index(None, "account", "livemode", "status"),
)

# Which payment pays an invoice: ``payment_id`` is a PaymentIntent, or a charge that has none.
stripe_invoice_payments = Table(
    "stripe_invoice_payments",
    metadata,
    *identity_columns(),
    Column("created", BigInteger, nullable=False),
    Column("invoice_id", Text, nullable=False),
    Column("payment_id", Text),
    Column("status", Text, nullable=False),
    Column("amount_requested", BigInteger, nullable=False),
    Column("amount_paid", BigInteger),
    Column("currency", String(3), nullable=False),
    Column("paid_at", BigInteger),
    Column("observed_at", BigInteger, nullable=False),
    Index(None, "account", "livemode", "invoice_id"),
    Index(None, "account", "livemode", "payment_id"),
)

# A page on which a guest pays; what it was made for stands in its metadata, which its payment need not carry.
stripe_checkout_sessions = Table(
    "stripe_checkout_sessions",
    metadata,
    *identity_columns(),
    Column("created", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("payment_status", Text, nullable=False),
    Column("payment_intent_id", Text),
    Column("subscription_id", Text),
    Column("customer_id", Text),
    Column("amount_total", BigInteger),
    Column("currency", String(3)),
    Column("client_reference_id", Text),
    Column("payment_link_id", Text),
    Column("url", Text),
    Column("metadata", Text, nullable=False),
    Column("observed_at", BigInteger, nullable=False),
    Index(None, "account", "livemode", "payment_intent_id"),
    Index(None, "account", "livemode", "subscription_id"),
    Index(None, "account", "livemode", "payment_link_id"),
)
