"""A button that chooses days: today, yesterday, the last week or month, or any two dates."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QMenu, QWidget

from rentease_desk.domain.dates import DateRange
from rentease_desk.gui.context import Context
from rentease_desk.gui.widgets.basics import Button, Label, column, row
from rentease_desk.gui.widgets.fields import DateField


class DateRangeButton(Button):
    """``chosen`` carries a DateRange, or None for all time."""

    chosen = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme, "", icon="calendar")
        self._context = context
        self.range: DateRange | None = None
        menu = QMenu(self)
        for name, words in (
            ("today", self.tr("Today")),
            ("yesterday", self.tr("Yesterday")),
            ("7", self.tr("Last 7 days")),
            ("30", self.tr("Last 30 days")),
            ("month", self.tr("This month")),
            ("all", self.tr("All time")),
            ("other", self.tr("Other days…")),
        ):
            action = QAction(words, menu)
            action.setData(name)
            menu.addAction(action)
        menu.triggered.connect(self._choose)
        self.setMenu(menu)
        self.show_range(None)

    def show_range(self, days: DateRange | None) -> None:
        """Show days without telling."""
        self.range = days
        self.setText(range_words(days, self._context))
        self.setAccessibleName(self.tr("Days: {days}").format(days=self.text()))

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        today = self._context.today()
        days = _named(str(action.data()), today)
        if action.data() == "other":
            dialog = RangeDialog(self, self._context, self.range or DateRange(today, today))
            dialog.chosen.connect(self._take)
            dialog.open()
        else:
            self._take(days)

    @Slot(object)
    def _take(self, days: DateRange | None) -> None:
        self.show_range(days)
        self.chosen.emit(days)


def _named(name: str, today: date) -> DateRange | None:
    if name == "yesterday":
        return DateRange(today - timedelta(days=1), today - timedelta(days=1))
    if name.isdecimal():
        return DateRange(today - timedelta(days=int(name) - 1), today)
    first = {"today": today, "month": today.replace(day=1)}.get(name)
    return DateRange(first, today) if first else None


def range_words(days: DateRange | None, context: Context) -> str:
    """``Tue 3 – Thu 5 Nov``."""
    if days is None:
        return context.tr("All time")
    first = context.formats.short_date(days.first)
    return first if days.first == days.last else f"{first} – {context.formats.short_date(days.last)}"


class RangeDialog(QDialog):
    """Asks for two dates. ``chosen`` carries a DateRange."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget, context: Context, days: DateRange) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Choose days"))
        self.first, self.last = DateField(context.theme, days.first), DateField(context.theme, days.last)
        self.last.setMinimumDate(self.first.date())
        self.first.dateChanged.connect(self.last.setMinimumDate)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.accepted.connect(self._tell)
        words = Label(context.theme, self.tr("From")), Label(context.theme, self.tr("to"))
        layout = column(margins=(24, 24, 24, 16), spacing=16)
        layout.addLayout(row(words[0], self.first, words[1], self.last))
        layout.addWidget(buttons)
        self.setLayout(layout)

    @Slot()
    def _tell(self) -> None:
        self.chosen.emit(DateRange(self.first.day, self.last.day))
