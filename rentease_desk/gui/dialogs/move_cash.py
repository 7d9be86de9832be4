"""Cash that goes into a drawer or out of it without a guest: how much, and why."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.drawers import Figures, MovementDraft, MovementKind
from rentease_desk.domain.errors import InputError
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.amount_edit import AmountEdit
from rentease_desk.gui.widgets.basics import Label
from rentease_desk.gui.widgets.fields import text_field
from rentease_desk.gui.widgets.form import Field, Form


class MoveCashDialog(DeskDialog):
    """``moved`` carries a sentence about what was written."""

    moved = Signal(str)

    def __init__(self, context: Context, parent: QWidget, kind: MovementKind) -> None:
        titles = {MovementKind.PAID_IN: context.tr("Paid in"), MovementKind.PAID_OUT: context.tr("Paid out"),
                  MovementKind.DROP: context.tr("Drop")}  # fmt: skip
        super().__init__(context, parent, titles[kind], context.services.desk.operator.desk)
        self._kind, self._title, self._uid = kind, titles[kind], context.services.desk.ids.uid()
        told = {
            MovementKind.PAID_IN: self.tr("Cash that no guest has paid goes into the drawer."),
            MovementKind.PAID_OUT: self.tr("Cash leaves the drawer for something else than a refund to a guest."),
            MovementKind.DROP: self.tr("Cash is put away from the drawer into the safe."),
        }
        examples = {
            MovementKind.PAID_IN: self.tr("coins from the safe"),
            MovementKind.PAID_OUT: self.tr("flowers for the lobby"),
            MovementKind.DROP: self.tr("to the safe"),
        }
        self.amount = AmountEdit(context, context.settings.currency, large=True)
        self.reason = text_field(examples[kind])
        fields = {
            "amount": Field(
                context, self.tr("Amount, {currency}").format(currency=context.settings.currency.upper()), self.amount
            ),
            "reason": Field(context, self.tr("Reason"), self.reason),
        }
        self.form = Form(context, fields)
        self.body.addWidget(Label(context.theme, told[kind], tone="text2"))
        for field in fields.values():
            self.body.addWidget(field)
        self.add_buttons(self._title)
        self.amount.setFocus()

    def submit(self) -> None:
        """Write it."""
        self.form.clear()
        try:
            draft = MovementDraft(self._uid, self._kind, self.amount.money(), self.reason.text())
        except InputError as error:
            self.fail(error)
            return
        self.set_busy(True, saving=True)
        drawers = self.context.services.drawers
        self.context.tasks.run(Lane.WRITE, self, lambda: drawers.move(draft).value, self._done, self.fail)

    def _done(self, found: Figures) -> None:
        moved = next(one for one in found.movements if one.uid == self._uid)
        self.moved.emit(f"{self._title}: {self.context.formats.money(moved.money)}, {moved.reason}")
        self.accept()
