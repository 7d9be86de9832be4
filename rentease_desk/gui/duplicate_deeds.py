"""Payments that look alike: how many pairs wait for a person, and the dialog in which they are compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.changes import Changes
from rentease_desk.gui.context import Context
from rentease_desk.gui.tasks import Lane

if TYPE_CHECKING:
    from rentease_desk.domain.duplicates import Pair

_SOON = 400
"""Milliseconds without another change, and it is counted: a sync writes page after page."""


class DuplicateDeeds(QObject):
    """``told`` carries a sentence, ``refused`` a KnownError, ``counted`` how many pairs wait."""

    told = Signal(str)
    refused = Signal(object)
    counted = Signal(object)

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        self._soon = QTimer(self, singleShot=True, interval=_SOON)
        self._soon.timeout.connect(self.count)
        context.changed.connect(self._refresh)

    @Slot(object)
    def ask(self, payment_pk: int | None = None) -> None:
        """Show the pairs of a payment; None: all that nobody has said anything of."""
        if not self._context.is_ready:
            return
        duplicates = self._context.services.duplicates
        nothing = self.tr("No card payment seems to stand here twice.")
        work: Callable[[], list[Pair]] = duplicates.waiting
        if payment_pk is not None:
            pk, nothing = (
                payment_pk,
                self.tr("No payment looks like this one: same amount, card, and two days at most."),
            )
            work = lambda: duplicates.of_payment(pk)  # noqa: E731 - a word
        self._context.tasks.run(
            Lane.READ, self, work, lambda found: self._open(found, nothing), self.refused.emit, channel="compare"
        )

    def _open(self, found: Sequence[Pair], nothing: str) -> None:
        if not found:
            self.told.emit(nothing)
            return
        from rentease_desk.gui.dialogs.duplicates import DuplicatesDialog

        dialog = DuplicatesDialog(self._context, self._window, found)
        dialog.said.connect(self.told)
        dialog.open()

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        if changes.payments or changes.refunds or changes.bookings:
            self._soon.start()

    @Slot()
    def count(self) -> None:
        """Count the pairs that wait."""
        duplicates = self._context.services.duplicates
        self._context.tasks.run(Lane.READ, self, lambda: len(duplicates.waiting()), self.counted.emit, channel="pairs")
