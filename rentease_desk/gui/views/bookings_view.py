"""The bookings: search as you type, saved filters, and the folio beside them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.changes import Changes
from rentease_desk.domain.lists import BookingQuery, BookingSort, BookingView
from rentease_desk.domain.permissions import Permission
from rentease_desk.gui.context import Context
from rentease_desk.gui.filter_contents import BookingFilter
from rentease_desk.gui.models.bookings_model import BookingsModel, BookingSource
from rentease_desk.gui.page_filters import FilterState, PageFilters
from rentease_desk.gui.views.list_page import ListPage
from rentease_desk.gui.widgets.basics import Button
from rentease_desk.gui.widgets.flow import FlowLayout
from rentease_desk.gui.widgets.rights import guard
from rentease_desk.gui.widgets.search_field import SearchField
from rentease_desk.gui.widgets.segments import Segments
from rentease_desk.gui.widgets.sizes import keep_size
from rentease_desk.gui.words import rows_told


class BookingsView(ListPage):
    """``new_asked``: make a booking."""

    kept: PageFilters

    new_asked = Signal()

    def __init__(self, context: Context) -> None:
        self._text, self._view = "", BookingView.CURRENT
        self._sort, self._descending = BookingSort.ARRIVAL, False
        self._to_mark: int | None = None
        self._open_when_loaded = False
        self.model = BookingsModel(context)
        super().__init__(context, "bookings", context.tr("Bookings"), self.model)
        self._build()
        self._connect()

    def start(self) -> None:
        """Read the list."""
        self.reload()

    @property
    def current_booking(self) -> int | None:
        """The key of the marked booking."""
        return self.table.current_key

    @property
    def current_item(self) -> Booking | None:
        """The marked booking."""
        return self.model.item_at(self.table.currentIndex().row())

    def mark_when_loaded(self, pk: int) -> None:
        """Mark a booking that the list is about to hold, or holds already: it may have been read just before."""
        self._to_mark = pk if self.model.is_loading or not self.table.select_key(pk) else None

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
            self.kept.look()
            self.table.show_sorting(self._sort, descending=self._descending)
            self.model.load(BookingSource(self.context.services.bookings, query))

    def show_booking(self, pk: int) -> None:
        """Mark a booking in the list."""
        self.table.select_key(pk)

    def _build(self) -> None:
        theme = self.context.theme
        self._new = Button(theme, self.tr("New booking"), kind="primary", icon="plus", key="Ctrl+N")
        guard(self.context, Permission.EDIT_BOOKING, self._new)
        self.title_row.addWidget(self._new)
        self.search = SearchField(theme, self.tr("Reference, guest, room, e-mail, amount"), "Ctrl+F")
        keep_size(self.search, theme, least_width=320)
        self.views = Segments(
            theme,
            (
                (BookingView.CURRENT, self.tr("Current")),
                (BookingView.ALL, self.tr("All")),
                (BookingView.DUE_TODAY, self.tr("Due today")),
                (BookingView.NOTHING_PAID, self.tr("Nothing paid")),
                (BookingView.OVERPAID, self.tr("Overpaid")),
                (BookingView.UNCONFIRMED, self.tr("Unconfirmed")),
            ),
            self.tr("Which bookings"),
        )
        state = FilterState(BookingFilter, self._present_filter, self._filter_words, self._take_filter)
        self.kept = PageFilters(self.context, self, state)
        self.assemble(FlowLayout(self.search, self.views, self.kept.button))

    def _connect(self) -> None:
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._enter_search)
        self.views.chosen.connect(self._choose_view)
        self._new.clicked.connect(self.new_asked)
        self.table.opened.connect(self.booking_opened)
        self.table.sort_asked.connect(self._sort_by)
        self.model.reloaded.connect(self._loaded)
        self.context.changed.connect(self._refresh)
        self.context.settings_changed.connect(self.reload)
        self.context.day_changed.connect(self.reload)

    @Slot(str)
    def _search(self, text: str) -> None:
        self._text, self._open_when_loaded = text, False
        self.reload()

    @Slot()
    def _enter_search(self) -> None:
        """Enter in the search waits for what is being looked for."""
        if self.model.is_loading:
            self._open_when_loaded = True
        else:
            self._open_first()

    def _open_first(self) -> None:
        """Go to the list, and open what was found if it is one."""
        if self.model.rowCount() == 0:
            return
        self.table.setFocus()
        if not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self.model.index(0, 0))
        if self.model.rowCount() == 1:
            self.booking_opened.emit(self.model.key_at(0))

    @Slot(object)
    def _choose_view(self, view: BookingView) -> None:
        self._view = view
        if self._sort is BookingSort.ARRIVAL:
            self._descending = view is BookingView.ALL  # the next stays first; of all of them the latest
        self.reload()

    def _present_filter(self) -> BookingFilter:
        return BookingFilter(self._text, self._view, self._sort, self._descending)

    def _filter_words(self) -> str:
        text = self._text.strip()
        return " · ".join((*([f"“{text}”"] if text else []), self.views.word, *self.table.sorted_words(self._sort)))

    def _take_filter(self, wanted: BookingFilter) -> str:
        self._text, self._view, self._open_when_loaded = wanted.text, wanted.view, False
        self._sort, self._descending = wanted.sort, wanted.descending
        self.search.show_text(wanted.text)
        self.views.choose(wanted.view)
        self.reload()
        return ""

    @Slot(object, bool)
    def _sort_by(self, sort: BookingSort, descending: bool) -> None:
        self._sort, self._descending = sort, descending
        self.reload()

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        if changes.bookings:
            self.reload()

    @Slot()
    def _loaded(self) -> None:
        count = self.model.rowCount()
        if self._to_mark is not None and (self.table.select_key(self._to_mark) or not self.model.is_loading):
            self._to_mark = None
        if not self.model.is_loading:
            self.subtitle.setText(rows_told(count, self.context.formats))
        self.empty.setVisible(count == 0)
        if count == 0:
            self._say_empty()
        if self._open_when_loaded:
            self._open_when_loaded = False
            self._open_first()

    def _say_empty(self) -> None:
        if self._text or self._view not in {BookingView.ALL, BookingView.CURRENT}:
            self.empty.say(self.tr("Nothing found"), self.tr("No booking fits this search and filter."))
        elif self._view is BookingView.CURRENT:
            text = self.tr("Press Ctrl+N to make one. Past stays are under “All”.")
            self.empty.say(self.tr("No bookings now or to come"), text)
        else:
            text = self.tr("Press Ctrl+N to make the first, or open practice to look around.")
            self.empty.say(self.tr("No bookings yet"), text)
