"""The last step of an import: every row with its fate, to be filtered; what would happen, and what has happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from rentease_desk.domain.imports import Counts, Fate
from rentease_desk.gui.context import Context
from rentease_desk.gui.import_words import fate_name, why
from rentease_desk.gui.models.import_rows_model import ImportRowsModel, ReportSource
from rentease_desk.gui.widgets.basics import Label, column, frame, row
from rentease_desk.gui.widgets.cell_table import CellTable
from rentease_desk.gui.widgets.empty_state import EmptyState
from rentease_desk.gui.widgets.fields import CheckField
from rentease_desk.gui.widgets.segments import Segments
from rentease_desk.gui.widgets.sizes import keep_size

if TYPE_CHECKING:
    from rentease_desk.services.importing.spool import Spool

TABLE_HEIGHT = 380
_DETAIL = 56


class ImportReport(QWidget):
    """``failed`` carries a KnownError."""

    failed = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._spool: Spool | None = None
        self.model = ImportRowsModel(context, self)
        self.table = CellTable(self.model, self.model.columns, context.theme)
        self.table.setAccessibleName(self.tr("Rows and what becomes of them"))
        self._empty = EmptyState(context.theme, self.table)
        self.apply = CheckField(context.theme, "")
        self._detail = Label(context.theme, tone="text2")
        self._detail.setWordWrap(True)
        self._step = Label(context.theme)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of the import"))
        self._filters = QHBoxLayout()
        self.filter: Segments | None = None
        self._build()
        self.model.failed.connect(self.failed)
        self.model.reloaded.connect(self._loaded)
        self.table.selectionModel().currentRowChanged.connect(self._tell)
        self.set_running(running=False)

    @property
    def counts(self) -> Counts:
        """Of the report that is shown."""
        return self._spool.counts if self._spool is not None else Counts()

    def show_report(self, spool: Spool, fate: Fate | None = None, *, can_apply: bool) -> None:
        """Show another report, at first only the rows of a fate. ``can_apply``: changes may be wanted."""
        self._spool = spool
        counts = spool.counts
        self._offer_filters(counts, fate)
        words = self.tr("Apply the changes of {count} rows; what was edited at the desk stays")
        self.apply.setText(words.format(count=self._context.formats.count(counts.changed)))
        self.apply.setVisible(can_apply and counts.changed > 0)
        self.apply.updateGeometry()
        self._load(fate)

    def set_running(self, *, running: bool, words: str = "") -> None:
        """Show or hide the progress."""
        self._step.setText(words)
        self._bar.setRange(0, 0)
        for part in (self._step, self._bar):
            part.setVisible(running)
        self._detail.setVisible(not running)

    def show_progress(self, done: int, total: int) -> None:
        """How far it is."""
        formats = self._context.formats
        words = self.tr("{done} of {total} rows · what is in stays in")
        self._step.setText(words.format(done=formats.count(done), total=formats.count(total)))
        self._bar.setRange(0, 1000)
        self._bar.setValue(1000 * done // max(1, total))

    def _build(self) -> None:
        theme, inside = self._context.theme, frame(card=True)
        inside.setLayout(column(self.table, margins=(1, 1, 1, 1)))
        keep_size(self._detail, theme, least_height=_DETAIL)
        self._filters.addStretch(1)
        layout = column(spacing=8)
        layout.addLayout(self._filters)
        layout.addWidget(inside)
        layout.addWidget(self._detail)
        layout.addLayout(row(self._step, None))
        layout.addWidget(self._bar)
        layout.addWidget(self.apply)
        self.setLayout(layout)

    def _offer_filters(self, counts: Counts, chosen: Fate | None) -> None:
        """Only what there is can be filtered by."""
        formats = self._context.formats
        there = [fate for fate in Fate if getattr(counts, fate.value)]
        choices: list[tuple[Fate | None, str]] = [(None, f"{self.tr('All')} {formats.count(counts.rows)}")]
        choices += [(fate, f"{fate_name(fate)} {formats.count(getattr(counts, fate.value))}") for fate in there]
        if self.filter is not None:
            self._filters.removeWidget(self.filter)
            self.filter.deleteLater()
        self.filter = Segments(self._context.theme, choices, self.tr("Which rows are shown"))
        self.filter.choose(chosen)
        self.filter.chosen.connect(self._load)
        self._filters.insertWidget(0, self.filter)

    @Slot(object)
    def _load(self, fate: Fate | str | None) -> None:
        if self._spool is not None:
            self.model.load(ReportSource(self._spool, None if fate is None else Fate(fate)))

    @Slot()
    def _loaded(self) -> None:
        count = self.model.rowCount()
        self._empty.setVisible(not count)
        if not count:
            self._empty.say(self.tr("No rows"), self.tr("Rows stand here as soon as there are any."))
        elif not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self.model.index(0, 0))
        self._tell(self.table.currentIndex())

    @Slot(QModelIndex)
    def _tell(self, current: QModelIndex) -> None:
        one = self.model.item_at(current.row())
        told = why(one.row, self._context.formats) if one is not None else ""
        self._detail.setText(told)
        self.table.setAccessibleDescription(told)
