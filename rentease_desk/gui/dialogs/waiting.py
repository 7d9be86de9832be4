"""What waits for the database, what became of it, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QWidget

from rentease_desk.domain.outbox import Entry, KeptState
from rentease_desk.gui.away_words import entry_chip, entry_words
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.basics import Button, ChipLabel, Label, column, frame, row
from rentease_desk.gui.widgets.told_lines import ToldLines
from rentease_desk.services.outbox import OutboxService

_ENDED = 20
"""So many of those that are over are shown; all stand in ``rentease-desk outbox list --all``."""
_WIDTH = 760


class WaitingLines(ToldLines):
    """A line each. ``slip_asked``, ``choose_asked``, ``undo_asked`` and ``receipt_asked`` carry an Entry."""

    slip_asked = Signal(object)
    choose_asked = Signal(object)
    undo_asked = Signal(object)
    receipt_asked = Signal(object)

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show others."""
        self.show_lines([self._line(one) for one in entries])

    def _line(self, entry: Entry) -> QFrame:
        theme, formats, draft = self._context.theme, self._context.formats, entry.kept.draft
        chip, told = entry_chip(entry), entry_words(entry, formats)
        title = Label(theme, f"{formats.money(draft.amount)} · {draft.reference}", weight=QFont.Weight.Medium)
        about = Label(theme, told, tone="text2")
        about.setWordWrap(True)
        head = row(title, ChipLabel(theme, chip), None, *self._buttons(entry))
        body = column(spacing=2, margins=(12, 4, 4, 8))
        body.addLayout(head)
        body.addWidget(about)
        line = frame(card="sunken")
        line.setLayout(body)
        line.setAccessibleName(f"{title.text()}: {chip.word}, {told}")
        return line

    def _buttons(self, entry: Entry) -> list[Button]:
        made = [self._button(entry, self.tr("Slip"), self.slip_asked)]
        if entry.is_waiting and self._context.is_ready:
            made = [
                self._button(entry, self.tr("Choose booking…"), self.choose_asked),
                *made,
                self._button(entry, self.tr("Undo…"), self.undo_asked),
            ]
        elif entry.state is KeptState.DELIVERED and self._context.is_ready:
            made = [self._button(entry, self.tr("Receipt"), self.receipt_asked)]
        return made

    def _button(self, entry: Entry, words: str, asked: object) -> Button:
        made = Button(self._context.theme, words, kind="text")
        made.setAutoDefault(False)
        made.setAccessibleName(f"{words} {entry.kept.slip}")
        made.clicked.connect(partial(asked.emit, entry))  # type: ignore[attr-defined]
        return made


class WaitingDialog(DeskDialog):
    """``deliver_asked``: now. The other signals are those of the lines."""

    deliver_asked = Signal()

    def __init__(self, context: Context, parent: QWidget, outbox: OutboxService) -> None:
        about = context.tr("taken while the database was away")
        super().__init__(context, parent, context.tr("Cash that waits"), about, _WIDTH)
        self._outbox = outbox
        self.lines = WaitingLines(context)
        self._nothing = Label(context.theme, self.tr("Nothing waits."), tone="text2")
        self.body.addWidget(self._nothing)
        self.body.addWidget(self.lines)
        self.add_buttons(self.tr("Deliver now"), leave=self.tr("Close"))
        context.away.changed.connect(self.reload)
        self.reload()

    def submit(self) -> None:
        """Deliver what waits."""
        self.deliver_asked.emit()

    @Slot()
    def reload(self) -> None:
        """Read what is in the outbox."""
        self.context.tasks.run(Lane.READ, self, self._outbox.entries, self._show, self.fail, channel="entries")

    def _show(self, entries: list[Entry]) -> None:
        waiting = [one for one in entries if one.is_waiting]
        ended = sorted((one for one in entries if not one.is_waiting), key=lambda one: one.ended_at or 0, reverse=True)
        shown = [*waiting, *ended[:_ENDED]]
        self.lines.show_entries(shown)
        self._nothing.setVisible(not shown)
        self.set_allowed(bool(waiting) and self.context.away.since is None)
        if self.save.isEnabled():
            self.save.setFocus()  # Enter does what stands on it; the buttons of the lines are others now
