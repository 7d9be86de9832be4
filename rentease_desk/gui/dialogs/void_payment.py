"""Taking a manual payment back on its own day, with a reason."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Payment, Source
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.basics import Label
from rentease_desk.gui.widgets.form import Field, Form
from rentease_desk.gui.words import method_name


class VoidPaymentDialog(DeskDialog):
    """``voided`` carries the Payment, once it is void."""

    voided = Signal(object)

    def __init__(self, context: Context, parent: QWidget, payment: Payment) -> None:
        amount = context.formats.money(Money(payment.amount, payment.currency))
        name = method_name(Source(payment.source), payment.method, payment.brand, context.settings)
        super().__init__(context, parent, context.tr("Void payment"), f"{name} · {amount}")
        self._pk = payment.pk
        self.reason = QLineEdit()
        self.reason.setProperty("field", True)
        self.reason.setPlaceholderText(self.tr("typed twice, wrong guest, …"))
        text = self.tr("It stays on the folio, struck through, with your reason. It counts as nothing from now on.")
        told = Label(context.theme, text, tone="text2")
        told.setWordWrap(True)
        field = Field(context, self.tr("Reason"), self.reason)
        self.form = Form(context, {"reason": field})
        self.body.addWidget(told)
        self.body.addWidget(field)
        self.add_buttons(self.tr("Void {amount}").format(amount=amount))
        self.reason.setFocus()

    def submit(self) -> None:
        """Void it."""
        self.form.clear()
        self.set_busy(True, saving=True)
        payments, pk, reason = self.context.services.payments, self._pk, self.reason.text()
        self.context.tasks.run(Lane.WRITE, self, lambda: payments.void(pk, reason).value, self._done, self.fail)

    def _done(self, payment: Payment) -> None:
        self.voided.emit(payment)
        self.accept()
