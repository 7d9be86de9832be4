"""Tables of what is imported: where from, and which rows were taken."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, Table, Text

from rentease_desk.storage.columns import Key, Plain, Uid, made_columns, metadata, primary_key

# Where bookings and blocks are imported from; ``settings`` (JSON) is how its rows are read. No address stands here.
import_sources = Table(
    "import_sources",
    metadata,
    primary_key(),
    Column("uid", Uid, nullable=False, unique=True),
    Column("name", Plain, nullable=False),
    Column("name_key", Plain, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("settings", Text, nullable=False),
    Column("room_pk", Key, ForeignKey("rooms.pk")),
    Column("version", Integer, nullable=False),
    *made_columns(),
    CheckConstraint("kind IN ('rows', 'calendar')", name="kind_known"),
)

# A row that came in once: its reference is its identity within the source, so that it never comes in twice. What the
# source said stands in it as salted digests, which tell what has changed there and what was edited here.
import_rows = Table(
    "import_rows",
    metadata,
    Column("source_pk", Key, ForeignKey("import_sources.pk"), primary_key=True, autoincrement=False),
    Column("reference", Plain, primary_key=True),
    Column("booking_pk", Key, ForeignKey("bookings.pk"), nullable=False, index=True),
    Column("salt", String(32), nullable=False),
    Column("digests", Text, nullable=False),
)
