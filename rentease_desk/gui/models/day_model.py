"""A column of the day's page: bookings that wait for a deed, and below a heading those with whom it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from msgspec import Struct
from PySide6.QtCore import QObject, Qt

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.stays import DayLine
from rentease_desk.gui.chips import Chip
from rentease_desk.gui.context import Context
from rentease_desk.gui.formats import Formats
from rentease_desk.gui.models.items_model import Index, ItemsModel
from rentease_desk.gui.words import balance_chip

Told = Callable[[DayLine, date, Formats], tuple[str, str]]


class DayRow(Struct, frozen=True):
    """A row: a booking with what is told of it, or, without one, a heading. ``done``: nothing waits any more.

    ``short``: what is told where there is little room.
    """

    title: str
    text: str = ""
    short: str = ""
    booking: Booking | None = None
    chip: Chip | None = None
    done: bool = False


class DayModel(ItemsModel[DayRow]):
    """``heading`` stands above those with whom it is done."""

    def __init__(self, context: Context, heading: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context, self._heading = context, heading

    def show_lines(
        self, waiting: Iterable[DayLine], told: Told, done: Sequence[DayLine] = (), done_told: Told | None = None
    ) -> None:
        """Show others."""
        rows = [self._row(line, told, done=False) for line in waiting]
        if done and done_told is not None:
            rows += [DayRow(self._heading), *(self._row(line, done_told, done=True) for line in done)]
        self.show(rows)

    def row_of(self, pk: int) -> int | None:
        """Where a booking stands."""
        return next((at for at, one in enumerate(self.items) if one.booking is not None and one.booking.pk == pk), None)

    def row_again(self, before: DayRow, at: int, *, moves_on: bool) -> int | None:
        """Which row to mark after one that stood at ``at``: the same booking's, whatever has become of it.

        ``moves_on``: the person at this desk has done with it, and goes on to whoever has taken its place.
        """
        found = self.row_of(before.booking.pk) if before.booking is not None else None
        if moves_on and (found is None or self.items[found].done != before.done):
            return self.near(at)
        return found

    def parts(self, item: DayRow) -> tuple[str, ...]:
        """Room, guest, nights and what is owed."""
        if item.booking is None:
            return (item.title,)
        rooms = ", ".join(item.booking.rooms) or self.tr("no room")
        return rooms, item.title, item.text, item.chip.word if item.chip else ""

    def flags(self, index: Index) -> Qt.ItemFlag:
        """A heading is passed over."""
        item = self.item_at(index.row()) if index.isValid() else None
        if item is None or item.booking is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren

    def _row(self, line: DayLine, told: Told, *, done: bool) -> DayRow:
        booking, formats, today = line.booking, self._context.formats, self._context.today()
        chip = balance_chip(booking, formats, today)
        return DayRow(booking.guest.name, *told(line, today, formats), booking, chip, done)
