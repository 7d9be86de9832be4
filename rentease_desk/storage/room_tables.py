"""Tables of rooms, and of who has each of their nights."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Date, ForeignKey, Integer, Table, Text, UniqueConstraint

from rentease_desk.storage.columns import Key, Plain, Uid, made_columns, metadata, primary_key

# A hostel lists its beds here: a "room" is whatever one booking takes for a night.
rooms = Table(
    "rooms",
    metadata,
    primary_key(),
    Column("uid", Uid, nullable=False, unique=True),
    Column("name", Plain, nullable=False),
    Column("name_key", Plain, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)

# One row a room and night: the key is what makes a double booking impossible. A booking has it, or a block.
room_nights = Table(
    "room_nights",
    metadata,
    Column("room_pk", Key, ForeignKey("rooms.pk"), primary_key=True, autoincrement=False),
    Column("night", Date, primary_key=True),
    Column("booking_pk", Key, ForeignKey("bookings.pk"), index=True),
    Column("block_pk", Key, ForeignKey("room_blocks.pk"), index=True),
    CheckConstraint("(booking_pk IS NULL) <> (block_pk IS NULL)", name="one_holder"),
)

# Entries of a calendar, which cannot tell a stay from anything else: nights that nobody else gets, and no money.
room_blocks = Table(
    "room_blocks",
    metadata,
    primary_key(),
    Column("uid", Uid, nullable=False, unique=True),
    Column("source_pk", Key, ForeignKey("import_sources.pk"), nullable=False),
    Column("reference", Plain, nullable=False),
    Column("room_pk", Key, ForeignKey("rooms.pk"), nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    *made_columns(),
    UniqueConstraint("source_pk", "reference"),
    CheckConstraint("last > first", name="nights"),
)
