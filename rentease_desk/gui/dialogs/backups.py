"""Backups: which there are, what each holds, one made now, one put back, and the second folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from rentease_desk.domain.backups import Backup, Loss
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.permissions import Permission
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.models.backups_model import BackupsModel
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import Button, Label, column, frame
from rentease_desk.gui.widgets.cell_table import CellTable
from rentease_desk.gui.widgets.rights import guard
from rentease_desk.gui.widgets.sizes import keep_size
from rentease_desk.services.backups import Made
from rentease_desk.services.restoring import Found
from rentease_desk.services.second_folder import SecondFolder

_WIDTH = 860
_TABLE, _LEAST = 260, 120
_DETAIL = 76


class BackupsDialog(DeskDialog):
    """Arrows go through them; below the table stands what the marked one holds. Enter asks whether to put it back.

    ``restore_asked`` carries the path of the one that shall take the database's place.
    """

    restore_asked = Signal(object)

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(context, parent, context.tr("Backups"), context.settings.name, _WIDTH)
        self.found: Found | None = None
        self.model = BackupsModel(context, self)
        self.table = CellTable(self.model, self.model.columns, context.theme)
        self.table.setAccessibleName(self.tr("Backups"))
        self.detail, self.second = Label(context.theme), Label(context.theme, tone="text2")
        self.make = Button(context.theme, self.tr("Back up now"))
        self.choose = Button(context.theme, self.tr("Second folder…"))
        self.none = Button(context.theme, self.tr("No second folder"), kind="text")
        self._build()
        self.read()

    def read(self) -> None:
        """Which there are, and what the second folder is."""
        backups = self.context.services.backups
        self.context.tasks.run(Lane.READ, self, lambda: (backups.listed(), backups.second()), self._show, self.fail)

    def submit(self) -> None:
        """Ask whether the marked one shall be put back: what it does not hold is told first."""
        found = self.found
        if found is not None and not found.trouble and not self._busy:
            title = self.tr("Put it back?")
            words = " ".join((self._lost(found.loss), self.tr("What is there now is backed up first.")))
            self.banner.tell(title, words, Tone.ATTENTION, self.tr("Put it back"), self._restore)

    def _build(self) -> None:
        inside = frame(card=True)
        inside.setLayout(column(self.table, margins=(1, 1, 1, 1)))
        about = Label(self.context.theme, self.tr(
            "One is made each day and before each update. The last of 7 days, 4 weeks and 12 months are kept. Have them"
            " in a second folder too: a stick, or another computer."
        ), tone="text2")  # fmt: skip
        for label in (about, self.detail, self.second):
            label.setWordWrap(True)
        keep_size(self.detail, self.context.theme, least_height=_DETAIL)
        self.detail.setAlignment(Qt.AlignmentFlag.AlignTop)
        for part in (about, inside, self.detail, self.second):
            self.body.addWidget(part)
        self.give(self.table, _TABLE, _LEAST)
        self.make.clicked.connect(self._make)
        self.choose.clicked.connect(self._ask_folder)
        self.none.clicked.connect(lambda: self.choose_folder(""))
        self.add_buttons(self.tr("Put back…"), self.make, self.choose, self.none, leave=self.tr("Close"))
        guard(self.context, Permission.RESTORE, self.save)
        guard(self.context, Permission.BACKUP, self.make)
        guard(self.context, Permission.SETTINGS, self.choose, self.none)
        self.table.selectionModel().currentRowChanged.connect(self._look)
        self.table.setFocus()

    def _show(self, told: tuple[Sequence[Backup], SecondFolder]) -> None:
        backups, second = told
        self.model.show_backups(backups)
        self.none.setVisible(bool(second.folder))
        self._show_second(second)
        if backups:
            self.table.setCurrentIndex(self.model.index(0, 0))
            self.table.setFocus()
        else:
            self.detail.setText(self.tr("There is none yet."))

    def _show_second(self, second: SecondFolder) -> None:
        if not second.folder:
            words = self.tr("There is no second folder. If this computer's disk fails, the backups are lost with it.")
        elif second.trouble:
            words = self.tr("Second folder {folder}: {trouble}").format(folder=second.folder, trouble=second.trouble)
        elif second.good_at is None:
            words = self.tr("Second folder {folder}: it gets the next one.").format(folder=second.folder)
        else:
            moment = self.context.formats.moment(second.good_at)
            words = self.tr("Second folder {folder}: the last {moment}.").format(folder=second.folder, moment=moment)
        self.second.setText(words)

    @Slot(QModelIndex)
    def _look(self, current: QModelIndex) -> None:
        backup = self.model.backup_at(current.row())
        self.found = None
        self.set_allowed(False)
        self.detail.setText(self.tr("It is being read…") if backup is not None else "")
        if backup is not None:
            look = self.context.services.backups.look
            self.context.tasks.run(Lane.READ, self, lambda: look(backup), self._tell, self.fail, channel="look")

    def _tell(self, found: Found) -> None:
        self.found = found
        self.set_allowed(not found.trouble)
        self.detail.setText(found.trouble or f"{self._holds(found)} {self._lost(found.loss)}")
        self.table.setAccessibleDescription(self.detail.text())

    def _holds(self, found: Found) -> str:
        held, formats = found.held, self.context.formats
        last = self.tr("nothing yet") if held.written_at is None else formats.moment(held.written_at)
        words = self.tr("It is whole: {bookings} bookings, {payments} payments, journal row {seq} ({hash}…) of {last}.")
        return words.format(
            bookings=formats.count(held.bookings), payments=formats.count(held.payments),
            seq=formats.count(held.head.seq), hash=held.head.hash[:8], last=last,
        )  # fmt: skip

    def _lost(self, loss: Loss) -> str:
        return lost_words(self.context, loss)

    def _restore(self) -> None:
        """Whoever may not hears so while the desk is still open."""
        backups = self.context.services.backups
        self.set_busy(True)
        self.context.tasks.run(Lane.READ, self, backups.allow_restore, lambda _: self._leave(), self.fail)

    def _leave(self) -> None:
        if self.found is not None:
            path = self.found.backup.path
            self.accept()
            self.restore_asked.emit(path)

    @Slot()
    def _make(self) -> None:
        self.set_busy(True)
        make = self.context.services.backups.make
        self.context.tasks.run(Lane.NETWORK, self, make, self._made, self.fail)

    def _made(self, made: Made) -> None:
        self.set_busy(False)
        tone = Tone.ATTENTION if made.trouble else Tone.GOOD
        self.banner.tell(self.tr("Backed up and verified"), made.trouble or made.backup.path.name, tone)
        self.read()

    @Slot()
    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Second folder for backups"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self.choose_folder)
        dialog.open()

    @Slot(str)
    def choose_folder(self, folder: str) -> None:
        """Have each backup there too; the last one at once. Nothing: no second folder."""
        self.set_busy(True)
        choose, path = self.context.services.backups.choose_second, Path(folder) if folder else None
        self.context.tasks.run(Lane.NETWORK, self, lambda: choose(path), self._chosen, self.fail)

    def _chosen(self, second: SecondFolder) -> None:
        self.set_busy(False)
        self.read()
        if second.trouble:
            self.banner.tell(self.tr("The second folder got no backup"), second.trouble, Tone.ATTENTION)

    def set_busy(self, busy: bool, *, saving: bool = False) -> None:
        """Nothing else is begun meanwhile."""
        super().set_busy(busy, saving=saving)
        for button in (self.make, self.choose, self.none):
            button.setEnabled(not busy)

    def fail(self, error: KnownError) -> None:
        """Say it; the list stays."""
        self.set_busy(False)
        super().fail(error)


def lost_words(context: Context, loss: Loss) -> str:
    """What has been written since a backup, and what becomes of it."""
    if loss.rows is None:
        return context.tr(
            "What was written since cannot be told. Card payments come again from Stripe; cash since then must be"
            " entered again."
        )
    if loss.rows == 0:
        return context.tr("Nothing was written since.")
    count = context.formats.count
    words = context.tr(
        "Since then: {rows} entries of the journal, among them {cash} payments entered by hand and {receipts} receipts,"
        " whose numbers are not given again. Card payments come again from Stripe; the others must be entered again."
    )
    return words.format(rows=count(loss.rows), cash=count(loss.cash or 0), receipts=count(loss.receipts or 0))
