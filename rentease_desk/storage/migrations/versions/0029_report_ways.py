"""Indexes by which reports find what they add up without looking at each row, and the payments of lines of payouts.

Three indexes stand in the place of narrower ones. The one of channels is of bookings, of which there are few.
"""

from __future__ import annotations

import sqlalchemy as sa
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
    ("stripe_payout_lines", "ix_stripe_payout_lines_payouts"): (*_LINES, "payment_pk", "id"),
}
_OLD: Columns = {
    ("payments", "ix_payments_moments"): ("occurred_at", "pk", *_BEFORE),
    ("payments", "ix_payments_takings"): ("business_date", *_BEFORE),
    ("stripe_payout_lines", "ix_stripe_payout_lines_account_livemode_payout_id"): _LINES,
}


_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KNOWN = """
UPDATE stripe_payout_lines SET payment_pk = (
    SELECT p.pk FROM stripe_transactions m CROSS JOIN stripe_charges c CROSS JOIN payments p
    WHERE m.account = stripe_payout_lines.account AND m.livemode = stripe_payout_lines.livemode
    AND m.id = stripe_payout_lines.id AND m.type IN ('charge', 'payment')
    AND c.account = m.account AND c.livemode = m.livemode AND c.id = m.source_id
    AND p.stripe_account = m.account AND p.livemode = m.livemode
    AND p.stripe_payment_id = COALESCE(c.payment_intent_id, c.id))
"""
_FORGET = {
    "stripe_transactions": (
        ("type", "source_id"),
        "UPDATE stripe_payout_lines SET payment_pk = NULL"
        " WHERE account = NEW.account AND livemode = NEW.livemode AND id = NEW.id",
    ),
    "stripe_charges": (
        ("payment_intent_id",),
        "UPDATE stripe_payout_lines SET payment_pk = NULL WHERE account = NEW.account AND livemode = NEW.livemode"
        " AND id IN (SELECT m.id FROM stripe_transactions m WHERE m.account = NEW.account"
        " AND m.livemode = NEW.livemode AND m.source_id = NEW.id)",
    ),
}
"""Of a table: the columns by which a line finds its payment, and what is done where one changes."""


def upgrade() -> None:
    """Widen them, and look up the payments of the lines that are here."""
    op.add_column("stripe_payout_lines", sa.Column("payment_pk", _KEY))
    op.execute(_KNOWN)
    _replace(_OLD, _NEW)
    for table, (columns, change) in _FORGET.items():
        _forget(table, columns, change)


def downgrade() -> None:
    """Make them narrow again."""
    for table in _FORGET:
        if _on_sqlite():
            op.execute(f"DROP TRIGGER {table}_forget_payment")
        else:
            op.execute(f"DROP TRIGGER {table}_forget_payment ON {table}")
            op.execute(f"DROP FUNCTION {table}_forget_payment()")
    _replace(_NEW, _OLD)
    op.drop_column("stripe_payout_lines", "payment_pk")


def _forget(table: str, columns: tuple[str, ...], change: str) -> None:
    differs = "IS NOT" if _on_sqlite() else "IS DISTINCT FROM"
    when = " OR ".join(f"NEW.{one} {differs} OLD.{one}" for one in columns)
    name = f"{table}_forget_payment"
    if _on_sqlite():
        op.execute(f"CREATE TRIGGER {name} AFTER UPDATE ON {table} WHEN {when} BEGIN {change}; END")
        return
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {change}; RETURN NULL; END $$")
    op.execute(f"CREATE TRIGGER {name} AFTER UPDATE ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}()")


def _on_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def _replace(old: Columns, new: Columns) -> None:
    for table, name in old:
        op.drop_index(op.f(name), table_name=table)
    for (table, name), columns in new.items():
        op.create_index(op.f(name), table, list(columns))
