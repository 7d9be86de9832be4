"""What the two lists have in common: a head with filters, a table, and the folio beside it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLayout, QSplitter, QWidget

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.lists import MoneyRow
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.paged_model import PagedModel
from rentease_desk.gui.views.page import Page
from rentease_desk.gui.widgets.basics import Button, column, frame
from rentease_desk.gui.widgets.desk_table import DeskTable
from rentease_desk.gui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from rentease_desk.gui.widgets.folio_panel import FolioPanel

_LEAST_LIST = 720
"""How wide a list is at least, beside a folio; where there is less room, the folio has a page of its own."""


class ListPage(Page):
    """``booking_opened``, ``pay_asked`` and ``charge_asked`` carry a booking's key. Subclasses say what is marked."""

    booking_opened = Signal(object)
    pay_asked = Signal(object)
    charge_asked = Signal(object)

    def __init__(self, context: Context, name: str, title: str, model: PagedModel[Any]) -> None:
        super().__init__(context, title)
        self.table = DeskTable(name, model, context.theme, context.state)
        self.table.setAccessibleName(title)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self.empty = EmptyState(context.theme, self.table)
        self._columns = Button(context.theme, self.tr("Columns"), icon="columns")
        self._columns.setMenu(self.table.column_menu)
        self.title_row.addWidget(self._columns)
        model.setParent(self)
        model.failed.connect(self._rows_not_read)
        model.dataChanged.connect(self._fill_panel)
        model.reloaded.connect(self._fill_panel)
        model.reloaded.connect(self._rows_read)
        self.table.picked.connect(self._fill_panel)

    @cached_property
    def panel(self) -> FolioPanel:
        """The folio beside the list, made when it is first wanted: the window is painted sooner without it."""
        from rentease_desk.gui.widgets.folio_panel import FolioPanel

        panel = FolioPanel(self.context)
        panel.hide()
        panel.failed.connect(self.fail)
        panel.closed.connect(self._close_panel)
        panel.pay_asked.connect(self.pay_asked)
        panel.charge_asked.connect(self.charge_asked)
        panel.open_asked.connect(self.booking_opened)
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

    def enter(self) -> None:
        """The keyboard is in the list."""
        self.table.setFocus()

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

    def assemble(self, filters: QLayout, *below: QWidget) -> None:
        """Put head, table and what stands below it together, and the folio beside them."""
        head = frame(bar="page")
        inside = column(spacing=tokens.GRID, margins=(16, 16, 16, 12))
        inside.addLayout(self.title_row)
        inside.addLayout(filters)
        head.setLayout(inside)
        left = QWidget()
        self.banner.set_flush()
        stack = column(head, self.banner, self.table, *below, spacing=0)
        stack.setStretch(2, 1)
        left.setLayout(stack)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(left)
        self._splitter.setStretchFactor(0, 1)
        self.body.addWidget(self._splitter)

    def _has_room(self) -> bool:
        return self.width() >= self.context.theme.text_px(tokens.SIDE_FOLIO) + self.context.theme.px(_LEAST_LIST)

    @Slot(object)
    def _rows_not_read(self, error: KnownError) -> None:
        self.not_read("rows", error)

    @Slot()
    def _rows_read(self) -> None:
        self.was_read("rows")

    @Slot()
    def _fill_panel(self) -> None:
        if self.is_panel_open:
            self.panel.show_booking(self.current_booking, self.current_row)

    @Slot()
    def _close_panel(self) -> None:
        self.show_panel(False)
        self.table.setFocus()
