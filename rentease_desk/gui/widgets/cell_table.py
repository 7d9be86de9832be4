"""A table of cells: hover, one marked row, a stretching column, copying. Lists build on it in ``desk_table``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPoint, QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QSizePolicy, QTableView

from rentease_desk.gui import tokens
from rentease_desk.gui.models.cell import CELL_ROLE, Cell, Column
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.desk_header import DeskHeader
from rentease_desk.gui.widgets.row_delegate import RowDelegate


class CellTable(QTableView):
    """Shows a model whose ``CELL_ROLE`` is a ``Cell``, with columns as declared.

    ``fit``: it is as high as its rows, and scrolls only where there is less room.
    """

    def __init__(
        self,
        model: QAbstractTableModel,
        columns: Sequence[Column[Any]],
        theme: Theme,
        row: int = tokens.ROW,
        *,
        fit: bool = False,
    ) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.hidden = {column.name for column in columns if not column.shown}
        self._theme, self._row = theme, row
        self._delegate = RowDelegate(self, theme)
        self._header = DeskHeader(theme, self)
        self.setHorizontalHeader(self._header)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self._set_up()
        self._size_columns()
        self._theme.changed.connect(self._restyle)
        self.customContextMenuRequested.connect(self._row_menu)
        self.selectionModel().currentRowChanged.connect(self._repaint)
        if fit:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
            model.modelReset.connect(self.updateGeometry)
        self._restyle()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as the rows."""
        rows = self.verticalHeader().defaultSectionSize() * self.model().rowCount()
        return QSize(super().sizeHint().width(), self._header.height() + rows + 2 * self.frameWidth())

    @property
    def header(self) -> DeskHeader:
        """The header."""
        return self._header

    def selectAll(self) -> None:  # noqa: N802 - Qt's name
        """Nothing: one row is marked at a time, and marking a million takes half a minute."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Ctrl+C copies the row; Space is the page's."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy_row()
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The row under the mouse is tinted whole."""
        self._hover(self.rowAt(event.position().toPoint().y()))
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """No row is under the mouse any more."""
        self._hover(-1)
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The stretching column takes what the others leave."""
        super().resizeEvent(event)
        self._stretch()

    def _set_up(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def _size_columns(self) -> None:
        for at, column in enumerate(self.columns):
            self._header.resizeSection(at, self._theme.px(column.width))

    def _stretch(self) -> None:
        """Show the columns that fit, and give what is left to the one that stretches."""
        room = self.viewport().width()
        fits = self._fitting(room)
        for at, column in enumerate(self.columns):
            self.setColumnHidden(at, column.name not in fits)
        for at, column in enumerate(self.columns):
            if column.stretch:
                others = sum(self._header.sectionSize(one) for one in range(self._header.count()) if one != at)
                self._header.resizeSection(at, max(self._theme.px(column.width), room - others))

    def _fitting(self, room: int) -> set[str]:
        """The names of the columns to show: those not hidden, less those that must give way."""
        shown = [column for column in self.columns if column.name not in self.hidden]
        while (loser := max(shown, key=lambda one: one.give_way)).give_way > 0 and self._needed(shown) > room:
            shown.remove(loser)
        return {column.name for column in shown}

    def _needed(self, shown: Sequence[Column[Any]]) -> int:
        return sum(self._width_of(column) for column in shown)

    def _width_of(self, column: Column[Any]) -> int:
        """A hidden column has no size of its own; it comes back with the one it was made with."""
        made = self._theme.px(column.width)
        return made if column.stretch else self._header.sectionSize(self.columns.index(column)) or made

    def _hover(self, row: int) -> None:
        if row != self._delegate.hovered:
            self._delegate.hovered = row
            self.viewport().update()

    def _copy_row(self) -> None:
        row = self.currentIndex().row()
        if row < 0:
            return
        order = (self._header.logicalIndex(at) for at in range(self._header.count()))
        cells = [self._plain(self.model().index(row, at)) for at in order if not self.isColumnHidden(at)]
        QGuiApplication.clipboard().setText("\t".join(cells))

    def _plain(self, index: QModelIndex) -> str:
        cell = index.data(CELL_ROLE)
        return cell.plain if isinstance(cell, Cell) else ""

    @Slot()
    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.px(self._row))
        self._header.setFixedHeight(self._theme.px(tokens.TABLE_HEADER))
        self._stretch()
        self.viewport().update()

    @Slot()
    def _repaint(self) -> None:
        self.viewport().update()

    @Slot(QPoint)
    def _row_menu(self, place: QPoint) -> None:
        index = self.indexAt(place)
        if not index.isValid():
            return
        menu = QMenu(self)
        text = self._plain(index)
        copy = self.tr("Copy “{text}”").format(text=text[:40])
        menu.addAction(copy, lambda: QGuiApplication.clipboard().setText(text))
        menu.addAction(self.tr("Copy row"), self._copy_row)
        menu.popup(self.viewport().mapToGlobal(place))
