"""What is known of the payment that is marked: its amount, its state, who paid, and with what."""

from __future__ import annotations

from PySide6.QtGui import QFont, QResizeEvent
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

_WIDE, _NARROW = 4, 560
_SHARES = (4, 6, 4, 4)


class WaitingCard(QWidget):
    """A large amount with its state, and some small facts."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        theme = context.theme
        self._amount = Label(theme, size=tokens.LARGE, weight=QFont.Weight.DemiBold)
        self._chip = ChipLabel(theme)
        self._values: dict[str, ElidedLabel] = {}
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(10)
        self._grid.setContentsMargins(16, 12, 16, 12)
        self._facts = [self._fact(name, title) for name, title in self._titles().items()]
        self._columns = 0
        self._spread(_WIDE)
        card = frame(card=True)
        card.setLayout(self._grid)
        self.head = row(self._amount, self._chip, None)
        layout = column(spacing=12)
        layout.addLayout(self.head)
        layout.addWidget(card)
        self.setLayout(layout)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """In half as many columns where it is narrow."""
        super().resizeEvent(event)
        self._spread(_WIDE if self.width() >= self._context.theme.text_px(_NARROW) else _WIDE // 2)

    def _fact(self, name: str, title: str) -> QWidget:
        theme, made = self._context.theme, QWidget()
        self._values[name] = ElidedLabel(theme)
        title_label = Label(theme, title, size=tokens.SMALL, tone="text2")
        made.setLayout(column(title_label, self._values[name], spacing=2))
        return made

    def _spread(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for at, fact in enumerate(self._facts):
            self._grid.removeWidget(fact)
            self._grid.addWidget(fact, at // columns, at % columns)
        for at, share in enumerate(_SHARES):
            self._grid.setColumnStretch(at, share if at < columns else 0)

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
            "account": self._context.settings.badge(payment.stripe_account),
        }
        for name, text in told.items():
            self._values[name].setText(text)
            self._values[name].set_tone("text2" if text in {none, DASH} else "")
        self._facts[-1].setVisible(bool(told["account"]))  # only where the property has several
        words = (f"{title}: {told[name]}" for name, title in self._titles().items() if name != "account")
        parts = (formats.money(net), told["account"], *words)
        self.setAccessibleName(", ".join(part for part in parts if part))

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
            "account": self.tr("Account"),
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
