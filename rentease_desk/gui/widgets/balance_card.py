"""The balance of a booking, large, and what it asks for."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QGridLayout

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.folio import Folio, deposit_held
from rentease_desk.domain.money import Money
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.formats import MINUS
from rentease_desk.gui.widgets.basics import ChipLabel, Label
from rentease_desk.gui.words import balance_chip, spoken_amount


class BalanceCard(QFrame):
    """``sum_shown``: how the balance comes about stands below it."""

    def __init__(self, context: Context, *, sum_shown: bool = False) -> None:
        super().__init__()
        self._context = context
        self.setProperty("card", "sunken")
        theme = context.theme
        self._amount = Label(theme, size=tokens.LARGE, weight=QFont.Weight.DemiBold)
        self._chip = ChipLabel(theme)
        self._sum = Label(theme, size=tokens.SMALL, tone="text2")
        self._deposit = Label(theme, size=tokens.SMALL, tone="text2")
        self._deposit.setWordWrap(True)
        self._deposit.hide()
        side = Qt.AlignmentFlag.AlignRight if sum_shown else Qt.AlignmentFlag.AlignLeft
        layout = QGridLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setVerticalSpacing(2)
        layout.addWidget(Label(theme, self.tr("Balance"), size=tokens.SMALL, tone="text2"), 0, 0, side)
        layout.addWidget(self._amount, 1, 0, 1, 1 if sum_shown else 2, side)
        if sum_shown:
            layout.addWidget(self._sum, 2, 0, side)
            layout.addWidget(self._deposit, 3, 0)
            self._deposit.setAlignment(side)
        else:
            layout.addWidget(self._chip, 0, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            layout.addWidget(self._deposit, 2, 0, 1, 2)

    def show_folio(self, folio: Folio) -> None:
        """Show another booking's balance, and what of it is a deposit: the guest's own money until the arrival."""
        booking, formats = folio.booking, self._context.formats
        self.show_booking(booking)
        minor = deposit_held(folio, self._context.today())
        words = self.tr("{amount} deposit, owed to the guest until {day}")
        amount = formats.money(Money(minor, booking.currency))
        self._deposit.setText(words.format(amount=amount, day=formats.short_date(booking.arrival)) if minor else "")
        self._deposit.setVisible(bool(minor))

    def show_booking(self, booking: Booking) -> None:
        """Show another booking's balance."""
        formats, totals = self._context.formats, booking.totals
        self._amount.setText(formats.money(booking.balance))
        chip = balance_chip(booking, formats, self._context.today())
        self._amount.set_tone("wrong" if chip.tone.value == "wrong" else "")
        self._chip.show_chip(chip)
        parts = [formats.amount(totals.charged, booking.currency), formats.amount(totals.paid, booking.currency)]
        text = f" {MINUS} ".join(parts)
        if totals.refunded:
            text += f" + {formats.amount(totals.refunded, booking.currency)}"
        self._sum.setText(text)
        spoken = spoken_amount(totals.balance, booking.currency, formats)
        self._amount.setAccessibleName(spoken)
        self.setAccessibleName(self.tr("Balance {amount}, {state}").format(amount=spoken, state=chip.word))
