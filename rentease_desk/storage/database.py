"""Units of work: a reading one sees one moment, a writing one is one transaction with its journal rows."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool

from rentease_desk.domain.changes import Changes, Operator
from rentease_desk.domain.clock import Clock, IdSource
from rentease_desk.domain.errors import DatabaseError
from rentease_desk.domain.journal import JournalEntry, canonical
from rentease_desk.domain.open_days import OpenDays
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.staff import ANYBODY, Approvable, Authority
from rentease_desk.storage.engine import ALONE, SNAPSHOT, place, sqlite_path
from rentease_desk.storage.failures import explained
from rentease_desk.storage.journal import append
from rentease_desk.storage.news import News, announce, listen, new_origin, told_in_full, watch_file
from rentease_desk.storage.proofs import PROVEN, proofs_of
from rentease_desk.storage.same_file import SameFile
from rentease_desk.storage.turns import WriteTurns

Row = Mapping[str, Any]
_LOOK_SECONDS = 0.01
_TRIES = 20
"""So often two connections try to see the same moment, before one has to do."""


_Told = tuple[str, str, str, str | None, str | None]
"""Of an entry to come: action, entity, uid, and what stood before and after."""


class KnownClosed:
    """The closed business days as they were last read, with the version that tells whether that still holds."""

    def __init__(self) -> None:
        self._kept: tuple[int, frozenset[date]] | None = None

    def at(self, version: int) -> frozenset[date] | None:
        """The days, if they are of this version."""
        kept = self._kept
        return kept[1] if kept is not None and kept[0] == version else None

    def keep(self, version: int, closed: frozenset[date]) -> None:
        """Remember what was read. Only who holds the version's row may say so."""
        self._kept = (version, closed)


class Unit:
    """One writing transaction: its connection, who writes, the journal entries to come, and what changed so far."""

    def __init__(
        self, connection: Connection, operator: Operator, now: int, ids: IdSource, known_closed: KnownClosed
    ) -> None:
        self.connection = connection
        self.operator = operator
        self.now = now
        self.ids = ids
        self.known_closed = known_closed
        self.open_days: OpenDays | None = None
        """Once ``storage.open_days`` holds them."""
        self.changes = Changes()
        self.fresh: set[int] = set()
        """The keys of payments that were just written: nobody can have a part of them yet."""
        self.authority: Authority = ANYBODY
        """By what right it is written."""
        self.written = range(0)
        """The ``seq`` of its journal rows, once it is finished."""
        self._entries: list[_Told] = []
        self._rows: dict[int, Row] = {}
        """By the entry: the row as it stands after it, where whoever wrote it has said."""

    @property
    def made(self) -> dict[str, object]:
        """The columns that say who made a row, where and when."""
        return {"actor": self.operator.actor, "desk": self.operator.desk, "created_at": self.now}

    def require(self, permission: Permission, deed: str = "", about: Approvable | None = None) -> None:
        """Go on only if who writes may. ``deed`` names what is done, where somebody else could approve it: all that
        they would be shown of it stands in the name. ``about``: its money, for whoever is asked.

        An approval that is needed is journalled. Raises ForbiddenError ``staff.…``.
        """
        used = self.authority.require(permission, deed, about)
        if used is not None:
            told = {"permission": permission.value, "deed": deed, "by": used.by}
            self.record("approve", "approval", used.uid, None, told)

    def record(
        self,
        action: str,
        entity: str,
        uid: str,
        before: Row | None,
        after: Row | None,
        row: Row | None = None,
        *,
        always: bool = False,
    ) -> None:
        """Note one changed entity. Of an update only the fields that differ are kept; none differing, nothing is.

        ``always``: something of the row has changed, of which the entry may tell by its proof alone.

        ``row``: the only row of the entity, whole, as it will stand when the transaction ends; without it, it is read
        back then.
        """
        if before is not None and after is not None:
            keys = [key for key in after if before.get(key) != after[key]]
            if not keys and not always:
                return
            before, after = {key: before.get(key) for key in keys}, {key: after[key] for key in keys}
        if row is not None:
            self._rows[len(self._entries)] = row
        told = (None if before is None else canonical(before), None if after is None else canonical(after))
        self._entries.append((action, entity, uid, *told))

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is written within is written whole; after an error nothing of it is, nor is it told."""
        kept, changes = len(self._entries), self.changes
        nested = self.connection.begin_nested()
        try:
            yield
            nested.commit()
        except BaseException:
            del self._entries[kept:]
            self._rows = {at: row for at, row in self._rows.items() if at < kept}
            self.changes = changes
            if not _is_over(self.connection):
                nested.rollback()
            raise

    def finish(self, origin: str) -> None:
        """Append the journal rows; the last step before the commit. ``origin``: see ``storage.news``."""
        self.written = append(self.connection, self._proven(), origin, changes=self._told())
        if self.changes and not self.written:
            announce(self.connection, origin, self.changes)

    def _told(self) -> Changes:
        """What notifications may say of it."""
        return told_in_full(self.changes, {entity for _, entity, *_ in self._entries})

    def _proven(self) -> list[JournalEntry]:
        """The entries, the last one of each entity with its proof."""
        last = {(entity, uid): at for at, (_, entity, uid, _, _) in enumerate(self._entries) if entity in PROVEN}
        proofs: dict[int, str | None] = {}
        asked: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for (entity, uid), at in last.items():
            if at in self._rows:
                proofs[at] = PROVEN[entity].proof((self._rows[at],))
            else:
                asked[entity][uid] = at
        for entity, places in asked.items():
            found = proofs_of(self.connection, entity, places)
            proofs |= {at: found.get(uid) for uid, at in places.items()}
        now, actor, desk = self.now, self.operator.actor, self.operator.desk
        return [
            JournalEntry(now, actor, desk, action, entity, uid, before, after, proofs.get(at))
            for at, (action, entity, uid, before, after) in enumerate(self._entries)
        ]


class Database:
    """An opened database. Threads share it; each unit of work has a connection of its own."""

    def __init__(self, engine: Engine, clock: Clock, ids: IdSource, *, refusal: str = "") -> None:
        """``refusal``: the code of the DatabaseError for whoever wants to write, where nothing can be written."""
        self._refusal = refusal
        self._engine = engine
        self._writers = engine.execution_options(writes=True)
        self._readers = engine.execution_options(**{SNAPSHOT: True})
        self._askers = engine.execution_options(**{ALONE: True})
        self._clock = clock
        self._ids = ids
        self._file = SameFile(self.path) if self.path is not None and not refusal else None
        self._turns = WriteTurns() if engine.dialect.name == "sqlite" else None
        self._known_closed = KnownClosed()
        self._origin = new_origin()
        self._is_closed = False

    @property
    def is_read_only(self) -> bool:
        """Whether nothing can be written."""
        return bool(self._refusal)

    @property
    def url(self) -> URL:
        """Where it is."""
        return self._engine.url

    @property
    def path(self) -> Path | None:
        """The file of a SQLite database; None for PostgreSQL."""
        return sqlite_path(self._engine.url)

    @property
    def place(self) -> str:
        """Where it is, without a secret."""
        return place(self._engine.url)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection whose statements all see the same moment. Raises DatabaseError."""
        with explained(self.url), self._snapshot() as connection, connection.begin():
            yield connection

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """A connection for questions that need not see the same moment: they cost the fewest round trips. Raises
        DatabaseError.
        """
        self._require_open()
        with explained(self.url), self._askers.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def reading_twice(self) -> Iterator[tuple[Connection, Connection | None]]:
        """As ``reading``, with a second connection for another thread, which sees the same moment.

        None where the engine has more cores for one question by itself, or somebody writes without a pause.
        """
        if self._engine.dialect.name != "sqlite":
            with self.reading() as connection:
                yield connection, None
            return
        with explained(self.url), self._engine.connect() as first, self._engine.connect() as second:
            together = any(_begin_together(first, second) for _ in range(_TRIES))
            yield first, second if together else None

    @contextmanager
    def writing(self, operator: Operator, *, patient: bool = False) -> Iterator[Unit]:
        """A transaction that commits at the end, journal included, or leaves no trace. Raises DatabaseError.

        Who is ``patient`` lets all others of this process go first.
        """
        with explained(self.url), self._turn(patient), self._writer() as connection, connection.begin():
            unit = self._unit(connection, operator)
            yield unit
            unit.finish(self._origin)

    @contextmanager
    def trying(self, operator: Operator) -> Iterator[Unit]:
        """A transaction that is taken back whatever happens in it. All others go first. Raises DatabaseError."""
        with explained(self.url), self._turn(True), self._writer() as connection:
            transaction = connection.begin()
            try:
                yield self._unit(connection, operator)
            finally:
                transaction.rollback()

    def news(self) -> News:
        """What tells of writes, by a connection of its own. For one thread; close it. Raises DatabaseError."""
        if self._engine.dialect.name == "sqlite":
            return watch_file(self._engine)
        return listen(self._engine, self._origin)

    def analyze(self, tables: Sequence[str]) -> None:
        """Let PostgreSQL look at what these tables hold, roughly. Raises DatabaseError."""
        self._require_open()
        with explained(self.url), self._engine.begin() as connection:
            connection.exec_driver_sql("SELECT look_at_tables(%s)", (list(tables),))

    def close(self, patience: float = 0) -> None:
        """Close it for good: whoever asks later, in whatever thread, gets DatabaseError ``database.closed``.

        So nobody opens the file again while another is put in its place. ``patience``: so many seconds are waited for
        who is at it; what they hold is not closed else before it is collected.
        """
        self._is_closed = True
        until, pool = time.monotonic() + patience, self._engine.pool
        while isinstance(pool, QueuePool) and pool.checkedout() and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)
        self._engine.dispose()

    def _require_open(self) -> None:
        if self._is_closed:
            raise DatabaseError("database.closed")

    def _unit(self, connection: Connection, operator: Operator) -> Unit:
        return Unit(connection, operator, self._clock.now(), self._ids, self._known_closed)

    def _turn(self, patient: bool) -> AbstractContextManager[None]:
        return self._turns.turn(patient=patient) if self._turns is not None else nullcontext()

    def _writer(self) -> Connection:
        self._require_open()
        if self._refusal:
            raise DatabaseError(self._refusal, path=self.place)
        if self._file is not None:
            self._file.require()
        return self._writers.connect()

    def _snapshot(self) -> Connection:
        self._require_open()
        return self._readers.connect()


def _is_over(connection: Connection) -> bool:
    """Whether SQLite has taken the whole transaction back by itself, as on a full disk: no savepoint is left then."""
    driver: Any = connection.connection.driver_connection if connection.dialect.name == "sqlite" else None
    return driver is not None and not driver.in_transaction


def _begin_together(first: Connection, second: Connection) -> bool:
    """Begin both, and tell whether nobody has committed between: SQLite counts that for each connection."""
    for connection in (first, second):
        connection.rollback()
    before = _seen(second)
    for connection in (first, second):
        connection.begin()
        _seen(connection)  # the first question is what chooses the moment
    return _seen(second) == before


def _seen(connection: Connection) -> int:
    """A number of this connection's own, another one after each commit of others. Asked past SQLAlchemy, which would
    begin a transaction for it.
    """
    [number] = connection.connection.cursor().execute("PRAGMA data_version").fetchone()
    return int(number)
