"""A database file that cannot be used: what is left of it, and the ways out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.errors import KnownError
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.backups import lost_words
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.errors import explained
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import Button, Label

if TYPE_CHECKING:
    from rentease_desk.services.restoring import Found

_WIDTH = 680


class DamagedDialog(DeskDialog):
    """Enter puts the last good backup in its place, where there is one. Escape leaves all as it is.

    ``restore_asked`` carries the backup's path. ``anew_asked``: begin with an empty database. The damaged file is set
    aside by both, never deleted. ``quit_asked``: do nothing, and end the program.
    """

    restore_asked = Signal(object)
    anew_asked = Signal()
    quit_asked = Signal()

    def __init__(self, context: Context, parent: QWidget, error: KnownError, found: Found | None) -> None:
        told = explained(error, context.formats)
        super().__init__(context, parent, told.title, "", _WIDTH)
        self._found = found
        self.anew = Button(context.theme, self.tr("Start anew…"))
        self.quit = Button(context.theme, self.tr("Quit"), kind="text")
        for label in (Label(context.theme, told.happened), *self._offer()):
            label.setWordWrap(True)
            self.body.addWidget(label)
        self.anew.clicked.connect(self._ask_anew)
        self.quit.clicked.connect(self._quit)
        self.add_buttons(self.tr("Put the last good backup there"), self.anew, self.quit, leave=self.tr("Not now"))
        self.set_allowed(found is not None)
        (self.save if found is not None else self.quit).setFocus()

    def submit(self) -> None:
        """Put the backup in its place."""
        if self._found is not None:
            self.accept()
            self.restore_asked.emit(self._found.backup.path)

    def _offer(self) -> list[Label]:
        theme, found = self.context.theme, self._found
        aside = Label(theme, self.tr("The damaged file is renamed and kept, with what lies beside it."), tone="text2")
        if found is None:
            none = self.tr("There is no good backup on this computer. Look for one on a stick or another computer.")
            return [Label(theme, none, weight=QFont.Weight.DemiBold), aside]
        formats, held = self.context.formats, found.held
        words = self.tr("The last good backup is of {moment}: {bookings} bookings, {payments} payments.")
        told = words.format(
            moment=formats.moment(found.backup.taken_at), bookings=formats.count(held.bookings),
            payments=formats.count(held.payments),
        )  # fmt: skip
        title = Label(theme, told, weight=QFont.Weight.DemiBold)
        return [title, Label(theme, lost_words(self.context, found.loss)), aside]

    @Slot()
    def _ask_anew(self) -> None:
        """It is asked again: an empty desk is what nobody wants by mistake."""
        words = self.tr("Bookings, cash and settings begin with nothing. The damaged file and all backups stay.")
        self.banner.tell(self.tr("Start anew?"), words, Tone.ATTENTION, self.tr("Start anew"), self._begin_anew)

    def _begin_anew(self) -> None:
        self.accept()
        self.anew_asked.emit()

    @Slot()
    def _quit(self) -> None:
        self.reject()
        self.quit_asked.emit()
