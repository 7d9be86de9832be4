"""What can be done where the database does not open: each way ends with opening it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from rentease_desk.backstage import (
    KnownAccess,
    begin_anew,
    find_good_backup,
    put_in_place_of_damaged,
    upgrade_database,
)
from rentease_desk.config import Config
from rentease_desk.domain.errors import KnownError
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.tasks import Lane

if TYPE_CHECKING:
    from rentease_desk.services.restoring import Found

_DAMAGED = frozenset({"database.corrupt", "database.gone"})
"""Codes of errors for which a backup is the way out."""
_ASK_PASSWORD = frozenset({"database.password", "database.refused"})


class WaysOut(QObject):
    """Offers them in the window. ``again`` opens the database, ``failed`` is told why that cannot be."""

    def __init__(
        self,
        window: MainWindow,
        config: Config,
        access: KnownAccess,
        again: Callable[[], None],
        failed: Callable[[KnownError], None],
    ) -> None:
        super().__init__(window)
        self._window, self._context, self._tasks = window, window.context, window.context.tasks
        self._config, self._access, self._again, self._failed = config, access, again, failed

    def offer(self, error: KnownError) -> None:
        """Say why the database is not open, and what can be done about it."""
        self._window.top.show_closed()
        if error.code == "database.older":
            self._window.offer(error, self.tr("Bring it up to date"), self._upgrade)
        elif error.code in _ASK_PASSWORD and self._access.made is not None:
            self._window.offer(error, self.tr("Enter the password"), self._ask_password)
        else:
            self._window.offer(error, self.tr("Try again"), self._again)
            if error.code in _DAMAGED and not self._config.practice:
                self._look_for_backup(error)

    def _upgrade(self) -> None:
        self._tasks.run(
            Lane.WRITE, self, lambda: upgrade_database(self._access()), lambda _: self._again(), self._failed
        )

    def _ask_password(self) -> None:
        from rentease_desk.gui.dialogs.database_password import DatabasePasswordDialog

        assert self._access.made is not None
        dialog = DatabasePasswordDialog(self._context, self._window, self._access.made)
        dialog.accepted.connect(self._again)
        dialog.open()

    def _look_for_backup(self, error: KnownError) -> None:
        config, access = self._config, self._access
        self._tasks.run(
            Lane.READ,
            self,
            lambda: find_good_backup(config, access()),
            lambda found: self._offer_rescue(error, found),
            channel="rescue",
        )

    def _offer_rescue(self, error: KnownError, found: Found | None) -> None:
        from rentease_desk.gui.dialogs.damaged import DamagedDialog

        config, access = self._config, self._access
        dialog = DamagedDialog(self._context, self._window, error, found)
        dialog.restore_asked.connect(lambda path: self._rescue(lambda: put_in_place_of_damaged(config, access(), path)))
        dialog.anew_asked.connect(lambda: self._rescue(lambda: begin_anew(access())))
        dialog.quit_asked.connect(self._window.close)
        dialog.open()

    def _rescue(self, work: Callable[[], None]) -> None:
        self._window.banner.hide()
        self._tasks.run(Lane.WRITE, self, work, lambda _: self._again(), self._failed)
