"""A table of cells: hover, one marked row, a stretching column, copying. Lists build on it in ``desk_table``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QPoint, Qt, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView

from rentease_desk.gui import tokens
from rentease_desk.gui.models.cell import CELL_ROLE, Cell, Column
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.desk_header import DeskHeader
from rentease_desk.gui.widgets.row_delegate import RowDelegate


class CellTable(QTableView):
    """Shows a model whose ``CELL_ROLE`` is a ``Cell``, with columns as declared."""

    def __init__(
        self, model: QAbstractTableModel, columns: Sequence[Column[Any]], theme: Theme, row: int = tokens.ROW
    ) -> None:
        super().__init__()
        self.columns = tuple(columns)
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
        self._restyle()

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
            self.setColumnHidden(at, not column.shown)

    def _stretch(self) -> None:
        at = next((at for at, column in enumerate(self.columns) if column.stretch), None)
        if at is None:
            return
        others = sum(self._header.sectionSize(one) for one in range(self._header.count()) if one != at)
        least = self._theme.px(self.columns[at].width)
        self._header.resizeSection(at, max(least, self.viewport().width() - others))

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
