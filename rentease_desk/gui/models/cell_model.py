"""What every table model does the same way: cells for the delegate, texts for Qt, titles for the header."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from rentease_desk.gui.models.cell import CELL_ROLE, Align, Cell, Column
from rentease_desk.gui.tips import plain_tip

Index = QModelIndex | QPersistentModelIndex
R = TypeVar("R")
_NOWHERE = QModelIndex()
_A_ROW = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren


class CellModel(QAbstractTableModel, Generic[R]):
    """Subclasses say how many rows there are, and what stands in one cell."""

    def __init__(self, columns: Sequence[Column[R]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)

    def count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def cell_at(self, row: int, column: Column[R]) -> Cell:
        """What stands there."""
        raise NotImplementedError

    def rowCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        """All rows."""
        return 0 if parent.isValid() else self.count()

    def columnCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        """As declared."""
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows are marked, never edited in place."""
        return _A_ROW if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The cell, or what Qt itself asks for."""
        if not index.isValid():
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column.align)
        if role not in _TEXT_ROLES and role != CELL_ROLE:
            return None
        cell = self.cell_at(index.row(), column)
        return cell if role == CELL_ROLE else _TEXT_ROLES[role](cell)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns."""
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(self.columns[section].align)
        return self.columns[section].title if role == Qt.ItemDataRole.DisplayRole else None


_TEXT_ROLES: dict[int, Callable[[Cell], str]] = {
    int(Qt.ItemDataRole.DisplayRole): lambda cell: cell.plain,
    int(Qt.ItemDataRole.ToolTipRole): lambda cell: plain_tip(cell.tip),
    int(Qt.ItemDataRole.AccessibleTextRole): lambda cell: cell.spoken or cell.plain,
}


def _alignment(align: Align) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if align is Align.RIGHT else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
