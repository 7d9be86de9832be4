"""What is left of a payment goes to another booking."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.money import Money
from rentease_desk.domain.parts import MoveDraft, Part, Parts
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.match_words import paid_with
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.basics import Label
from rentease_desk.gui.widgets.booking_picker import BookingPicker
from rentease_desk.gui.widgets.fields import text_field
from rentease_desk.gui.widgets.form import Field, Form


class MovePaymentDialog(DeskDialog):
    """``moved`` carries the Parts, once it is done. ``part``: what is moved."""

    moved = Signal(object)

    def __init__(self, context: Context, parent: QWidget, found: Parts, part: Part) -> None:
        payment = found.payment
        self._amount = context.formats.money(Money(part.left, payment.currency))
        about = f"{paid_with(payment, context)} · {self._amount}"
        super().__init__(context, parent, context.tr("Move payment"), about)
        self._payment, self._part, self._uid = payment, part, context.services.desk.ids.uid()
        self.picker = BookingPicker(context, payment.pk)
        self.picker.left_out = frozenset({part.booking_pk or 0})
        self.reason = text_field(self.tr("paid by the wrong room, …"))
        booking = Field(context, self.tr("To booking"), self.picker)
        reason = Field(context, self.tr("Reason"), self.reason)
        self.form = Form(context, {"booking": booking, "reason": reason})
        told = Label(context.theme, self._words(part), tone="text2")
        told.setWordWrap(True)
        for widget in (booking, reason, told):
            self.body.addWidget(widget)
        self.add_buttons(self.tr("Move"))
        self.picker.changed.connect(self._name_button)
        self.picker.failed.connect(self.fail)
        self.picker.look()
        self.picker.edit.setFocus()

    def submit(self) -> None:
        """Move it to the chosen booking."""
        self.form.clear()
        chosen = self.picker.booking
        if chosen is None:
            self.fail(InputError("parts.choose", field="booking"))
            return
        part = self._part
        draft = MoveDraft(self._uid, self._payment.pk, chosen.pk, part.booking_pk, part.left, self.reason.text())
        self.set_busy(True, saving=True)
        parts = self.context.services.parts
        self.context.tasks.run(Lane.WRITE, self, lambda: parts.move(draft).value, self._done, self.fail)

    def _words(self, part: Part) -> str:
        if part.back:
            back = self.context.formats.money(Money(part.back, self._payment.currency))
            return self.tr("{back} was given back and stays here. The payment stays one payment.").format(back=back)
        return self.tr("The payment itself does not change: date, amount and Stripe stay as they are.")

    @Slot()
    def _name_button(self) -> None:
        chosen = self.picker.booking
        words = self.tr("Move {amount} to {reference}") if chosen else self.tr("Move")
        self.save.setText(words.format(amount=self._amount, reference=chosen.reference if chosen else ""))
        self.set_allowed(chosen is not None)

    def _done(self, found: Parts) -> None:
        self.moved.emit(found)
        self.accept()
