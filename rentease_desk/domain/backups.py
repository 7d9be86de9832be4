"""Backups of a database file: what they are called, what one holds, and which are kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from rentease_desk.domain.verification import Head

DAILY, WEEKLY, MONTHLY = 7, 4, 12
"""So many days, weeks and months keep their last backup."""
ASKED = 5
"""So many of those that somebody asked for, or that an update or a restore began with, are kept besides."""
OLD_AFTER_SECONDS = 2 * 24 * 60 * 60
"""When the last good backup is older, somebody is told."""
_STAMP = "%Y%m%dT%H%M%SZ"


class Reason(StrEnum):
    """Why a backup was made."""

    DAILY = "daily"
    ASKED = "asked"
    MIGRATION = "before-migration"
    RESTORE = "before-restore"


class Backup(Struct, frozen=True):
    """A backup in a folder, verified before it got its name. ``taken_at`` in UTC seconds, ``size`` in bytes."""

    path: Path
    taken_at: int
    reason: Reason
    size: int = 0


class Held(Struct, frozen=True):
    """What a database file holds. ``revision`` None: no tables; ``written_at`` (UTC seconds): its last journal row."""

    revision: str | None = None
    bookings: int = 0
    payments: int = 0
    head: Head = Head(0)
    written_at: int | None = None


class Loss(Struct, frozen=True):
    """What was written since a backup, and goes with it. None: the file that is there cannot tell.

    ``cash`` counts payments entered by hand, ``receipts`` those issued: their numbers are skipped.
    """

    rows: int | None = None
    cash: int | None = None
    receipts: int | None = None


class Restored(Struct, frozen=True):
    """A restore that was done. ``kept``: where what had been there lies now; None: there was nothing."""

    backup: Path
    held: Held
    kept: Path | None
    head_before: Head | None


def backup_name(stem: str, taken_at: int, reason: Reason) -> str:
    """The name of a backup of the file ``stem``.sqlite3."""
    stamp = datetime.fromtimestamp(taken_at, UTC).strftime(_STAMP)
    return f"{stem}-{stamp}-{reason.value}.sqlite3"


def parse_name(stem: str, path: Path, size: int = 0) -> Backup | None:
    """The backup that a file is by its name; None: it is none of ``stem``'s, and no business of ours."""
    reasons = "|".join(Reason)
    found = re.fullmatch(rf"{re.escape(stem)}-(\d{{8}}T\d{{6}}Z)-({reasons})\.sqlite3", path.name)
    if found is None:
        return None
    try:
        taken = datetime.strptime(found[1], _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Backup(path, int(taken.timestamp()), Reason(found[2]), size)


def superfluous(backups: Sequence[Backup], day_of: Callable[[int], date]) -> list[Backup]:
    """What the rule does not keep: the last of each of 7 days, 4 weeks and 12 months, of those that have any, and the
    last five that were not made by the timer. The newest of all is always kept.
    """
    newest_first = sorted(backups, key=lambda one: (one.taken_at, one.path.name), reverse=True)
    days = [day_of(one.taken_at) for one in newest_first]
    kept = {
        *_firsts((day.toordinal() for day in days), DAILY),
        *_firsts((day.isocalendar()[:2] for day in days), WEEKLY),
        *_firsts(((day.year, day.month) for day in days), MONTHLY),
    }
    kept |= set([at for at, one in enumerate(newest_first) if one.reason is not Reason.DAILY][:ASKED])
    return [one for at, one in enumerate(newest_first) if at not in kept]


def is_due(backups: Iterable[Backup], now: int, day_of: Callable[[int], date]) -> bool:
    """Whether the day has no backup yet. One that a clock set wrong has dated into the future does not count."""
    return all(one.taken_at > now or day_of(one.taken_at) != day_of(now) for one in backups)


def _firsts(periods: Iterable[object], most: int) -> list[int]:
    """The places of the first of each period, for so many periods."""
    firsts: dict[object, int] = {}
    for at, period in enumerate(periods):
        if period not in firsts and len(firsts) == most:
            break
        firsts.setdefault(period, at)
    return list(firsts.values())
