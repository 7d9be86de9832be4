"""Saying which booking cash that waits belongs to, and saying that it went back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.lists import BookingQuery
from rentease_desk.domain.outbox import Entry
from rentease_desk.gui.away_words import entry_words
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.dialogs.reason_dialog import ReasonDialog
from rentease_desk.gui.match_words import stay_told
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.basics import Label, own_viewport
from rentease_desk.gui.widgets.fields import text_field
from rentease_desk.gui.widgets.form import Field, Form
from rentease_desk.gui.widgets.key_rows import KeyRows
from rentease_desk.gui.widgets.sizes import keep_size

_FOUND, _HEIGHT = 8, 260


class ChooseBookingDialog(DeskDialog):
    """``chosen``: somebody has said it."""

    chosen = Signal()

    def __init__(self, context: Context, parent: QWidget, entry: Entry) -> None:
        draft = entry.kept.draft
        about = f"{context.formats.money(draft.amount)} · {draft.reference}"
        super().__init__(context, parent, context.tr("Which booking?"), about)
        self._entry = entry
        self._found: list[Booking] = []
        told = Label(context.theme, entry_words(entry, context.formats), tone="text2")
        told.setWordWrap(True)
        self.edit = text_field(self.tr("Guest, reference or room"))
        self.list = QListWidget()
        own_viewport(self.list)
        self.list.setItemDelegate(KeyRows(self.list, context.theme))
        self.list.setProperty("field", True)
        self.list.setAccessibleName(self.tr("Bookings that were found"))
        keep_size(self.list, context.theme, height=_HEIGHT)
        field = Field(context, self.tr("Booking"), self.edit)
        self.form = Form(context, {"reference": field})
        self.body.addWidget(told)
        self.body.addWidget(field)
        self.body.addWidget(self.list)
        self.add_buttons(self.tr("It belongs here"))
        self.edit.textChanged.connect(self._look)
        self.list.currentRowChanged.connect(self._allow)
        self._allow()
        self.edit.setFocus()

    def submit(self) -> None:
        """Say so."""
        booking = self.booking
        if booking is None:
            return
        self.set_busy(True, saving=True)
        deliveries, uid = self.context.services.deliveries, self._entry.kept.draft.uid
        self.context.tasks.run(Lane.WRITE, self, lambda: deliveries.choose(uid, booking), self._done, self.fail)

    @property
    def booking(self) -> Booking | None:
        """The one that is marked."""
        at = self.list.currentRow()
        return self._found[at] if 0 <= at < len(self._found) else None

    @Slot()
    def _look(self) -> None:
        bookings, text = self.context.services.bookings, self.edit.text().strip()
        self._show([])
        if text:
            query = BookingQuery(self.context.today(), text)
            work = lambda: bookings.page(bookings.keys(query, _FOUND)[:_FOUND])  # noqa: E731 - a word
            self.context.tasks.run(Lane.READ, self, work, self._show, self.fail, channel="look")

    def _show(self, found: list[Booking]) -> None:
        """Nothing is marked by itself, unless it is the only one."""
        self._found = list(found)
        self.list.clear()
        for one in self._found:
            item = QListWidgetItem(f"{one.guest.name} · {stay_told(one, self.context.formats)}", self.list)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, item.text())
        self.list.setCurrentRow(0 if len(self._found) == 1 else -1)
        self._allow()

    @Slot()
    def _allow(self) -> None:
        self.set_allowed(self.booking is not None)

    def _done(self, _entry: Entry) -> None:
        self.accept()
        self.chosen.emit()


class UndoKeptDialog(ReasonDialog):
    """``undone`` carries the Entry."""

    undone = Signal(object)

    def __init__(self, context: Context, parent: QWidget, entry: Entry) -> None:
        amount = context.formats.money(entry.kept.draft.amount)
        super().__init__(context, parent, context.tr("Undo"), f"{entry.kept.slip} · {amount}")
        self._entry = entry
        text = self.tr(
            "The money goes back to the guest, and nothing is delivered. It stays in the list of what was kept."
        )
        self.ask(text, self.tr("taken by mistake, …"), self.tr("Undo {amount}").format(amount=amount))

    def submit(self) -> None:
        """Write it."""
        self.begin()
        deliveries, uid, reason = self.context.services.deliveries, self._entry.kept.draft.uid, self.reason.text()
        self.context.tasks.run(Lane.WRITE, self, lambda: deliveries.undo(uid, reason), self._done, self.fail)

    def _done(self, entry: Entry) -> None:
        self.accept()
        self.undone.emit(entry)
