"""Saving filters, and choosing saved ones from the menu of the window, and so from the command bar."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from rentease_desk.domain.changes import Changes
from rentease_desk.domain.saved_filters import SavedFilter
from rentease_desk.gui.context import Context
from rentease_desk.gui.page_filters import menu_text
from rentease_desk.gui.pages import Pages
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.rail import desk_places


class FilterDeeds(QObject):
    """``told`` carries a sentence, ``page_asked`` the name of a page that is to be shown. ``menu``: all of them."""

    told = Signal(str)
    page_asked = Signal(str)

    def __init__(self, context: Context, pages: Pages, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._pages, self._window = context, pages, window
        self.menu = QMenu(self.tr("Saved filters"), window)
        self.menu.menuAction().setVisible(False)
        self._within: list[QMenu] = []
        pages.filters_managed.connect(self.manage)
        context.changed.connect(self._refresh)

    @Slot()
    def read(self) -> None:
        """Read those that there are."""
        if self._context.is_ready:
            filters = self._context.services.filters
            self._context.tasks.run(Lane.READ, self, filters.all, self._show, channel="filters")

    @Slot()
    def manage(self) -> None:
        """Ask by which name the filter of the page is saved; others are renamed and deleted there too."""
        name = self._pages.shown
        page = self._pages.named(name)
        if page.kept is None:
            self.told.emit(self.tr("This page has no filters. Those of lists, as Bookings and Payments, can be saved."))
        elif self._context.is_ready:
            from rentease_desk.gui.dialogs.saved_filters import SavedFiltersDialog

            dialog = SavedFiltersDialog(self._context, self._window, name, page.title.text(), page.kept)
            dialog.saved.connect(self._saved)
            dialog.open()

    @Slot(object)
    def _saved(self, saved: SavedFilter) -> None:
        words = self.tr("Saved as “{name}”, for all desks.")
        if saved.slot is not None:
            words = self.tr("Saved as “{name}”, for all desks. {key} shows it.")
        self.told.emit(words.format(name=saved.name, key=f"Alt+{saved.slot}"))

    @Slot(object)
    def _refresh(self, changes: Changes) -> None:
        if changes.filters:
            self.read()

    def _show(self, filters: tuple[SavedFilter, ...]) -> None:
        self._pages.show_filters(filters)
        for within in self._within:
            within.deleteLater()
        self._within.clear()
        for place in desk_places():
            own = [one for one in filters if one.page == place.name]
            if own:
                within = self.menu.addMenu(place.word)
                self._within.append(within)
                for one in own:
                    within.addAction(menu_text(one).partition("\t")[0]).triggered.connect(partial(self._choose, one))
        self.menu.menuAction().setVisible(bool(filters))

    def _choose(self, chosen: SavedFilter, *_checked: bool) -> None:
        """The page comes to the front with it."""
        self.page_asked.emit(chosen.page)
        kept = self._pages.named(chosen.page).kept
        if kept is not None:
            kept.choose(chosen)
