"""Receipts with numbers without gaps, what stands on them of the property, and the guest's language."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rentease_desk.storage.migrations import append_only

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SETTINGS = (("address", ""), ("tax_lines", ""), ("receipt_paper", "a4"))
_FROZEN = ("pk", "uid", "series", "number", "payment_pk", "refund_pk", "amount", "currency", "content",
           "business_date", "actor", "desk", "created_at")  # fmt: skip


def upgrade() -> None:
    """Add the columns and make the tables with their guards."""
    for name, default in _SETTINGS:
        op.add_column("property", sa.Column(name, sa.Text(), nullable=False, server_default=default))
    op.add_column("guests", sa.Column("language", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "receipt_series",
        sa.Column("series", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last >= 0", name=op.f("ck_receipt_series_last")),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_receipt_series")),
    )
    _receipts()
    _prints()
    append_only.refuse_delete("receipt_series")
    append_only.refuse_update("receipt_series", where="NEW.series <> OLD.series OR NEW.last <> OLD.last + 1")
    append_only.refuse_delete("receipts")
    append_only.refuse_update("receipts", _FROZEN)
    append_only.refuse_delete("receipt_prints")
    append_only.refuse_update("receipt_prints")


def downgrade() -> None:
    """Drop them. The money that receipts confirm stays where it is."""
    for table in ("receipt_prints", "receipts", "receipt_series"):
        append_only.drop(table)
        op.drop_table(table)
    op.drop_column("guests", "language")
    for name, _ in reversed(_SETTINGS):
        op.drop_column("property", name)


def _receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("series", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("payment_pk", _KEY, nullable=False),
        sa.Column("refund_pk", _KEY, nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("personal", sa.Text(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        *_made(),
        sa.CheckConstraint(
            "length(currency) = 3 AND currency = lower(currency)", name=op.f("ck_receipts_currency_code")
        ),
        sa.CheckConstraint("number > 0 AND amount > 0", name=op.f("ck_receipts_positive")),
        sa.ForeignKeyConstraint(["series"], ["receipt_series.series"], name=op.f("fk_receipts_series")),
        sa.ForeignKeyConstraint(["refund_pk"], ["refunds.pk"], name=op.f("fk_receipts_refund_pk")),
        sa.ForeignKeyConstraint(
            ["payment_pk", "currency"], ["payments.pk", "payments.currency"],
            name=op.f("fk_receipts_payment_pk_currency"),
        ),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_receipts")),
        sa.UniqueConstraint("uid", name=op.f("uq_receipts_uid")),
        sa.UniqueConstraint("refund_pk", name=op.f("uq_receipts_refund_pk")),
        sa.UniqueConstraint("series", "number", name=op.f("uq_receipts_series_number")),
    )  # fmt: skip
    op.create_index(op.f("ix_receipts_business_date"), "receipts", ["business_date"])
    only = sa.text("refund_pk IS NULL")
    op.create_index(
        "ix_receipts_of_payment", "receipts", ["payment_pk"], unique=True, sqlite_where=only, postgresql_where=only
    )


def _prints() -> None:
    op.create_table(
        "receipt_prints",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("receipt_pk", _KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("medium", sa.Text(), nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        *_made(),
        sa.CheckConstraint("position > 0", name=op.f("ck_receipt_prints_position")),
        sa.ForeignKeyConstraint(["receipt_pk"], ["receipts.pk"], name=op.f("fk_receipt_prints_receipt_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_receipt_prints")),
        sa.UniqueConstraint("uid", name=op.f("uq_receipt_prints_uid")),
        sa.UniqueConstraint("receipt_pk", "position", name=op.f("uq_receipt_prints_receipt_pk_position")),
    )


def _made() -> tuple[sa.Column[str], sa.Column[str], sa.Column[int]]:
    return (
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
    )
