"""Files that are written by themselves, and what became of each period of them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from rentease_desk.storage.columns import Key, Plain, made_columns, metadata, primary_key

# No money, so a row may be changed; the journal tells who did. One that ended stays, with the periods it has written.
export_schedules = Table(
    "export_schedules",
    metadata,
    primary_key(),
    Column("uid", String(36), nullable=False, unique=True),
    Column("report", Text, nullable=False),
    Column("preset", Text, nullable=False),
    Column("rhythm", Text, nullable=False),
    Column("hour", SmallInteger, nullable=False),
    Column("folder", Text, nullable=False),
    Column("basis", Text),
    Column("currency", String(3)),
    Column("since", Date, nullable=False),
    Column("ended", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    *made_columns(),
    CheckConstraint("rhythm IN ('close', 'daily', 'weekly', 'monthly')", name="rhythm_known"),
    CheckConstraint("hour BETWEEN 0 AND 23", name="hour_known"),
)

# A period once it was begun: its unique key is what lets one desk write it, and what says that it is written. ``at``:
# when this state began, UTC seconds. ``files``: names, rows and checksums, JSON.
export_runs = Table(
    "export_runs",
    metadata,
    primary_key(),
    Column("uid", String(36), nullable=False, unique=True),
    Column("schedule_pk", Key, ForeignKey("export_schedules.pk"), nullable=False),
    Column("period", Plain, nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("state", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("desk", Text, nullable=False),
    Column("files", Text, nullable=False),
    Column("error_code", Text, nullable=False),
    Column("error", Text, nullable=False),
    CheckConstraint("state IN ('running', 'done', 'failed')", name="state_known"),
    UniqueConstraint("schedule_pk", "period"),
)
