"""Giving money of a payment back, whole or in part, with a reason: by its method, or through Stripe."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Payment, Source
from rentease_desk.domain.refunds import RefundDraft, Refunded
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.amount_edit import AmountEdit
from rentease_desk.gui.widgets.basics import Label
from rentease_desk.gui.widgets.form import Field, Form
from rentease_desk.gui.words import method_name


class RefundPaymentDialog(DeskDialog):
    """``planned`` carries the Refunded, once it is written down: of a Stripe payment it is still to be sent.

    ``left``: what may be given back.
    """

    planned = Signal(object)

    def __init__(self, context: Context, parent: QWidget, payment: Payment, left: Money) -> None:
        name = method_name(payment.source, payment.method, payment.brand, context.settings)
        card = f"{name} •• {payment.last4}" if payment.last4 else name
        about = " · ".join(part for part in (card, payment.guest or payment.payer_name) if part)
        super().__init__(context, parent, context.tr("Refund payment"), about)
        self._payment, self._uid = payment, context.services.desk.ids.uid()
        self.amount = AmountEdit(context, left.currency, large=True)
        self.amount.show_minor(left.minor)
        self.reason = QLineEdit()
        self.reason.setProperty("field", True)
        self.reason.setPlaceholderText(self.tr("left a day early, room too loud, …"))
        amount = Field(context, self.tr("Amount, {currency}").format(currency=left.currency.upper()), self.amount)
        words = self.tr("{left} of {amount} left")
        paid = context.formats.money(payment.money)
        amount.set_aside(words.format(left=context.formats.money(left), amount=paid))
        reason = Field(context, self.tr("Reason"), self.reason)
        self.form = Form(context, {"amount": amount, "reason": reason})
        told = Label(context.theme, self._way(name), tone="text2")
        told.setWordWrap(True)
        for part in (amount, reason, told):
            self.body.addWidget(part)
        self.add_buttons(self.tr("Refund"))
        self.amount.changed.connect(self._name_button)
        self.select_all_on_focus(self.amount)
        self._name_button()
        self.amount.setFocus()

    def submit(self) -> None:
        """Write it down."""
        self.form.clear()
        try:
            draft = RefundDraft(self._uid, self._payment.pk, self.amount.money(), self.reason.text())
        except InputError as error:
            self.fail(error)
            return
        self.set_busy(True, saving=True)
        refunds = self.context.services.refunds
        self.context.tasks.run(Lane.WRITE, self, lambda: refunds.plan(draft).value, self._done, self.fail)

    def _way(self, name: str) -> str:
        if self._payment.source is Source.STRIPE:
            return self.tr("It goes back to the card through Stripe, and is pending until Stripe says that it is done.")
        return self.tr("It goes back as {method}, and counts today.").format(method=name)

    def _name_button(self) -> None:
        money = self.amount.money_or_none()
        amount = "" if money is None else self.context.formats.money(money)
        self.save.setText(self.tr("Refund {amount}").format(amount=amount).strip())

    def _done(self, refunded: Refunded) -> None:
        self.planned.emit(refunded)
        self.accept()
