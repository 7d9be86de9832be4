"""A list of values that is read at once: the values for a delegate, words for everybody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
ITEM_ROLE = int(Qt.ItemDataRole.UserRole) + 1
T = TypeVar("T")
_NOWHERE = QModelIndex()


class ItemsModel(QAbstractListModel, Generic[T]):
    """A list that is read at once. Subclasses say what stands in an item, part by part."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.items: list[T] = []

    def show(self, items: Sequence[T]) -> None:
        """Show others."""
        self.beginResetModel()
        self.items = list(items)
        self.endResetModel()

    def item_at(self, row: int) -> T | None:
        """The one in a row."""
        return self.items[row] if 0 <= row < len(self.items) else None

    def near(self, at: int) -> int | None:
        """The row that can be marked nearest to a place."""
        last = max(0, min(at, len(self.items) - 1))
        enabled = Qt.ItemFlag.ItemIsEnabled
        return next((row for row in (last, last - 1, last + 1) if enabled in self.flags(self.index(row))), None)

    def rowCount(self, parent: Index = _NOWHERE) -> int:  # noqa: N802 - Qt's name
        """All of them."""
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The item for the delegate, words for everybody else."""
        item = self.item_at(index.row()) if index.isValid() else None
        if item is None:
            return None
        if role == ITEM_ROLE:
            return item
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return self.words(item)
        return None

    def words(self, item: T) -> str:
        """What stands in a row, in one line, as a screen reader says it."""
        return ", ".join(part for part in self.parts(item) if part)

    def parts(self, item: T) -> tuple[str, ...]:
        """What stands in a row; copied, each is a cell of its own."""
        raise NotImplementedError
