"""What one desk asks of whichever desk can sync."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from rentease_desk.storage.columns import Key, made_columns, metadata, primary_key

# No money, so a row may be changed; the journal tells each step. Times but ``created_at`` by the database's clock.
# ``fence``: the lease's number under which it was taken, so that a holder of an older one can neither go on with it nor
# end it. ``kinds``: with commas, '' is everything. ``stop``: whoever does it is to stop. ``error``: parameters, JSON.
sync_requests = Table(
    "sync_requests",
    metadata,
    primary_key(),
    Column("uid", String(36), nullable=False, unique=True),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("holder", Text, nullable=False),
    Column("run_pk", Key, ForeignKey("sync_runs.pk")),
    Column("ended_at", BigInteger),
    Column("stop", Boolean, nullable=False),
    Column("error_code", Text),
    Column("error", Text),
    Column("limits", Text, nullable=False),
    *made_columns(),
    CheckConstraint("first <= last", name="not_empty"),
    CheckConstraint("state IN ('waiting', 'taken', 'done', 'failed', 'withdrawn')", name="state_known"),
    Index(None, "state"),
)
