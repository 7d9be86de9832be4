"""News of what other processes write: PostgreSQL's notifications, or a number that changes with every commit.

Each is for one thread, with a connection of its own that is in no transaction, so that nothing waits for it.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL

from rentease_desk.domain.errors import DatabaseError
from rentease_desk.storage.engine import BUSY_SECONDS, place
from rentease_desk.storage.failures import explained

if TYPE_CHECKING:
    import psycopg

CHANNEL = "rentease_desk"
NOTIFY = "SELECT pg_notify(%s, %s)"
_FILE_SECONDS = 0.25
"""How often a file's number is asked for; it takes some microseconds."""
_POLL_SECONDS = 0.5
_STEP_SECONDS = 0.25
"""How long a listener waits at once: so soon it ends when it is told to."""
_OWN_SECONDS = 2.0
"""What this process has written itself is told already: no more than so often it is read past."""
_PROOF_SECONDS = 1.0
_ALIVE_SECONDS = 30.0
"""How often the number is asked for also where notifications come: a connection may end without a word."""
_KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
_HEAD = (
    "SELECT h.seq, r.pk, r.outcome, r.progress_done, r.progress_read FROM journal_head h LEFT JOIN LATERAL"
    " (SELECT pk, outcome, progress_done, progress_read FROM sync_runs ORDER BY pk DESC LIMIT 1) r ON true"
)


class NewsBy(StrEnum):
    """How what others write becomes known."""

    FILE = "file"
    """By the number of commits of a SQLite file, asked for four times a second."""
    NOTIFICATION = "notification"
    """As soon as it is written."""
    POLLING = "polling"
    """By the journal's head, asked for twice a second: no notification comes through, as behind a pooler."""


class News(Protocol):
    """Opened by ``Database.news``. Its methods raise DatabaseError."""

    by: NewsBy

    def wait(self, stop: threading.Event) -> bool:
        """Wait a moment. True as soon as anything was written that may be news; at once if ``stop`` is set."""

    def close(self) -> None:
        """Let go of the connection."""


def new_origin() -> str:
    """A name for this process's own notifications; it tells nothing of who or where."""
    return secrets.token_hex(4)


def payload(seq: int, origin: str) -> str:
    """What a notification says: the journal's head, and whose it is. No more: whoever listens asks what happened."""
    return f"{seq} {origin}"


def announce(connection: Connection, origin: str) -> None:
    """Tell of a write without journal rows, when it is committed. SQLite's readers see it by themselves."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(NOTIFY, (CHANNEL, payload(0, origin)))


class FileNews:
    """A SQLite file: its number changes when another connection commits, also one of this process."""

    by = NewsBy.FILE

    def __init__(self, engine: Engine) -> None:
        self._url = engine.url
        self._connection: Any = _own_connection(engine)
        self._version = self._ask()

    def wait(self, stop: threading.Event) -> bool:
        """See ``News``."""
        if stop.wait(_FILE_SECONDS):
            return False
        before, self._version = self._version, self._ask()
        return self._version != before

    def close(self) -> None:
        """See ``News``."""
        self._connection.close()

    def _ask(self) -> int:
        with explained(self._url):
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])


class NotifiedNews:
    """PostgreSQL where notifications arrive. Those of ``origin`` are this process's own."""

    by = NewsBy.NOTIFICATION

    def __init__(self, connection: psycopg.Connection[Any], url: URL, origin: str) -> None:
        self._connection, self._url, self._origin = connection, url, origin
        self._seen = self._asked = time.monotonic()
        self._owes = False
        """Whether own writes are to be read past."""

    def wait(self, stop: threading.Event) -> bool:
        """See ``News``."""
        if stop.is_set():
            return False
        with _told(self._url):
            origins = {one.payload.rpartition(" ")[2] for one in _notifications(self._connection)}
            self._owes = self._owes or self._origin in origins
            found = bool(origins - {self._origin}) or self._is_time()
        if found:
            self._owes, self._seen = False, time.monotonic()
        return found

    def close(self) -> None:
        """See ``News``."""
        self._connection.close()

    def _is_time(self) -> bool:
        now = time.monotonic()
        if now - self._asked > _ALIVE_SECONDS:
            self._asked = now
            self._connection.execute("SELECT 1")
        return self._owes and now - self._seen > _OWN_SECONDS


class PolledNews:
    """PostgreSQL behind something that keeps notifications back."""

    by = NewsBy.POLLING

    def __init__(self, connection: psycopg.Connection[Any], url: URL) -> None:
        self._connection, self._url = connection, url
        self._head = self._ask()

    def wait(self, stop: threading.Event) -> bool:
        """See ``News``."""
        if stop.wait(_POLL_SECONDS):
            return False
        before, self._head = self._head, self._ask()
        return self._head != before

    def close(self) -> None:
        """See ``News``."""
        self._connection.close()

    def _ask(self) -> object:
        with _told(self._url):
            return self._connection.execute(_HEAD).fetchone()


def listen(engine: Engine, origin: str) -> News:
    """Hear of what is written to a PostgreSQL. That notifications arrive is tried first, by one of our own that takes
    the way of every write. Raises DatabaseError.
    """
    with _told(engine.url):
        connection = _connect(engine)
        try:
            connection.execute(f"LISTEN {CHANNEL}".encode())
            if _arrives(connection, engine, secrets.token_hex(8)):
                return NotifiedNews(connection, engine.url, origin)
            connection.execute(f"UNLISTEN {CHANNEL}".encode())
            return PolledNews(connection, engine.url)
        except BaseException:
            connection.close()
            raise


def watch_file(engine: Engine) -> News:
    """Hear of what is written to a SQLite file. Raises DatabaseError."""
    with explained(engine.url):
        return FileNews(engine)


def _arrives(connection: psycopg.Connection[Any], engine: Engine, token: str) -> bool:
    with explained(engine.url), engine.begin() as pooled:
        pooled.exec_driver_sql(NOTIFY, (CHANNEL, token))
    until = time.monotonic() + _PROOF_SECONDS
    while time.monotonic() < until:
        if any(one.payload == token for one in _notifications(connection)):
            return True
    return False


def _notifications(connection: psycopg.Connection[Any]) -> Iterator[psycopg.Notify]:
    return connection.notifies(timeout=_STEP_SECONDS, stop_after=1)


def _connect(engine: Engine) -> psycopg.Connection[Any]:
    """Nothing is prepared on it: behind a pooler the next statement may go to another server."""
    import psycopg  # a desk on SQLite does without it

    arguments, options = engine.dialect.create_connect_args(engine.url)
    told = {"connect_timeout": BUSY_SECONDS, "application_name": "rentease-desk news"} | _KEEPALIVE | dict(options)
    connect: Callable[..., psycopg.Connection[Any]] = psycopg.connect
    return connect(*arguments, autocommit=True, prepare_threshold=None, **told)


def _own_connection(engine: Engine) -> object:
    """A connection that the pool does not count."""
    fairy = engine.raw_connection()
    fairy.detach()
    return fairy


@contextmanager
def _told(url: URL) -> Iterator[None]:
    """What the driver raises by itself, as a known error: it is tried again whatever it is."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        where = place(url)
        told = {"path": where, "address": where, "reason": str(error).strip() or "no answer"}
        raise DatabaseError("database.unreachable", **told) from error
