"""The journal, and its head."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text, text

from rentease_desk.storage.columns import Key, metadata, only_one, single_row

EDITED = "entity = 'booking' AND before IS NOT NULL"
"""Of an entry of the journal: it tells how a booking stood before. In these very words it is found by an index."""

journal = Table(
    "journal",
    metadata,
    Column("seq", Key, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", Text, nullable=False),
    Column("desk", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("entity_uid", Text, nullable=False),
    Column("before", Text),
    Column("after", Text),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("proof", String(64)),
    Index(None, "entity", "entity_uid"),
    Index("ix_journal_edits", "at", "seq", sqlite_where=text(EDITED), postgresql_where=text(EDITED)),
)

# Locked as the last step of each writing transaction, so that the order of seq is the order of commits.
journal_head = Table(
    "journal_head",
    metadata,
    single_row(),
    Column("seq", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    only_one(),
)

# What the last writes told (storage.news), the newest first, for those whom no notification reaches. Nothing is derived
# from it, so it is not proven. A server only: a file is asked by itself.
recent_news = Table(
    "recent_news",
    metadata,
    single_row(),
    Column("told", Text, nullable=False),
    only_one(),
)
