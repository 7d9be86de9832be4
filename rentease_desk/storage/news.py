"""News of what other processes write: PostgreSQL's notifications, or a number that changes with every commit.

Each is for one thread, with a connection of its own that is in no transaction, so that nothing waits for it.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

import orjson
from msgspec import Struct
from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import DatabaseError
from rentease_desk.domain.reading import json_reader
from rentease_desk.storage.engine import BUSY_SECONDS, place
from rentease_desk.storage.failures import explained
from rentease_desk.storage.migrations import VERSION_TABLE

if TYPE_CHECKING:
    import psycopg

CHANNEL = "rentease_desk"
NOTIFY = "SELECT pg_notify(%s, %s)"
_FILE_SECONDS = 0.25
"""How often a file's number is asked for; it takes some microseconds."""
_FILE_BREATH = 0.1
"""A sync at another desk writes twenty pages a second: they are told some at a time."""
_BREATH = 0.4
"""Of notifications all the other desks hear at once: what follows on the first is told together, within the second."""
_POLL_SECONDS = 0.5
_STEP_SECONDS = 0.25
"""How long a listener waits at once: so soon it ends when it is told to."""
_LONGEST = 4000
"""Bytes of a notification; the server takes twice as many."""
RECENT_LETTERS = 1500
"""Of what the last writes told: what some writes tell in the time between two questions, and no more than a server
keeps within the row.
"""
_PROOF_SECONDS = 1.0
_ALIVE_SECONDS = 30.0
"""How often the number is asked for also where notifications come: a connection may end without a word."""
_KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
_RUN = "SELECT pk, outcome, progress_done, progress_read FROM sync_runs ORDER BY pk DESC LIMIT 1"
_HEAD = (
    f"SELECT h.seq, (SELECT told FROM recent_news), r.*, (SELECT version_num FROM {VERSION_TABLE})"  # noqa: S608 - constants
    f" FROM journal_head h LEFT JOIN LATERAL ({_RUN}) r ON true"
)


class NewsBy(StrEnum):
    """How what others write becomes known."""

    FILE = "file"
    """By the number of commits of a SQLite file, asked for four times a second."""
    NOTIFICATION = "notification"
    """As soon as it is written."""
    POLLING = "polling"
    """By the journal's head and what stands beside it, asked for twice a second: no notification comes through, as
    behind a pooler.
    """


class Told(Struct, frozen=True):
    """One write. ``first``, ``last``: the ``seq`` of its journal rows, 0 if it has none. ``changes`` None: whoever
    wants to know them asks.
    """

    first: int = 0
    last: int = 0
    changes: Changes | None = None


_SOMETHING = (Told(),)
_NOTHING = Changes()
_CHANGES = json_reader(Changes)


class News(Protocol):
    """Opened by ``Database.news``. Its methods raise DatabaseError."""

    by: NewsBy
    breath: float
    """So many seconds what follows on something that was told is gathered, and told together."""

    def wait(self, stop: threading.Event) -> tuple[Told, ...]:
        """Wait a moment. As soon as anything was written, what is known of it, in its order; else nothing. At once if
        ``stop`` is set.
        """

    def close(self) -> None:
        """Let go of the connection."""


def new_origin() -> str:
    """A name for this process's own notifications; it tells nothing of who or where."""
    return secrets.token_hex(4)


def payload(written: range, origin: str, changes: Changes) -> str:
    """What a notification says: the journal's head, whose it is, where it began, and which rows changed, by their keys.

    So whoever hears of it need not ask, which all desks would do at once. Of many keys it says nothing.
    """
    last, first = (written[-1], written[0]) if written else (0, 0)
    told = {name: _plain(getattr(changes, name)) for name in changes.__struct_fields__ if getattr(changes, name)}
    text = f"{last} {origin} {first} {orjson.dumps(told).decode()}"
    return text if told and len(text) <= _LONGEST else f"{last} {origin}"


_BILLING = ("payout", "subscription", "invoice", "invoice_payment", "customer")
_SHOWS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("payment", "void", "pair", "ignore", "receipt", "receipt_print", "transfer"), ("payments",)),
    **dict.fromkeys(("refund", "refund_return"), ("payments", "refunds")),
    **dict.fromkeys(("charge", "payment_link", "booking", "guest"), ("bookings",)),
    **dict.fromkeys(("property", "stripe_account"), ("settings",)),
    **dict.fromkeys(_BILLING, ("billing",)),
    **dict.fromkeys(("follow_up", "dispute"), ("follow_ups",)),
    **dict.fromkeys(("drawer", "drawer_movement", "drawer_count"), ("drawers",)),
    **dict.fromkeys(("export_schedule", "export_run"), ("exports",)),
    "block": ("blocks",), "saved_filter": ("filters",), "staff": ("staff",), "day": ("days",),
    "sync_request": ("asked",),
}  # fmt: skip
"""By the journal's entity: what of ``Changes`` a write of it shows as."""


def told_in_full(changes: Changes, entities: Iterable[str]) -> Changes:
    """The changes, if they say something of each entity that was written; else none, so that who hears of it asks."""
    shown = (name for entity in entities for name in _SHOWS.get(entity, ()))
    return changes if all(getattr(changes, name) for name in shown) else _NOTHING


def _plain(value: frozenset[int] | bool) -> object:
    return value if isinstance(value, bool) else sorted(value)


def told_by(text: str, origin: str) -> Told:
    """What a notification says. What ``origin`` has written itself is told already."""
    last, _, rest = text.partition(" ")
    whose, _, rest = rest.partition(" ")
    first, _, told = rest.partition(" ")
    if not (last.isdecimal() and first.isdecimal()):
        return Told()  # of another version of this program, or too many keys
    return Told(int(first), int(last), Changes() if whose == origin else _changes(told))


def _changes(told: str) -> Changes | None:
    """None where another version tells of kinds that are not known here."""
    return _CHANGES.decode(told) if orjson.loads(told).keys() <= set(Changes.__struct_fields__) else None


def announce(connection: Connection, origin: str = "", changes: Changes = _NOTHING) -> None:
    """Tell of a write without journal rows, when it is committed. SQLite's readers see it by themselves.

    Without ``changes`` everybody looks.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(NOTIFY, (CHANNEL, payload(range(0), origin, changes)))


class FileNews:
    """A SQLite file: its number changes when another connection commits, also one of this process."""

    by = NewsBy.FILE
    breath = _FILE_BREATH

    def __init__(self, engine: Engine) -> None:
        self._url = engine.url
        self._connection: Any = _own_connection(engine)
        self._version = self._ask()

    def wait(self, stop: threading.Event) -> tuple[Told, ...]:
        """See ``News``."""
        if stop.wait(_FILE_SECONDS):
            return ()
        before, self._version = self._version, self._ask()
        return _SOMETHING if self._version != before else ()

    def close(self) -> None:
        """See ``News``."""
        self._connection.close()

    def _ask(self) -> int:
        with explained(self._url):
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])


class NotifiedNews:
    """PostgreSQL where notifications arrive. Those of ``origin`` are this process's own."""

    by = NewsBy.NOTIFICATION
    breath = _BREATH

    def __init__(self, connection: psycopg.Connection[Any], url: URL, origin: str) -> None:
        self._connection, self._url, self._origin = connection, url, origin
        self._asked = time.monotonic()

    def wait(self, stop: threading.Event) -> tuple[Told, ...]:
        """See ``News``."""
        if stop.is_set():
            return ()
        with _explained(self._url):
            came = _notifications(self._connection)
            self._require_alive()
        return tuple(told_by(one.payload, self._origin) for one in came)

    def close(self) -> None:
        """See ``News``."""
        self._connection.close()

    def _require_alive(self) -> None:
        now = time.monotonic()
        if now - self._asked > _ALIVE_SECONDS:
            self._asked = now
            self._connection.execute("SELECT 1")


class _Head(Struct, frozen=True):
    """``rest``: what no row of the journal tells: the latest run of the sync, how far it is, the tables' version."""

    seq: int
    recent: str
    rest: tuple[object, ...]


class PolledNews:
    """PostgreSQL behind something that keeps notifications back: what they would have told stands beside the head."""

    by = NewsBy.POLLING
    breath = 0.0

    def __init__(self, connection: psycopg.Connection[Any], url: URL, origin: str) -> None:
        self._connection, self._url, self._origin = connection, url, origin
        self._head = self._ask()

    def wait(self, stop: threading.Event) -> tuple[Told, ...]:
        """See ``News``."""
        if stop.wait(_POLL_SECONDS):
            return ()
        before, self._head = self._head, self._ask()
        if before is None or self._head is None or self._head.rest != before.rest:
            return _SOMETHING
        return recent_news(self._head.recent, self._origin, before.seq, self._head.seq)

    def close(self) -> None:
        """See ``News``."""
        self._connection.close()

    def _ask(self) -> _Head | None:
        """None where the tables are of another version: who looks is told so."""
        import psycopg

        with _explained(self._url):
            try:
                row = self._connection.execute(_HEAD).fetchone()
            except psycopg.ProgrammingError:
                return None
        return None if row is None else _Head(row[0], row[1], row[2:])


def recent_news(recent: str, origin: str, before: int, head: int) -> tuple[Told, ...]:
    """What was written behind ``before`` up to ``head``, in its order, by what stands beside the head."""
    if head == before:
        return ()
    lines = recent.split("\n")[:-1]  # the oldest may be cut off
    told = [one for one in (told_by(line, origin) for line in lines) if one.last > before]
    return (*reversed(told),) if told and told[0].last == head else _SOMETHING


def listen(engine: Engine, origin: str) -> News:
    """Hear of what is written to a PostgreSQL. That notifications arrive is tried first, by one of our own that takes
    the way of every write. Raises DatabaseError.
    """
    with _explained(engine.url):
        connection = _connect(engine)
        try:
            connection.execute(f"LISTEN {CHANNEL}".encode())
            if _arrives(connection, engine, secrets.token_hex(8)):
                return NotifiedNews(connection, engine.url, origin)
            connection.execute(f"UNLISTEN {CHANNEL}".encode())
            return PolledNews(connection, engine.url, origin)
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


def _notifications(connection: psycopg.Connection[Any]) -> list[psycopg.Notify]:
    """All that have come, after a wait for the first."""
    came = list(connection.notifies(timeout=_STEP_SECONDS, stop_after=1))
    return came + list(connection.notifies(timeout=0)) if came else came


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
def _explained(url: URL) -> Iterator[None]:
    """What the driver raises by itself, as a known error: it is tried again whatever it is."""
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        where = place(url)
        told = {"path": where, "address": where, "reason": str(error).strip() or "no answer"}
        raise DatabaseError("database.unreachable", **told) from error
