"""A field for an amount: text that is read exactly, in the language's way of writing numbers."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLineEdit

from rentease_desk.domain.errors import InputError
from rentease_desk.domain.money import Money, is_currency, parse_local, plain_decimal
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.formats import MINUS

_CODED = re.compile(r"([A-Za-z]{3}|[€£¥])?\s*([^A-Za-z€£¥]*?)\s*([A-Za-z]{3}|[€£¥])?")
_SIGNS = {"€": "eur", "£": "gbp", "¥": "jpy"}


class AmountEdit(QLineEdit):
    """``changed`` is sent after each change of the text. Never a number of Qt's own: those overflow."""

    changed = Signal()

    def __init__(self, context: Context, currency: str, *, large: bool = False) -> None:
        super().__init__()
        self._context, self._currency, self._large = context, currency, large
        self.setProperty("money" if large else "field", True)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.textChanged.connect(self.changed)
        context.theme.changed.connect(self._restyle)
        self._restyle()

    @property
    def currency(self) -> str:
        """The currency that the text is read in."""
        return self._currency

    def set_currency(self, currency: str) -> None:
        """Read the text in another currency from now on."""
        self._currency = currency

    def money(self) -> Money:
        """The amount typed. Raises InputError saying what is wrong."""
        return parse_local(_without_code(self.text(), self._currency), self._currency, *self._context.formats.marks())

    def money_or_none(self) -> Money | None:
        """The amount typed; None while the text is none."""
        try:
            return self.money()
        except InputError:
            return None

    def show_minor(self, minor: int) -> None:
        """Write an amount into the field (minor units)."""
        money = Money(minor, self._currency)
        self.setText(self._context.formats.amount(minor, self._currency).replace(MINUS, "-"))
        if self.money_or_none() != money:  # not every way to group figures can be read back: 1,00,000
            self.setText(plain_decimal(money).replace(".", self._context.formats.marks()[0]))

    @Slot()
    def _restyle(self) -> None:
        size, weight = (tokens.LARGE, QFont.Weight.DemiBold) if self._large else (tokens.BASE, QFont.Weight.Normal)
        self.setFont(self._context.theme.font(size, weight))


def _without_code(text: str, currency: str) -> str:
    """The figures of ``120 EUR`` or ``€120``. Raises InputError ``amount.other_currency`` for another currency's."""
    match = _CODED.fullmatch(text.strip())
    codes = {_SIGNS.get(code, code).lower() for code in (match[1], match[3]) if code} if match is not None else set()
    if match is None or not all(is_currency(code) for code in codes):
        return text
    if codes - {currency}:
        raise InputError("amount.other_currency", field="amount", text=text.strip()[:40], currency=currency.upper())
    return match[2]
