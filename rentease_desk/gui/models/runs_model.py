"""Recent sync runs as rows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.sync import SyncRun, Trigger
from rentease_desk.gui.context import Context
from rentease_desk.gui.models.cell import Align, Cell, Column
from rentease_desk.gui.models.cell_model import CellModel
from rentease_desk.gui.words import run_chip, tr


class RunsModel(CellModel[SyncRun]):
    """The latest runs, newest first."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        self._context = context
        self._runs: Sequence[SyncRun] = ()
        columns: tuple[Column[SyncRun], ...] = (
            Column("at", tr("Recent runs"), 152, self._at),
            Column("by", tr("Started"), 116, self._by),
            Column("range", tr("Range"), 132, self._range, stretch=True),
            Column("fetched", tr("Fetched"), 64, lambda run: Cell(str(run.summary.fetched)), align=Align.RIGHT),
            Column("new", tr("New"), 48, lambda run: Cell(str(run.summary.new)), align=Align.RIGHT),
            Column("updated", tr("Updated"), 72, lambda run: Cell(str(run.summary.updated)), align=Align.RIGHT),
            Column("result", tr("Result"), 150, self._result),
        )
        super().__init__(columns, parent)

    def show_runs(self, runs: Sequence[SyncRun]) -> None:
        """Show other runs."""
        self.beginResetModel()
        self._runs = runs
        self.endResetModel()

    def count(self) -> int:
        """One each."""
        return len(self._runs)

    def cell_at(self, row: int, column: Column[SyncRun]) -> Cell:
        """A cell."""
        return column.cell(self._runs[row])

    def _at(self, run: SyncRun) -> Cell:
        return Cell(self._context.formats.moment(run.started_at))

    def _by(self, run: SyncRun) -> Cell:
        words = tr("by the timer") if run.trigger is Trigger.TIMER else tr("{name}, by hand").format(name=run.actor)
        return Cell(words, colour="text2")

    def _range(self, run: SyncRun) -> Cell:
        if run.range_end == 0:
            return Cell("–", colour="text2")
        days = self._context.settings.days
        shown = DateRange(days.calendar_date(run.range_start), days.calendar_date(run.range_end - 1))
        first, last = (self._context.formats.short_date(day) for day in (shown.first, shown.last))
        return Cell(first if first == last else f"{first} – {last}", colour="text2")

    def _result(self, run: SyncRun) -> Cell:
        failures = "\n".join(f"{one.kind} {one.id}: {one.reason}" for one in run.failures)
        return Cell(chip=run_chip(run), tip=run.error_text or failures)
