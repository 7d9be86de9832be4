"""What Stripe showed, one row an object, and how far the sync has come. ``observed_at``: when the request that showed
the row began, by Stripe's clock, UTC microseconds; an older picture never replaces a newer one."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from rentease_desk.storage.columns import Key, Uid, made_columns, metadata, only_one, primary_key, single_row
from rentease_desk.storage.request_columns import request_columns


def identity_columns() -> tuple[Column[str], Column[bool], Column[str]]:
    """The key of a row of Stripe's: ids alone are not unique."""
    return (
        Column("account", Text, primary_key=True),
        Column("livemode", Boolean, primary_key=True),
        Column("id", Text, primary_key=True),
    )


stripe_payment_intents = Table(
    "stripe_payment_intents",
    metadata,
    *identity_columns(),
    Column("created", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("amount_received", BigInteger, nullable=False),
    Column("amount_capturable", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("status", Text, nullable=False),
    Column("capture_method", Text, nullable=False),
    Column("latest_charge_id", Text),
    Column("customer_id", Text),
    Column("payer_email", Text),
    Column("description", Text),
    Column("error_code", Text),
    Column("error_message", Text),
    Column("metadata", Text, nullable=False),
    Column("observed_at", BigInteger, nullable=False),
)

stripe_charges = Table(
    "stripe_charges",
    metadata,
    *identity_columns(),
    Column("payment_intent_id", Text),
    Column("created", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("amount_captured", BigInteger, nullable=False),
    Column("captured", Boolean, nullable=False),
    Column("released", Boolean, nullable=False),
    Column("manual_capture", Boolean, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("status", Text, nullable=False),
    Column("disputed", Boolean, nullable=False),
    Column("method_type", Text),
    Column("brand", Text),
    Column("last4", String(4)),
    Column("failure_code", Text),
    Column("failure_message", Text),
    Column("payer_name", Text),
    Column("payer_email", Text),
    Column("description", Text),
    Column("customer_id", Text),
    Column("balance_transaction_id", Text),
    Column("captured_at", BigInteger),
    Column("metadata", Text, nullable=False),
    Column("observed_at", BigInteger, nullable=False),
    Index(None, "account", "livemode", "payment_intent_id"),
)

# A dispute is a matter between the cardholder's bank and the property: shown on the payment, journalled as it goes.
stripe_disputes = Table(
    "stripe_disputes",
    metadata,
    *identity_columns(),
    Column("charge_id", Text),
    Column("payment_intent_id", Text),
    Column("created", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("due_by", BigInteger),
    Column("observed_at", BigInteger, nullable=False),
    Index(None, "account", "livemode", "charge_id"),
)

# Movements of the account's balance, in the settlement currency; negative where money leaves.
stripe_transactions = Table(
    "stripe_transactions",
    metadata,
    *identity_columns(),
    Column("created", BigInteger, nullable=False),
    Column("available_on", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("fee", BigInteger, nullable=False),
    Column("net", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("source_id", Text),
    Column("observed_at", BigInteger, nullable=False),
    Index(None, "account", "livemode", "created"),
    Index(None, "account", "livemode", "source_id"),
)

stripe_customers = Table(
    "stripe_customers",
    metadata,
    *identity_columns(),
    Column("created", BigInteger, nullable=False),
    Column("name", Text),
    Column("email", Text),
    Column("metadata", Text, nullable=False),
    Column("guest_pk", Key, ForeignKey("guests.pk"), index=True),
    Column("gone_at", BigInteger),
    Column("observed_at", BigInteger, nullable=False),
)

# What Stripe says has happened; ids are kept after they were handled, so that each is handled once.
stripe_events = Table(
    "stripe_events",
    metadata,
    *identity_columns(),
    Column("type", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("api_version", Text),
    Column("object_kind", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("payment_intent_id", Text),
    Column("charge_id", Text),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", BigInteger, nullable=False),
    Column("error", Text),
    Column("reason", Text),
    Column("received_at", BigInteger, nullable=False),
    CheckConstraint(
        "state IN ('waiting', 'done', 'ignored', 'gone', 'dead', 'dismissed')",
        name="state_known",
    ),
    CheckConstraint("(state = 'dismissed') = (reason IS NOT NULL)", name="dismissed_has_reason"),
    Index(None, "state", "next_attempt_at"),
    Index(None, "created"),
)

# What people wrote and did about what went wrong at Stripe: a row once somebody has. ``done_phase``: the trouble that
# was done with; a later one of the same object (``object_id``, Stripe's) is open again.
follow_ups = Table(
    "follow_ups",
    metadata,
    primary_key(),
    Column("uid", Uid, nullable=False, unique=True),
    Column("salt", String(32), nullable=False),
    Column("account", Text, nullable=False),
    Column("livemode", Boolean, nullable=False),
    Column("kind", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("done_at", BigInteger),
    Column("done_by", Text, nullable=False),
    Column("done_phase", Text, nullable=False),
    Column("touched_at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("desk", Text, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("kind IN ('payment', 'refund', 'dispute', 'invoice')", name="kind_known"),
    CheckConstraint("(done_at IS NULL) = (done_by = '')", name="done_by_somebody"),
    UniqueConstraint("account", "livemode", "kind", "object_id"),
    Index(None, "account", "livemode", "touched_at"),
)

sync_runs = Table(
    "sync_runs",
    metadata,
    primary_key(),
    Column("uid", String(36), nullable=False, unique=True),
    Column("trigger", Text, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("range_start", BigInteger, nullable=False),
    Column("range_end", BigInteger, nullable=False),
    Column("account", Text),
    Column("livemode", Boolean),
    Column("outcome", Text, nullable=False),
    Column("fetched", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("matched", Integer, nullable=False),
    Column("unmatched", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("error_code", Text),
    Column("error_text", Text),
    Column("actor", Text, nullable=False),
    Column("desk", Text, nullable=False),
    Column("progress_step", Text),
    Column("progress_read", BigInteger),
    Column("progress_done", BigInteger),
    Column("progress_total", BigInteger),
    CheckConstraint("outcome IN ('running', 'done', 'cancelled', 'failed')", name="outcome_known"),
    Index(None, "started_at"),
)

sync_failures = Table(
    "sync_failures",
    metadata,
    primary_key(),
    Column("run_pk", Key, ForeignKey("sync_runs.pk"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

# What a run found when it compared with Stripe: ``found`` is an ``Agreement`` as JSON, or it was put off, for ``why``.
sync_checks = Table(
    "sync_checks",
    metadata,
    Column("run_pk", Key, ForeignKey("sync_runs.pk"), primary_key=True, autoincrement=False),
    Column("account", Text, nullable=False),
    Column("livemode", Boolean, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("range_start", BigInteger, nullable=False),
    Column("range_end", BigInteger, nullable=False),
    Column("found", Text),
    Column("why", Text, nullable=False),
    CheckConstraint("(found IS NULL) = (why <> '')", name="found_or_put_off"),
    Index(None, "account", "livemode", "at"),
)

# What comparisons with Stripe's balance found: ``found`` is a ``BalanceCheck`` as JSON. The latest are kept.
balance_checks = Table(
    "balance_checks",
    metadata,
    primary_key(),
    Column("account", Text, nullable=False),
    Column("livemode", Boolean, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("range_start", BigInteger, nullable=False),
    Column("range_end", BigInteger, nullable=False),
    Column("found", Text, nullable=False),
    *made_columns(),
    Index(None, "account", "livemode", "range_start", "range_end"),
)

# How many requests Stripe got on each UTC day, from all desks: what it allows in 30 days is limited.
stripe_reads = Table(
    "stripe_reads",
    metadata,
    Column("account", Text, primary_key=True),
    Column("livemode", Boolean, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("count", BigInteger, nullable=False),
    CheckConstraint("count > 0", name="positive"),
)

# How far the sync has come: what ``position`` means, ``sync_state`` says at each kind.
sync_cursors = Table(
    "sync_cursors",
    metadata,
    Column("account", Text, primary_key=True),
    Column("livemode", Boolean, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
)

# What was begun to be listed and is not yet. Lists run from new to old: what was read is cut off at the end of a range.
# ``retry_at``: not to be tried before, because the key may not read it.
sync_ranges = Table(
    "sync_ranges",
    metadata,
    primary_key(),
    Column("account", Text, nullable=False),
    Column("livemode", Boolean, nullable=False),
    Column("kind", Text, nullable=False),
    Column("range_start", BigInteger, nullable=False),
    Column("range_end", BigInteger, nullable=False),
    Column("retry_at", BigInteger, nullable=False),
    CheckConstraint("range_start < range_end", name="not_empty"),
    Index(None, "account", "livemode"),
)

# One run at a time over all processes and desks; ``fence`` rises with each holder. Times by the database's clock.
sync_lease = Table(
    "sync_lease",
    metadata,
    single_row(),
    Column("holder", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("fence", BigInteger, nullable=False),
    only_one(),
)

# What Stripe is asked to refund: written before the call, with the key that makes it happen once. The row of the refund
# stands beside it from the beginning, so that what is left of a payment is one sum.
refund_requests = Table(
    "refund_requests",
    metadata,
    Column("refund_pk", Key, ForeignKey("refunds.pk"), primary_key=True, autoincrement=False),
    Column("charge_id", Text, nullable=False),
    *request_columns("refund_requests", "refund_pk"),
)
