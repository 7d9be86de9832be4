"""The desk as a window: shown at once, filled when the database is open, and closed without losing anything."""

from __future__ import annotations

import faulthandler
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import IO, TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt, QTimer, Slot

from rentease_desk.config import Config, resources_dir
from rentease_desk.domain.errors import KnownError
from rentease_desk.gui.context import Context
from rentease_desk.gui.desk_choices import DeskChoices, read_choices, write_choices
from rentease_desk.gui.errors import CrashReporter
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.state import WindowState
from rentease_desk.gui.surroundings import Surroundings
from rentease_desk.gui.tasks import Lane, Tasks
from rentease_desk.gui.theme import Appearance, Theme, application

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from rentease_desk.domain.settings import Property
    from rentease_desk.domain.staff import Staff
    from rentease_desk.practice.process import PracticeProcess
    from rentease_desk.scheduler import Rounds, SyncTimer
    from rentease_desk.services.bundle import Services
    from rentease_desk.services.database_access import DatabaseAccess

log = logging.getLogger(__name__)

_STOP_SECONDS = 3.0
_CONTROL_SECONDS = 10.0
_CLOSE_SECONDS = 10.0
"""How long a restore waits for who is at the database just then."""
_PAINT_MILLISECONDS = 1_000
_SWITCH_SECONDS = 0.001
"""How long a thread may keep Python from the window; 5 ms, its own choice, adds up while a sync runs."""
_COLLECT_MILLISECONDS = 500
_FULL_COLLECTION = 120
"""Every so many collections all objects are looked at."""
_OLDER_COLLECTION = 8
"""Every so many also those that one collection has left."""
_ASK_PASSWORD = frozenset({"database.password", "database.refused"})


class Opened(Struct, frozen=True):
    """A desk that was opened in a worker."""

    services: Services
    settings: Property
    timer: SyncTimer
    rounds: Rounds
    server: PracticeProcess | None
    staff: Staff


class Desktop(QObject):
    """Holds what lives as long as the window."""

    def __init__(self, app: QApplication, config: Config) -> None:
        super().__init__()
        self._app, self._config = app, config
        self._cancel = threading.Event()
        self._opened: Opened | None = None
        self._made: Opened | None = None
        self._access: DatabaseAccess | None = None
        self._begun = False
        self._collections = 0
        self._choices = read_choices(config.desk_file)
        self.tasks = Tasks(self)
        self.crashes = CrashReporter(self)
        theme = Theme(app, resources_dir() / "icons", self)
        theme.set_appearance(self._choices.appearance)
        theme.set_zoom(self._choices.zoom)
        self.context = Context(self.tasks, theme, WindowState(config.data_dir / "window.ini"), self)
        place = str(config.data_dir)
        around = Surroundings(config.actor, config.desk, self._choices.appearance, place, config.practice)
        self.window = MainWindow(self.context, around)
        self._collector = QTimer(self)
        self._connect()

    def start(self) -> None:
        """Show the window; begin to open the database once it is on the screen, or would be."""
        sys.setswitchinterval(_SWITCH_SECONDS)
        self.window.painted.connect(self._begin)
        self.window.show()
        QTimer.singleShot(_PAINT_MILLISECONDS, self, self._begin)

    def stop(self) -> bool:
        """Stop everything, waiting a few seconds at most. True if nothing is left running."""
        self._cancel.set()
        self._collector.stop()
        if self._opened is not None:
            self._opened.timer.stop()
            self._opened.rounds.stop()
        ended = self.tasks.stop(_STOP_SECONDS)
        opened = self._opened or self._made
        if opened is not None:
            close_desk(opened.services, opened.server)
        return ended

    def _connect(self) -> None:
        window = self.window
        self.tasks.bug.connect(self._report)
        window.closing.connect(self._app.quit)
        window.appearance_chosen.connect(self._choose_appearance)
        window.zoom_chosen.connect(self._choose_zoom)
        window.reset_asked.connect(self._ask_reset)
        window.practice_asked.connect(self._open_practice)
        window.restore_asked.connect(self._restore)
        self.context.settings_changed.connect(self._settings_changed)
        # Python's collector may destroy Qt objects in whichever thread it runs; here it runs in this one only.
        self._collector.timeout.connect(self._collect)
        self._collector.start(_COLLECT_MILLISECONDS)

    @Slot()
    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._open()

    @Slot()
    def _open(self) -> None:
        self.window.banner.hide()
        self.window.top.show_opening()
        self.tasks.run(Lane.WRITE, self, self._make, self._attach, self._not_opened)

    def _make(self) -> Opened:
        """In a worker. What was made is kept here too: the window may be closed before it is attached."""
        self._made = open_desk(self._config, self._cancel, self._known_access())
        return self._made

    def _known_access(self) -> DatabaseAccess:
        """In a worker. One for all openings: it may know a password that no keyring keeps."""
        from rentease_desk.services.database_access import DatabaseAccess

        self._access = self._access or DatabaseAccess(self._config)
        return self._access

    def _attach(self, opened: Opened) -> None:
        self._opened, self._collections = opened, 0
        self.context.attach(opened.services, opened.settings, opened.timer.next_run, opened.staff)
        opened.services.live.start()
        opened.timer.start(opened.settings.sync_minutes)
        opened.rounds.start()
        if opened.server is not None:
            from rentease_desk.practice.client import ControlAddress

            told = opened.server.handshake
            self.window.add_practice(ControlAddress(told.base_url, told.control_token, seconds=_CONTROL_SECONDS))

    def _not_opened(self, error: KnownError) -> None:
        self.window.top.show_closed()
        if error.code == "database.older":
            self.window.offer(error, self.tr("Bring it up to date"), self._upgrade)
        elif error.code in _ASK_PASSWORD and self._access is not None:
            self.window.offer(error, self.tr("Enter the password"), self._ask_password)
        else:
            self.window.offer(error, self.tr("Try again"), self._open)

    def _upgrade(self) -> None:
        self.tasks.run(
            Lane.WRITE, self, lambda: upgrade_database(self._known_access()), lambda _: self._open(), self._not_opened
        )

    def _ask_password(self) -> None:
        from rentease_desk.gui.dialogs.database_password import DatabasePasswordDialog

        assert self._access is not None
        dialog = DatabasePasswordDialog(self.context, self.window, self._access)
        dialog.accepted.connect(self._open)
        dialog.open()

    @Slot()
    def _open_practice(self) -> None:
        """Practice is a program of its own, with a database of its own."""
        from PySide6.QtCore import QProcess

        QProcess.startDetached(sys.executable, ["-m", "rentease_desk", "--practice"])

    @Slot()
    def _ask_reset(self) -> None:
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(self.window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("Begin practice afresh"))
        box.setText(self.tr("Everything that was practised is forgotten, here and at the practice server."))
        box.setInformativeText(self.tr("Your real data is somewhere else and stays as it is."))
        box.setStandardButtons(QMessageBox.StandardButton.Ok | QMessageBox.StandardButton.Cancel)
        box.accepted.connect(self._reset)
        box.open()

    @Slot()
    def _reset(self) -> None:
        """Close the practice desk and open a new one; the window starts again with it."""
        config = self._config
        self._meanwhile(lambda opened: forget_practice(opened, config), self._not_opened)

    @Slot(object)
    def _restore(self, backup: Path) -> None:
        """Close the desk, put a backup in the place of its file, and open it again, whichever is there then."""
        self._meanwhile(lambda opened: restore_backup(opened, backup), self._not_restored)

    def _not_restored(self, error: KnownError) -> None:
        self._open()
        self.window.show_error(error)

    def _meanwhile(self, work: Callable[[Opened], None], failed: Callable[[KnownError], None]) -> None:
        """Do something while the desk is closed; then open it."""
        opened = self._opened
        if opened is None:
            return
        self._opened = self._made = None
        self._cancel.set()
        self._cancel = threading.Event()
        self.window.stop_syncing()
        opened.timer.stop()
        opened.rounds.stop()
        self.tasks.run(Lane.WRITE, self, lambda: work(opened), lambda _: self._open(), failed)

    @Slot(object)
    def _report(self, error: Exception) -> None:
        self.crashes.report(error)

    @Slot(object)
    def _choose_appearance(self, appearance: Appearance) -> None:
        self.context.theme.set_appearance(appearance)
        self.window.show_appearance(appearance)
        self._keep(replace(self._choices, appearance=appearance))

    @Slot(object)
    def _choose_zoom(self, zoom: int) -> None:
        self._keep(replace(self._choices, zoom=zoom))

    def _keep(self, choices: DeskChoices) -> None:
        self._choices, path = choices, self._config.desk_file
        self.tasks.run(Lane.WRITE, self, lambda: write_choices(path, choices), lambda _: None)

    @Slot()
    def _settings_changed(self) -> None:
        if self._opened is not None:
            self._opened.timer.set_interval(self.context.settings.sync_minutes)

    @Slot()
    def _collect(self) -> None:
        """The young objects often, all of them now and then; never what the start made, which would take 90 ms."""
        if not self._collections:
            gc.freeze()
        self._collections += 1
        gc.collect(0 if self._collections % _OLDER_COLLECTION else 1 if self._collections % _FULL_COLLECTION else 2)


def open_desk(config: Config, cancel: threading.Event, access: DatabaseAccess | None = None) -> Opened:
    """Open the database and make the services. In a worker: the imports alone take half a second.

    Raises DatabaseError, or KnownError ``practice.failed``.
    """
    from rentease_desk.practice.property import open_practice
    from rentease_desk.wiring import background_sync, build, housekeeping

    server, services = open_practice(config) if config.practice else (None, build(config, access=access))
    try:
        timer = background_sync(services, cancel)
        rounds = housekeeping(services, practice=config.practice)
        return Opened(services, services.settings.get(), timer, rounds, server, services.staff.read())
    except BaseException:
        close_desk(services, server)
        raise


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
    opened.services.close(_CLOSE_SECONDS)
    put_back(path, backup, now, by)


def run_desktop(config: Config) -> int:
    """Open the window and run until it is closed; returns the exit status."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    crash_file = _crash_file(config)
    app = application()
    app.setApplicationName("Rentease Desk")
    desktop = Desktop(app, config)
    desktop.crashes.install()
    desktop.start()
    status = app.exec()
    desktop.window.hide()
    if not desktop.stop():
        log.warning("something did not end in time; it is left, and the next start goes on from the database")
        logging.shutdown()
        os._exit(status)
    if crash_file is not None:
        faulthandler.disable()
        crash_file.close()
    return status


def _crash_file(config: Config) -> IO[str] | None:
    try:
        file = (config.log_dir / "crash.txt").open("w", encoding="utf-8")
    except OSError as error:
        log.warning("crashes are not kept: %s", error)
        return None
    faulthandler.enable(file)
    return file
