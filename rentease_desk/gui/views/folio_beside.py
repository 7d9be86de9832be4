"""What the pages have in common that show lists of bookings or of their payments: the folio that opens beside them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLayout, QSplitter, QWidget

from rentease_desk.domain.lists import MoneyRow
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.views.page import Page
from rentease_desk.gui.widgets.sizes import LayoutZoom

if TYPE_CHECKING:
    from rentease_desk.gui.widgets.folio_panel import FolioPanel


class FolioBeside(Page):
    """``booking_opened``, ``pay_asked`` and ``charge_asked`` carry a booking's key.

    ``stay_asked`` carries a deed (None: undo) and the Booking; ``receipt_wanted``: that of the marked payment.

    Subclasses say which booking is marked, and where the keyboard goes when the folio is closed.
    """

    booking_opened = Signal(object)
    pay_asked = Signal(object)
    charge_asked = Signal(object)
    receipt_wanted = Signal()
    stay_asked = Signal(object, object)

    least_list = 720
    """How wide the list is at least, beside a folio; where there is less room, the folio has a page of its own."""

    def __init__(self, context: Context, title: str) -> None:
        super().__init__(context, title)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self.body.addWidget(self._splitter)

    @cached_property
    def panel(self) -> FolioPanel:
        """The folio beside the list, made when it is first wanted: the window is painted sooner without it."""
        from rentease_desk.gui.widgets.folio_panel import FolioPanel

        panel = FolioPanel(self.context)
        LayoutZoom(panel, self.context.theme)
        panel.hide()
        panel.failed.connect(self.fail)
        panel.closed.connect(self._close_panel)
        panel.pay_asked.connect(self.pay_asked)
        panel.charge_asked.connect(self.charge_asked)
        panel.open_asked.connect(self.booking_opened)
        panel.receipt_wanted.connect(self.receipt_wanted)
        panel.stays.asked.connect(self.stay_asked)
        self._splitter.addWidget(panel)
        return panel

    @property
    def is_panel_open(self) -> bool:
        """Whether a folio is beside the list."""
        return "panel" in self.__dict__ and self.panel.isVisible()

    @property
    def current_booking(self) -> int | None:
        """The key of the booking that the marked row belongs to."""
        raise NotImplementedError

    @property
    def current_row(self) -> MoneyRow | None:
        """The marked payment or refund; none in a list of bookings."""
        return None

    def home(self) -> QWidget:
        """Where the keyboard is at home."""
        raise NotImplementedError

    def enter(self) -> None:
        """The keyboard is in the list."""
        self.home().setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space shows or hides the folio beside the list; Escape hides it."""
        if event.key() == Qt.Key.Key_Space:
            self.show_panel(not self.is_panel_open)
        elif event.key() == Qt.Key.Key_Escape and self.is_panel_open:
            self._close_panel()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """A folio beside the list goes where the list would become too narrow."""
        super().resizeEvent(event)
        if self.is_panel_open and not self._has_room():
            self.show_panel(False)

    def show_panel(self, shown: bool) -> None:
        """Show or hide the folio beside the list; without room beside it, on its own page."""
        if shown and not self._has_room():
            if self.current_booking is not None:
                self.booking_opened.emit(self.current_booking)
            return
        if shown or self.is_panel_open:
            self.panel.setVisible(shown)
        self._fill_panel()

    def put_beside(self, inside: QLayout) -> None:
        """The list, whose right side a folio may take. It is filled at its place: wherever widgets are moved to, Qt
        styles each of them anew.
        """
        left = QWidget()
        self._splitter.addWidget(left)
        self._splitter.setStretchFactor(0, 1)
        left.setLayout(inside)

    def _has_room(self) -> bool:
        return self.width() >= self.context.theme.text_px(tokens.SIDE_FOLIO) + self.context.theme.px(self.least_list)

    @Slot()
    def _fill_panel(self) -> None:
        if self.is_panel_open:
            self.panel.show_booking(self.current_booking, self.current_row)

    @Slot()
    def _close_panel(self) -> None:
        self.show_panel(False)
        self.home().setFocus()
