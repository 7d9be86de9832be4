"""The ledger: charge lines, payments, voids and refunds, append-only."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rentease_desk.storage.migrations import append_only

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables, their guards and their first rows."""
    _charge_lines()
    _payments()
    _payment_voids()
    _refunds()
    _guards()


def downgrade() -> None:
    """Drop them again, with all that they hold."""
    _drop_guards()
    for table in ("refunds", "payment_voids", "payments", "charge_lines"):
        op.drop_table(table)


def _charge_lines() -> None:
    op.create_table(
        "charge_lines",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("booking_pk", _KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("tax_rate_ppm", sa.Integer(), nullable=False),
        sa.Column("service_from", sa.Date(), nullable=True),
        sa.Column("service_to", sa.Date(), nullable=True),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("corrects_pk", _KEY, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('accommodation', 'extra', 'city_tax', 'discount', 'cancellation_fee', 'adjustment')",
            name=op.f("ck_charge_lines_kind_known"),
        ),
        sa.CheckConstraint(
            "length(currency) = 3 AND currency = lower(currency)", name=op.f("ck_charge_lines_currency_code")
        ),
        sa.CheckConstraint("tax_rate_ppm BETWEEN 0 AND 1000000", name=op.f("ck_charge_lines_tax_rate")),
        sa.ForeignKeyConstraint(
            ["booking_pk", "currency"],
            ["bookings.pk", "bookings.currency"],
            name=op.f("fk_charge_lines_booking_pk_currency"),
        ),
        sa.ForeignKeyConstraint(["corrects_pk"], ["charge_lines.pk"], name=op.f("fk_charge_lines_corrects_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_charge_lines")),
        sa.UniqueConstraint("corrects_pk", name=op.f("uq_charge_lines_corrects_pk")),
        sa.UniqueConstraint("uid", name=op.f("uq_charge_lines_uid")),
    )
    op.create_index(op.f("ix_charge_lines_booking_pk_amount"), "charge_lines", ["booking_pk", "amount"], unique=False)


def _payments() -> None:
    op.create_table(
        "payments",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("booking_pk", _KEY, nullable=True),
        sa.Column("assigned_by", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("tendered", sa.BigInteger(), nullable=True),
        sa.Column("fee", sa.BigInteger(), nullable=True),
        sa.Column("net", sa.BigInteger(), nullable=True),
        sa.Column("settlement_currency", sa.String(length=3), nullable=True),
        sa.Column("available_on", sa.BigInteger(), nullable=True),
        sa.Column("stripe_account", sa.Text(), nullable=True),
        sa.Column("livemode", sa.Boolean(), nullable=True),
        sa.Column("stripe_payment_id", sa.Text(), nullable=True),
        sa.Column("stripe_charge_id", sa.Text(), nullable=True),
        sa.Column("stripe_status", sa.Text(), nullable=True),
        sa.Column("brand", sa.Text(), nullable=True),
        sa.Column("last4", sa.String(length=4), nullable=True),
        sa.Column("payer_name", sa.Text(), nullable=True),
        sa.Column("payer_email", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.Text(), nullable=True),
        sa.Column("failure_code", sa.Text(), nullable=True),
        sa.Column("failure_message", sa.Text(), nullable=True),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.Column("claimed_id", _PLAIN, nullable=True),
        sa.Column("claimed_reference", _PLAIN, nullable=True),
        sa.Column("search_text", _PLAIN, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "assigned_by IN ('entry', 'metadata', 'person')", name=op.f("ck_payments_assigned_by_known")
        ),
        sa.CheckConstraint(
            "source <> 'manual' OR (stripe_account IS NULL AND livemode IS NULL AND stripe_payment_id "
            "IS NULL AND stripe_charge_id IS NULL AND stripe_status IS NULL AND fee IS NULL AND brand "
            "IS NULL AND last4 IS NULL AND state = 'succeeded' AND amount > 0)",
            name=op.f("ck_payments_manual_has_no_stripe"),
        ),
        sa.CheckConstraint(
            "source <> 'stripe' OR (stripe_account IS NOT NULL AND livemode IS NOT NULL AND "
            "stripe_payment_id IS NOT NULL AND stripe_status IS NOT NULL AND amount >= 0)",
            name=op.f("ck_payments_stripe_has_key"),
        ),
        sa.CheckConstraint(
            "(fee IS NULL) = (settlement_currency IS NULL) AND (net IS NULL) = (settlement_currency IS NULL)"
            " AND (available_on IS NULL) = (settlement_currency IS NULL)",
            name=op.f("ck_payments_settled_at_once"),
        ),
        sa.CheckConstraint("source IN ('manual', 'stripe')", name=op.f("ck_payments_source_known")),
        sa.CheckConstraint(
            "state <> 'succeeded' OR business_date IS NOT NULL", name=op.f("ck_payments_counted_has_date")
        ),
        sa.CheckConstraint(
            "state IN ('succeeded', 'processing', 'requires_capture', 'incomplete', 'failed', 'canceled')",
            name=op.f("ck_payments_state_known"),
        ),
        sa.CheckConstraint("(booking_pk IS NULL) = (assigned_by IS NULL)", name=op.f("ck_payments_assigned")),
        sa.CheckConstraint(
            "length(currency) = 3 AND currency = lower(currency)", name=op.f("ck_payments_currency_code")
        ),
        sa.ForeignKeyConstraint(["booking_pk"], ["bookings.pk"], name=op.f("fk_payments_booking_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_payments")),
        sa.UniqueConstraint("pk", "currency", name=op.f("uq_payments_pk_currency")),
        sa.UniqueConstraint(
            "stripe_account",
            "livemode",
            "stripe_payment_id",
            name=op.f("uq_payments_stripe_account_livemode_stripe_payment_id"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_payments_uid")),
    )
    op.create_index(op.f("ix_payments_booking_pk"), "payments", ["booking_pk"], unique=False)
    op.create_index(op.f("ix_payments_business_date"), "payments", ["business_date"], unique=False)
    op.create_index(
        "ix_payments_claims",
        "payments",
        ["claimed_reference", "claimed_id"],
        unique=False,
        sqlite_where=sa.text("booking_pk IS NULL"),
        postgresql_where=sa.text("booking_pk IS NULL"),
    )
    op.create_index(op.f("ix_payments_occurred_at_pk"), "payments", ["occurred_at", "pk"], unique=False)


def _payment_voids() -> None:
    op.create_table(
        "payment_voids",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("payment_pk", _KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["payment_pk"], ["payments.pk"], name=op.f("fk_payment_voids_payment_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_payment_voids")),
        sa.UniqueConstraint("payment_pk", name=op.f("uq_payment_voids_payment_pk")),
        sa.UniqueConstraint("uid", name=op.f("uq_payment_voids_uid")),
    )
    op.create_index(op.f("ix_payment_voids_business_date"), "payment_voids", ["business_date"], unique=False)


def _refunds() -> None:
    op.create_table(
        "refunds",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("payment_pk", _KEY, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("failure_reason", sa.Text(), nullable=True),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=True),
        sa.Column("stripe_account", sa.Text(), nullable=True),
        sa.Column("livemode", sa.Boolean(), nullable=True),
        sa.Column("stripe_refund_id", sa.Text(), nullable=True),
        sa.Column("observed_at", sa.BigInteger(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status <> 'succeeded' OR business_date IS NOT NULL", name=op.f("ck_refunds_counted_has_date")
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'requires_action', 'succeeded', 'failed', 'canceled')",
            name=op.f("ck_refunds_status_known"),
        ),
        sa.CheckConstraint("(stripe_refund_id IS NULL) = (observed_at IS NULL)", name=op.f("ck_refunds_observed")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refunds_positive")),
        sa.CheckConstraint(
            "length(currency) = 3 AND currency = lower(currency)", name=op.f("ck_refunds_currency_code")
        ),
        sa.ForeignKeyConstraint(
            ["payment_pk", "currency"],
            ["payments.pk", "payments.currency"],
            name=op.f("fk_refunds_payment_pk_currency"),
        ),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_refunds")),
        sa.UniqueConstraint(
            "stripe_account",
            "livemode",
            "stripe_refund_id",
            name=op.f("uq_refunds_stripe_account_livemode_stripe_refund_id"),
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_refunds_uid")),
    )
    op.create_index(op.f("ix_refunds_business_date"), "refunds", ["business_date"], unique=False)
    op.create_index(op.f("ix_refunds_occurred_at_pk"), "refunds", ["occurred_at", "pk"], unique=False)
    op.create_index(op.f("ix_refunds_payment_pk"), "refunds", ["payment_pk"], unique=False)


_MANUAL = ("amount", "currency", "method", "occurred_at", "state", "tendered")
_PAYMENT_KEYS = ("uid", "source", "stripe_account", "livemode", "stripe_payment_id", "actor", "desk", "created_at")
_REFUND_KEYS = (
    "uid",
    "payment_pk",
    "amount",
    "currency",
    "stripe_account",
    "livemode",
    "stripe_refund_id",
    "created_at",
)


def _guards() -> None:
    """Money rule 2 in the database itself: corrections are new rows, and a business date is written once."""
    for table in ("charge_lines", "payment_voids"):
        append_only.refuse_delete(table)
        append_only.refuse_update(table)
    append_only.refuse_delete("payments")
    append_only.refuse_update("payments", _PAYMENT_KEYS)
    append_only.refuse_update("payments", _MANUAL, where="OLD.source = 'manual'", name="manual")
    append_only.refuse_update("payments", ["business_date"], where="OLD.business_date IS NOT NULL", name="date")
    append_only.refuse_delete("refunds")
    append_only.refuse_update("refunds", _REFUND_KEYS)
    append_only.refuse_update("refunds", ["business_date"], where="OLD.business_date IS NOT NULL", name="date")


def _drop_guards() -> None:
    for table in ("charge_lines", "payment_voids"):
        append_only.drop(table)
    append_only.drop("payments", ("delete", "update", "manual", "date"))
    append_only.drop("refunds", ("delete", "update", "date"))
