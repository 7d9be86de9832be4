"""The table that every list uses: sorting by its header, a column chooser, and remembered columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu

from rentease_desk.gui import tokens
from rentease_desk.gui.models.paged_model import PagedModel
from rentease_desk.gui.state import WindowState
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.cell_table import CellTable

_NARROWEST, _WIDEST = 40, 2_000


class DeskTable(CellTable):
    """Shows a ``PagedModel``. ``opened`` (Enter, double click) and ``picked`` (the current row changed) carry its key.

    ``sort_asked`` carries what a column sorts by and whether descending; the list is sorted by the database.
    """

    opened = Signal(object)
    picked = Signal(object)
    sort_asked = Signal(object, bool)

    def __init__(
        self, name: str, model: PagedModel[Any], theme: Theme, state: WindowState, row: int = tokens.ROW
    ) -> None:
        self._name, self._list, self._state = name, model, state
        self._kept: int | None = None
        self._kept_scroll = 0
        self._was_seen = False
        self._entries: list[Callable[[QMenu, int], QAction]] = []
        super().__init__(model, model.columns, theme, row, edge=2 * tokens.GRID)
        self.column_menu = self._make_menu()
        """Which columns are shown; for a button, and for the header."""
        self._header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._header.sectionClicked.connect(self._sort_by)
        self._header.customContextMenuRequested.connect(self._choose_columns)
        self.doubleClicked.connect(self._open_index)
        model.modelAboutToBeReset.connect(self._keep_place)
        model.reloaded.connect(self._find_place)
        self.selectionModel().currentRowChanged.connect(self._pick)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    @property
    def current_key(self) -> int | None:
        """The key of the row that is marked."""
        return self._list.key_at(self.currentIndex().row())

    def select_key(self, key: int) -> bool:
        """Mark a row by its key. False if it is not in the list."""
        row = self._list.row_of(key)
        if row is not None:
            self.setCurrentIndex(self._list.index(row, 0))
        return row is not None

    def show_sorting(self, by: object, *, descending: bool) -> None:
        """Mark the column that the list is sorted by."""
        section = next((at for at, column in enumerate(self.columns) if column.sort is by), -1)
        self._header.show_sorting(section, descending=descending)

    def sorted_words(self, by: object) -> list[str]:
        """By which column the list is sorted, in words; nothing where it is by none."""
        titles = [column.title for column in self.columns if column.sort is not None and column.sort is by]
        return [self.tr("sorted by {column}").format(column=title) for title in titles]

    def offer(self, name: str, *, offered: bool) -> None:
        """Whether there is something to tell in a column; where not, it does not stand among those to choose from."""
        self._withheld = self._withheld - {name} if offered else self._withheld | {name}
        for action in self.column_menu.actions():
            action.setVisible(self.columns[int(action.data())].name not in self._withheld)
        self.arrange()

    def save_columns(self) -> None:
        """Remember order, widths and hidden columns."""
        header, columns = self._header, self.columns
        order = [columns[header.logicalIndex(at)].name for at in range(header.count())]
        kept = {"order": order, "widths": self.widths, "hidden": sorted(self.hidden)}
        self._state.write(f"columns/{self._name}", kept)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter opens the row."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.current_key is not None:
            self.opened.emit(self.current_key)
        else:
            super().keyPressEvent(event)

    def _recall_columns(self) -> None:
        """What is remembered, as far as it can be used: the file may be of another version, or damaged."""
        kept = self._state.read(f"columns/{self._name}")
        names = [column.name for column in self.columns]
        hidden, order, widths = kept.get("hidden"), kept.get("order"), kept.get("widths")
        if isinstance(hidden, list):
            self.hidden = {column.name for column in self.columns if column.name in hidden and not column.stretch}
        if isinstance(widths, dict):
            drawn = [column.name for column in self.columns if not column.stretch]
            self.widths |= {name: width for name, width in widths.items() if name in drawn and _is_width(width)}
        if isinstance(order, list):
            for place, name in enumerate(sorted(names, key=lambda one: _place_in(order, one))):
                self._header.moveSection(self._header.visualIndex(names.index(name)), place)

    def add_row_entry(self, words: str, key: str, ask: Callable[[int], Callable[[], object] | None]) -> None:
        """A further entry of a row's menu, beside the key that does the same on the page.

        ``ask`` gets the row's number as the menu opens, and says what the entry does; None: nothing for this row.
        """

        def make(menu: QMenu, row: int) -> QAction:
            entry, run = QAction(words, menu), ask(row)
            entry.setShortcut(QKeySequence(key))
            entry.setShortcutVisibleInContextMenu(True)
            entry.setEnabled(run is not None)
            if run is not None:
                entry.triggered.connect(run)
            return entry

        self._entries.append(make)

    def _row_menu(self, index: QModelIndex) -> QMenu:
        menu = super()._row_menu(index)
        before = menu.actions()[0]
        if self._entries:
            menu.insertActions(before, [make(menu, index.row()) for make in self._entries])
            menu.insertSeparator(before)
        return menu

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        for at, column in enumerate(self.columns):
            action = QAction(column.title, menu, checkable=True, checked=column.name not in self.hidden)
            action.setEnabled(not column.stretch)
            action.setVisible(column.offered)
            action.setData(at)
            menu.addAction(action)
        menu.triggered.connect(self._toggle_column)
        return menu

    @Slot()
    def _keep_place(self) -> None:
        self._kept = self.current_key
        self._kept_scroll = self.verticalScrollBar().value()
        self._was_seen = self.viewport().rect().intersects(self.visualRect(self.currentIndex()))

    @Slot()
    def _find_place(self) -> None:
        """Mark the row again. Who has scrolled away from it is not taken back to it.

        If it has gone, none is marked until somebody moves: told so, Qt does not mark the first one by itself when the
        keyboard comes back.
        """
        if self._kept is None or self.currentIndex().isValid():
            self._kept = None
            return
        found = self.select_key(self._kept)
        if not found:
            self.setCurrentIndex(QModelIndex())
        if found and not self._was_seen:
            self.verticalScrollBar().setValue(self._kept_scroll)
        if found or not self._list.is_loading:
            self._kept = None

    @Slot(int)
    def _scrolled(self, _value: int) -> None:
        self._list.first_visible = max(0, self.rowAt(0))

    @Slot(QModelIndex)
    def _open_index(self, index: QModelIndex) -> None:
        key = self._list.key_at(index.row())
        if key is not None:
            self.opened.emit(key)

    @Slot(QModelIndex, QModelIndex)
    def _pick(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self.picked.emit(self._list.key_at(current.row()))

    @Slot(int)
    def _sort_by(self, section: int) -> None:
        by = self.columns[section].sort
        if by is not None:
            descending = section == self._header.sorted_section and not self._header.descending
            self.sort_asked.emit(by, descending)

    @Slot(QPoint)
    def _choose_columns(self, place: QPoint) -> None:
        self.column_menu.popup(self._header.mapToGlobal(place))

    @Slot(QAction)
    def _toggle_column(self, action: QAction) -> None:
        name = self.columns[int(action.data())].name
        self.hidden = self.hidden - {name} if action.isChecked() else self.hidden | {name}
        self.arrange()
        self.save_columns()


def _is_width(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and _NARROWEST <= value <= _WIDEST


def _place_in(order: list[Any], name: str) -> int:
    """Columns that the memory does not know stand behind those that it does."""
    return order.index(name) if name in order else len(order)
