"""A button that chooses days: today, yesterday, the last week or month, or any two dates."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from rentease_desk.domain.dates import DateRange
from rentease_desk.gui.context import Context
from rentease_desk.gui.widgets.basics import Button, column, on_surface, row
from rentease_desk.gui.widgets.fields import DateField
from rentease_desk.gui.widgets.form import Field
from rentease_desk.gui.widgets.sizes import LayoutZoom
from rentease_desk.gui.words import range_words


class DateRangeButton(Button):
    """``chosen`` carries a DateRange, or None for all time."""

    chosen = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme, "", icon="calendar")
        self._context = context
        self._name = "all"
        self.range: DateRange | None = None
        menu = QMenu(self)
        self._words = {
            "today": self.tr("Today"),
            "yesterday": self.tr("Yesterday"),
            "7": self.tr("Last 7 days"),
            "30": self.tr("Last 30 days"),
            "month": self.tr("This month"),
            "all": self.tr("All time"),
            "other": self.tr("Other days…"),
        }
        for name, words in self._words.items():
            action = QAction(words, menu)
            action.setData(name)
            menu.addAction(action)
        menu.triggered.connect(self._choose)
        self.setMenu(menu)
        self._show(None)

    def choose(self, name: str) -> None:
        """Take ``today``, ``yesterday``, so many days (``30``), ``month`` or ``all`` without telling."""
        self._name = name
        self._show(_named(name, self._context.today()))

    @property
    def name(self) -> str:
        """What was chosen: a name that ``choose`` takes, or ``other``."""
        return self._name

    @property
    def words(self) -> str:
        """What was chosen, as it was chosen: ``Last 30 days``; or the days, if they have no name."""
        return self.text() if self._name == "other" else self._words[self._name]

    def take(self, days: DateRange) -> None:
        """Take two dates without telling."""
        self._name = "other"
        self._show(days)

    @Slot()
    def refresh(self) -> None:
        """Another day has begun, or another language is used: what is meant by its name follows."""
        self._show(self.range if self._name == "other" else _named(self._name, self._context.today()))

    def _show(self, days: DateRange | None) -> None:
        self.range = days
        self.setText(range_told(days, self._context))
        self.setAccessibleName(self.tr("Days: {days}").format(days=self.text()))
        self.updateGeometry()

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        if not self._context.is_ready:
            return
        if action.data() == "other":
            today = self._context.today()
            dialog = RangeDialog(self, self._context, self.range or DateRange(today, today))
            dialog.chosen.connect(self._taken)
            dialog.open()
        else:
            self.choose(str(action.data()))
            self.chosen.emit(self.range)

    @Slot(object)
    def _taken(self, days: DateRange) -> None:
        self.take(days)
        self.chosen.emit(days)


def _named(name: str, today: date) -> DateRange | None:
    if name == "yesterday":
        return DateRange(today - timedelta(days=1), today - timedelta(days=1))
    if name.isdecimal():
        return DateRange(today - timedelta(days=int(name) - 1), today)
    first = {"today": today, "month": today.replace(day=1)}.get(name)
    return DateRange(first, today) if first else None


def range_told(days: DateRange | None, context: Context) -> str:
    """``Tue 3 Nov – Thu 5 Nov``, or ``All time``."""
    return context.tr("All time") if days is None else range_words(days, context.formats.short_date)


class RangeDialog(QDialog):
    """Asks for two dates. ``chosen`` carries a DateRange."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget, context: Context, days: DateRange) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Choose days"))
        on_surface(self, context.theme)
        self.first, self.last = DateField(context, days.first), DateField(context, days.last)
        self.last.setMinimumDate(self.first.date())
        self.first.dateChanged.connect(self.last.setMinimumDate)
        cancel = Button(context.theme, self.tr("Cancel"), key="Esc")
        self.take = Button(context.theme, self.tr("Choose"), kind="primary", key="Enter")
        cancel.setAutoDefault(False)
        self.take.setDefault(True)
        cancel.clicked.connect(self.reject)
        self.take.clicked.connect(self.accept)
        self.accepted.connect(self._tell)
        fields = Field(context, self.tr("From"), self.first), Field(context, self.tr("To"), self.last)
        layout = column(margins=(24, 20, 24, 20), spacing=16)
        layout.addLayout(row(*fields, spacing=12))
        layout.addLayout(row(None, cancel, self.take))
        self.setLayout(layout)
        LayoutZoom(self, context.theme)

    @Slot()
    def _tell(self) -> None:
        self.chosen.emit(DateRange(self.first.day, self.last.day))
