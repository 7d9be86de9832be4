"""A business day that is closed, or opened again: what is open before, what follows, and why."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from rentease_desk.domain.dates import parse_day
from rentease_desk.domain.day_close import DayDeed, DayDraft, DayState, OpenKind, OpenThing, SomethingOpenError
from rentease_desk.domain.errors import KnownError
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.approval import run_approved
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.dialogs.reason_dialog import ReasonDialog
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.basics import Icon, Label, row
from rentease_desk.gui.words import tr


class CloseDayDialog(DeskDialog):
    """``closed`` carries a sentence."""

    closed = Signal(str)

    def __init__(self, context: Context, parent: QWidget, state: DayState) -> None:
        self._state, self._told = state, state.open_things
        super().__init__(context, parent, context.tr("Close the day"), context.formats.long_date(state.day))
        self._uid = context.services.desk.ids.uid()
        self._lines = QVBoxLayout()
        self._lines.setSpacing(8)
        self._head = Label(context.theme, tone="text2")
        follows = Label(context.theme, tone="text2")
        for label in (self._head, follows):
            label.setWordWrap(True)
        follows.setText(
            self.tr(
                "After that nothing of this day can change. What comes later counts on the next open day, and says so."
            )
        )
        self.body.addWidget(self._head)
        self.body.addLayout(self._lines)
        self.body.addWidget(follows)
        self.add_buttons(self.tr("Close {day}").format(day=context.formats.short_date(state.day)))
        self._tell()

    def submit(self) -> None:
        """Close it. What has come up meanwhile is told first."""
        self.set_busy(True, saving=True)
        days, draft = self.context.services.days, DayDraft(self._uid, self._state.day, self._told)
        self.context.tasks.run(Lane.WRITE, self, lambda: days.close(draft).value, self._done, self.fail)

    def fail(self, error: KnownError) -> None:
        """More is open than was told: tell all of it, and ask again."""
        if isinstance(error, SomethingOpenError):
            days, day = self.context.services.days, self._state.day
            self.context.tasks.run(Lane.READ, self, lambda: days.state(day), self._show_again, super().fail)
        super().fail(error)

    def _show_again(self, state: DayState) -> None:
        self._state, self._told = state, state.open_things
        self._tell()

    def _tell(self) -> None:
        theme = self.context.theme
        while (item := self._lines.takeAt(0)) is not None:
            if (part := item.widget()) is not None:
                part.deleteLater()
        some = self.tr("This is still open. You may see to it first, or close the day all the same:")
        self._head.setText(some if self._told else self.tr("Nothing is open."))
        for one in self._told:
            words = Label(theme, open_words(one, self.context))
            words.setWordWrap(True)
            line = QWidget()
            inside = row(Icon(theme, "triangle", "attn"), words)
            inside.setStretch(1, 1)
            line.setLayout(inside)
            self._lines.addWidget(line)
        self.setAccessibleDescription(" ".join(open_words(one, self.context) for one in self._told))
        self.save.setFocus()

    def _done(self, _deed: DayDeed) -> None:
        day = self.context.formats.short_date(self._state.day)
        self.closed.emit(self.tr("{day} is closed.").format(day=day))
        self.accept()


class ReopenDayDialog(ReasonDialog):
    """``reopened`` carries a sentence."""

    reopened = Signal(str)

    def __init__(self, context: Context, parent: QWidget, state: DayState) -> None:
        super().__init__(context, parent, context.tr("Reopen a day"), context.formats.long_date(state.day))
        self._day, self._uid = state.day, context.services.desk.ids.uid()
        text = self.tr("What comes for this day counts on it again. What fell on later days meanwhile stays there.")
        day = context.formats.short_date(state.day)
        self.ask(text, self.tr("a slip was found, …"), self.tr("Reopen {day}").format(day=day))

    def submit(self) -> None:
        """Reopen it."""
        self.begin()
        days, draft = self.context.services.days, DayDraft(self._uid, self._day, reason=self.reason.text())
        work = lambda given: days.reopen(draft, given).value  # noqa: E731 - a word
        run_approved(self.context, Lane.WRITE, self, self, work, self._done, self.fail)

    def _done(self, _deed: DayDeed) -> None:
        day = self.context.formats.short_date(self._day)
        self.reopened.emit(self.tr("{day} is open again.").format(day=day))
        self.accept()


def open_words(one: OpenThing, context: Context) -> str:
    """What is open, in the window's words."""
    formats = context.formats
    names = one.names
    if one.kind is OpenKind.EARLIER:
        names = tuple(formats.short_date(parse_day(name)) for name in names)
    unread = tr("Card payments of this day were not read from Stripe yet.")
    if one.at is not None:
        unread = tr("Card payments were read from Stripe only up to {moment}, not to the end of this day.")
    until = formats.moment(one.at or 0)
    words = {
        OpenKind.DRAWER: tr("The drawer is open: {names}."),
        OpenKind.NOT_COUNTED: tr("Cash was taken without an open drawer, and is not counted: {names}, {money}."),
        OpenKind.UNMATCHED: tr("{count} card payments have no booking: {money}."),
        OpenKind.REFUND: tr("{count} refunds are still on their way: {money}."),
        OpenKind.SYNC: unread,
        OpenKind.EARLIER: tr("Earlier days are open: {names}."),
    }
    if (len(names) or one.count) == 1:
        words |= _of_one()
    money = ", ".join(formats.money(some) for some in one.money)
    return words[one.kind].format(names=", ".join(names), money=money, count=formats.count(one.count), moment=until)


def _of_one() -> dict[OpenKind, str]:
    return {
        OpenKind.UNMATCHED: tr("1 card payment has no booking: {money}."),
        OpenKind.REFUND: tr("1 refund is still on its way: {money}."),
        OpenKind.EARLIER: tr("An earlier day is open: {names}."),
    }
