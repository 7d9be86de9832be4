"""People at the desk, limits above which a manager approves, and when an idle desk locks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rentease_desk.storage.migrations import append_only

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_SETTINGS = ("void_limit", "refund_limit", "lock_minutes")


def upgrade() -> None:
    """Make the table; nobody is on the staff yet, so everything may be done as before."""
    op.create_table(
        "staff",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("name", _PLAIN, nullable=False),
        sa.Column("name_key", _PLAIN, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("wrong_pins", sa.Integer(), nullable=False),
        sa.Column("wrong_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("role IN ('front_desk', 'manager', 'accountant')", name=op.f("ck_staff_role_known")),
        sa.CheckConstraint("wrong_pins >= 0", name=op.f("ck_staff_wrong_pins")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_staff")),
        sa.UniqueConstraint("uid", name=op.f("uq_staff_uid")),
        sa.UniqueConstraint("name_key", name=op.f("uq_staff_name_key")),
    )
    append_only.refuse_delete("staff")
    append_only.refuse_update("staff", ["uid", "name", "name_key"], name="rename")
    op.add_column("property", sa.Column("void_limit", sa.BigInteger(), nullable=True))
    op.add_column("property", sa.Column("refund_limit", sa.BigInteger(), nullable=True))
    op.add_column("property", sa.Column("lock_minutes", sa.Integer(), server_default="5", nullable=False))


def downgrade() -> None:
    """Drop the people; their names still stand in the journal."""
    for column in reversed(_SETTINGS):
        op.drop_column("property", column)
    append_only.drop("staff", ("delete", "rename"))
    op.drop_table("staff")
