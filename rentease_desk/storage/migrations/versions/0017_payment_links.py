"""Payment links: what guests are sent to pay on, and what Stripe is asked for it, written before it is asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rentease_desk.storage.migrations import append_only

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_UNSETTLED = sa.text("state IN ('planned', 'sent', 'unknown')")
_CANCELLED = sa.text("cancel_asked_at IS NOT NULL")
_KEPT = ("uid", "booking_pk", "kind", "amount", "currency", "life_seconds", "title", "success_url", "stripe_account",
         "livemode", "created_at")  # fmt: skip


def upgrade() -> None:
    """Make the tables and their guards; sessions learn where they are, and which link they came from."""
    _make_links()
    _make_requests()
    op.create_table(
        "stripe_payment_links",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("observed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "livemode", "id", name=op.f("pk_stripe_payment_links")),
    )
    op.add_column("stripe_checkout_sessions", sa.Column("payment_link_id", sa.Text(), nullable=True))
    op.add_column("stripe_checkout_sessions", sa.Column("url", sa.Text(), nullable=True))
    op.create_index(
        op.f("ix_stripe_checkout_sessions_account_livemode_payment_link_id"),
        "stripe_checkout_sessions",
        ["account", "livemode", "payment_link_id"],
    )
    op.add_column("property", sa.Column("website", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    """Drop them. The pages stay at Stripe; what is paid there comes as any other payment."""
    op.drop_column("property", "website")
    op.drop_index(op.f("ix_stripe_checkout_sessions_account_livemode_payment_link_id"), "stripe_checkout_sessions")
    op.drop_column("stripe_checkout_sessions", "url")
    op.drop_column("stripe_checkout_sessions", "payment_link_id")
    op.drop_table("stripe_payment_links")
    append_only.drop("link_requests", ("delete", "update"))
    op.drop_table("link_requests")
    append_only.drop("payment_links", ("delete", "update", "id"))
    op.drop_table("payment_links")


def _make_links() -> None:
    op.create_table(
        "payment_links",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("booking_pk", _KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("life_seconds", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("success_url", sa.Text(), nullable=True),
        sa.Column("stripe_account", sa.Text(), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("stripe_id", sa.Text(), nullable=True),
        sa.Column("cancel_asked_at", sa.BigInteger(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('session', 'link')", name=op.f("ck_payment_links_kind_known")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_links_amount")),
        sa.CheckConstraint("(kind = 'session') = (life_seconds IS NOT NULL)", name=op.f("ck_payment_links_life")),
        sa.CheckConstraint("(kind = 'session') = (success_url IS NOT NULL)", name=op.f("ck_payment_links_success")),
        sa.ForeignKeyConstraint(["booking_pk"], ["bookings.pk"], name=op.f("fk_payment_links_booking_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_payment_links")),
        sa.UniqueConstraint("uid", name=op.f("uq_payment_links_uid")),
        sa.UniqueConstraint(
            "stripe_account", "livemode", "stripe_id", name=op.f("uq_payment_links_stripe_account_livemode_stripe_id")
        ),
    )
    op.create_index(op.f("ix_payment_links_booking_pk"), "payment_links", ["booking_pk"])
    op.create_index(
        "ix_payment_links_cancelled", "payment_links", ["pk"], sqlite_where=_CANCELLED, postgresql_where=_CANCELLED
    )
    append_only.refuse_delete("payment_links")
    append_only.refuse_update("payment_links", _KEPT)
    append_only.refuse_update("payment_links", ["stripe_id"], where="OLD.stripe_id IS NOT NULL", name="id")


def _make_requests() -> None:
    op.create_table(
        "link_requests",
        sa.Column("link_pk", _KEY, autoincrement=False, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
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
            "state IN ('planned', 'sent', 'unknown', 'done', 'refused')", name=op.f("ck_link_requests_state_known")
        ),
        sa.CheckConstraint("(first_sent_at IS NULL) = (attempts = 0)", name=op.f("ck_link_requests_sent")),
        sa.CheckConstraint("(first_sent_at IS NULL) = (last_sent_at IS NULL)", name=op.f("ck_link_requests_sent_last")),
        sa.CheckConstraint("(holder IS NULL) = (held_until IS NULL)", name=op.f("ck_link_requests_held")),
        sa.ForeignKeyConstraint(["link_pk"], ["payment_links.pk"], name=op.f("fk_link_requests_link_pk")),
        sa.PrimaryKeyConstraint("link_pk", name=op.f("pk_link_requests")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_link_requests_idempotency_key")),
    )
    op.create_index(
        "ix_link_requests_unsettled", "link_requests", ["link_pk"], sqlite_where=_UNSETTLED,
        postgresql_where=_UNSETTLED,
    )  # fmt: skip
    append_only.refuse_delete("link_requests")
    append_only.refuse_update("link_requests", ("link_pk", "idempotency_key"))
