"""Taking a manual payment back on its own day, with a reason."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Payment, Source
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.approval import run_approved
from rentease_desk.gui.dialogs.reason_dialog import ReasonDialog
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.words import method_name


class VoidPaymentDialog(ReasonDialog):
    """``voided`` carries the Payment, once it is void."""

    voided = Signal(object)

    def __init__(self, context: Context, parent: QWidget, payment: Payment) -> None:
        amount = context.formats.money(Money(payment.amount, payment.currency))
        name = method_name(Source(payment.source), payment.method, payment.brand, context.settings)
        super().__init__(context, parent, context.tr("Void payment"), f"{name} · {amount}")
        self._pk = payment.pk
        text = self.tr("It stays on the folio, struck through, with your reason. It counts as nothing from now on.")
        example = self.tr("typed twice, wrong guest, …")
        self.ask(text, example, self.tr("Void {amount}").format(amount=amount))

    def submit(self) -> None:
        """Void it."""
        self.begin()
        payments, pk, reason = self.context.services.payments, self._pk, self.reason.text()
        work = lambda given: payments.void(pk, reason, given).value  # noqa: E731 - a word
        run_approved(self.context, Lane.WRITE, self, self, work, self._done, self.fail)

    def _done(self, payment: Payment) -> None:
        self.voided.emit(payment)
        self.accept()
