"""Giving up an event of Stripe's that cannot be handled, with a reason."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from rentease_desk.domain.stripe_events import StoredEvent
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.models.events_model import object_word
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.basics import Label
from rentease_desk.gui.widgets.form import Field, Form


class DismissEventDialog(DeskDialog):
    """``dismissed`` carries the StoredEvent, once it is given up."""

    dismissed = Signal(object)

    def __init__(self, context: Context, parent: QWidget, event: StoredEvent) -> None:
        about = f"{event.type} · {object_word(event)} {event.object_id}"
        super().__init__(context, parent, context.tr("Dismiss event"), about)
        self._event = event
        self.reason = QLineEdit()
        self.reason.setProperty("field", True)
        self.reason.setPlaceholderText(self.tr("checked in Stripe, a test payment, …"))
        text = self.tr(
            "It stays in the log with your reason, and is not tried again. A sync over its day still reads what it is "
            "about."
        )
        told = Label(context.theme, text, tone="text2")
        told.setWordWrap(True)
        field = Field(context, self.tr("Reason"), self.reason)
        self.form = Form(context, {"reason": field})
        self.body.addWidget(told)
        self.body.addWidget(field)
        self.add_buttons(self.tr("Dismiss"))
        self.reason.setFocus()

    def submit(self) -> None:
        """Give it up."""
        self.form.clear()
        self.set_busy(True, saving=True)
        events, event_id, reason = self.context.services.events, self._event.id, self.reason.text()
        self.context.tasks.run(Lane.WRITE, self, lambda: events.dismiss(event_id, reason), self._done, self.fail)

    def _done(self, _nothing: None) -> None:
        self.dismissed.emit(self._event)
        self.accept()
