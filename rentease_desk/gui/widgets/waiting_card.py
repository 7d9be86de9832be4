"""What is known of the payment that is marked: its amount, its state, who paid, and with what."""

from __future__ import annotations

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QWidget

from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Payment
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.formats import DASH
from rentease_desk.gui.match_words import card_told
from rentease_desk.gui.widgets.basics import ChipLabel, Label, column, frame, row
from rentease_desk.gui.widgets.elided import ElidedLabel
from rentease_desk.gui.words import payment_chip


class WaitingCard(QWidget):
    """A large amount with its state, and eight small facts."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        theme = context.theme
        self._amount = Label(theme, size=tokens.LARGE, weight=QFont.Weight.DemiBold)
        self._chip = ChipLabel(theme)
        self._values: dict[str, ElidedLabel] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(10)
        for at, (name, title) in enumerate(self._titles().items()):
            value = self._values[name] = ElidedLabel(theme)
            made = column(Label(theme, title, size=tokens.SMALL, tone="text2"), value, spacing=2)
            grid.addLayout(made, at // 4, at % 4)
        for at, share in enumerate((4, 6, 4, 4)):
            grid.setColumnStretch(at, share)
        grid.setContentsMargins(16, 12, 16, 12)
        card = frame(card=True)
        card.setLayout(grid)
        self.head = row(self._amount, self._chip, None)
        layout = column(spacing=12)
        layout.addLayout(self.head)
        layout.addWidget(card)
        self.setLayout(layout)

    def show_payment(self, payment: Payment) -> None:
        """Tell of another one."""
        formats = self._context.formats
        net = Money(payment.amount - payment.refunded, payment.currency)
        self._amount.setText(formats.money(net))
        self._chip.show_chip(payment_chip(payment.status, payment.source, disputed=payment.disputed))
        none = self.tr("none given")
        told = {
            "payer": payment.payer_name or none,
            "email": payment.payer_email or none,
            "card": card_told(payment, self._context),
            "when": formats.moment(payment.occurred_at),
            "text": payment.description or none,
            "reference": self._claim(payment) or none,
            "fee": self._fee(payment),
            "payout": self._payout(payment),
        }
        for name, text in told.items():
            self._values[name].setText(text)
            self._values[name].set_tone("text2" if text in {none, DASH} else "")
        words = (f"{title}: {told[name]}" for name, title in self._titles().items())
        self.setAccessibleName(", ".join((formats.money(net), *words)))

    def _titles(self) -> dict[str, str]:
        return {
            "payer": self.tr("Paid by"),
            "email": self.tr("E-mail"),
            "card": self.tr("Card"),
            "when": self.tr("When"),
            "text": self.tr("Description"),
            "reference": self.tr("Booking reference"),
            "fee": self.tr("Fee"),
            "payout": self.tr("Payout"),
        }

    def _claim(self, payment: Payment) -> str:
        """What the payment's metadata names: a booking that is not here (yet)."""
        claim = payment.claimed
        return self.tr("{name}, which is not here").format(name=claim) if claim else ""

    def _fee(self, payment: Payment) -> str:
        if payment.fee is None or payment.settlement_currency is None:
            return DASH
        return self._context.formats.money(Money(payment.fee, payment.settlement_currency))

    def _payout(self, payment: Payment) -> str:
        if payment.available_on is None:
            return DASH
        day = self._context.formats.local(payment.available_on).date()
        return self.tr("from {day}").format(day=self._context.formats.short_date(day))
