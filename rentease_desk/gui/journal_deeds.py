"""The journal, and what happened to bookings and payments, from wherever in the window it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.history import HistoryLine
from rentease_desk.domain.verification import DayHead
from rentease_desk.gui.context import Context
from rentease_desk.gui.tasks import Lane

if TYPE_CHECKING:
    from rentease_desk.gui.dialogs.journal import JournalDialog


class JournalDeeds(QObject):
    """``refused`` carries a KnownError."""

    refused = Signal(object)

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        self._dialog: JournalDialog | None = None

    def stop(self) -> None:
        """End a walk that is under way."""
        if self._dialog is not None and shiboken6.isValid(self._dialog):
            self._dialog.stop()

    @Slot()
    def ask(self) -> None:
        """Show the journal's head of today, and what can be done with it."""
        if self._context.is_ready:
            journal = self._context.services.journal
            self._context.tasks.run(Lane.READ, self, journal.head, self._open, self.refused.emit, channel="journal")

    @Slot(object, str)
    def of_booking(self, pk: int, about: str) -> None:
        """What happened to a booking."""
        journal = self._context.services.journal
        self._read(lambda: journal.history_of_booking(pk), self.tr("History of the booking"), about)

    @Slot(object, str)
    def of_payment(self, pk: int, about: str) -> None:
        """What happened to a payment."""
        journal = self._context.services.journal
        self._read(lambda: journal.history_of_payment(pk), self.tr("History of the payment"), about)

    def _read(self, work: Callable[[], list[HistoryLine]], title: str, about: str) -> None:
        show = lambda lines: self._show(title, about, lines)  # noqa: E731 - a word
        self._context.tasks.run(Lane.READ, self, work, show, self.refused.emit, channel="history")

    def _show(self, title: str, about: str, lines: Sequence[HistoryLine]) -> None:
        from rentease_desk.gui.dialogs.history import HistoryDialog

        HistoryDialog(self._context, self._window, title, about, lines).open()

    def _open(self, today: DayHead) -> None:
        from rentease_desk.gui.dialogs.journal import JournalDialog

        self._dialog = JournalDialog(self._context, self._window, today)
        self._dialog.open()
