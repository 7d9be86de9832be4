"""What the desktop does in worker threads: a desk opened and closed, its file migrated, exchanged or set aside.

Everything of the database is imported here when it is needed: until the first paint nothing of it is.
"""

from __future__ import annotations

import logging
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from rentease_desk.config import Config
from rentease_desk.domain.errors import KnownError
from rentease_desk.gui.downtime_deed import save_sheet

if TYPE_CHECKING:
    from rentease_desk.domain.settings import Property
    from rentease_desk.domain.staff import Staff
    from rentease_desk.practice.process import PracticeProcess
    from rentease_desk.scheduler import Rounds, SyncTimer
    from rentease_desk.services.bundle import Services
    from rentease_desk.services.database_access import DatabaseAccess
    from rentease_desk.services.outbox import OutboxService
    from rentease_desk.services.restoring import Found

log = logging.getLogger(__name__)

CLOSE_SECONDS = 10.0
"""How long a restore waits for who is at the database just then."""
_AT_ONCE = 16_000_000
"""A file of so many bytes is read in some hundredths of a second; a larger one is looked at when the desk stands."""


class Opened(Struct, frozen=True):
    """A desk that was opened in a worker."""

    services: Services
    settings: Property
    timer: SyncTimer
    rounds: Rounds
    server: PracticeProcess | None
    staff: Staff


class KnownAccess:
    """One for all openings: it may know a password that no keyring keeps. ``made`` is None before the first."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.made: DatabaseAccess | None = None

    def __call__(self) -> DatabaseAccess:
        """In a worker: the imports take a moment."""
        from rentease_desk.services.database_access import DatabaseAccess

        self.made = self.made or DatabaseAccess(self._config)
        return self.made


def open_desk(config: Config, cancel: threading.Event, access: DatabaseAccess | None = None) -> Opened:
    """Open the database and make the services. In a worker: the imports alone take half a second.

    Raises DatabaseError, or KnownError ``practice.failed``.
    """
    from rentease_desk.practice.property import open_practice
    from rentease_desk.wiring import build

    server, services = open_practice(config) if config.practice else (None, build(config, access=access))
    return opened_desk(services, cancel, server)


def opened_desk(services: Services, cancel: threading.Event, server: PracticeProcess | None) -> Opened:
    """What the window needs of an open desk; it is closed again if that cannot be read. In a worker."""
    from rentease_desk.wiring import background_sync, housekeeping

    try:
        timer = background_sync(services, cancel)
        save = partial(save_sheet, services.downtime)
        rounds = housekeeping(services, save, practice=server is not None)
        _check_small(services)
        settings = services.settings.get()
        _remember(services, settings)
        return Opened(services, settings, timer, rounds, server, services.staff.read())
    except BaseException:
        close_desk(services, server)
        raise


def _remember(services: Services, settings: Property) -> None:
    """For a start while the database is away. That this cannot be kept keeps nobody from work."""
    try:
        services.outbox.remember(settings)
    except KnownError as error:
        log.warning("what is needed without the database is not kept: %s", error)


def open_without(config: Config, access: DatabaseAccess) -> tuple[OutboxService, Property | None]:
    """What can be done while the database is away, and what is known of the property. Raises DatabaseError."""
    from rentease_desk.wiring import open_outbox

    outbox = open_outbox(config, access.address)
    known = outbox.remembered()
    return outbox, None if known is None else known.property()


def _check_small(services: Services) -> None:
    path = services.desk.db.path
    if path is not None and path.stat().st_size <= _AT_ONCE:
        services.backups.check()


def close_desk(services: Services, server: PracticeProcess | None) -> None:
    """Close the database, and end the practice server if there is one."""
    services.close()
    if server is not None:
        server.stop()


def upgrade_database(access: DatabaseAccess) -> None:
    """Migrate a database of an older version. Raises DatabaseError."""
    from rentease_desk.storage.opening import upgrade

    copy = access.connect(upgrade)
    log.info("the database was migrated; the old one is kept as %s", copy)


def forget_practice(opened: Opened, config: Config) -> None:
    """Close a practice desk and delete what it kept. Raises KnownError ``file.cannot_write``."""
    from rentease_desk.practice.property import reset_practice

    close_desk(opened.services, opened.server)
    reset_practice(config)


def restore_backup(opened: Opened, backup: Path) -> None:
    """Close the desk and put a backup in the place of its file. Raises KnownError; then nothing has changed."""
    from rentease_desk.services.restoring import put_back

    path, by, now = opened.services.backups.path, opened.services.desk.acting.actor, opened.services.desk.clock.now()
    opened.services.close(CLOSE_SECONDS)
    put_back(path, backup, now, by)


def check_desk(opened: Opened) -> None:
    """Look whether the pages of the file fit together, which takes seconds. Raises DatabaseError."""
    opened.services.backups.check()


def find_good_backup(config: Config, access: DatabaseAccess) -> Found | None:
    """The newest backup that is whole, for a file that cannot be used. Raises KnownError."""
    from rentease_desk.services.restoring import last_good

    return last_good(_file_of(access), config.backup_file, config.desk)


def put_in_place_of_damaged(config: Config, access: DatabaseAccess, backup: Path) -> None:
    """Put a backup in the place of a file that cannot be used, which is set aside. Raises KnownError."""
    from rentease_desk.services.restoring import put_back

    put_back(_file_of(access), backup, int(time.time()), config.actor)


def begin_anew(access: DatabaseAccess) -> None:
    """Set a file that cannot be used aside, and begin with an empty one. Raises KnownError."""
    from rentease_desk.storage.opening import start_anew

    kept = start_anew(access.address, int(time.time()))
    log.warning("a new database was begun; the old one lies in %s", kept)


def _file_of(access: DatabaseAccess) -> Path:
    from rentease_desk.storage.engine import parse_url, place, sqlite_path

    url = parse_url(access.address)
    path = sqlite_path(url)
    if path is None:
        raise KnownError("backup.postgresql", place=place(url))
    return path
