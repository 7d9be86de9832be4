"""Taking a charge back by a new line, with a reason."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.charges import ReverseDraft
from rentease_desk.domain.folio import Charge
from rentease_desk.domain.money import Money
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.basics import Label
from rentease_desk.gui.widgets.fields import text_field
from rentease_desk.gui.widgets.form import Field, Form
from rentease_desk.gui.words import charge_text


class ReverseChargeDialog(DeskDialog):
    """``reversed`` carries the Charge that takes the other one back, once it is saved."""

    reversed = Signal(object)

    def __init__(self, context: Context, parent: QWidget, charge: Charge, currency: str) -> None:
        amount = context.formats.money(Money(charge.amount, currency))
        super().__init__(context, parent, context.tr("Reverse charge"), f"{charge_text(charge)} · {amount}")
        self._pk, self._uid = charge.pk, context.services.desk.ids.uid()
        self.reason = text_field(self.tr("wrong room, typed twice, …"))
        text = self.tr(
            "Both lines stay on the folio, struck through, with your reason. They count as nothing together."
        )
        told = Label(context.theme, text, tone="text2")
        told.setWordWrap(True)
        field = Field(context, self.tr("Reason"), self.reason)
        self.form = Form(context, {"reason": field})
        self.body.addWidget(told)
        self.body.addWidget(field)
        self.add_buttons(self.tr("Reverse {amount}").format(amount=amount))
        self.reason.setFocus()

    def submit(self) -> None:
        """Take it back."""
        self.form.clear()
        self.set_busy(True, saving=True)
        charges, draft = self.context.services.charges, ReverseDraft(self._uid, self._pk, self.reason.text())
        self.context.tasks.run(Lane.WRITE, self, lambda: charges.reverse(draft).value, self._done, self.fail)

    def _done(self, charge: Charge) -> None:
        self.reversed.emit(charge)
        self.accept()
