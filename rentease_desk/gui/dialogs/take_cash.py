"""Taking cash while the database is away and no booking can be looked up: a reference is typed."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.clock import RandomIds
from rentease_desk.domain.errors import InputError
from rentease_desk.domain.money import Money, require_positive
from rentease_desk.domain.outbox import KeepDraft
from rentease_desk.domain.payment import MethodKind
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.amount_edit import AmountEdit
from rentease_desk.gui.widgets.basics import Label, row
from rentease_desk.gui.widgets.cash_counter import CashCounter
from rentease_desk.gui.widgets.fields import text_field
from rentease_desk.gui.widgets.form import Field, Form
from rentease_desk.services.outbox import OutboxService


class TakeCashDialog(DeskDialog):
    """``kept`` carries the Kept. The identity of the payment is made when the dialog opens."""

    kept = Signal(object)

    def __init__(self, context: Context, parent: QWidget, outbox: OutboxService) -> None:
        super().__init__(context, parent, context.tr("Take cash"), context.tr("while the database is away"))
        self._outbox, self._uid = outbox, RandomIds().uid()
        currency = context.settings.currency
        self.reference, self.note = text_field(self.tr("as it stands on the booking")), text_field()
        self.amount = AmountEdit(context, currency, large=True)
        self.cash = CashCounter(context, currency)
        self._build(currency.upper())
        self.amount.changed.connect(self._changed)
        self._changed()
        self.reference.setFocus()

    def submit(self) -> None:
        """Keep it."""
        self.form.clear()
        try:
            draft = self._draft()
        except InputError as error:
            self.fail(error)
            return
        self.set_busy(True, saving=True)
        outbox, settings = self._outbox, self.context.settings
        self.context.tasks.run(Lane.WRITE, self, lambda: outbox.keep(draft, settings), self._saved, self.fail)

    def _build(self, code: str) -> None:
        context = self.context
        words = self.tr(
            "The payment is kept at this desk and finds its booking by this reference when the database is back. "
            "Nothing is guessed: if no booking has it, somebody is asked."
        )
        told = Label(context.theme, words, tone="text2")
        told.setWordWrap(True)
        reference = Field(context, self.tr("Booking reference"), self.reference)
        amount = Field(context, self.tr("Amount, {code}").format(code=code), self.amount)
        tendered = Field(context, self.tr("Tendered, {code}").format(code=code), self.cash.edit)
        note = Field(context, self.tr("Note"), self.note)
        self.form = Form(context, {"reference": reference, "amount": amount, "tendered": tendered, "note": note})
        amounts = row(amount, tendered, spacing=16)
        amounts.setStretch(0, 1)
        amounts.setStretch(1, 1)
        self.body.addWidget(told)
        self.body.addWidget(reference)
        self.body.addLayout(amounts)
        self.body.addWidget(self.cash)
        self.body.addWidget(note)
        self.add_buttons(self.tr("Keep"))

    def _draft(self) -> KeepDraft:
        reference = self.reference.text().strip()
        if not reference:
            raise InputError("outbox.reference_missing", field="reference")
        money = require_positive(self.amount.money())
        try:
            tendered = self.cash.given()
        except InputError as error:
            raise InputError(error.code, field="tendered", **error.params) from error
        return KeepDraft(self._uid, money, reference=reference, note=self.note.text(), tendered=tendered)

    def _saved(self, kept: object) -> None:
        self.accept()
        self.kept.emit(kept)

    @Slot()
    def _changed(self) -> None:
        money = self.amount.money_or_none()
        method = next((one for one in self.context.settings.methods if one.kind is MethodKind.CASH), None)
        due = money
        if money is not None and method is not None:
            due = Money(self.context.settings.cash_due(method, money), money.currency)
        self.cash.set_due(due)
        amount = "" if due is None else self.context.formats.money(due)
        self.save.setText(self.tr("Keep {amount}").format(amount=amount).strip())
