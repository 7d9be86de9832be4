"""Receipts, from wherever in the window they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.payment import Payment
from rentease_desk.gui.context import Context
from rentease_desk.gui.tasks import Lane

if TYPE_CHECKING:
    from rentease_desk.domain.receipts import Given


class ReceiptDeeds(QObject):
    """``told`` carries a sentence, ``refused`` a KnownError."""

    told = Signal(str)
    refused = Signal(object)

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window

    @Slot(object, object)
    def ask(self, payment_pk: int, refund_pk: int | None) -> None:
        """Show the receipt of a payment, or of a refund of it."""
        self._look((payment_pk, refund_pk), at_once=False)

    @Slot(object)
    def print_now(self, payment: Payment) -> None:
        """Print the receipt of a payment that was just taken; where no printer is known yet, it is asked for."""
        self._look((payment.pk, None), at_once=True)

    def _look(self, of: tuple[int, int | None], *, at_once: bool) -> None:
        receipts = self._context.services.receipts
        self._context.tasks.run(
            Lane.READ,
            self,
            lambda: receipts.look(*of),
            lambda shown: self._open(of, shown, at_once=at_once),
            self.refused.emit,
            channel="receipt",
        )

    def _open(self, of: tuple[int, int | None], shown: Given, *, at_once: bool) -> None:
        from rentease_desk.gui.dialogs.receipt import ReceiptDialog

        dialog = ReceiptDialog(self._context, self._window, of, shown)
        dialog.given_out.connect(lambda _given, words: self.told.emit(words))
        dialog.open()
        if at_once:
            dialog.submit()
