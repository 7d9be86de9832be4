"""Before a card is entered by hand: was it charged through Stripe? Then it arrives by itself (money rule 9)."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QVBoxLayout

from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.widgets.basics import Button, Label, row


class StripeQuestion(QFrame):
    """``answered``: it was another terminal. ``through_stripe``: there is nothing to enter."""

    answered = Signal()
    through_stripe = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setProperty("tint", "attn")
        theme = context.theme
        title = Label(
            theme, self.tr("Was this card charged through Stripe?"), weight=QFont.Weight.DemiBold, tone="attn"
        )
        text = Label(
            theme,
            self.tr("Then it arrives here by itself within minutes, and would stand on the folio twice."),
            size=tokens.SMALL,
            tone="attn",
        )
        text.setWordWrap(True)
        self.yes = Button(theme, self.tr("Yes, through Stripe"))
        self.no = Button(theme, self.tr("No, on another terminal"))
        self.no.setCheckable(True)
        for button in (self.yes, self.no):
            button.setAutoDefault(False)
        self.yes.clicked.connect(self.through_stripe)
        self.no.clicked.connect(self._answer)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.addWidget(title)
        layout.addWidget(text)
        layout.addLayout(row(self.no, self.yes, None))

    @property
    def is_answered(self) -> bool:
        """Whether it was said that Stripe does not know this card."""
        return self.no.isChecked()

    @Slot()
    def _answer(self) -> None:
        self.answered.emit()
