"""Units of work: a reading one sees one moment, a writing one is one transaction with its journal rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL

from rentease_desk.domain.changes import Changes, Operator
from rentease_desk.domain.clock import Clock, IdSource
from rentease_desk.domain.journal import JournalEntry, canonical
from rentease_desk.domain.open_days import OpenDays
from rentease_desk.storage.engine import place
from rentease_desk.storage.failures import explained
from rentease_desk.storage.journal import append
from rentease_desk.storage.turns import WriteTurns

Row = Mapping[str, Any]


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
        self.written = range(0)
        """The ``seq`` of its journal rows, once it is finished."""
        self._entries: list[JournalEntry] = []

    @property
    def made(self) -> dict[str, object]:
        """The columns that say who made a row, where and when."""
        return {"actor": self.operator.actor, "desk": self.operator.desk, "created_at": self.now}

    def record(self, action: str, entity: str, uid: str, before: Row | None, after: Row | None) -> None:
        """Note one changed entity. Of an update only the fields that differ are kept; none differing, nothing is."""
        if before is not None and after is not None:
            keys = [key for key in after if before.get(key) != after[key]]
            if not keys:
                return
            before, after = {key: before.get(key) for key in keys}, {key: after[key] for key in keys}
        self._entries.append(
            JournalEntry(
                self.now,
                self.operator.actor,
                self.operator.desk,
                action,
                entity,
                uid,
                None if before is None else canonical(before),
                None if after is None else canonical(after),
            )
        )

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What is written within is written whole; after an error nothing of it is, nor is it told."""
        kept, changes = len(self._entries), self.changes
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            del self._entries[kept:]
            self.changes = changes
            raise

    def finish(self) -> None:
        """Append the journal rows; the last step before the commit."""
        self.written = append(self.connection, self._entries)


class Database:
    """An opened database. Threads share it; each unit of work has a connection of its own."""

    def __init__(self, engine: Engine, clock: Clock, ids: IdSource) -> None:
        self._engine = engine
        self._clock = clock
        self._ids = ids
        self._turns = WriteTurns() if engine.dialect.name == "sqlite" else None
        self._known_closed = KnownClosed()

    @property
    def url(self) -> URL:
        """Where it is."""
        return self._engine.url

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
    def writing(self, operator: Operator, *, patient: bool = False) -> Iterator[Unit]:
        """A transaction that commits at the end, journal included, or leaves no trace. Raises DatabaseError.

        Who is ``patient`` lets all others of this process go first.
        """
        with explained(self.url), self._turn(patient), self._writer() as connection, connection.begin():
            unit = self._unit(connection, operator)
            yield unit
            unit.finish()

    @contextmanager
    def trying(self, operator: Operator) -> Iterator[Unit]:
        """A transaction that is taken back whatever happens in it. All others go first. Raises DatabaseError."""
        with explained(self.url), self._turn(True), self._writer() as connection:
            transaction = connection.begin()
            try:
                yield self._unit(connection, operator)
            finally:
                transaction.rollback()

    def analyze(self, tables: Sequence[str]) -> None:
        """Let the engine look at what these tables hold. A role that may not is warned by PostgreSQL, and nothing else
        happens. Raises DatabaseError.
        """
        with explained(self.url), self._engine.begin() as connection:
            connection.exec_driver_sql(f"ANALYZE {', '.join(tables)}")

    def close(self) -> None:
        """Close the idle connections."""
        self._engine.dispose()

    def _unit(self, connection: Connection, operator: Operator) -> Unit:
        return Unit(connection, operator, self._clock.now(), self._ids, self._known_closed)

    def _turn(self, patient: bool) -> AbstractContextManager[None]:
        return self._turns.turn(patient=patient) if self._turns is not None else nullcontext()

    def _writer(self) -> Connection:
        return self._engine.connect().execution_options(writes=True)

    def _snapshot(self) -> Connection:
        connection = self._engine.connect()
        if self._engine.dialect.name == "postgresql":
            return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        return connection
