"""Backups from wherever in the window they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from rentease_desk.gui.context import Context
from rentease_desk.gui.tasks import Lane

if TYPE_CHECKING:
    from rentease_desk.services.backups import Made


class BackupDeeds(QObject):
    """``told`` carries a sentence, ``refused`` a KnownError, ``restore_asked`` the path of a backup to be put back."""

    told = Signal(str)
    refused = Signal(object)
    restore_asked = Signal(object)

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window

    @Slot()
    def now(self) -> None:
        """Make one. It may take a minute with much in it, and nothing waits for it."""
        if self._context.is_ready:
            make = self._context.services.backups.make
            self.told.emit(self.tr("The backup is being made…"))
            self._context.tasks.run(Lane.NETWORK, self, make, self._made, self.refused.emit, channel="backup")

    @Slot()
    def ask(self) -> None:
        """Show all of them, and what can be done with them."""
        if self._context.is_ready:
            listed = self._context.services.backups.listed
            self._context.tasks.run(
                Lane.READ, self, listed, lambda _: self._open(), self.refused.emit, channel="backups"
            )

    def _made(self, made: Made) -> None:
        if made.trouble:
            self.told.emit(self.tr("Backed up here; the second folder got none: {why}").format(why=made.trouble))
        else:
            self.told.emit(self.tr("Backed up and verified: {name}").format(name=made.backup.path.name))

    def _open(self) -> None:
        from rentease_desk.gui.dialogs.backups import BackupsDialog

        dialog = BackupsDialog(self._context, self._window)
        dialog.restore_asked.connect(self.restore_asked)
        dialog.open()
