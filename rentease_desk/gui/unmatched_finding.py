"""The bookings that an unmatched payment may be for: suggested, or found by a search, and which of them is chosen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.matching import Candidate, Suggestions
from rentease_desk.domain.payment import Payment
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.unmatched_models import CandidatesModel, WaitingModel
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.match_page import MatchPanel


class Finding(QObject):
    """``shown``: others are shown, or another is chosen. ``left``: the keyboard goes back to the list of payments.

    ``answered`` carries the key of the payment for which bookings were read, ``failed`` a KnownError.
    """

    shown = Signal()
    left = Signal()
    answered = Signal(object)
    failed = Signal(object)

    def __init__(
        self, context: Context, waiting: WaitingModel, found: CandidatesModel, panel: MatchPanel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._context, self._waiting, self._found, self._panel = context, waiting, found, panel
        self._candidates, self._search = panel.candidates, panel.search
        self._payment: Payment | None = None
        self._found_for = -1
        self._is_hinting = self._is_searching = False
        self._candidates.selectionModel().currentChanged.connect(self.shown)
        self._candidates.clicked.connect(self.left)
        self._search.textChanged.connect(self._look)
        self._search.installEventFilter(self)
        waiting.hint_wanted.connect(self._find_hints, Qt.ConnectionType.QueuedConnection)

    def show(self, payment: Payment | None, kept: int | None = None) -> None:
        """Ask again, for this payment. ``kept``: the booking that was chosen before, and stays so if it is among those
        that are found; else none is.
        """
        self._payment = payment
        if payment is None:
            self._found.show([])
        else:
            self._ask(payment.pk, kept)
        self.shown.emit()

    def chosen_for(self, payment: Payment | None) -> Candidate | None:
        """The booking that is chosen; none while those on the screen were found for another payment."""
        return self._found.item_at(self._candidates.currentIndex().row()) if self._is_for(payment) else None

    def kept_for(self, payment: Payment | None) -> int | None:
        """The key of the booking that is chosen for a payment; −1: none of those on the screen."""
        if not self._is_for(payment) or not self._found.items:
            return None
        chosen = self.chosen_for(payment)
        return -1 if chosen is None else chosen.booking.pk

    def why_none(self, payment: Payment | None) -> str:
        """Why no booking is chosen."""
        if not self._is_for(payment):
            return self.tr("The bookings for this payment are still being looked for.")
        if self._found.items:
            return self.tr("The booking that was chosen is not among these any more: a number chooses another.")
        return self.tr("There is no booking to put it on: S searches for one.")

    def choose(self, row: int) -> None:
        """Choose one of those that are shown."""
        if 0 <= row < self._found.rowCount():
            self._candidates.mark(row)

    def begin_search(self) -> None:
        """Let a booking be searched for the payment on show."""
        if self._payment is not None:
            self._is_searching = True
            self._panel.show_search(True)
            self._search.setFocus()

    def end_search(self) -> None:
        """What is suggested is shown again, once it is asked for."""
        self._is_searching = False
        self._panel.show_search(False)
        if self._search.text():
            self._search.blockSignals(True)
            self._search.clear()
            self._search.blockSignals(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """In the search, ↑ and ↓ go through the bookings, Enter goes back to the list, Escape ends it."""
        if watched is self._search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._search_key(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _search_key(self, key: Qt.Key) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if key in steps:
            self.choose(self._candidates.currentIndex().row() + steps[key])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.left.emit()
        elif key == Qt.Key.Key_Escape:
            self.end_search()
            self.left.emit()
            self.show(self._payment)
        else:
            return False
        return True

    def _is_for(self, payment: Payment | None) -> bool:
        return payment is not None and payment.pk == self._found_for

    @Slot()
    def _look(self) -> None:
        if self._payment is not None:
            self._ask(self._payment.pk)

    def _ask(self, pk: int, kept: int | None = None) -> None:
        """What is suggested for a payment, or found by the search."""
        matching, text = self._context.services.matching, self._search.text().strip()
        looking = self._is_searching and bool(text)
        work = (lambda: matching.search(pk, text)) if looking else (lambda: matching.suggest(pk))
        self._context.tasks.run(
            Lane.READ, self, work, lambda found: self._show(found, kept, looking), self._not_found, channel="found"
        )

    def _show(self, found: Suggestions, kept: int | None, looking: bool) -> None:
        self.answered.emit(found.payment.pk)
        if self._payment is None or found.payment.pk != self._payment.pk:
            return
        if not looking:
            self._waiting.keep(found.payment.pk, found)
        self._found_for = found.payment.pk
        self._found.currency = found.payment.currency
        self._found.show(found.candidates)
        keys = [one.booking.pk for one in found.candidates]
        self._candidates.mark(0 if kept is None else keys.index(kept) if kept in keys else -1)
        self._panel.show_found(len(found.candidates), self._nothing_words(found, looking))
        self.shown.emit()

    def _nothing_words(self, found: Suggestions, looking: bool) -> str:
        if looking:
            return self.tr("No booking in {currency} fits the search.").format(currency=found.payment.currency.upper())
        if not found.has_currency:
            return self.tr("There is no booking in {currency}.").format(currency=found.payment.currency.upper())
        return self.tr("Nothing speaks for any booking. S searches for one.")

    def _not_found(self, error: KnownError) -> None:
        self.failed.emit(error)

    @Slot()
    def _find_hints(self) -> None:
        """One after the other: somebody may wait for a more urgent answer."""
        pk = next(iter(self._waiting.wanted), None)
        if pk is None or self._is_hinting or not self._context.is_ready:
            return
        self._is_hinting = True
        matching = self._context.services.matching
        self._context.tasks.run(
            Lane.READ, self, lambda: matching.suggest(pk), lambda found: self._waiting.keep(pk, found),
            lambda _error: self._waiting.wanted.pop(pk, None), ended=self._hinted,
        )  # fmt: skip

    def _hinted(self) -> None:
        self._is_hinting = False
        QTimer.singleShot(0, self, self._find_hints)
