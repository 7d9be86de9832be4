"""Paints a table's rows: hover, selection, hairline, the focus ring across the whole row, and the cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QTableView

from rentease_desk.gui.models.cell import Column
from rentease_desk.gui.models.cell_model import CellModel
from rentease_desk.gui.theme import Theme
from rentease_desk.gui.widgets.desk_header import DeskHeader
from rentease_desk.gui.widgets.painting import cell_place, paint_cell


class _Slot(Struct, frozen=True):
    """Where a shown column stands in the viewport, and its cells' contents in it."""

    column: Column[Any]
    left: int
    width: int
    inside: int
    room: int


class RowPainter:
    """For a ``CellTable``, which is painted in one go: for a delegate Qt would look up model, flags and header anew for
    each cell, which takes longer than to paint it.
    """

    def __init__(
        self, view: QTableView, header: DeskHeader, model: CellModel[Any], columns: Sequence[Column[Any]], theme: Theme
    ) -> None:
        self._view, self._header, self._model, self._columns = view, header, model, columns
        self._theme = theme
        self.hovered = -1

    def paint(self, painter: QPainter, dirty: QRect) -> None:
        """The rows that reach into a rectangle of the viewport."""
        view, slots = self._view, self._slots()
        row, current = view.rowAt(dirty.top()), view.currentIndex().row()
        if row < 0 or not slots:
            return
        left, width = slots[0].left, slots[-1].left + slots[-1].width - slots[0].left
        seen = [one for one in slots if one.left <= dirty.right() and one.left + one.width > dirty.left()]
        for at in range(row, self._model.count()):
            place = QRect(left, view.rowViewportPosition(at), width, view.rowHeight(at))
            if place.top() > dirty.bottom():
                break
            self._paint_row(painter, place, at, seen, is_current=at == current)

    def _paint_row(
        self, painter: QPainter, place: QRect, row: int, slots: Sequence[_Slot], *, is_current: bool
    ) -> None:
        theme, top, height = self._theme, place.top(), place.height() - 1
        ground = "select" if is_current else "hover" if row == self.hovered else "surface"
        painter.fillRect(place, theme.colour(ground))
        painter.fillRect(place.left(), place.bottom(), place.width(), 1, theme.colour("line"))
        for slot in slots:
            cell = self._model.cell_at(row, slot.column)
            paint_cell(painter, QRect(slot.inside, top, slot.room, height), cell, slot.column.align, theme)
        if is_current and self._view.hasFocus():
            self._paint_ring(painter, place)

    def _paint_ring(self, painter: QPainter, place: QRect) -> None:
        """Two pixels around the whole row."""
        colour, width, height = self._theme.colour("focus"), place.width(), place.height()
        painter.fillRect(place.left(), place.top(), width, 2, colour)
        painter.fillRect(place.left(), place.bottom() - 1, width, 2, colour)
        painter.fillRect(place.left(), place.top(), 2, height, colour)
        painter.fillRect(place.right() - 1, place.top(), 2, height, colour)

    def _slots(self) -> list[_Slot]:
        """The shown columns, from left to right."""
        header, found = self._header, []
        for at in (header.logicalIndex(one) for one in range(header.count())):
            if not header.isSectionHidden(at):
                left, width = header.sectionViewportPosition(at), header.sectionSize(at)
                inside = cell_place(header, at, QRect(left, 0, width, 1), self._theme, header.edge)
                found.append(_Slot(self._columns[at], left, width, inside.left(), inside.width()))
        return found
