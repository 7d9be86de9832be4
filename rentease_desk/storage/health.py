"""Whether the database is whole, and what it holds."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func, select, text

from rentease_desk.domain.errors import KnownError
from rentease_desk.storage.journal import read_head
from rentease_desk.storage.journal_tables import journal
from rentease_desk.storage.migrations import VERSION_TABLE
from rentease_desk.storage.tables import bookings, payments

_DAYS_OF_WORK: Final = 50_000_000


def engine_words(connection: Connection) -> str:
    """Which engine it is, and which version."""
    if connection.dialect.name == "sqlite":
        return f"SQLite {connection.scalar(text('SELECT sqlite_version()'))}"
    return f"PostgreSQL {connection.scalar(text('SHOW server_version'))}"


def is_whole(connection: Connection) -> bool:
    """Whether a SQLite file's pages fit together; PostgreSQL looks after its own."""
    if connection.dialect.name != "sqlite":
        return True
    return str(connection.scalar(text("PRAGMA quick_check(1)"))) == "ok"


def room_beside(path: Path) -> tuple[int, int]:
    """Of a SQLite file: the bytes free on its disk, and those that its next backup and some days of work ask for.

    Raises KnownError ``file.cannot_read``.
    """
    try:
        return shutil.disk_usage(path.absolute().parent).free, path.stat().st_size + _DAYS_OF_WORK
    except OSError as error:
        raise KnownError("file.cannot_read", path=path, reason=error.strerror or error) from error


def revision_of(connection: Connection) -> str:
    """The version of its tables."""
    return str(connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")))  # noqa: S608 - a constant


def first_written(connection: Connection) -> int | None:
    """When the journal's first row was written, UTC seconds."""
    return connection.scalar(select(journal.c.at).order_by(journal.c.seq).limit(1))


def contents(connection: Connection) -> tuple[int, int, int]:
    """How many bookings and payments there are, and the journal's last ``seq``."""
    counts = [connection.scalar(select(func.count()).select_from(table)) or 0 for table in (bookings, payments)]
    return counts[0], counts[1], read_head(connection)[0]
