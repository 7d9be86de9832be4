"""Imports: where they come from, which rows have come in, and blocks of rooms, which hold nights as bookings do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables; nights that there are belong to bookings."""
    _sources()
    _rows()
    _blocks()
    with op.batch_alter_table("room_nights") as table:
        table.alter_column("booking_pk", existing_type=_KEY, nullable=True)
        table.add_column(sa.Column("block_pk", _KEY, nullable=True))
        table.create_foreign_key(op.f("fk_room_nights_block_pk"), "room_blocks", ["block_pk"], ["pk"])
        table.create_check_constraint(op.f("ck_room_nights_one_holder"), "(booking_pk IS NULL) <> (block_pk IS NULL)")
        table.create_index(op.f("ix_room_nights_block_pk"), ["block_pk"])


def downgrade() -> None:
    """Drop them. What was imported stays as bookings; blocks are gone, and their nights can be sold."""
    op.execute("DELETE FROM room_nights WHERE block_pk IS NOT NULL")
    with op.batch_alter_table("room_nights") as table:
        table.drop_index(op.f("ix_room_nights_block_pk"))
        table.drop_constraint(op.f("ck_room_nights_one_holder"), type_="check")
        table.drop_constraint(op.f("fk_room_nights_block_pk"), type_="foreignkey")
        table.drop_column("block_pk")
        table.alter_column("booking_pk", existing_type=_KEY, nullable=False)
    op.drop_table("room_blocks")
    op.drop_table("import_rows")
    op.drop_table("import_sources")


def _sources() -> None:
    op.create_table(
        "import_sources",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("name", _PLAIN, nullable=False),
        sa.Column("name_key", _PLAIN, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("room_pk", _KEY, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_made(),
        sa.CheckConstraint("kind IN ('rows', 'calendar')", name=op.f("ck_import_sources_kind_known")),
        sa.ForeignKeyConstraint(["room_pk"], ["rooms.pk"], name=op.f("fk_import_sources_room_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_import_sources")),
        sa.UniqueConstraint("uid", name=op.f("uq_import_sources_uid")),
        sa.UniqueConstraint("name_key", name=op.f("uq_import_sources_name_key")),
    )


def _rows() -> None:
    op.create_table(
        "import_rows",
        sa.Column("source_pk", _KEY, autoincrement=False, nullable=False),
        sa.Column("reference", _PLAIN, nullable=False),
        sa.Column("booking_pk", _KEY, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("digests", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source_pk"], ["import_sources.pk"], name=op.f("fk_import_rows_source_pk")),
        sa.ForeignKeyConstraint(["booking_pk"], ["bookings.pk"], name=op.f("fk_import_rows_booking_pk")),
        sa.PrimaryKeyConstraint("source_pk", "reference", name=op.f("pk_import_rows")),
    )
    op.create_index(op.f("ix_import_rows_booking_pk"), "import_rows", ["booking_pk"])


def _blocks() -> None:
    op.create_table(
        "room_blocks",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("source_pk", _KEY, nullable=False),
        sa.Column("reference", _PLAIN, nullable=False),
        sa.Column("room_pk", _KEY, nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        *_made(),
        sa.CheckConstraint("last > first", name=op.f("ck_room_blocks_nights")),
        sa.ForeignKeyConstraint(["source_pk"], ["import_sources.pk"], name=op.f("fk_room_blocks_source_pk")),
        sa.ForeignKeyConstraint(["room_pk"], ["rooms.pk"], name=op.f("fk_room_blocks_room_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_room_blocks")),
        sa.UniqueConstraint("uid", name=op.f("uq_room_blocks_uid")),
        sa.UniqueConstraint("source_pk", "reference", name=op.f("uq_room_blocks_source_pk_reference")),
    )


def _made() -> tuple[sa.Column[str], sa.Column[str], sa.Column[int]]:
    return (
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
    )
