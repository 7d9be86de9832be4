"""Putting a backup back, while no desk is open on the file. The next desk writes it into the journal that came back."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from rentease_desk.domain.backups import Backup, Held, Loss, Restored
from rentease_desk.domain.errors import KnownError
from rentease_desk.services.second_folder import read_second
from rentease_desk.services.whole_files import replace_file
from rentease_desk.storage import backups
from rentease_desk.storage.sqlite_files import loss_since, numbers_given

log = logging.getLogger(__name__)

_NOTE = ".restored.json"


class Found(Struct, frozen=True):
    """A backup, what it holds, and what has been written since. ``trouble``: why it cannot be used."""

    backup: Backup
    held: Held = Held()
    loss: Loss = Loss()
    trouble: str = ""


def look_at(path: Path, backup: Backup) -> Found:
    """Whether a backup of the database ``path`` is whole, what it holds, and what has been written since."""
    try:
        held = backups.verify(backup.path)
    except KnownError as error:
        return Found(backup, trouble=str(error))
    return Found(backup, held, loss_since(path, held.head.seq))


def last_good(path: Path, state: Path, desk: str) -> Found | None:
    """The newest backup that is whole, here or in the second folder; None: there is none.

    ``state``: the file in which this computer keeps what its second folder is; ``desk``: this one.
    """
    found: list[Backup] = []
    for folder in (backups.folder_of(path), read_second(state).of_desk(desk)):
        with suppress(KnownError):  # a folder that is away has none now
            found += [] if folder is None else backups.listed(path, folder)
    looked = (look_at(path, one) for one in sorted(found, key=lambda one: one.taken_at, reverse=True))
    return next((one for one in looked if not one.trouble), None)


def put_back(path: Path, backup: Path, now: int, by: str) -> Restored:
    """Put a backup in the place of the database ``path``. ``now`` in UTC seconds, ``by``: who wants it.

    Raises as ``storage.backups.restore``; then nothing has changed.
    """
    done = backups.restore(path, backup, now)
    log.info("%s was put back; what had been there is kept as %s", backup, done.kept)
    told = {
        "by": by,
        "backup": done.backup.name,
        "head": str(done.held.head),
        "replaced": None if done.head_before is None else str(done.head_before),
        "kept": None if done.kept is None else done.kept.name,
        "numbers": _numbers(path, done.kept),
    }
    try:
        replace_file(_note_of(path), lambda out: out.write(msgspec.json.encode(told)))
    except KnownError as error:
        log.warning("the journal will not tell of it: %s", error)
    return done


def _numbers(path: Path, kept: Path | None) -> dict[str, int]:
    """By series the last number of a receipt that is known to have been given: by what was there, and all backups."""
    found: dict[str, int] = {}
    with suppress(KnownError):  # a folder that cannot be read has none
        places = [one.path for one in backups.listed(path, backups.folder_of(path))]
        for place in [*places, *([] if kept is None else [kept])]:
            for series, last in numbers_given(place).items():
                found[str(series)] = max(last, found.get(str(series), 0))
    return found


def note_of(path: Path) -> dict[str, Any] | None:
    """What was put back since a desk was open; None: nothing."""
    try:
        return msgspec.json.decode(_note_of(path).read_bytes(), type=dict[str, Any])
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        log.warning("what was put back cannot be told: %s", error)
        return None


def forget_note(path: Path) -> None:
    """It is in the journal."""
    try:
        _note_of(path).unlink(missing_ok=True)
    except OSError as error:
        log.warning("it may be told twice that a backup was put back: %s", error)


def _note_of(path: Path) -> Path:
    return path.with_name(path.name + _NOTE)
