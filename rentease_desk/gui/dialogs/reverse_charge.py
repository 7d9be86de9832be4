"""Taking a charge back by a new line, with a reason."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.charges import ReverseDraft
from rentease_desk.domain.folio import Charge
from rentease_desk.domain.money import Money
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.reason_dialog import ReasonDialog
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.words import charge_text


class ReverseChargeDialog(ReasonDialog):
    """``reversed`` carries the Charge that takes the other one back, once it is saved."""

    reversed = Signal(object)

    def __init__(self, context: Context, parent: QWidget, charge: Charge, currency: str) -> None:
        amount = context.formats.money(Money(charge.amount, currency))
        super().__init__(context, parent, context.tr("Reverse charge"), f"{charge_text(charge)} · {amount}")
        self._pk, self._uid = charge.pk, context.services.desk.ids.uid()
        text = self.tr(
            "Both lines stay on the folio, struck through, with your reason. They count as nothing together."
        )
        example = self.tr("wrong room, typed twice, …")
        self.ask(text, example, self.tr("Reverse {amount}").format(amount=amount))

    def submit(self) -> None:
        """Take it back."""
        self.begin()
        charges, draft = self.context.services.charges, ReverseDraft(self._uid, self._pk, self.reason.text())
        self.context.tasks.run(Lane.WRITE, self, lambda: charges.reverse(draft).value, self._done, self.fail)

    def _done(self, charge: Charge) -> None:
        self.reversed.emit(charge)
        self.accept()
