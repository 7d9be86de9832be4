"""Property, rooms, guests, bookings, and the journal of all that follows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rentease_desk.storage.migrations import append_only

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PLAIN = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables, their guards and their first rows."""
    _counters()
    _guests()
    _journal()
    _journal_head()
    _methods()
    _property()
    _rooms()
    _bookings()
    _booking_search()
    _room_nights()
    _guards()
    _first_rows()


def downgrade() -> None:
    """Drop them again, with all that they hold."""
    append_only.drop("journal")
    append_only.drop("journal_head")
    for table in (
        "room_nights",
        "booking_search",
        "bookings",
        "rooms",
        "property",
        "methods",
        "journal_head",
        "journal",
        "guests",
        "counters",
    ):
        op.drop_table(table)


def _counters() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counters")),
    )


def _guests() -> None:
    op.create_table(
        "guests",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", _PLAIN, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_guests")),
        sa.UniqueConstraint("uid", name=op.f("uq_guests_uid")),
    )


def _journal() -> None:
    op.create_table(
        "journal",
        sa.Column("seq", _KEY, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("entity_uid", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal")),
        sa.UniqueConstraint("hash", name=op.f("uq_journal_hash")),
    )
    op.create_index(op.f("ix_journal_entity_entity_uid"), "journal", ["entity", "entity_uid"], unique=False)


def _journal_head() -> None:
    op.create_table(
        "journal_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_journal_head_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_head")),
    )


def _methods() -> None:
    op.create_table(
        "methods",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("needs_reference", sa.Boolean(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('cash', 'card', 'transfer', 'cheque', 'other')", name=op.f("ck_methods_kind_known")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_methods")),
    )


def _property() -> None:
    op.create_table(
        "property",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("day_roll_minutes", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("reference_prefix", sa.Text(), nullable=False),
        sa.Column("sync_minutes", sa.Integer(), nullable=False),
        sa.Column("stripe_account", sa.Text(), nullable=True),
        sa.Column("stripe_livemode", sa.Boolean(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("day_roll_minutes BETWEEN 0 AND 720", name=op.f("ck_property_day_roll")),
        sa.CheckConstraint("id = 1", name=op.f("ck_property_single")),
        sa.CheckConstraint(
            "length(currency) = 3 AND currency = lower(currency)", name=op.f("ck_property_currency_code")
        ),
        sa.CheckConstraint("sync_minutes BETWEEN 0 AND 1440", name=op.f("ck_property_sync_minutes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_property")),
    )


def _rooms() -> None:
    op.create_table(
        "rooms",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("name", _PLAIN, nullable=False),
        sa.Column("name_key", _PLAIN, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_rooms")),
        sa.UniqueConstraint("name_key", name=op.f("uq_rooms_name_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_rooms_uid")),
    )


def _bookings() -> None:
    op.create_table(
        "bookings",
        sa.Column("pk", _KEY, nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("reference", _PLAIN, nullable=False),
        sa.Column("reference_key", _PLAIN, nullable=False),
        sa.Column("guest_pk", _KEY, nullable=False),
        sa.Column("arrival", sa.Date(), nullable=False),
        sa.Column("departure", sa.Date(), nullable=False),
        sa.Column("adults", sa.SmallInteger(), nullable=False),
        sa.Column("children", sa.SmallInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "status IN ('tentative', 'confirmed', 'in_house', 'departed', 'no_show', 'cancelled')",
            name=op.f("ck_bookings_status_known"),
        ),
        sa.CheckConstraint("departure >= arrival", name=op.f("ck_bookings_stay")),
        sa.CheckConstraint(
            "length(currency) = 3 AND currency = lower(currency)", name=op.f("ck_bookings_currency_code")
        ),
        sa.ForeignKeyConstraint(["guest_pk"], ["guests.pk"], name=op.f("fk_bookings_guest_pk")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_bookings")),
        sa.UniqueConstraint("pk", "currency", name=op.f("uq_bookings_pk_currency")),
        sa.UniqueConstraint("reference_key", name=op.f("uq_bookings_reference_key")),
        sa.UniqueConstraint("uid", name=op.f("uq_bookings_uid")),
    )
    op.create_index(op.f("ix_bookings_arrival_pk"), "bookings", ["arrival", "pk"], unique=False)
    op.create_index(op.f("ix_bookings_departure"), "bookings", ["departure"], unique=False)
    op.create_index(op.f("ix_bookings_guest_pk"), "bookings", ["guest_pk"], unique=False)


def _booking_search() -> None:
    op.create_table(
        "booking_search",
        sa.Column("booking_pk", _KEY, autoincrement=False, nullable=False),
        sa.Column("text", _PLAIN, nullable=False),
        sa.ForeignKeyConstraint(["booking_pk"], ["bookings.pk"], name=op.f("fk_booking_search_booking_pk")),
        sa.PrimaryKeyConstraint("booking_pk", name=op.f("pk_booking_search")),
    )


def _room_nights() -> None:
    op.create_table(
        "room_nights",
        sa.Column("room_pk", _KEY, autoincrement=False, nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("booking_pk", _KEY, nullable=False),
        sa.ForeignKeyConstraint(["booking_pk"], ["bookings.pk"], name=op.f("fk_room_nights_booking_pk")),
        sa.ForeignKeyConstraint(["room_pk"], ["rooms.pk"], name=op.f("fk_room_nights_room_pk")),
        sa.PrimaryKeyConstraint("room_pk", "night", name=op.f("pk_room_nights")),
    )
    op.create_index(op.f("ix_room_nights_booking_pk"), "room_nights", ["booking_pk"], unique=False)


def _guards() -> None:
    append_only.refuse_delete("journal")
    append_only.refuse_update("journal")
    append_only.refuse_delete("journal_head")
    append_only.refuse_update("journal_head", where="NEW.seq <= OLD.seq")


def _first_rows() -> None:
    op.execute(f"INSERT INTO journal_head (id, seq, hash) VALUES (1, 0, '{'0' * 64}')")
    op.execute("INSERT INTO counters (name, value) VALUES ('booking_reference', 1000)")
