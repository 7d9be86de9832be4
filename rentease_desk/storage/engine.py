"""Engines for the two databases, and what each connection is told before its first statement."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from rentease_desk.domain.errors import DatabaseError

BUSY_SECONDS = 5
"""How long a statement waits for another writer before it gives up."""
_PRAGMAS = (
    "foreign_keys = ON",
    "synchronous = FULL",
    f"busy_timeout = {BUSY_SECONDS * 1000}",
    "cache_size = -4000",
    "wal_autocheckpoint = 4000",
)
"""A first listing writes at random places of a dozen indexes: with 4 MB at hand, and pages that go into the file once
for 16 MB of changes, 100,000 payments cost a fifth less."""

_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


def parse_url(text: str) -> URL:
    """An SQLAlchemy URL of one of the two engines. Raises DatabaseError ``database.url``."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise DatabaseError("database.url", reason="It cannot be read.") from error
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        raise DatabaseError("database.url", reason=f"“{url.drivername}” is neither SQLite nor PostgreSQL.")
    if driver == "sqlite" and sqlite_path(url) is None:
        raise DatabaseError("database.url", reason="A database in memory is gone when the program ends.")
    return url.set(drivername=driver)


def sqlite_path(url: URL) -> Path | None:
    """The file of an SQLite URL; None for PostgreSQL and for databases in memory."""
    name = url.database
    if not url.drivername.startswith("sqlite") or not name or name.startswith(":memory:"):
        return None
    return Path(unquote(name.removeprefix("file:"))) if name.startswith("file:") else Path(name)


def read_only(path: Path, *, nobody_writes: bool = False) -> URL:
    """The address of a SQLite file that shall not be written. ``nobody_writes``: nothing is looked for beside it, and
    no lock is asked for.
    """
    query = {"mode": "ro", "uri": "true"} | ({"immutable": "1"} if nobody_writes else {})
    return URL.create("sqlite", database=f"file:{quote(path.absolute().as_posix())}", query=query)


def place(url: URL) -> str:
    """Where the database is, in words that hold no secret."""
    path = sqlite_path(url)
    return str(path) if path else url.set(password=None, query={}).render_as_string()


def connect_engine(url: URL) -> Engine:
    """An engine whose connections obey the rules below. Nothing is connected yet."""
    try:
        engine = _sqlite_engine(url) if url.drivername == "sqlite" else _postgresql_engine(url)
    except (NoSuchModuleError, ArgumentError) as error:
        raise DatabaseError("database.url", reason=str(error)) from error
    return engine


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver begins no transaction of its own: _begin_sqlite does
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: two readers that both turned writers would each wait for the other.
    if connection.get_execution_options().get("writes", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        # It takes no lock and waits for nobody. Told to the driver itself, it costs a tenth.
        connection.connection.cursor().execute("BEGIN")


def _postgresql_engine(url: URL) -> Engine:
    engine = create_engine(
        url,
        pool_pre_ping=True,
        connect_args={"connect_timeout": BUSY_SECONDS, "application_name": "rentease-desk"},
    )
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: Any, _record: object) -> None:
    connection.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
    connection.commit()
