"""Putting a backup back, while no desk is open on the file. The next desk writes it into the journal that came back."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import msgspec

from rentease_desk.domain.backups import Restored
from rentease_desk.domain.errors import KnownError
from rentease_desk.services.exports import replace_file
from rentease_desk.storage import backups

log = logging.getLogger(__name__)

_NOTE = ".restored.json"


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
    }
    try:
        replace_file(_note_of(path), lambda out: out.write(msgspec.json.encode(told)))
    except KnownError as error:
        log.warning("the journal will not tell of it: %s", error)
    return done


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
