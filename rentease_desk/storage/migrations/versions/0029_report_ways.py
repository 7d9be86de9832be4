"""Indexes by which reports find what they add up without looking at each row.

Three stand in the place of narrower ones. The one of channels is of bookings, of which there are few.
"""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

Columns = dict[tuple[str, str], tuple[str, ...]]
_SUMMED = ("source", "method", "currency", "actor", "state", "booking_pk", "amount", "rounding")
_BEFORE = ("source", "method", "currency", "state", "amount", "rounding")
_LINES = ("account", "livemode", "payout_id")
_NEW: Columns = {
    ("payments", "ix_payments_moments"): ("occurred_at", "pk", *_SUMMED),
    ("payments", "ix_payments_takings"): ("business_date", *_SUMMED),
    ("bookings", "ix_bookings_channels"): ("pk", "channel"),
    ("stripe_payout_lines", "ix_stripe_payout_lines_payouts"): (*_LINES, "id"),
}
_OLD: Columns = {
    ("payments", "ix_payments_moments"): ("occurred_at", "pk", *_BEFORE),
    ("payments", "ix_payments_takings"): ("business_date", *_BEFORE),
    ("stripe_payout_lines", "ix_stripe_payout_lines_account_livemode_payout_id"): _LINES,
}


def upgrade() -> None:
    """Widen them."""
    _replace(_OLD, _NEW)


def downgrade() -> None:
    """Make them narrow again."""
    _replace(_NEW, _OLD)


def _replace(old: Columns, new: Columns) -> None:
    for table, name in old:
        op.drop_index(op.f(name), table_name=table)
    for (table, name), columns in new.items():
        op.create_index(op.f(name), table, list(columns))
