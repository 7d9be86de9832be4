"""Questions that are answered with a reason and nothing else: what is done, what follows from it, and why."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.widgets.basics import Label
from rentease_desk.gui.widgets.fields import text_field
from rentease_desk.gui.widgets.form import Field, Form


class ReasonDialog(DeskDialog):
    """Subclasses say what ``submit`` writes."""

    def __init__(self, context: Context, parent: QWidget, title: str, about: str) -> None:
        super().__init__(context, parent, title, about)
        self.reason = text_field()
        self._told = Label(context.theme, tone="text2")
        self._told.setWordWrap(True)
        field = Field(context, self.tr("Reason"), self.reason)
        self.form = Form(context, {"reason": field})
        self.body.addWidget(self._told)
        self.body.addWidget(field)

    def ask(self, consequence: str, example: str, action: str) -> None:
        """Say what follows, what a reason may be, and what the button does."""
        self._told.setText(consequence)
        self.reason.setPlaceholderText(example)
        self.add_buttons(action)
        self.reason.setFocus()

    def begin(self) -> None:
        """The answer is being written."""
        self.form.clear()
        self.set_busy(True, saving=True)
