"""A row of sums under a table, each under its column."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from rentease_desk.gui.models.cell import Cell
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.cell_table import CellTable
from rentease_desk.gui.widgets.painting import cell_place, paint_cell

_HEIGHT = 40


class TotalRow(QWidget):
    """Follows the table's columns as they are moved and resized."""

    def __init__(self, theme: Theme, table: CellTable) -> None:
        super().__init__()
        self._theme, self._table = theme, table
        self._cells: Mapping[str, Cell] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        table.header.geometriesChanged.connect(self.update)
        table.header.sectionResized.connect(self.update)
        table.header.sectionMoved.connect(self.update)
        table.horizontalScrollBar().valueChanged.connect(self.update)
        theme.changed.connect(self.updateGeometry)

    def show_cells(self, cells: Mapping[str, Cell]) -> None:
        """Sums by the names of their columns."""
        self._cells = cells
        titles = {column.name: column.title for column in self._table.columns}
        self.setAccessibleName(", ".join(f"{titles[name]} {cell.spoken or cell.plain}" for name, cell in cells.items()))
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """One row."""
        return QSize(200, self._theme.px(_HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The cells."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colour("sunken"))
        painter.fillRect(0, 0, self.width(), 1, self._theme.colour("edge"))
        header = self._table.header
        for at, column in enumerate(self._table.columns):
            cell = self._cells.get(column.name)
            if cell is not None and not header.isSectionHidden(at):
                place = QRect(header.sectionViewportPosition(at), 0, header.sectionSize(at), self.height())
                inside = cell_place(header, at, place, self._theme, header.edge)
                paint_cell(painter, inside, cell, column.align, self._theme)
        painter.end()
