"""The card beside a stay that is picked up: where it would go, what that changes in the price, or why it cannot be."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QFrame, QWidget

from rentease_desk.domain.moves import place_of
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.errors import explained
from rentease_desk.gui.tape_words import days_told, difference_told, place_told, price_told
from rentease_desk.gui.widgets.basics import Label, column, row
from rentease_desk.gui.widgets.sizes import LayoutZoom
from rentease_desk.gui.widgets.tape_carry import Carry

_GAP = 6


class TapeCard(QFrame):
    """Over the chart, and never under the mouse."""

    def __init__(self, context: Context, over: QWidget) -> None:
        super().__init__(over)
        self._context, self._over = context, over
        self.setProperty("card", "over")
        self.setBackgroundRole(QPalette.ColorRole.Window)  # over a viewport labels would write in another colour
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.where = Label(context.theme, weight=QFont.Weight.DemiBold)
        self.difference = Label(context.theme, weight=QFont.Weight.DemiBold)
        self.about = Label(context.theme, size=tokens.SMALL, tone="text2")
        self.keys = Label(context.theme, size=tokens.SMALL, tone="text2")
        head = row(self.where, None, self.difference, spacing=tokens.BETWEEN_CARDS)
        stack = column(spacing=2, margins=(12, 8, 12, 8))
        stack.addLayout(head)
        stack.addWidget(self.about)
        stack.addWidget(self.keys)
        self.setLayout(stack)
        self._zoom = LayoutZoom(self, context.theme)
        self.hide()

    @property
    def words(self) -> str:
        """All of it, for screen readers."""
        parts = (self.where.text(), self.difference.text(), self.about.text(), self.keys.text())
        return ". ".join(part for part in parts if part)

    def show_carry(self, carry: Carry, keys: str) -> None:
        """Tell of another place. ``keys``: what can be done now."""
        before, formats = place_of(carry.stay.booking), self._context.formats
        trouble = carry.trouble
        self.where.set_tone("wrong" if trouble else "")
        if trouble is not None:
            told = explained(trouble, formats)
            self.where.setText(told.title)
            self.difference.setText("")
            self.about.setText(told.happened)
        else:
            price = carry.stay.price
            self.where.setText(place_told(before, carry.place, formats))
            self.difference.setText(difference_told(price, carry.price, formats))
            told_days = days_told(before, carry.place, formats)
            self.about.setText(f"{told_days} · {price_told(price, carry.price, formats)}")
        self.keys.setText(keys)
        self.setAccessibleName(self.words)
        self.adjustSize()
        self.show()
        self.raise_()

    def stand_by(self, bar: QRectF) -> None:
        """Below a bar, or above it where there is no room; always within the chart."""
        room = self._over.size()
        top = int(bar.bottom()) + _GAP
        if top + self.height() > room.height():
            top = int(bar.top()) - _GAP - self.height()
        left = min(max(int(bar.left()), _GAP), room.width() - self.width() - _GAP)
        self.move(QPoint(max(0, left), max(0, top)))
