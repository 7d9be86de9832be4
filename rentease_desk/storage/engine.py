"""Engines for the two databases, and what each connection is told before its first statement."""

from __future__ import annotations

import selectors
import time
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import ArgumentError, InvalidatePoolError, NoSuchModuleError

from rentease_desk.domain.errors import DatabaseError

BUSY_SECONDS = 5
"""How long a statement waits for another writer before it gives up."""
READ_ONLY = "25006"
"""PostgreSQL's word for a write where only reading is allowed."""
_UNHEARD_SECONDS = 10
"""After so long without an answer to what was sent, a connection counts as lost."""
_UNSEEN: dict[str, Any] = {"hide_parameters": True}
"""An error that nobody foresaw goes into the log: not with the names of guests, or the salts of their digests."""
_PRAGMAS = (
    "foreign_keys = ON",
    "synchronous = FULL",
    "cache_size = -4000",
    "wal_autocheckpoint = 4000",
)
"""A first listing writes at random places of a dozen indexes: with 4 MB at hand, and pages that go into the file once
for 16 MB of changes, 100,000 payments cost a fifth less."""

_PATIENCE = {
    "connect_timeout": BUSY_SECONDS,
    "tcp_user_timeout": _UNHEARD_SECONDS * 1000,
    "keepalives_idle": _UNHEARD_SECONDS,
    "keepalives_interval": 3,
    "keepalives_count": 3,
}
"""A cable that is pulled says nothing: without these, who waits for an answer would wait for a quarter of an hour."""
_POOLED = "pooled"
_USED = "used"
_UNUSED_SECONDS = 20.0
"""A connection that lay idle for so long may be dead without a word: it is asked whether it is there."""
SNAPSHOT = "snapshot"
"""Option of a connection: its transactions read only, and all of one moment."""
ALONE = "alone"
"""Option of a connection: each of its statements sees a moment of its own, so that behind a pooler there need not be a
transaction."""
_REPEATABLE_READ = 3
"""The driver's number for it, which is imported with the first connection only."""
_BEGIN = "BEGIN"
_BEGIN_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

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
    """Where the database is, as people say it: a path, or a name and a server. No secret is in it."""
    path = sqlite_path(url)
    if path is not None:
        return str(path)
    asked = url.host or url.query.get("host")
    host = asked if isinstance(asked, str) and not asked.startswith("/") else "this computer"
    port = f", port {url.port}" if url.port else ""
    return f"“{url.database or url.username}” on {host}{port}"


def identity(url: URL) -> str:
    """What tells this database from all others, by one user's eyes, without a secret. Names in keyrings hold it."""
    path = sqlite_path(url)
    shown = URL.create(url.drivername, url.username, None, url.host, url.port, url.database)
    return str(path) if path else shown.render_as_string()


def with_password(address: str, password: str | None) -> str:
    """The address with a password in it, to be handed to an engine and kept nowhere. Raises as ``parse_url``."""
    if password is None:
        return address
    return parse_url(address).set(password=password).render_as_string(hide_password=False)


def connect_engine(url: URL) -> Engine:
    """An engine whose connections obey the rules below. Nothing is connected yet."""
    try:
        engine = _sqlite_engine(url) if url.drivername == "sqlite" else _postgresql_engine(url)
    except (NoSuchModuleError, ArgumentError) as error:
        raise DatabaseError("database.url", reason=str(error)) from error
    return engine


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, **_UNSEEN)
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
    told = {"application_name": "rentease-desk"} | _PATIENCE | tls_of(url)
    engine = create_engine(url, connect_args=told, **_UNSEEN)
    event.listen(engine, "connect", _prepare_postgresql)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", lambda connection, record, _: _require_alive(engine, connection, record))
    event.listen(engine, "handle_error", _leave_old_server)
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def tls_of(url: URL) -> dict[str, str]:
    """What is asked of the connection where the address does not say it: encryption to every host that is not this
    computer, and, where a root certificate is given, that it is the host that it says.
    """
    if "sslmode" in url.query:
        return {}
    if "sslrootcert" in url.query:
        return {"sslmode": "verify-full"}
    return {} if all(map(_is_local, _hosts(url))) else {"sslmode": "require"}


def _hosts(url: URL) -> list[str]:
    """All that it may connect to: an address may name several."""
    named = url.query.get("host", ())
    texts = [named] if isinstance(named, str) else list(named)
    found = [url.host or "", *texts]
    return [part.rpartition(":")[0] if part.count(":") == 1 else part for text in found for part in text.split(",")]


def _is_local(host: str) -> bool:
    """This computer, by a socket or the loopback."""
    if not host or host.startswith(("/", "@")) or host.casefold() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _leave_old_server(context: ExceptionContext) -> None:
    """After a fail-over the server of before may answer on, and only read: no connection to it is used again."""
    if getattr(context.original_exception, "sqlstate", None) == READ_ONLY:
        context.is_disconnect = True


def _prepare_postgresql(connection: Any, record: Any) -> None:
    """Behind a pooler (pgbouncer) each transaction may run at another server: no statement is prepared there, and what
    is set holds for one transaction. It gives itself away by a process number that is not the server's.
    """
    connection.autocommit = True
    pid = connection.execute("SELECT pg_backend_pid()").fetchone()[0]
    record.info[_POOLED] = pid != connection.info.backend_pid
    if record.info[_POOLED]:
        connection.prepare_threshold = None  # and transactions are begun by _begin_postgresql
    else:
        connection.execute(f"SET lock_timeout = '{BUSY_SECONDS}s'")
        connection.autocommit = False


def _note_use(_connection: Any, record: Any) -> None:
    record.info[_USED] = time.monotonic()


def _require_alive(engine: Engine, connection: Any, record: Any) -> None:
    """What the server has ended can be told by the socket, which costs no question: who has something to read is asked,
    and who was not used for long. If it is gone, so are all others.
    """
    used = record.info.get(_USED)
    if used is None or (time.monotonic() - used < _UNUSED_SECONDS and not _has_news(connection)):
        return
    try:
        engine.dialect.do_ping(connection)
    except connection.Error as error:
        raise InvalidatePoolError from error


def _has_news(connection: Any) -> bool:
    """Whether anything came while nobody asked: as a rule that it is over."""
    if connection.closed:
        return True
    with selectors.DefaultSelector() as selector:
        selector.register(connection.fileno(), selectors.EVENT_READ)
        return bool(selector.select(0))


def _begin_postgresql(connection: Connection) -> None:
    """Behind a pooler the beginning, and what is set for the transaction, are one message: the driver begins none."""
    options = connection.get_execution_options()
    is_snapshot = bool(options.get(SNAPSHOT, False))
    if not connection.info.get(_POOLED, False):
        _let_driver_begin(connection.connection.driver_connection, is_snapshot)
    elif not options.get(ALONE, False):
        begin = _BEGIN_SNAPSHOT if is_snapshot else _BEGIN
        connection.exec_driver_sql(f"{begin}; SET LOCAL lock_timeout = '{BUSY_SECONDS}s'")


def _let_driver_begin(driver: Any, is_snapshot: bool) -> None:
    """Say how, before the first statement."""
    if bool(driver.read_only) != is_snapshot:
        driver.isolation_level = _REPEATABLE_READ if is_snapshot else None
        driver.read_only = is_snapshot or None
