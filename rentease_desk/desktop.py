"""The desk as a window: shown at once, filled when the database is open, and closed without losing anything."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt, QTimer, Slot

from rentease_desk.backstage import (
    CLOSE_SECONDS,
    KnownAccess,
    Opened,
    check_desk,
    close_desk,
    forget_practice,
    open_desk,
    open_without,
    opened_desk,
    restore_backup,
)
from rentease_desk.config import Config, resources_dir
from rentease_desk.domain.errors import DatabaseError, KnownError, is_away
from rentease_desk.domain.first_run import first_range
from rentease_desk.gui.context import Context
from rentease_desk.gui.desk_choices import DeskChoices, read_choices, write_choices
from rentease_desk.gui.errors import CrashReporter, report_box
from rentease_desk.gui.housework import Housework
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.one_window import come_forward
from rentease_desk.gui.state import WindowState
from rentease_desk.gui.surroundings import Surroundings
from rentease_desk.gui.tasks import Lane, Tasks
from rentease_desk.gui.theme import Appearance, Theme
from rentease_desk.ways_out import WaysOut

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from rentease_desk.domain.settings import Property
    from rentease_desk.gui.first_run.window import FirstRunWindow
    from rentease_desk.services.bundle import Services
    from rentease_desk.services.first_run import Finished, FirstRunService
    from rentease_desk.services.outbox import OutboxService

log = logging.getLogger(__name__)

_STOP_SECONDS = 3.0
_CONTROL_SECONDS = 10.0
_PAINT_MILLISECONDS = 1_000
_SWITCH_SECONDS = 0.0002
"""How long a thread may keep Python from the window. Each of a sync's seven threads may get its turn first, so that
Python's own choice, 5 ms, adds up; shorter turns take no more time in all.
"""
_CHECK_MILLISECONDS = 5_000


class Desktop(QObject):
    """Holds what lives as long as the window."""

    def __init__(self, app: QApplication, config: Config) -> None:
        super().__init__()
        self._app, self._config = app, config
        self._cancel = threading.Event()
        self.last_crash = ""
        """What the last run wrote when a fault ended it: it is shown once the window stands."""
        self._opened: Opened | None = None
        self._made: Opened | None = None
        self._access = KnownAccess(config)
        self.first_run: FirstRunWindow | None = None
        self._begun = False
        self._choices = read_choices(config.desk_file)
        self.tasks = Tasks(self)
        self.crashes = CrashReporter(self)
        theme = Theme(app, resources_dir() / "icons", self)
        theme.set_appearance(self._choices.appearance)
        theme.set_zoom(self._choices.zoom)
        self.context = Context(self.tasks, theme, WindowState(config.data_dir / "window.ini"), self)
        place = str(config.data_dir)
        logs = str(config.log_dir)
        around = Surroundings(config.actor, config.desk, self._choices.appearance, place, config.practice, logs)
        self.window = MainWindow(self.context, around)
        self._ways_out = WaysOut(self.window, config, self._access, self._open, self._not_opened)
        self._housework = Housework(self)
        self._check_timer, self._unpainted = QTimer(self, singleShot=True), QTimer(self, singleShot=True)
        self._connect()

    def start(self) -> None:
        """Show the window; begin to open the database once it is on the screen, or would be. Where nobody has said yet
        what this computer works on, that is asked first.
        """
        sys.setswitchinterval(_SWITCH_SECONDS)
        if self._config.needs_first_run:
            self._ask_everything()
            return
        self.window.painted.connect(self._begin)
        self.window.show()
        self._unpainted.start(_PAINT_MILLISECONDS)

    def stop(self) -> bool:
        """Stop everything, waiting a few seconds at most. True if nothing is left running."""
        self._cancel.set()
        self._housework.stop()
        for timer in (self._check_timer, self._unpainted):
            timer.stop()
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
        self.context.away.asked.connect(self._open_when_back)
        self._check_timer.timeout.connect(self._check)
        self._unpainted.timeout.connect(self._begin)

    def _ask_everything(self) -> None:
        from rentease_desk.gui.first_run.window import FirstRunWindow

        self._begun = True  # the window opens no database by itself
        self.first_run = FirstRunWindow(self.context, self._config.desk, self._first_run_service)
        self.first_run.practice_asked.connect(self._practise_instead)
        self.first_run.left.connect(self._app.quit)
        self.first_run.finished.connect(self._set_up)
        self.first_run.show()
        self.first_run.start()

    def _first_run_service(self) -> FirstRunService:
        """In a worker: the imports take a moment."""
        from rentease_desk.wiring import first_run

        return first_run(self._config, self._access())

    @Slot()
    def _practise_instead(self) -> None:
        self._open_practice()
        self._app.quit()

    @Slot(object, int)
    def _set_up(self, finished: Finished, days: int) -> None:
        """The desk stands; the first import begins where it shows how it goes."""
        self.window.show()
        self.tasks.run(
            Lane.WRITE,
            self,
            lambda: self._keep_made(finished.services),
            lambda opened: self._arrive(opened, finished, days),
        )

    def _keep_made(self, services: Services) -> Opened:
        self._made = opened_desk(services, self._cancel, None)
        return self._made

    def _arrive(self, opened: Opened, finished: Finished, days: int) -> None:
        self._attach(opened)
        if self.first_run is not None:
            self.first_run.close()
            self.first_run.deleteLater()
            self.first_run = None
        if days:
            self.window.go("sync")
            self.window.pages.sync.sync_days(
                first_range(self.context.settings.days.calendar_date(self.context.now()), days)
            )
        for note in finished.notes:
            self.window.show_error(note)

    @Slot()
    def come_forward(self) -> None:
        """Somebody has started the program again: what is open is what they want to see."""
        come_forward(self.window if self.window.isVisible() or self.first_run is None else self.first_run)

    @Slot()
    def _begin(self) -> None:
        if not self._begun:
            self._begun = True
            self._open()
            self._tell_crash()

    def _tell_crash(self) -> None:
        if self.last_crash:
            told = self.tr("The program ended by a fault when it ran last. What was saved is saved.")
            report_box(self.window, self.tr("It ended by a fault"), told, self.last_crash).open()

    @Slot()
    def _open(self) -> None:
        self.window.banner.hide()
        if self.context.away.since is None:
            self.window.top.show_opening()
        self.tasks.run(Lane.WRITE, self, self._make, self._attach, self._not_opened)

    def _make(self) -> Opened:
        """In a worker. What was made is kept here too: the window may be closed before it is attached."""
        self._made = open_desk(self._config, self._cancel, self._access())
        return self._made

    def _attach(self, opened: Opened) -> None:
        self._opened = opened
        self._housework.begin([lambda: self.window.pages.folio])
        self.context.attach(opened.services, opened.settings, opened.timer.next_run, opened.staff)
        opened.services.live.start()
        opened.timer.start(opened.settings.sync_minutes)
        opened.rounds.start()
        self._tell_state(opened)
        if opened.server is not None:
            from rentease_desk.practice.client import ControlAddress

            told = opened.server.handshake
            self.window.add_practice(ControlAddress(told.base_url, told.control_token, seconds=_CONTROL_SECONDS))

    def _not_opened(self, error: KnownError) -> None:
        if is_away(error):
            self.context.away.note(error)
            config = self._config
            self.tasks.run(Lane.READ, self, lambda: open_without(config, self._access()), self._go_without)
            return
        self._ways_out.offer(error)

    def _tell_state(self, opened: Opened) -> None:
        """A desk that can only read says so; the pages of a large file are looked at when the window has settled."""
        db = opened.services.desk.db
        if db.is_read_only:
            self.window.offer(DatabaseError("database.reading", path=db.place), self.tr("Try again"), self._open_again)
        self._check_timer.start(_CHECK_MILLISECONDS)

    @Slot()
    def _check(self) -> None:
        opened = self._opened
        if opened is not None:
            self.tasks.run(Lane.NETWORK, self, lambda: check_desk(opened), lambda _: None, self._checked)

    def _checked(self, error: KnownError) -> None:
        """Nothing more is written to a damaged file. Any other trouble is told by who wants to read or write."""
        if error.code == "database.corrupt":
            self._close_for(lambda opened: opened.services.close(CLOSE_SECONDS), lambda: self._not_opened(error))

    @Slot()
    def _open_again(self) -> None:
        self._close_for(lambda opened: close_desk(opened.services, opened.server), self._open)

    def _go_without(self, found: tuple[OutboxService, Property | None]) -> None:
        self.context.go_without(*found)

    @Slot()
    def _open_when_back(self) -> None:
        """The database was away when it was to be opened. At the first run that was one that was tried out."""
        if self._opened is None and self.first_run is None:
            self._open()

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
        self._close_for(work, self._open, failed)

    def _close_for(
        self,
        work: Callable[[Opened], None],
        then: Callable[[], None],
        failed: Callable[[KnownError], None] | None = None,
    ) -> None:
        """End all that the desk does by itself, and have ``work`` close it."""
        opened = self._opened
        if opened is None:
            return
        self._opened = self._made = None
        self._cancel.set()
        self._cancel = threading.Event()
        self.window.stop_syncing()
        opened.timer.stop()
        opened.rounds.stop()
        self.tasks.run(Lane.WRITE, self, lambda: work(opened), lambda _: then(), failed)

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
