"""Backups of a SQLite database: written beside their name, verified, then named; put back without losing what is there.

No backup is opened for writing again, and none is removed before a newer one is verified.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import date
from itertools import count
from pathlib import Path

from rentease_desk.domain.backups import (
    Backup,
    Held,
    Reason,
    Restored,
    backup_name,
    parse_name,
    superfluous,
)
from rentease_desk.domain.errors import DatabaseError, KnownError
from rentease_desk.domain.verification import Head
from rentease_desk.storage.failures import SIDES
from rentease_desk.storage.migrations import HEAD, REVISIONS
from rentease_desk.storage.sqlite_files import (
    Step,
    check_copy,
    copy_pages,
    held_by,
    open_existing,
    put_in_place,
    remove,
    set_wal,
    sync_file,
    told,
)

FOLDER = "backups"


def folder_of(path: Path) -> Path:
    """Where the backups of a database file lie: on the same disk, so that they can always be made."""
    return path.parent / FOLDER


def listed(path: Path, folder: Path) -> list[Backup]:
    """The backups of a database file in a folder, the newest first. A folder that is not there has none.

    Raises KnownError ``file.cannot_read``.
    """
    try:
        files = list(folder.iterdir()) if folder.is_dir() else []
        found = [parse_name(path.stem, one, one.stat().st_size) for one in files if not one.name.startswith(".")]
    except OSError as error:
        raise KnownError("file.cannot_read", path=folder, reason=error.strerror or error) from error
    return sorted((one for one in found if one is not None), key=lambda one: one.taken_at, reverse=True)


def back_up(path: Path, folder: Path, now: int, reason: Reason, step: Step | None = None) -> Backup:
    """A verified backup of a database file that others may be using. ``now`` in UTC seconds.

    It has its name only once its pages fit together, and it holds what the file held when it began: the same journal
    head, the same counts. Raises DatabaseError, KnownError ``file.cannot_write``; then there is none.
    """
    with told(path), closing(open_existing(path)) as source:
        return _make(source, path, folder, now, reason, step)


def _make(
    source: sqlite3.Connection, path: Path, folder: Path, now: int, reason: Reason, step: Step | None = None
) -> Backup:
    target = _free(path, folder, now, reason)
    with _told_of(path), told(folder), _part(target) as part:
        held = copy_pages(source, part, step)
        if held.revision is None:
            raise DatabaseError("database.corrupt", path=path)  # of a file that was emptied meanwhile nothing is left
        verify_same(part, held)
        put_in_place(part, target)
        found = parse_name(path.stem, target, target.stat().st_size)
    if found is None:
        raise AssertionError(target)
    return found


@contextmanager
def _told_of(path: Path) -> Iterator[None]:
    """A copy is damaged where the file is of which it was made."""
    try:
        yield
    except DatabaseError as error:
        if error.code == "database.corrupt":
            raise DatabaseError("database.corrupt", path=path) from error
        raise


def verify(path: Path) -> Held:
    """Whether a backup is whole, and a database of ours that this program knows; returns what it holds.

    Raises DatabaseError ``database.corrupt``, ``.foreign``, ``.newer``, KnownError ``file.cannot_read``.
    """
    if not path.is_file():
        raise KnownError("file.cannot_read", path=path, reason="there is no such file")
    with told(path):
        held = check_copy(path)
    if held.revision is None:
        raise DatabaseError("database.foreign", path=path)
    if held.revision not in REVISIONS:
        raise DatabaseError("database.newer", found=held.revision, known=HEAD)
    return held


def verify_same(copy: Path, held: Held) -> None:
    """Whether a copy is whole and holds this. Raises DatabaseError ``backup.not_same``, ``database.corrupt``."""
    found = check_copy(copy)
    if found != held:
        raise DatabaseError("backup.not_same", path=copy, found=found.head, expected=held.head)


def copy_to(backup: Backup, folder: Path, name: str = "") -> Path:
    """A backup in another folder too, read back and compared there. Raises as ``back_up``."""
    target = folder / (name or backup.path.name)
    with told(folder), _part(target) as part:
        shutil.copyfile(backup.path, part)
        sync_file(part)
        verify_same(part, check_copy(backup.path))
        put_in_place(part, target)
    return target


def prune(backups: Sequence[Backup], day_of: Callable[[int], date]) -> list[Path]:
    """Remove what the rule does not keep; returns what is gone. What cannot be removed stays for the next time."""
    gone = []
    for one in superfluous(backups, day_of):
        with suppress(OSError):
            one.path.unlink()
            gone.append(one.path)
    return gone


def restore(path: Path, backup: Path, now: int) -> Restored:
    """Put a backup in the place of a database file that nobody else has open. What was there is backed up first, or
    set aside where it cannot be read.

    Raises DatabaseError ``database.locked`` while somebody has it open, and as ``verify`` and ``back_up``; then nothing
    has changed.
    """
    held = verify(backup)
    with told(path), _part(path) as part:
        shutil.copyfile(backup, part)
        verify_same(part, held)
        set_wal(part)
        sync_file(part)
        kept, head = _swap(path, part, now)
    return Restored(backup, held, kept, head)


def set_aside(path: Path, now: int) -> Path | None:
    """Rename a file that cannot be used, and what SQLite kept beside it; returns its new name, or None without one.

    Raises KnownError ``file.cannot_write``.
    """
    stamp = backup_name("", now, Reason.DAILY).split("-")[1]
    names = (path.with_name(f"{path.name}.damaged-{stamp}{f'-{n}' if n else ''}") for n in count())
    target = next(name for name in names if not name.exists())
    with told(path):
        for side in SIDES:  # first: a new file must never find another's changes beside it
            beside = path.with_name(path.name + side)
            if beside.exists():
                beside.rename(target.with_name(target.name + side))
        if not path.exists():
            return None
        path.rename(target)
    return target


def _swap(path: Path, part: Path, now: int) -> tuple[Path | None, Head | None]:
    """Put ``part`` in the place of ``path``; returns where what was there lies, and its head if it could be read."""
    if not path.exists():
        put_in_place(part, path)
        return None, None
    try:
        with told(path), closing(open_existing(path)) as source:
            return _swap_alone(source, path, part, now)
    except DatabaseError as error:
        if error.code != "database.corrupt":
            raise
    kept = set_aside(path, now)
    put_in_place(part, path)
    return kept, None


def _swap_alone(source: sqlite3.Connection, path: Path, part: Path, now: int) -> tuple[Path, Head]:
    """Nobody writes, and nobody comes to write, between the backup of what is there and its end."""
    source.execute("PRAGMA journal_mode = DELETE")  # fails while anybody else has it open
    try:
        for statement in ("PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE", "COMMIT"):
            source.execute(statement)
        kept = _make(source, path, folder_of(path), now, Reason.RESTORE)
        head = held_by(source).head
        if os.name == "nt":
            source.close()  # there an open file cannot be replaced, nor can anybody else have it open meanwhile
        put_in_place(part, path)
    except BaseException:
        with suppress(sqlite3.Error):
            source.execute("PRAGMA journal_mode = WAL")
        raise
    if os.name != "nt":
        _end(source)
    return kept.path, head


def _end(source: sqlite3.Connection) -> None:
    """Whoever has waited for the old file, which has no name any more, shall not write there, and be told that it is
    saved. It is written without a journal: that would lie beside the new file, and be taken for its own.
    """
    source.execute("PRAGMA journal_mode = OFF")
    source.execute("DROP TABLE IF EXISTS journal_head")


def _free(path: Path, folder: Path, now: int, reason: Reason) -> Path:
    names = (folder / backup_name(path.stem, now + later, reason) for later in count())
    return next(name for name in names if not name.exists())


@contextmanager
def _part(target: Path) -> Iterator[Path]:
    """A name for what is not whole yet; what stands there in the end is removed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    remove(part)
    try:
        yield part
    finally:
        remove(part)
