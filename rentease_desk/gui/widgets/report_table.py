"""A report's table with its sums; made anew where a report has other columns."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from rentease_desk.domain.reporting import Preview
from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.report_model import ReportModel
from rentease_desk.gui.widgets.cell_table import CellTable
from rentease_desk.gui.widgets.empty_state import EmptyState
from rentease_desk.gui.widgets.total_row import TotalRow


class ReportTable(QFrame):
    """``opened`` carries the day of the row on which Enter was pressed."""

    opened = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.setProperty("card", True)
        self.table: CellTable | None = None
        self.model: ReportModel | None = None
        self.empty: EmptyState | None = None
        self._is_wanted = False
        self._inside = QVBoxLayout(self)
        self._inside.setContentsMargins(1, 1, 1, 1)
        self._inside.setSpacing(0)

    def show_report(self, found: Preview, currency: str) -> None:
        """Show another one; the keyboard stays where it is."""
        had = self._is_wanted or (self.table is not None and self.table.hasFocus())
        self._is_wanted = False
        marked = self.table.currentIndex().row() if self.table is not None else -1
        self.clear()
        theme = self._context.theme
        self.model = ReportModel(self._context, found, self)
        self.table = CellTable(self.model, self.model.columns, theme, edge=2 * tokens.GRID)
        self.table.setAccessibleName(self.tr("Rows of the report"))
        self.table.setProperty("sideways", True)  # a preview leaves out no figures of the file: it is scrolled
        self._inside.addWidget(self.table, 1)
        self.empty = EmptyState(theme, self.table)
        self.table.activated.connect(lambda index: self._open(index.row()))
        sums = currency if currency in found.totals else ""
        if sums in found.totals and found.rows:
            foot = TotalRow(theme, self.table)
            foot.show_cells(self.model.totals(sums))
            self._inside.addWidget(foot)
        if found.rows:
            self.table.setCurrentIndex(self.model.index(max(0, min(marked, len(found.rows) - 1)), 0))
        if had:
            self.table.show()  # what is not shown yet has no keyboard: another report at once would not keep it
            self.table.setFocus()

    def say_empty(self, title: str, text: str) -> None:
        """There are no rows."""
        if self.empty is not None:
            self.empty.say(title, text)

    def focus_table(self) -> None:
        """The keyboard goes into the rows, as soon as there are any."""
        self._is_wanted = self.table is None
        if self.table is not None:
            self.table.setFocus()

    @property
    def day(self) -> date | None:
        """The day of the marked row."""
        if self.model is None or self.table is None:
            return None
        return self.model.day_of(self.table.currentIndex().row())

    def _open(self, row: int) -> None:
        day = self.model.day_of(row) if self.model is not None else None
        if day is not None:
            self.opened.emit(day)

    def clear(self) -> None:
        """Nothing stays of it."""
        while (item := self._inside.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if self.model is not None:
            self.model.deleteLater()
        self.table = self.model = self.empty = None
