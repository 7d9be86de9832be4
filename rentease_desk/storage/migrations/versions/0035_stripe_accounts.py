"""Several Stripe accounts of one property. The one that it is bound to gets its row with the first change of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_TABLE = "stripe_accounts"
_DEFAULT = sa.text("state = 'default'")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        _TABLE,
        sa.Column("pk", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True),
        sa.Column("connected", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('default', 'in_use', 'removed')", name=op.f("ck_stripe_accounts_state_known")),
        sa.CheckConstraint("(name = '') = (name_key IS NULL)", name=op.f("ck_stripe_accounts_named")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_stripe_accounts")),
        sa.UniqueConstraint("uid", name=op.f("uq_stripe_accounts_uid")),
        sa.UniqueConstraint("name_key", name=op.f("uq_stripe_accounts_name_key")),
        sa.UniqueConstraint("account", "livemode", name=op.f("uq_stripe_accounts_account_livemode")),
    )
    op.create_index(
        "ix_stripe_accounts_default", _TABLE, ["state"], unique=True, sqlite_where=_DEFAULT, postgresql_where=_DEFAULT
    )


def downgrade() -> None:
    """Drop it: the first account stands with the property, payments of others are synced no more."""
    op.drop_table(_TABLE)
