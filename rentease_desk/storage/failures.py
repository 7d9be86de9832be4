"""What drivers raise, told as known errors. What is not listed here is a bug and passes through unchanged."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from rentease_desk.domain.errors import DatabaseError
from rentease_desk.storage.engine import BUSY_SECONDS, READ_ONLY, place, sqlite_path

_SQLITE = {
    sqlite3.SQLITE_BUSY: "database.locked",
    sqlite3.SQLITE_LOCKED: "database.locked",
    sqlite3.SQLITE_READONLY: "database.readonly",
    sqlite3.SQLITE_PERM: "database.readonly",
    sqlite3.SQLITE_CANTOPEN: "database.folder",
    sqlite3.SQLITE_CORRUPT: "database.corrupt",
    sqlite3.SQLITE_NOTADB: "database.corrupt",
    sqlite3.SQLITE_FULL: "database.full",
    sqlite3.SQLITE_IOERR: "database.failed",
}
SIDES = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file while it is open, and after a crash."""
_ROOM = 65_536
"""Bytes that SQLite needs beside a file at least, to read it while others may write."""
# SQLSTATE classes and codes: postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL = {
    "08": "database.unreachable",
    "57": "database.unreachable",
    "28": "database.refused",
    READ_ONLY: "database.readonly",
    "42501": "database.readonly",
    "53100": "database.full",
    "55P03": "database.locked",
    "40": "database.locked",
}


@contextmanager
def explained(url: URL) -> Iterator[None]:
    """Turn what the driver raises inside into DatabaseError, where it is something a person can act on."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise _known(error, url) from error


def sqlite_failure(error: sqlite3.Error, where: str) -> DatabaseError | None:
    """What SQLite's own module raised, where it is something a person can act on; ``where`` is the file."""
    code = _sqlite_code(error, Path(where))
    return None if code is None else DatabaseError(code, path=where, seconds=BUSY_SECONDS, reason=str(error))


def _known(error: DBAPIError, url: URL) -> Exception:
    code = _sqlite_code(error.orig, sqlite_path(url)) or _postgresql_code(error)
    if code is None:
        return error
    where = place(url)
    path = _in_the_way(sqlite_path(url)) if code == "database.readonly" else None
    return DatabaseError(
        code, path=path or where, address=where, seconds=BUSY_SECONDS, reason=str(error.orig).strip() or "no answer"
    )


def _is_about_tls(told: str) -> bool:
    """libpq has words for it and no code."""
    return "SSL" in told and any(part in told for part in ("not support SSL", "certificate"))


def _sqlite_code(cause: object, path: Path | None) -> str | None:
    extended = getattr(cause, "sqlite_errorcode", None)
    if extended is None:
        return None
    primary = extended & 0xFF  # the low byte is the primary result code
    if primary == sqlite3.SQLITE_IOERR and path is not None and _is_full(path):
        return "database.full"
    return _SQLITE.get(primary)


def _in_the_way(path: Path | None) -> Path | None:
    """What of a SQLite database this user may not write: the file, what lies beside it, or their folder."""
    if path is None:
        return None
    around = (path, *(path.with_name(path.name + side) for side in SIDES), path.absolute().parent)
    return next((one for one in around if one.exists() and not os.access(one, os.W_OK)), None)


def _is_full(path: Path) -> bool:
    """Whether there is no room beside the file: of what it cannot make there SQLite says only that it failed."""
    with suppress(OSError):
        return shutil.disk_usage(path.parent).free < _ROOM
    return False


def _postgresql_code(error: DBAPIError) -> str | None:
    if isinstance(error.orig, sqlite3.Error):
        return None
    state = getattr(error.orig, "sqlstate", None)
    if error.connection_invalidated and state != READ_ONLY:
        return "database.unreachable"
    if state is None:  # no server was reached, so none gave a code
        if isinstance(error, OperationalError) and _is_about_tls(str(error.orig)):
            return "database.no_tls" if "not support SSL" in str(error.orig) else "database.tls"
        refused = "authentication failed" in str(error.orig) or "no password" in str(error.orig)
        if not isinstance(error, OperationalError):
            return None
        return "database.refused" if refused else "database.unreachable"
    return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
