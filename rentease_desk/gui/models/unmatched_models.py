"""Payments that wait for a booking, and the bookings that one of them may be for, as lists."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from rentease_desk.domain.matching import Candidate, Suggestions
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import Payment
from rentease_desk.gui.context import Context
from rentease_desk.gui.match_words import against, chips_for, hint, ignored_told, paid_with, payer, stay_told
from rentease_desk.gui.models.items_model import ItemsModel


class WaitingModel(ItemsModel[Payment]):
    """The payments. ``hint_wanted``: something is to be found out about a payment whose row is on the screen."""

    hint_wanted = Signal()

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._hints: dict[int, Suggestions] = {}
        self.wanted: dict[int, None] = {}

    def parts(self, item: Payment) -> tuple[str, ...]:
        """Who, how much, when, and what is suggested."""
        formats = self._context.formats
        line = ignored_told(item, formats) or hint(self._hints.get(item.pk))[0]
        amount = formats.money(Money(item.amount - item.refunded, item.currency))
        return payer(item), amount, formats.moment(item.occurred_at), paid_with(item, self._context), line

    def hint_of(self, item: Payment) -> tuple[str, str]:
        """The line about its candidates, for whoever paints it; it is asked for if it is not known. Of an ignored one,
        why it is that.
        """
        if item.ignored is not None:
            return item.ignored.reason, "text2"
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

    def parts(self, item: Candidate) -> tuple[str, ...]:
        """Whose booking, which, what is owed, what speaks for it and what against."""
        formats, booking = self._context.formats, item.booking
        reasons = [chip.word for chip in chips_for(item, self.currency, formats)]
        owed = self.tr("balance {amount}").format(amount=formats.money(booking.balance))
        return booking.guest.name, stay_told(booking, formats), owed, *reasons, against(item, self.currency, formats)
