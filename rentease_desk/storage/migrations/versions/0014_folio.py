"""Tax in prices, city tax, how a charge line came to its amount, and payments that are spread over bookings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rentease_desk.storage.migrations import append_only

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SETTINGS = (
    ("city_tax", sa.BigInteger()),
    ("city_tax_age", sa.SmallInteger()),
    ("room_tax_ppm", sa.Integer()),
    ("extras_tax_ppm", sa.Integer()),
)


def upgrade() -> None:
    """Add the columns. Lines that are there tell their amount only."""
    for name, kind in _SETTINGS:
        op.add_column("property", sa.Column(name, kind, nullable=False, server_default="0"))
    op.add_column("charge_lines", sa.Column("quantity", sa.Integer(), nullable=True))
    op.add_column("charge_lines", sa.Column("unit_amount", sa.BigInteger(), nullable=True))
    _transfers()
    for column in ("from_booking_pk", "payment_pk", "to_booking_pk"):
        op.create_index(op.f(f"ix_payment_transfers_{column}"), "payment_transfers", [column])
    append_only.refuse_delete("payment_transfers")
    append_only.refuse_update("payment_transfers")


def downgrade() -> None:
    """Drop them; amounts stay. Money that was moved is on its payment's own booking again."""
    append_only.drop("payment_transfers")
    op.drop_table("payment_transfers")
    for name in ("unit_amount", "quantity"):
        op.drop_column("charge_lines", name)
    for name, _ in reversed(_SETTINGS):
        op.drop_column("property", name)


def _transfers() -> None:
    op.create_table(
        "payment_transfers",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("payment_pk", _KEY, nullable=False),
        sa.Column("refund_pk", _KEY, nullable=True),
        sa.Column("from_booking_pk", _KEY, nullable=True),
        sa.Column("to_booking_pk", _KEY, nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("undoes", sa.String(length=36), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "amount > 0 AND (whole OR from_booking_pk <> to_booking_pk)", name=op.f("ck_payment_transfers_moves")
        ),
        sa.CheckConstraint(
            "whole OR (from_booking_pk IS NOT NULL AND to_booking_pk IS NOT NULL)",
            name=op.f("ck_payment_transfers_between_bookings"),
        ),
        sa.CheckConstraint(
            "length(currency) = 3 AND currency = lower(currency)", name=op.f("ck_payment_transfers_currency_code")
        ),
        sa.ForeignKeyConstraint(["refund_pk"], ["refunds.pk"], name=op.f("fk_payment_transfers_refund_pk")),
        sa.ForeignKeyConstraint(
            ["from_booking_pk"], ["bookings.pk"], name=op.f("fk_payment_transfers_from_booking_pk")
        ),
        sa.ForeignKeyConstraint(["to_booking_pk"], ["bookings.pk"], name=op.f("fk_payment_transfers_to_booking_pk")),
        sa.ForeignKeyConstraint(
            ["payment_pk", "currency"],
            ["payments.pk", "payments.currency"],
            name=op.f("fk_payment_transfers_payment_pk_currency"),
        ),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_payment_transfers")),
        sa.UniqueConstraint("uid", "position", name=op.f("uq_payment_transfers_uid_position")),
        sa.UniqueConstraint("undoes", "position", name=op.f("uq_payment_transfers_undoes_position")),
    )
