"""Opening a database: is it ours, do we know its version, may we write it; and bringing it up to date."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, false, inspect, text, update

from rentease_desk.domain.backups import Reason
from rentease_desk.domain.clock import Clock, IdSource
from rentease_desk.domain.errors import DatabaseError
from rentease_desk.storage import backups
from rentease_desk.storage.condition import require_sound
from rentease_desk.storage.database import Database
from rentease_desk.storage.engine import connect_engine, parse_url, read_only, sqlite_path
from rentease_desk.storage.failures import explained
from rentease_desk.storage.migrations import HEAD, MOVED, REVISIONS, VERSION_TABLE
from rentease_desk.storage.network_share import mounts, share_kind
from rentease_desk.storage.news import announce
from rentease_desk.storage.sqlite_files import free_sides
from rentease_desk.storage.tables import counters

_UPGRADE_LOCK = 7_304_220_181
"""PostgreSQL's advisory lock that lets one desk migrate at a time; an arbitrary number of ours."""


class Schema(Enum):
    """How a database's tables stand to this program. A newer one is an error, not a state."""

    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"


def open_database(address: str, clock: Clock, ids: IdSource) -> Database:
    """A database of the current schema, ready to write. An empty one gets its tables.

    Raises DatabaseError: ``database.older`` when it must be migrated first, ``database.newer``, ``.moved``,
    ``.foreign``, ``.corrupt``, ``.locked``, ``.readonly``, ``.not_owner``, ``.unreachable``, ``.refused``, ``.folder``,
    ``.network_share``, ``.url``.
    """
    with _engine(address) as engine:
        make_tables(engine)
        _require_writable(engine)
        return Database(engine, clock, ids)


def open_for_reading(address: str, clock: Clock, ids: IdSource, refusal: str = "database.readonly") -> Database:
    """A database of the current schema that cannot be written, by this user or on this disk. Whoever writes is refused,
    with a DatabaseError of the code ``refusal``.

    Raises DatabaseError as ``open_database``.
    """
    url = parse_url(address)
    path = sqlite_path(url)
    if path is None:
        return _reading(url, clock, ids, refusal)
    require_sound(path)
    try:
        return _reading(read_only(path), clock, ids, refusal)
    except DatabaseError:
        beside = path.with_name(f"{path.name}-wal")
        if beside.exists() and beside.stat().st_size:
            raise  # what waits there could not be read
        return _reading(read_only(path, nobody_writes=True), clock, ids, refusal)


def _reading(url: URL, clock: Clock, ids: IdSource, refusal: str) -> Database:
    engine = connect_engine(url)
    try:
        with explained(engine.url):
            _require_current(engine)
        return Database(engine, clock, ids, refusal=refusal)
    except BaseException:
        engine.dispose()
        raise


def _require_current(engine: Engine) -> None:
    if schema_of(engine) is not Schema.CURRENT:
        raise DatabaseError("database.older", found=_found(engine), known=HEAD)


def start_anew(address: str, now: int) -> Path | None:
    """Set a file that cannot be used aside, and make an empty database in its place; returns its new name.

    Raises DatabaseError, KnownError ``file.cannot_write``.
    """
    path = sqlite_path(parse_url(address))
    if path is None:
        raise DatabaseError("database.url", reason="Only a file can be set aside.")
    kept = backups.set_aside(path, now)
    path.touch()
    engine = connect_engine(parse_url(address))
    try:
        _migrate(engine, HEAD)
    finally:
        engine.dispose()
    return kept


def upgrade(address: str) -> Path | None:
    """Bring a database to the current schema, in one transaction. Of a SQLite file a backup is made and verified first,
    and without one nothing is migrated; returns it.

    Raises DatabaseError as ``open_database``, and as ``backups.back_up``.
    """
    with _engine(address) as engine:
        with explained(engine.url):
            state = schema_of(engine)
        copy = _backed_up(engine) if state is Schema.OLDER else None
        _migrate(engine, HEAD)
        engine.dispose()
        return copy


def downgrade(address: str, revision: str) -> Path | None:
    """Take a database back to a revision (``base``: no tables). Of a SQLite file a backup is made and verified first;
    returns it.

    Raises DatabaseError ``database.no_such_version``, or as ``upgrade``.
    """
    if revision not in {"base", *REVISIONS}:
        raise DatabaseError("database.no_such_version", revision=revision, known=", ".join(("base", *REVISIONS)))
    with _engine(address) as engine:
        with explained(engine.url):
            schema_of(engine)
            found = _found(engine)
        copy = _backed_up(engine) if found else None
        _migrate(engine, revision, down=True)
        engine.dispose()
        return copy


def current_revision(address: str) -> str | None:
    """The revision a database stands at; None without tables. Raises DatabaseError as ``open_database``."""
    with _engine(address) as engine:
        with explained(engine.url):
            found = _found(engine)
        engine.dispose()
        return found


def make_tables(engine: Engine) -> None:
    """Give an empty database its tables; one that has them must be of this version. Raises as ``open_database``."""
    with explained(engine.url):
        state = schema_of(engine)
    if state is Schema.EMPTY:
        _migrate(engine, HEAD)
    elif state is Schema.OLDER:
        raise DatabaseError("database.older", found=_found(engine), known=HEAD)


def schema_of(engine: Engine) -> Schema:
    """How the database stands to this program. Raises DatabaseError ``database.newer``, ``.moved`` or ``.foreign``."""
    found = _found(engine)
    if found is None:
        _require_unclaimed(engine)
        return Schema.EMPTY
    if found == MOVED:
        raise DatabaseError("database.moved")
    if found not in REVISIONS:
        raise DatabaseError("database.newer", found=found, known=HEAD)
    return Schema.CURRENT if found == HEAD else Schema.OLDER


@contextmanager
def _engine(address: str) -> Iterator[Engine]:
    """An engine that is closed again if what is done with it fails."""
    url = parse_url(address)
    path = sqlite_path(url)
    if path is not None:
        _prepare_folder(path)
        require_sound(path)
        free_sides(path)
    engine = connect_engine(url)
    try:
        yield engine
    except BaseException:
        engine.dispose()
        raise


def _prepare_folder(path: Path) -> None:
    kind = share_kind(path.absolute(), mounts())
    if kind is not None:
        raise DatabaseError("database.network_share", path=path, kind=kind)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError("database.folder", path=path.parent, reason=error.strerror or error) from error


def _found(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table(VERSION_TABLE):
            return None
        row = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).first()  # noqa: S608 - a constant
        return None if row is None else str(row[0])


def _require_unclaimed(engine: Engine) -> None:
    """Never put tables into a file, or over tables, that are another program's."""
    from rentease_desk.storage.whole_schema import metadata

    with engine.connect() as connection:
        present = set(inspect(connection).get_table_names())
    ours = set(metadata.tables)
    clash = present if engine.dialect.name == "sqlite" else present & ours
    if clash - {VERSION_TABLE}:
        raise DatabaseError("database.foreign", path=engine.url.database)


def _require_writable(engine: Engine) -> None:
    """Find out now, and not at the first payment: a write that changes no row fails as any other would."""
    with (
        explained(engine.url),
        engine.connect().execution_options(writes=True) as connection,
        connection.begin(),
    ):
        connection.execute(update(counters).where(false()).values(value=0))


def _migrate(engine: Engine, revision: str, *, down: bool = False) -> None:
    from rentease_desk.storage.migrations.run import (
        migrate,
    )  # alembic takes 0.5 s that a current database does not need

    with explained_to_the_owner(engine):
        if engine.dialect.name == "sqlite":
            _use_wal(engine)
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            _one_at_a_time(connection)
            migrate(connection, revision, down=down)
            _renew_grants(connection, revision)
            announce(connection)


@contextmanager
def explained_to_the_owner(engine: Engine) -> Iterator[None]:
    """What is read-only to a desk's role on a server is its tables, which the owner changes."""
    try:
        with explained(engine.url):
            yield
    except DatabaseError as error:
        if error.code == "database.readonly" and engine.dialect.name == "postgresql":
            raise DatabaseError("database.not_owner", user=engine.url.username or "this user") from error
        raise


def _renew_grants(connection: Connection, revision: str) -> None:
    if connection.dialect.name == "postgresql" and revision == HEAD:
        from rentease_desk.storage.privileges import renew_grants

        renew_grants(connection)


def _backed_up(engine: Engine) -> Path | None:
    """A verified backup of a SQLite file. PostgreSQL has backups of its own."""
    path = sqlite_path(engine.url)
    if path is None:
        return None
    return backups.back_up(path, backups.folder_of(path), int(time.time()), Reason.MIGRATION).path


def _use_wal(engine: Engine) -> None:
    """Readers and one writer at the same time; the setting stays with the file. It cannot be set in a transaction."""
    connection = engine.raw_connection()
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()


def _one_at_a_time(connection: Connection) -> None:
    """Wait for other desks' migrations and for what they are writing, then keep them out until the commit."""
    if connection.dialect.name == "postgresql":
        from rentease_desk.storage.standstill import take_tables

        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        take_tables(connection)
