"""The bookings: search as you type, saved filters, and the folio beside them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSplitter, QWidget

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.lists import BookingQuery, BookingSort, BookingView
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.bookings_model import BookingsModel, BookingSource
from rentease_desk.gui.views.page import Page
from rentease_desk.gui.widgets.basics import Button, column, frame, row
from rentease_desk.gui.widgets.desk_table import DeskTable
from rentease_desk.gui.widgets.empty_state import EmptyState
from rentease_desk.gui.widgets.folio_panel import FolioPanel
from rentease_desk.gui.widgets.search_field import SearchField
from rentease_desk.gui.widgets.segments import Segments


class BookingsView(Page):
    """``booking_opened`` and ``pay_asked`` carry a booking's key; ``new_asked``: make one."""

    booking_opened = Signal(object)
    pay_asked = Signal(object)
    new_asked = Signal()

    def __init__(self, context: Context) -> None:
        self._text, self._view = "", BookingView.CURRENT
        self._sort, self._descending = BookingSort.ARRIVAL, False
        self._to_mark: int | None = None
        self.model = BookingsModel(context)
        self.table = DeskTable("bookings", self.model, context.theme, context.state)
        self.search = SearchField(context.theme, self.tr("Reference, guest, room, e-mail, amount"), "Ctrl+F")
        self.panel = FolioPanel(context)
        self._empty = EmptyState(context.theme, self.table)
        super().__init__(context, self.tr("Bookings"))
        self.model.setParent(self)
        self._build()
        self._connect()

    def start(self) -> None:
        """Read the list."""
        self.reload()

    def enter(self) -> None:
        """The keyboard is in the list."""
        self.table.setFocus()

    @property
    def current_booking(self) -> int | None:
        """The key of the marked booking."""
        return self.table.current_key

    @property
    def current_item(self) -> Booking | None:
        """The marked booking."""
        return self.model.item_at(self.table.currentIndex().row())

    def mark_when_loaded(self, pk: int) -> None:
        """Mark a booking that the list is about to hold."""
        self._to_mark = pk

    def key_hints(self) -> Sequence[tuple[str, str]]:
        """Keys of this page."""
        return (
            ("F9", self.tr("Pay")),
            ("Enter", self.tr("Open folio")),
            ("Space", self.tr("Folio beside")),
            ("Ctrl+N", self.tr("New booking")),
            ("Ctrl+F", self.tr("Search")),
        )

    @Slot()
    def reload(self) -> None:
        """Read the list again, as it is filtered and sorted."""
        if self.context.is_ready:
            query = BookingQuery(self.context.today(), self._text, self._view, self._sort, self._descending)
            self.table.show_sorting(self._sort, descending=self._descending)
            self.model.load(BookingSource(self.context.services.bookings, query))

    def show_booking(self, pk: int) -> None:
        """Mark a booking in the list."""
        self.table.select_key(pk)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Space shows or hides the folio beside the list; Escape hides it."""
        if event.key() == Qt.Key.Key_Space:
            self._show_panel(not self.panel.isVisible())
        elif event.key() == Qt.Key.Key_Escape and self.panel.isVisible():
            self._show_panel(False)
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        theme = self.context.theme
        self._columns = Button(theme, self.tr("Columns"), icon="columns")
        self._columns.setMenu(self.table.column_menu(self._columns))
        self._new = Button(theme, self.tr("New booking"), kind="primary", icon="plus", key="Ctrl+N")
        for button in (self._columns, self._new):
            self.title_row.addWidget(button)
        self._views = Segments(
            theme,
            (
                (BookingView.CURRENT, self.tr("Current")),
                (BookingView.ALL, self.tr("All")),
                (BookingView.DUE_TODAY, self.tr("Due today")),
                (BookingView.NOTHING_PAID, self.tr("Nothing paid")),
                (BookingView.OVERPAID, self.tr("Overpaid")),
                (BookingView.UNCONFIRMED, self.tr("Unconfirmed")),
            ),
            self.tr("Saved filters"),
        )
        self.search.setMinimumWidth(320)
        filters = row(self.search, self._views, None, spacing=tokens.GRID)
        filters.setStretch(0, 1)
        head = frame(bar="page")
        inside = column(spacing=tokens.GRID, margins=(16, 16, 16, 12))
        inside.addLayout(self.title_row)
        inside.addLayout(filters)
        head.setLayout(inside)
        self.table.setAccessibleName(self.tr("Bookings"))
        left = QWidget()
        stack = column(head, self.banner, self.table, spacing=0)
        stack.setStretch(2, 1)
        left.setLayout(stack)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(left)
        self._splitter.addWidget(self.panel)
        self._splitter.setStretchFactor(0, 1)
        self.panel.setFixedWidth(theme.px(tokens.SIDE_FOLIO))
        self.panel.hide()
        self.body.addWidget(self._splitter)

    def _connect(self) -> None:
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._open_first)
        self._views.chosen.connect(self._choose_view)
        self._new.clicked.connect(self.new_asked)
        self.table.opened.connect(self.booking_opened)
        self.table.sort_asked.connect(self._sort_by)
        self.table.picked.connect(self._pick)
        self.panel.closed.connect(self._close_panel)
        self.panel.pay_asked.connect(self.pay_asked)
        self.panel.open_asked.connect(self.booking_opened)
        self.model.reloaded.connect(self._loaded)
        self.context.changed.connect(self._refresh)
        self.context.settings_changed.connect(self.reload)

    def _show_panel(self, shown: bool) -> None:
        self.panel.setVisible(shown)
        if shown:
            self.panel.show_booking(self.table.current_key)

    @Slot(str)
    def _search(self, text: str) -> None:
        self._text = text
        self.reload()

    @Slot()
    def _open_first(self) -> None:
        """Enter in the search goes to the list, and opens what is found if it is one."""
        if self.model.rowCount() == 0:
            return
        self.table.setFocus()
        if not self.table.currentIndex().isValid():
            self.table.selectRow(0)
            self.table.setCurrentIndex(self.model.index(0, 0))
        if self.model.rowCount() == 1:
            self.booking_opened.emit(self.model.key_at(0))

    @Slot(object)
    def _choose_view(self, view: BookingView) -> None:
        self._view = view
        if self._sort is BookingSort.ARRIVAL:
            self._descending = view is BookingView.ALL  # the next stays first; of all of them the latest
        self.reload()

    @Slot(object, bool)
    def _sort_by(self, sort: BookingSort, descending: bool) -> None:
        self._sort, self._descending = sort, descending
        self.reload()

    @Slot(object)
    def _pick(self, pk: int | None) -> None:
        if self.panel.isVisible():
            self.panel.show_booking(pk)

    @Slot()
    def _close_panel(self) -> None:
        self._show_panel(False)
        self.table.setFocus()

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        if changes.bookings:
            self.reload()

    @Slot()
    def _loaded(self) -> None:
        count = self.model.rowCount()
        if self._to_mark is not None:
            self.table.select_key(self._to_mark)
            self._to_mark = None
        self.subtitle.setText(self.tr("%n rows", "", count))
        self._empty.setVisible(count == 0)
        if count == 0 and (self._text or self._view not in {BookingView.ALL, BookingView.CURRENT}):
            self._empty.say(self.tr("Nothing found"), self.tr("No booking fits this search and filter."))
        elif count == 0:
            self._empty.say(
                self.tr("No bookings yet"), self.tr("Press Ctrl+N to make the first, or open practice to look around.")
            )
