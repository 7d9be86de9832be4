"""What a price contains of tax, what the city asks for, and how a charge line came to its amount."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None

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


def downgrade() -> None:
    """Drop them; amounts stay."""
    for name in ("unit_amount", "quantity"):
        op.drop_column("charge_lines", name)
    for name, _ in reversed(_SETTINGS):
        op.drop_column("property", name)
