"""Payments that wait for a booking, and the bookings that one of them may be for, as lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from rentease_desk.domain.matching import Candidate, Suggestions
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Payment
from rentease_desk.gui.context import Context
from rentease_desk.gui.match_words import against, card_told, chips_for, hint, payer, stay_told

Index = QModelIndex | QPersistentModelIndex
ITEM_ROLE = int(Qt.ItemDataRole.UserRole) + 1
T = TypeVar("T")
_NOWHERE = QModelIndex()


class ItemsModel(QAbstractListModel, Generic[T]):
    """A list that is read at once. Subclasses say what a screen reader says of an item."""

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
        """What stands in a row, in one line."""
        raise NotImplementedError


class WaitingModel(ItemsModel[Payment]):
    """The payments. ``hint_wanted``: something is to be found out about a payment whose row is on the screen."""

    hint_wanted = Signal()

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._hints: dict[int, Suggestions] = {}
        self.wanted: dict[int, None] = {}

    def words(self, item: Payment) -> str:
        """Who, how much, when, and what is suggested."""
        formats, (line, _) = self._context.formats, hint(self._hints.get(item.pk))
        amount = formats.money(Money(item.amount - item.refunded, item.currency))
        return ", ".join((payer(item), amount, formats.moment(item.occurred_at), card_told(item, self._context), line))

    def hint_of(self, item: Payment) -> tuple[str, str]:
        """The line about its candidates, for whoever paints it; it is asked for if it is not known."""
        found = self._hints.get(item.pk)
        if found is None and item.pk not in self.wanted:
            self.wanted[item.pk] = None
            self.hint_wanted.emit()
        return hint(found)

    def keep(self, pk: int, found: Suggestions) -> None:
        """What is suggested for a payment."""
        self.wanted.pop(pk, None)
        self._hints[pk] = found
        row = self.row_of(pk)
        if row is not None:
            self.dataChanged.emit(self.index(row), self.index(row))

    def forget(self) -> None:
        """Bookings or payments have changed: what was suggested may be wrong."""
        self._hints.clear()
        self.wanted.clear()

    def row_of(self, pk: int) -> int | None:
        """Where a payment stands."""
        return next((row for row, one in enumerate(self.items) if one.pk == pk), None)


class CandidatesModel(ItemsModel[Candidate]):
    """The bookings that the marked payment may be for."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.currency = ""

    def words(self, item: Candidate) -> str:
        """Whose booking, which, what is owed, what speaks for it and what against."""
        formats, booking = self._context.formats, item.booking
        reasons = [chip.word for chip in chips_for(item, self.currency, formats)]
        owed = self.tr("balance {amount}").format(amount=formats.money(booking.balance))
        parts = (booking.guest.name, stay_told(booking, formats), owed, *reasons, against(item, self.currency, formats))
        return ", ".join(part for part in parts if part)
