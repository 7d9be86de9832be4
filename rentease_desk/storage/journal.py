"""Journal rows in the database. The head row is locked last, so the order of ``seq`` is the order of commits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, String, literal_column, select

from rentease_desk.domain.changes import NOTHING, Changes
from rentease_desk.domain.errors import DatabaseError
from rentease_desk.domain.journal import JournalEntry, JournalRow, link
from rentease_desk.storage.among import among
from rentease_desk.storage.bulk import insert_values
from rentease_desk.storage.driver import driver_of
from rentease_desk.storage.journal_tables import journal, journal_head
from rentease_desk.storage.migrations import HEAD, MOVED, VERSION_TABLE
from rentease_desk.storage.news import CHANNEL, RECENT_LETTERS, payload

_VERSION = f"(SELECT version_num FROM {VERSION_TABLE})"  # noqa: S608 - a constant
VERSION: ColumnElement[str] = literal_column(_VERSION, String).label("version")
"""Of which revision the tables are, beside other columns of one row: for ``require_version``."""
_ONLY_VERSION = f"SELECT {_VERSION}"
_HEAD = f"SELECT seq, hash, {_VERSION} FROM journal_head"  # noqa: S608 - a constant
_LOCKED_HEAD = f"{_HEAD} FOR UPDATE"
_MOVE_HEAD = {"sqlite": "UPDATE journal_head SET seq = ?, hash = ?",
              "postgresql": "UPDATE journal_head SET seq = %s, hash = %s RETURNING pg_notify(%s, %s)"}  # fmt: skip
"""Straight to the driver, as the rows themselves: they are asked with every write, and cost a third of it that way.
Whoever writes on SQLite is alone. On PostgreSQL all others wait for who holds the head, so a few rows go with it.
"""
_KEEP = f"UPDATE recent_news SET told = left(%s || told, {RECENT_LETTERS})"  # noqa: S608 - a constant
_FEW = 9
_COLUMNS = (
    "seq", "at", "actor", "desk", "action", "entity", "entity_uid", "before", "after", "proof", "previous_hash", "hash",
)  # fmt: skip
_INSERT = f"INSERT INTO journal ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608


def append(
    connection: Connection,
    entries: Sequence[JournalEntry],
    origin: str = "",
    revision: str = HEAD,
    changes: Changes = NOTHING,
) -> range:
    """Add the entries to the chain, under the head's lock, which lasts until the commit. Returns their ``seq``.

    PostgreSQL tells whoever listens when it commits, in the name of ``origin``, which rows changed, and keeps it
    beside the head for those whom no notification reaches. ``revision``: of which the tables must be. Who migrates
    them holds this row, so nobody writes into tables that it does not know.
    Raises DatabaseError ``database.newer`` or ``database.moved``.
    """
    if not entries:  # what else was written is not for tables that are unknown either
        require_version(connection.exec_driver_sql(_ONLY_VERSION).scalar_one(), revision)
        return range(0)
    engine = connection.dialect.name
    seq, digest, version = _locked_head(connection, engine)
    require_version(version, revision)
    rows = link(digest, seq, entries)
    written = range(rows[0].seq, rows[-1].seq + 1)
    head = (rows[-1].seq, rows[-1].hash)
    if engine == "postgresql":
        told = payload(written, origin, changes)
        _write_telling(connection, rows, (*head, CHANNEL, told), (f"{told}\n",) if revision == HEAD else ())
    else:
        _write_alone(connection, rows, head)
    return written


def _locked_head(connection: Connection, engine: str) -> tuple[int, str, str]:
    if engine != "sqlite":
        seq, digest, version = connection.exec_driver_sql(_LOCKED_HEAD).one()
        return seq, digest, version
    with driver_of(connection, _HEAD) as raw:
        found: tuple[int, str, str] = raw.execute(_HEAD).fetchone()
    return found


def _write_alone(connection: Connection, rows: Sequence[JournalRow], head: tuple[int, str]) -> None:
    """On SQLite, where nobody else writes."""
    few = rows if len(rows) <= _FEW else ()
    if not few:
        insert_values(connection, journal, _COLUMNS, [_values(row) for row in rows])
    with driver_of(connection, _INSERT) as raw:
        raw.executemany(_INSERT, [_values(row) for row in few])
        raw.execute(_MOVE_HEAD["sqlite"], head)


def _write_telling(
    connection: Connection, rows: Sequence[JournalRow], head: tuple[object, ...], kept: tuple[str, ...]
) -> None:
    """``kept``: what is told, for those whom no notification reaches; () where there is no place for it yet."""
    few = rows if len(rows) <= _FEW else ()
    if not few:
        insert_values(connection, journal, _COLUMNS, [_values(row) for row in rows])
    inserted = [value for row in few for value in _values(row)]
    connection.exec_driver_sql(_in_one(len(few), keeps=bool(kept)), (*inserted, *kept, *head))


@cache
def _in_one(count: int, *, keeps: bool) -> str:
    """So many rows, what is kept, and the head, in one message."""
    row = f"({', '.join(['%s'] * len(_COLUMNS))})"
    insert = f"INSERT INTO journal ({', '.join(_COLUMNS)}) VALUES {', '.join([row] * count)}"  # noqa: S608 - constants
    parts = [f"written AS ({insert})"] * bool(count) + [f"kept AS ({_KEEP})"] * keeps
    return f"{'WITH ' if parts else ''}{', '.join(parts)} {_MOVE_HEAD['postgresql']}"


def require_version(found: str | None, known: str = HEAD) -> None:
    """Go on only in a database whose tables are as they are known. Raises DatabaseError ``database.newer|moved``."""
    if found == MOVED:
        raise DatabaseError("database.moved")
    if found != known:
        raise DatabaseError("database.newer", found=found, known=known)


def read_head(connection: Connection) -> tuple[int, str]:
    """The last ``seq`` and its hash; 0 and the genesis hash of an empty journal."""
    row = connection.execute(select(journal_head.c.seq, journal_head.c.hash)).one()
    return row.seq, row.hash


def head_before(connection: Connection, at: int) -> tuple[int, str, int] | None:
    """The last row written before an instant (UTC seconds): its ``seq``, its hash, and when it was written."""
    columns = (journal.c.seq, journal.c.hash, journal.c.at)
    row = connection.execute(select(*columns).where(journal.c.at < at).order_by(journal.c.seq.desc()).limit(1)).first()
    return None if row is None else (row.seq, row.hash, row.at)


def told_before(connection: Connection, entity: str, uids: Sequence[str]) -> set[str]:
    """Of which of these entities the journal tells."""
    named = select(journal.c.entity_uid).where(journal.c.entity == entity, among(journal.c.entity_uid, uids))
    return set(connection.scalars(named))


def told_alone(connection: Connection, entity: str, uid: str) -> bool:
    """Whether the journal tells of it, and nobody else tells of it until this transaction ends: the head is held."""
    connection.execute(select(journal_head.c.seq).with_for_update())
    return bool(told_before(connection, entity, [uid]))


def read_rows(connection: Connection, after: int = 0) -> Iterator[JournalRow]:
    """The rows behind ``after``, in order, streaming."""
    query = select(journal).where(journal.c.seq > after).order_by(journal.c.seq)
    for row in streamed(connection, query):
        entry = JournalEntry(
            row.at, row.actor, row.desk, row.action, row.entity, row.entity_uid, row.before, row.after, row.proof
        )
        yield JournalRow(row.seq, entry, row.previous_hash, row.hash)


def streamed(connection: Connection, query: Select[*tuple[Any, ...]]) -> Iterator[Row[*tuple[Any, ...]]]:
    """Rows of what may be long, some at a time. Close it (``contextlib.closing``) where it is not read to its end."""
    with connection.execute(query, execution_options={"stream_results": True, "yield_per": 1000}) as rows:
        yield from rows


def _values(row: JournalRow) -> tuple[object, ...]:
    """In the order of ``_COLUMNS``."""
    one = row.entry
    told = (one.at, one.actor, one.desk, one.action, one.entity, one.entity_uid, one.before, one.after, one.proof)
    return (row.seq, *told, row.previous_hash, row.hash)
