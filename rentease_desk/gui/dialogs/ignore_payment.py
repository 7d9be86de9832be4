"""Saying why a card payment belongs to no booking."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import IgnoreDraft, Payment
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.reason_dialog import ReasonDialog
from rentease_desk.gui.match_words import payer
from rentease_desk.gui.tasks import Lane


class IgnorePaymentDialog(ReasonDialog):
    """``writing`` tells whether it is being written, ``ignored`` carries the Payment, once it is. What was typed twice,
    or sent twice, is written once.
    """

    writing = Signal(bool)
    ignored = Signal(object)

    def __init__(self, context: Context, parent: QWidget, payment: Payment) -> None:
        amount = context.formats.money(Money(payment.amount - payment.refunded, payment.currency))
        super().__init__(context, parent, context.tr("Ignore payment"), f"{payer(payment)} · {amount}")
        self._payment, self._uid = payment, context.services.desk.ids.uid()
        text = self.tr(
            "It waits for no booking any more. It stays money: in the payments, the sums and the files. Should it get "
            "a booking later, it is ignored no more."
        )
        self.ask(text, self.tr("web shop, gift voucher, …"), self.tr("Ignore {amount}").format(amount=amount))

    def submit(self) -> None:
        """Write it, with the payment as it was seen."""
        self.begin()
        self.writing.emit(True)
        matching = self.context.services.matching
        draft = IgnoreDraft(self._uid, self._payment.pk, self.reason.text(), self._payment.version)
        self.context.tasks.run(Lane.WRITE, self, lambda: matching.ignore(draft).value, self._done, self._not_done)

    def _not_done(self, error: KnownError) -> None:
        self.writing.emit(False)
        self.fail(error)

    def _done(self, payment: Payment) -> None:
        self.ignored.emit(payment)
        self.accept()
