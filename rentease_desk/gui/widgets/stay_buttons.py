"""What can be done with a stay as it stands, as buttons: in the folio beside a list."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.stays import Deed, offered
from rentease_desk.gui.stay_words import KEYS, deed_name, undo_name
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.basics import Button
from rentease_desk.gui.widgets.flow import FlowLayout

_TOLD_KEYS = 1
"""Only letters have room on a button."""


class StayButtons(QWidget):
    """``asked`` carries a deed, or None to undo the last one, and the Booking as it was shown."""

    asked = Signal(object, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._booking: Booking | None = None
        self.deeds = {deed: self._button(theme, deed) for deed in Deed}
        self.undo = Button(theme, "", icon="arrow-back", kind="text")
        self.undo.clicked.connect(self._asking(None))
        self.setLayout(FlowLayout(*self.deeds.values(), self.undo))

    def show_booking(self, booking: Booking) -> None:
        """Offer what its status allows."""
        self._booking = booking
        possible = offered(booking.status)
        for deed, button in self.deeds.items():
            button.setVisible(deed in possible)
        name = undo_name(booking.status)
        self.undo.setText(name)
        self.undo.setVisible(bool(name))
        self.undo.updateGeometry()

    def _button(self, theme: Theme, deed: Deed) -> Button:
        key = KEYS[deed] if len(KEYS[deed]) <= _TOLD_KEYS else ""
        kind = "plain" if key else "text"
        button = Button(theme, deed_name(deed), key=key, kind=kind)
        button.setToolTip(KEYS[deed])
        button.clicked.connect(self._asking(deed))
        return button

    def _asking(self, deed: Deed | None) -> Callable[[], None]:
        def ask() -> None:
            if self._booking is not None:
                self.asked.emit(deed, self._booking)

        return ask
