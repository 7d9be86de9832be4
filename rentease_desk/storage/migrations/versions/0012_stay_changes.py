"""What happened to stays, and what each of it gave back and wrote; who is in the house is found without a search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rentease_desk.storage.migrations import append_only

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = ("stay_changes", "stay_nights", "stay_charges")


def upgrade() -> None:
    """Make the tables, their guards, and the index of who is in the house."""
    _changes()
    _nights()
    _charges()
    for table in _TABLES:
        append_only.refuse_delete(table)
        append_only.refuse_update(table)
    where = sa.text("status = 'in_house'")
    op.create_index("ix_bookings_in_house", "bookings", ["departure"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Drop them. Bookings keep the status that they have; nothing of it can be undone any more."""
    op.drop_index("ix_bookings_in_house", "bookings")
    for table in reversed(_TABLES):
        append_only.drop(table)
        op.drop_table(table)


def _changes() -> None:
    op.create_table(
        "stay_changes",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("booking_pk", _KEY, nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("status_before", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("undoes_pk", _KEY, nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "deed IN ('check_in', 'check_out', 'no_show', 'cancel', 'undo')", name=op.f("ck_stay_changes_deed_known")
        ),
        sa.CheckConstraint("(deed = 'undo') = (undoes_pk IS NOT NULL)", name=op.f("ck_stay_changes_undoes")),
        sa.ForeignKeyConstraint(["booking_pk"], ["bookings.pk"], name=op.f("fk_stay_changes_booking_pk")),
        sa.ForeignKeyConstraint(["undoes_pk"], ["stay_changes.pk"], name=op.f("fk_stay_changes_undoes_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_stay_changes")),
        sa.UniqueConstraint("uid", name=op.f("uq_stay_changes_uid")),
        sa.UniqueConstraint("undoes_pk", name=op.f("uq_stay_changes_undoes_pk")),
    )
    op.create_index(op.f("ix_stay_changes_booking_pk"), "stay_changes", ["booking_pk"])
    op.create_index(op.f("ix_stay_changes_business_date"), "stay_changes", ["business_date"])


def _nights() -> None:
    op.create_table(
        "stay_nights",
        sa.Column("change_pk", _KEY, autoincrement=False, nullable=False),
        sa.Column("room_pk", _KEY, autoincrement=False, nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["change_pk"], ["stay_changes.pk"], name=op.f("fk_stay_nights_change_pk")),
        sa.ForeignKeyConstraint(["room_pk"], ["rooms.pk"], name=op.f("fk_stay_nights_room_pk")),
        sa.PrimaryKeyConstraint("change_pk", "room_pk", "night", name=op.f("pk_stay_nights")),
    )


def _charges() -> None:
    op.create_table(
        "stay_charges",
        sa.Column("change_pk", _KEY, autoincrement=False, nullable=False),
        sa.Column("charge_pk", _KEY, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["change_pk"], ["stay_changes.pk"], name=op.f("fk_stay_charges_change_pk")),
        sa.ForeignKeyConstraint(["charge_pk"], ["charge_lines.pk"], name=op.f("fk_stay_charges_charge_pk")),
        sa.PrimaryKeyConstraint("change_pk", "charge_pk", name=op.f("pk_stay_charges")),
    )
