"""Backups of the property's file: made each day and when asked, here and in a second folder, and watched over."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from rentease_desk.domain.backups import OLD_AFTER_SECONDS, Backup, Reason, is_due
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import DatabaseError, InputError, KnownError
from rentease_desk.domain.permissions import Permission
from rentease_desk.services.desk import Desk
from rentease_desk.services.restoring import Found, forget_note, look_at, note_of
from rentease_desk.services.second_folder import SecondFolder, keep_second, read_second
from rentease_desk.storage import backups
from rentease_desk.storage.health import first_written, is_whole
from rentease_desk.storage.receipts import skip_numbers
from rentease_desk.storage.sqlite_files import Step

log = logging.getLogger(__name__)


class Made(Struct, frozen=True):
    """A backup that was made, and its copy. ``trouble``: why the second folder has none."""

    backup: Backup
    copy: Path | None = None
    trouble: str = ""


class Watch(Struct, frozen=True):
    """How backups stand. ``since`` (UTC seconds): how long there has been no good one; None: all is well.

    ``second_since``: the same of the second folder, with its ``trouble``.
    """

    since: int | None = None
    second_since: int | None = None
    trouble: str = ""


class BackupService:
    """Makes backups and looks at them; putting one back is for whoever can close the database first.

    ``state`` is the file in which this computer keeps what its second folder is.
    """

    def __init__(self, desk: Desk, state: Path) -> None:
        self._desk = desk
        self._state = state

    @property
    def path(self) -> Path:
        """The database's file. Raises KnownError ``backup.postgresql``."""
        path = self._desk.db.path
        if path is None:
            raise KnownError("backup.postgresql", place=self._desk.db.place)
        return path

    @property
    def folder(self) -> Path:
        """Where backups lie. Raises as ``path``."""
        return backups.folder_of(self.path)

    def make(self, step: Step | None = None) -> Made:
        """A backup now. Raises ForbiddenError, DatabaseError, KnownError; then there is none."""
        self._desk.require(Permission.BACKUP)
        return self._make(Reason.ASKED, step)

    def tick(self) -> Made | None:
        """What the timer does: the day's backup, unless there is one; and what the second folder lacks.

        A file that is no SQLite database of this computer has none. Raises as ``make``.
        """
        if self._desk.db.path is None:
            return None
        here = self.listed_here()
        if is_due(here, self._desk.clock.now(), self._day_of):
            return self._make(Reason.DAILY)
        second = self.second()
        if second.folder and (second.trouble or second.good_at is None):
            self._copy(here[0])
        return None

    def listed_here(self) -> list[Backup]:
        """The backups beside the database, the newest first."""
        return backups.listed(self.path, self.folder)

    def listed(self) -> list[Backup]:
        """All of them, those in the second folder that are not here too last."""
        here = self.listed_here()
        names = {one.path.name for one in here}
        second: list[Backup] = []
        with suppress(KnownError):  # a folder that is away has none now
            second = self._listed_there()
        return [*here, *(one for one in second if one.path.name not in names)]

    def look(self, backup: Backup) -> Found:
        """Whether a backup is whole, what it holds, and what has been written since."""
        return look_at(self.path, backup)

    def named(self, name: str) -> Path:
        """A backup by its name or its place. Raises KnownError ``backup.none``."""
        found = next((one.path for one in self.listed() if one.path.name == name), Path(name))
        if not found.is_file():
            raise KnownError("backup.none", name=name, folder=self.folder)
        return found

    def allow_restore(self) -> None:
        """Go on only if whoever is at the desk may put a backup back. Raises ForbiddenError."""
        self._desk.require(Permission.RESTORE)

    def note(self) -> None:
        """Write into the journal that a backup was put back since a desk was open here, if one was.

        Numbers of receipts that are known to have been given since are skipped: guests hold papers with them.
        """
        path = self._desk.db.path
        told = None if path is None else note_of(path)
        if path is None or told is None:
            return
        numbers = told.pop("numbers", {})
        with self._desk.writing() as unit:
            for series, last in numbers.items():
                skip_numbers(unit, int(series), last, f"Given before the backup {told['backup']} was put back")
            unit.record("restore", "database", self._desk.ids.uid(), None, told)
        forget_note(path)

    def second(self) -> SecondFolder:
        """The second folder, as it was last used."""
        return read_second(self._state)

    def choose_second(self, folder: Path | None) -> SecondFolder:
        """Have each backup in another folder too, on a stick or another computer; None: no more.

        Raises ForbiddenError, InputError ``backup.own_folder``.
        """
        self._desk.require(Permission.SETTINGS)
        if folder is not None and folder.resolve().is_relative_to(self.folder.resolve()):
            raise InputError("backup.own_folder", field="folder", path=folder)
        chosen = "" if folder is None else str(folder.absolute())
        keep_second(self._state, SecondFolder(chosen, self._desk.clock.now()))
        here = self.listed_here()
        if chosen and here:
            self._copy(here[0])
        self._desk.feed.publish(Changes(backups=True))
        return self.second()

    def watch(self) -> Watch:
        """How backups stand. Nothing is asked of a folder that may not answer: the timer has looked."""
        if self._desk.db.path is None:
            return Watch()
        now, second, here = self._desk.clock.now(), self.second(), self.listed_here()
        last = max((one.taken_at for one in here if one.taken_at <= now), default=None)
        since = self._old(last if last is not None else self._begun())
        if not second.folder:
            return Watch(since)
        there = second.good_at if second.good_at is not None else second.chosen_at
        old = there if second.trouble else self._old(there)
        return Watch(since, old, second.trouble)

    def check(self) -> None:
        """Whether the database's pages fit together; takes seconds with much in it. Raises DatabaseError."""
        with self._desk.db.reading() as connection:
            if not is_whole(connection):
                raise DatabaseError("database.corrupt", path=self._desk.db.place)

    def _old(self, at: int | None) -> int | None:
        return at if at is not None and self._desk.clock.now() - at > OLD_AFTER_SECONDS else None

    def _begun(self) -> int | None:
        """Since when there is something to lose."""
        with self._desk.db.reading() as connection:
            return first_written(connection)

    def _make(self, reason: Reason, step: Step | None = None) -> Made:
        made = backups.back_up(self.path, self.folder, self._desk.clock.now(), reason, step)
        log.info("backed up as %s", made.path)
        backups.prune(self.listed_here(), self._day_of)
        copy, trouble = self._copy(made) if self.second().folder else (None, "")
        self._desk.feed.publish(Changes(backups=True))
        return Made(made, copy, trouble)

    def _copy(self, backup: Backup) -> tuple[Path | None, str]:
        """Into the second folder; what goes wrong is kept, and told until it goes well."""
        second = self.second()
        try:
            copy = backups.copy_to(backup, self._there())
            backups.prune(self._listed_there(), self._day_of)
        except KnownError as error:
            log.warning("the second folder got no backup: %s", error)
            keep_second(self._state, replace(second, trouble=str(error)))
            return None, str(error)
        keep_second(self._state, replace(second, trouble="", good_at=self._desk.clock.now()))
        return copy, ""

    def _there(self) -> Path:
        """A stick that is not plugged in has left an empty folder, or none: a backup there would be none."""
        second = self.second()
        folder = second.of_desk(self._desk.operator.desk)
        if folder is None or not Path(second.folder).is_dir():
            raise KnownError("file.cannot_write", path=second.folder, reason="the folder is not there")
        return folder

    def _listed_there(self) -> list[Backup]:
        folder = self.second().of_desk(self._desk.operator.desk)
        return [] if folder is None else backups.listed(self.path, folder)

    @property
    def _day_of(self) -> Callable[[int], date]:
        return self._desk.property().days.calendar_date
