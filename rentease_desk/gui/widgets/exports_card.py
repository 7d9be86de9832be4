"""Files that are written by themselves, in the settings: which there are, and what became of each last."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.permissions import Permission
from rentease_desk.domain.schedules import ScheduleState
from rentease_desk.gui.context import Context
from rentease_desk.gui.errors import explained
from rentease_desk.gui.schedule_words import last_told, schedule_told
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.banner import Banner
from rentease_desk.gui.widgets.basics import Button, Label, own_viewport, row
from rentease_desk.gui.widgets.card import card, put_card
from rentease_desk.gui.widgets.key_rows import ROW, KeyRows

_ROWS = 6


class ExportsCard(QWidget):
    """A list with what can be done to the marked one. ``asked`` carries the ScheduleState to change, or None."""

    asked = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        self._found: tuple[ScheduleState, ...] = ()
        text = self.tr(
            "Reports that are written into a folder by themselves, by whichever desk runs; a file is never written"
            " over. What was missed is caught up."
        )
        self._words = Label(theme, text, tone="text2")
        self._words.setWordWrap(True)
        self.banner = Banner(theme)
        self.list = QListWidget()
        own_viewport(self.list)
        self.list.setAccessibleName(self.tr("Scheduled exports"))
        self.list.setItemDelegate(KeyRows(self.list, theme))
        self.list.currentRowChanged.connect(self._tell)
        self.list.itemActivated.connect(self._change)
        self.told = Label(theme, tone="text2")
        self.told.setWordWrap(True)
        self.add = Button(theme, self.tr("Add…"), icon="plus")
        self.change = Button(theme, self.tr("Change…"))
        self.remove = Button(theme, self.tr("Remove"))
        self.add.clicked.connect(lambda: self.asked.emit(None))
        self.change.clicked.connect(self._change)
        self.remove.clicked.connect(self._remove)
        body = QVBoxLayout()
        body.setSpacing(12)
        for part in (self._words, self.banner, self.list, self.told):
            body.addWidget(part)
        body.addLayout(row(self.add, self.change, self.remove, None))
        put_card(self, card(theme, self.tr("Scheduled exports"), body))
        context.changed.connect(self._refresh)
        context.staff_changed.connect(self._allow)
        self.show_states(())

    @property
    def marked(self) -> ScheduleState | None:
        """Which is marked."""
        at = self.list.currentRow()
        return self._found[at] if 0 <= at < len(self._found) else None

    @Slot()
    def reload(self) -> None:
        """Ask which there are."""
        service = self._context.services.schedules
        self._context.tasks.run(Lane.READ, self, service.all, self.show_states, self._fail, channel="schedules")

    def show_states(self, found: tuple[ScheduleState, ...]) -> None:
        """Show these; the mark goes along with its schedule."""
        kept = self.marked.schedule.uid if self.marked is not None else ""
        self._found = found
        self.list.clear()
        for one in found:
            QListWidgetItem(schedule_told(one), self.list)
        uids = [one.schedule.uid for one in found]
        self.list.setCurrentRow(uids.index(kept) if kept in uids else 0 if found else -1)
        self.list.setFixedHeight(self._context.theme.px(ROW) * min(_ROWS, max(1, len(found))) + 2)
        for part in (self.list, self.told, self.change, self.remove):
            part.setVisible(bool(found))
        self._tell_trouble()
        self._allow()

    def _tell_trouble(self) -> None:
        stuck = next((one.trouble for one in self._found if one.trouble is not None), None)
        if stuck is None:
            self.banner.hide()
        else:
            self.banner.tell(self.tr("A scheduled export cannot be written"), stuck.error, Tone.WRONG)

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        if changes.exports and self._context.is_ready:
            self.reload()

    @Slot()
    def _tell(self) -> None:
        marked = self.marked
        self.told.setText(last_told(marked, self._context.formats) if marked is not None else "")

    @Slot()
    def _allow(self) -> None:
        refused = self._context.staff.why_not(Permission.SETTINGS)
        for button in (self.add, self.change, self.remove):
            button.forbid(refused)

    @Slot()
    def _change(self) -> None:
        if self.marked is not None and not self._context.staff.why_not(Permission.SETTINGS):
            self.asked.emit(self.marked)

    @Slot()
    def _remove(self) -> None:
        """The files stay, so nobody is asked twice."""
        marked = self.marked
        if marked is None:
            return
        service, one = self._context.services.schedules, marked.schedule
        work = lambda: service.end(one.uid, one.version).value  # noqa: E731 - a word
        self._context.tasks.run(Lane.WRITE, self, work, self.show_states, self._fail)

    def _fail(self, error: KnownError) -> None:
        self.banner.explain(explained(error, self._context.formats))
