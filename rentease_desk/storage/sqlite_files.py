"""SQLite files as files: copied page by page by SQLite itself, looked at without writing, put in each other's place."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from rentease_desk.domain.backups import Held, Loss
from rentease_desk.domain.errors import DatabaseError, KnownError
from rentease_desk.domain.verification import Head
from rentease_desk.storage.failures import SIDES, sqlite_failure
from rentease_desk.storage.migrations import VERSION_TABLE

_PAGES = 2_000
"""So many pages are copied in one go; between two, whoever waits for this process's lock of Python gets it."""
_PATIENCE_SECONDS = 5
Step = Callable[[int, int], None]


@contextmanager
def told(path: Path) -> Iterator[None]:
    """What SQLite and the disk refuse, as errors that a person can act on."""
    try:
        yield
    except sqlite3.Error as error:
        raise sqlite_failure(error, str(path)) or error from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DatabaseError("database.full", path=path) from error
        raise KnownError("file.cannot_write", path=path, reason=error.strerror or error) from error


def copy_pages(source: sqlite3.Connection, target: Path, step: Step | None = None) -> Held:
    """A whole and consistent copy of what the source sees now, also while others write (sqlite.org/backup.html).

    The source stays in one read transaction, so that nobody's write makes it begin again. The copy needs no file
    beside it. Returns what the source holds. Raises sqlite3.Error, OSError.
    """
    began = not source.in_transaction
    if began:
        source.execute("BEGIN")
    try:
        held = held_by(source)
        with closing(sqlite3.connect(target)) as copy:
            source.backup(copy, pages=_PAGES, progress=_progress(step))
            copy.execute("PRAGMA journal_mode = DELETE")
    finally:
        if began:
            source.rollback()
    sync_file(target)
    return held


def check_copy(path: Path) -> Held:
    """Whether all pages of a file that nobody writes fit together, and what it holds.

    Raises DatabaseError ``database.corrupt``, sqlite3.Error.
    """
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise DatabaseError("database.corrupt", path=path)
        return held_by(connection)


def held_by(connection: sqlite3.Connection) -> Held:
    """What a database file holds; of a revision without some of the tables, what it has."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}

    def ask(table: str, query: str) -> tuple[object, ...] | None:
        found: tuple[object, ...] | None = connection.execute(query).fetchone() if table in tables else None
        return found

    revision = ask(VERSION_TABLE, f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608 - a constant
    bookings, payments = (ask(name, f"SELECT count(*) FROM {name}") for name in ("bookings", "payments"))  # noqa: S608
    head = ask("journal_head", "SELECT seq, hash FROM journal_head")
    written = ask("journal", "SELECT at FROM journal ORDER BY seq DESC LIMIT 1")
    return Held(
        None if revision is None else str(revision[0]),
        _count(bookings),
        _count(payments),
        Head(0) if head is None else Head(_count(head), str(head[1])),
        None if written is None else _count(written),
    )


def loss_since(path: Path, seq: int) -> Loss:
    """What a file holds behind a journal row; what it cannot tell, because it is damaged or gone, is None."""
    if not path.exists():
        return Loss()
    queries = (
        "SELECT seq - ? FROM journal_head",
        "SELECT count(*) FROM journal WHERE seq > ? AND entity = 'payment' AND action = 'take'",
        "SELECT count(*) FROM journal WHERE seq > ? AND entity = 'receipt' AND action = 'issue'",
    )
    return Loss(*(_answer(path, query, seq) for query in queries))


def _answer(path: Path, query: str, seq: int) -> int | None:
    try:
        with closing(_to_look_into(path)) as connection:
            return max(0, _count(connection.execute(query, (seq,)).fetchone()))
    except sqlite3.Error:
        return None


def numbers_given(path: Path) -> dict[int, int]:
    """By series the last number of a receipt that a file knows; of a file that cannot tell, none."""
    try:
        with closing(_to_look_into(path)) as connection:
            return dict(connection.execute("SELECT series, last FROM receipt_series"))
    except sqlite3.Error:
        return {}


def _to_look_into(path: Path) -> sqlite3.Connection:
    """A damaged file stays as it is: who may write would carry over at the end what waits in the file beside it, and
    who looks for that file where there is none makes it.
    """
    waits = path.with_name(f"{path.name}-wal").exists()
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro{'' if waits else '&immutable=1'}", uri=True)


def open_existing(path: Path) -> sqlite3.Connection:
    """A connection to a file that is there; SQLite would make a new one else. Raises sqlite3.Error."""
    uri = f"{path.absolute().as_uri()}?mode=rw"
    return sqlite3.connect(uri, uri=True, timeout=_PATIENCE_SECONDS, isolation_level=None, check_same_thread=False)


def set_wal(path: Path) -> None:
    """Readers and one writer at the same time; the setting stays with the file. Raises sqlite3.Error."""
    with closing(open_existing(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")


def free_sides(path: Path) -> None:
    """Let what lies beside a file be written as it may be itself.

    Who could only read made that with the file's rights of then; given back to the file alone, they would change
    nothing. What belongs to another user stays as it is, and is named by the write that it stops.
    """
    if not os.access(path, os.W_OK):
        return
    for one in (path.with_name(path.name + side) for side in SIDES):
        if one.exists() and not os.access(one, os.W_OK):
            with suppress(OSError):
                one.chmod(path.stat().st_mode)


def sync_file(path: Path) -> None:
    """On the disk, not only told to it. Raises OSError."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def put_in_place(part: Path, target: Path) -> None:
    """Give a file that is whole its name, and have the name on the disk too. Raises OSError."""
    part.replace(target)
    with suppress(OSError):  # not every system lets a folder be opened
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def remove(path: Path) -> None:
    """A file that may be there, with what SQLite kept beside it."""
    for one in (path, *(path.with_name(path.name + side) for side in SIDES)):
        with suppress(OSError):
            one.unlink(missing_ok=True)


def _progress(step: Step | None) -> Callable[[int, int, int], None] | None:
    return None if step is None else lambda _status, left, total: step(total - left, total)


def _count(row: tuple[object, ...] | None) -> int:
    return row[0] if row is not None and isinstance(row[0], int) else 0
