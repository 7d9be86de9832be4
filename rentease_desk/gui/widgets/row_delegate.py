"""Paints a table's rows: hover, selection, hairline, the focus ring across the whole row, and the cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableView

from rentease_desk.gui.models.cell import CELL_ROLE, Cell, Column
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.desk_header import DeskHeader
from rentease_desk.gui.widgets.painting import cell_place, paint_cell

Index = QModelIndex | QPersistentModelIndex


class RowDelegate(QStyledItemDelegate):
    """For a ``CellTable``, whose ``columns`` say how each is aligned."""

    def __init__(self, view: QTableView, header: DeskHeader, columns: Sequence[Column[Any]], theme: Theme) -> None:
        super().__init__(view)
        self._view, self._header, self._columns = view, header, columns
        self._theme = theme
        self.hovered = -1

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Rows have the height of the table, whatever stands in them."""
        return QSize(option.rect.width(), self._view.verticalHeader().defaultSectionSize())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One cell."""
        place = QRect(option.rect)
        current = index.row() == self._view.currentIndex().row()
        painter.fillRect(place, self._theme.colour(self._background(index, current)))
        painter.fillRect(place.left(), place.bottom(), place.width(), 1, self._theme.colour("line"))
        cell = self._view.model().data(index, CELL_ROLE)  # past Qt, which would wrap and unwrap it
        if isinstance(cell, Cell):
            inside = cell_place(self._header, index.column(), place, self._theme, self._header.edge)
            align = self._columns[index.column()].align
            paint_cell(painter, inside.adjusted(0, 0, 0, -1), cell, align, self._theme)
        if current and self._view.hasFocus():
            self._paint_ring(painter, place, index)

    def _background(self, index: Index, current: bool) -> str:
        if current:
            return "select"
        return "hover" if index.row() == self.hovered else "surface"

    def _paint_ring(self, painter: QPainter, place: QRect, index: Index) -> None:
        """Two pixels around the whole row: this cell's share of it."""
        colour, header = self._theme.colour("focus"), self._header
        shown = [one for one in range(header.count()) if not header.isSectionHidden(header.logicalIndex(one))]
        painter.fillRect(place.left(), place.top(), place.width(), 2, colour)
        painter.fillRect(place.left(), place.bottom() - 1, place.width(), 2, colour)
        if header.visualIndex(index.column()) == shown[0]:
            painter.fillRect(place.left(), place.top(), 2, place.height(), colour)
        if header.visualIndex(index.column()) == shown[-1]:
            painter.fillRect(place.right() - 1, place.top(), 2, place.height(), colour)
