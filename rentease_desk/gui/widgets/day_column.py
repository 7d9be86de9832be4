"""One of the three columns of the day's page: what it is and how many, the bookings, and the money at its foot."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame

from rentease_desk.domain.money import Money
from rentease_desk.domain.stays import DayLine, sums
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.day_model import DayModel, DayRow, Told
from rentease_desk.gui.stay_words import money_told
from rentease_desk.gui.widgets.basics import Icon, Label, column, frame, row
from rentease_desk.gui.widgets.day_list import DayList
from rentease_desk.gui.widgets.elided import ElidedLabel, FittingLabel
from rentease_desk.gui.widgets.empty_state import EmptyState
from rentease_desk.gui.widgets.gives_way import GivesWay


class DayColumn(QFrame):
    """``done`` is the heading of those with whom it is done, ``nobody`` what it says when none waits any more.

    ``due``: what its bookings owe.
    """

    def __init__(self, context: Context, icon: str, title: str, done: str, nobody: str, would_be: str) -> None:
        super().__init__()
        theme = context.theme
        self._context = context
        self.setProperty("card", True)
        self._nobody, self._would_be = nobody, would_be
        self._is_new = True
        self.due: tuple[Money, ...] = ()
        self.model = DayModel(context, done)
        self.list = DayList(context, self.model, title)
        self.empty = EmptyState(theme, self.list)
        self._count, self._aside = ElidedLabel(theme, tone="text2"), Label(theme, tone="text2")
        head = frame(bar="column")
        inside = row(
            Icon(theme, icon, "text"), Label(theme, title, weight=QFont.Weight.DemiBold), self._count, self._aside,
            margins=(16, 10, 16, 10),
        )  # fmt: skip
        inside.setStretch(2, 1)
        head.setLayout(inside)
        self._way = GivesWay(head, inside, self._aside)
        self._due = Label(theme, weight=QFont.Weight.DemiBold)
        self._back = FittingLabel(theme, size=tokens.SMALL, tone="text2")
        foot = frame(bar="column-foot")
        named = FittingLabel(theme, tone="text2")
        named.say(self.tr("Due today"))
        below = row(named, None, self._back, self._due,
                    margins=(16, 10, 16, 10))  # fmt: skip
        foot.setLayout(below)
        stack = column(head, self.list, foot, spacing=0, margins=(1, 1, 1, 1))
        stack.setStretch(1, 1)
        self.setLayout(stack)

    @property
    def marked(self) -> DayRow | None:
        """The marked row."""
        return self.model.item_at(self.list.currentIndex().row())

    def forget(self) -> None:
        """Of another database nobody was marked."""
        self._is_new = True

    def show_lines(
        self,
        own: Collection[int],
        waiting: Sequence[DayLine],
        told: Told,
        done: Sequence[DayLine] = (),
        done_told: Told | None = None,
    ) -> None:
        """Show others. Who was marked stays marked; with whom it was done here (``own``), the next one is.

        Whoever went by somebody else's doing leaves no mark: keys would be about a guest whom nobody chose.
        """
        at, before = self.list.currentIndex().row(), self.marked
        self.model.show_lines(waiting, told, done, done_told)
        row = self.model.near(0) if self._is_new else None
        if before is not None and before.booking is not None and not self._is_new:
            row = self.model.row_again(before, at, moves_on=before.booking.pk in own)
        self.list.mark_again(row, at)
        self._is_new = False
        self.empty.setVisible(not self.model.items)
        if not self.model.items:
            self.empty.say(self._nobody, self._would_be)
        self._show_money([*waiting, *done])

    def tell(self, count: str, aside: str = "") -> None:
        """How many wait, and how many are done."""
        waits = any(not item.done and item.booking is not None for item in self.model.items)
        self._count.setText(count if waits else self._nobody if self.model.items else "")
        self._aside.setText(aside)

    def _show_money(self, lines: Sequence[DayLine]) -> None:
        formats = self._context.formats
        self.due = sums(0, (one.booking.balance for one in lines if _is_due(one))).amounts
        back = sums(0, (-one.booking.balance for one in lines if one.booking.totals.balance < 0)).amounts
        self._due.setText(money_told(self.due, formats) or formats.money(Money(0, self._context.settings.currency)))
        told, amount = (self.tr("to give back {amount}, to take"), self.tr("back {amount}")), money_told(back, formats)
        self._back.say(*(words.format(amount=amount) for words in told if back))


def _is_due(line: DayLine) -> bool:
    """Money that is on its way already is not asked for."""
    totals = line.booking.totals
    return totals.balance > max(0, totals.pending)
