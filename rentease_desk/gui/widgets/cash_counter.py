"""What a guest hands over, and the change, large."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rentease_desk.domain.cash import Pieces, change_pieces, likely_tenders
from rentease_desk.domain.money import Money, digits
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.formats import DASH
from rentease_desk.gui.widgets.amount_edit import AmountEdit
from rentease_desk.gui.widgets.basics import Button, Label, column, frame
from rentease_desk.gui.widgets.sizes import keep_size

_BAND = 64


class CashCounter(QWidget):
    """``edit`` holds what was tendered; empty is the exact amount. ``tendered`` is sent when it changes."""

    tendered = Signal()

    def __init__(self, context: Context, currency: str) -> None:
        super().__init__()
        self._context, self._currency = context, currency
        self._due: Money | None = None
        self.edit = AmountEdit(context, currency, large=True)
        self._offered: list[Button] = []
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(tokens.GRID)
        self._band = frame(tint="good")
        self._title = Label(context.theme, size=tokens.SMALL, weight=QFont.Weight.DemiBold, tone="good")
        self._pieces = Label(context.theme, size=tokens.SMALL, tone="good")
        self._change = Label(context.theme, size=tokens.LARGE, weight=QFont.Weight.DemiBold, tone="good")
        keep_size(self._band, context.theme, least_height=_BAND)
        inside = QHBoxLayout(self._band)
        inside.setContentsMargins(16, 12, 16, 12)
        inside.addLayout(column(None, self._title, self._pieces, None, spacing=2), 1)
        inside.addWidget(self._change, 0, Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addLayout(self._buttons)
        layout.addWidget(self._band)
        self.edit.changed.connect(self._show)
        self._show()

    def given(self) -> int | None:
        """What was tendered, in minor units; None for the exact amount. Raises InputError."""
        return self.edit.money().minor if self.edit.text().strip() else None

    def set_due(self, due: Money | None) -> None:
        """The amount to pay has changed."""
        if due != self._due:
            self._due = due
            self._offer()
        self._show()

    def _offer(self) -> None:
        """Buttons for what a guest is likely to hand over."""
        while (item := self._buttons.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        exact = Button(self._context.theme, self.tr("Exact"))
        exact.clicked.connect(self._take_exact)
        self._buttons.addWidget(exact, 1)
        due = self._due
        tenders = likely_tenders(due.minor, due.currency) if due is not None and due.minor > 0 else ()
        self._offered = [self._tender_button(minor) for minor in tenders]
        for button in self._offered:
            self._buttons.addWidget(button, 1)

    def _tender_button(self, minor: int) -> Button:
        button = Button(self._context.theme, self._context.formats.amount(minor, self._currency))
        button.setProperty("minor", str(minor))
        button.setCheckable(True)
        button.clicked.connect(self._tender)
        return button

    @Slot()
    def _take_exact(self) -> None:
        self.edit.clear()
        self.edit.setFocus()

    @Slot()
    def _tender(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self.edit.show_minor(int(str(button.property("minor"))))
            self.edit.setFocus()

    @Slot()
    def _show(self) -> None:
        self._mark_tendered()
        change = self._over()
        tone = "good" if change is not None and change >= 0 else "attn"
        self._band.setProperty("tint", tone)
        self._band.style().unpolish(self._band)
        self._band.style().polish(self._band)
        for label in (self._title, self._pieces, self._change):
            label.set_tone(tone)
        missing = change is not None and change < 0
        self._title.setText(self.tr("Still missing") if missing else self.tr("Change to give"))
        amount = DASH if change is None else self._context.formats.money(Money(abs(change), self._currency))
        self._change.setText(amount)
        self._pieces.setText(self._how(change))
        self._pieces.setVisible(bool(self._pieces.text()))
        self._band.setAccessibleName(f"{self._title.text()} {self._change.text()}")
        self.tendered.emit()

    def _mark_tendered(self) -> None:
        """The button of what was handed over looks chosen."""
        given = self.edit.money_or_none()
        for button in self._offered:
            button.setChecked(given is not None and button.property("minor") == str(given.minor))

    def _over(self) -> int | None:
        """What was tendered above what is due; None while one of them cannot be read."""
        given, due = self.edit.money_or_none(), self._due
        if due is None or (given is None and self.edit.text().strip()):
            return None
        return 0 if given is None else given.minor - due.minor

    def _how(self, change: int | None) -> str:
        if not change:
            return self.tr("exact amount") if change == 0 else ""
        return self._told(change_pieces(change, self._currency)) if change > 0 else ""

    def _told(self, pieces: tuple[Pieces, ...]) -> str:
        """``20 + 2 × 5 in notes, 2 + 0.50 in coins``."""
        notes = " + ".join(self._piece(one) for one in pieces if one.is_note)
        coins = " + ".join(self._piece(one) for one in pieces if not one.is_note)
        words = (self.tr("{list} in notes").format(list=notes) if notes else "",
                 self.tr("{list} in coins").format(list=coins) if coins else "")  # fmt: skip
        return ", ".join(word for word in words if word)

    def _piece(self, piece: Pieces) -> str:
        unit = 10 ** digits(self._currency)
        whole = piece.value % unit == 0
        value = str(piece.value // unit) if whole else self._context.formats.amount(piece.value, self._currency)
        return f"{piece.count} × {value}" if piece.count > 1 else value
