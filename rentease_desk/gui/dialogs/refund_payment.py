"""Giving money of a payment back, whole or in part, with a reason: by its method, or through Stripe."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.money import Money
from rentease_desk.domain.parts import Part, Parts
from rentease_desk.domain.payment import Source
from rentease_desk.domain.refunds import RefundDraft, Refunded
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.approval import run_approved
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.amount_edit import AmountEdit
from rentease_desk.gui.widgets.basics import Label
from rentease_desk.gui.widgets.fields import ComboField
from rentease_desk.gui.widgets.form import Field, Form
from rentease_desk.gui.words import method_name


class RefundPaymentDialog(DeskDialog):
    """``planned`` carries the Refunded, once it is written down: of a Stripe payment it is still to be sent.

    ``some``: the parts of which money may go back; of several, one is chosen here.
    """

    planned = Signal(object)

    def __init__(self, context: Context, parent: QWidget, found: Parts, some: Sequence[Part]) -> None:
        payment = found.payment
        name = method_name(payment.source, payment.method, payment.brand, context.settings)
        card = f"{name} •• {payment.last4}" if payment.last4 else name
        badge = context.settings.badge(payment.stripe_account)
        about = " · ".join(part for part in (card, badge, payment.guest or payment.payer_name) if part)
        super().__init__(context, parent, context.tr("Refund payment"), about)
        self._payment, self._uid = payment, context.services.desk.ids.uid()
        self._some, self._is_split = some, found.is_split
        self.booking = ComboField(context.theme)
        self.booking.addItems([self._told(part) for part in some])
        self.booking.setCurrentIndex(0 if len(some) == 1 else -1)
        self.booking.setPlaceholderText(self.tr("↓ chooses"))
        self.amount = AmountEdit(context, payment.currency, large=True)
        self.reason = QLineEdit()
        self.reason.setProperty("field", True)
        self.reason.setPlaceholderText(self.tr("left a day early, room too loud, …"))
        words = self.tr("Amount, {currency}").format(currency=payment.currency.upper())
        amount, reason = Field(context, words, self.amount), Field(context, self.tr("Reason"), self.reason)
        fields = {"amount": amount, "reason": reason}
        if len(some) > 1:
            fields = {"booking": Field(context, self.tr("Booking"), self.booking), **fields}
        self.form = Form(context, fields)
        told = Label(context.theme, self._way(name), tone="text2")
        told.setWordWrap(True)
        self.rounding = Label(context.theme, tone="text2")
        self.rounding.setWordWrap(True)
        for widget in (*fields.values(), self.rounding, told):
            self.body.addWidget(widget)
        self.add_buttons(self.tr("Refund"))
        self.amount.changed.connect(self._name_button)
        self.select_all_on_focus(self.amount)
        self.booking.currentIndexChanged.connect(self._show_part)
        self._show_part()
        (self.amount if len(some) == 1 else self.booking).setFocus()

    @property
    def _part(self) -> Part | None:
        """Whose money goes back."""
        at = self.booking.currentIndex()
        return self._some[at] if at >= 0 else None

    def submit(self) -> None:
        """Write it down."""
        self.form.clear()
        part = self._part
        if part is None:
            names = ", ".join(one.reference or "" for one in self._some)
            self.fail(InputError("refund.which", field="booking", references=names))
            return
        try:
            money = self.amount.money()
            reason, out = self.reason.text(), self._out(money)
            draft = RefundDraft(self._uid, self._payment.pk, money, reason, part.booking_pk, out)
        except InputError as error:
            self.fail(error)
            return
        self.set_busy(True, saving=True)
        refunds = self.context.services.refunds
        # The key is looked for first, and a keyring may take its time.
        lane = Lane.NETWORK if self._payment.source is Source.STRIPE else Lane.WRITE
        work = lambda given: refunds.plan(draft, given).value  # noqa: E731 - a word
        run_approved(self.context, lane, self, self, work, self._done, self.fail)

    def _way(self, name: str) -> str:
        if self._payment.source is Source.STRIPE:
            return self.tr("It goes back to the card through Stripe, and is pending until Stripe says that it is done.")
        return self.tr("It goes back as {method}, and counts today.").format(method=name)

    def _told(self, part: Part) -> str:
        left = self.context.formats.money(Money(part.left, self._payment.currency))
        return self.tr("{reference} · {left} left").format(reference=part.reference, left=left)

    @Slot()
    def _show_part(self) -> None:
        """All that is left of the part is proposed; of no part, nothing."""
        part, money = self._part, self.context.formats.money
        if part is not None:
            self.form.clear()
            self.amount.show_minor(part.left)
            words = self.tr("{left} of {amount} left")
            if self._is_split:
                words = self.tr("{left} left on {reference}, of {amount} in all")
            left, paid = money(Money(part.left, self._payment.currency)), money(self._payment.money)
            told = words.format(left=left, amount=paid, reference=part.reference)
            self.form.fields["amount"].set_aside(told)
        self._name_button()

    def _name_button(self) -> None:
        money = self.amount.money_or_none()
        amount = "" if money is None else self.context.formats.money(money)
        self.save.setText(self.tr("Refund {amount}").format(amount=amount).strip())
        self.rounding.setText("" if money is None else self._rounded(money))
        self.rounding.setVisible(bool(self.rounding.text()))

    def _rounded(self, money: Money) -> str:
        """What is handed out, where that is not the amount."""
        out = self._out(money)
        if out == money.minor:
            return ""
        formats = self.context.formats
        by, due = formats.signed(out - money.minor, money.currency), formats.money(Money(out, money.currency))
        text = self.tr("In cash {due}: rounded by {by}. On the folio it counts as {amount}.")
        return text.format(due=due, by=by, amount=formats.money(money))

    def _out(self, money: Money) -> int:
        """What is handed out, or goes back through Stripe, minor units."""
        by_hand = self._payment.source is Source.MANUAL
        return self.context.settings.cash_back(self._payment.method, money) if by_hand else money.minor

    def _done(self, refunded: Refunded) -> None:
        self.planned.emit(refunded)
        self.accept()
