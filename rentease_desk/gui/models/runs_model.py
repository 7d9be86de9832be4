"""Recent sync runs as rows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from rentease_desk.domain.dates import DateRange
from rentease_desk.domain.sync import SyncRun, Trigger
from rentease_desk.gui.context import Context
from rentease_desk.gui.formats import DASH
from rentease_desk.gui.models.cell import Align, Cell, Column
from rentease_desk.gui.models.cell_model import CellModel
from rentease_desk.gui.words import range_words, run_chip, tr


class RunsModel(CellModel[SyncRun]):
    """The latest runs, newest first."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        self._context = context
        self._runs: Sequence[SyncRun] = ()
        columns: tuple[Column[SyncRun], ...] = (
            Column("at", tr("Recent runs"), 146, self._at),
            Column("by", tr("Started"), 130, self._by),
            Column("range", tr("Range"), 140, self._range, stretch=True),
            Column("fetched", tr("Fetched"), 64, lambda run: Cell(str(run.summary.fetched)), align=Align.RIGHT),
            Column("new", tr("New"), 54, lambda run: Cell(str(run.summary.new)), align=Align.RIGHT),
            Column(
                "updated", tr("Updated"), 68, lambda run: Cell(str(run.summary.updated)), align=Align.RIGHT, give_way=1
            ),
            Column("result", tr("Result"), 112, self._result, firm=True),
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
        formats = self._context.formats
        day = formats.long_date(formats.local(run.started_at).date())
        full = f"{day}, {formats.time(run.started_at)}"
        return Cell(formats.moment(run.started_at), tip=full, spoken=full)

    def _by(self, run: SyncRun) -> Cell:
        if run.trigger is Trigger.TIMER:
            return Cell(tr("by the timer"), colour="text2")
        how = tr("asked for") if run.trigger is Trigger.REQUEST else tr("by hand")
        return Cell(run.actor, aside=how, colour="text2")

    def _range(self, run: SyncRun) -> Cell:
        """Of several Stripe accounts, and of which."""
        badge = self._context.settings.badge(run.account)
        if run.range_end == 0:
            return Cell(DASH, aside=badge, colour="text2", spoken=badge or tr("none"))
        days = self._context.settings.days
        shown = DateRange(days.calendar_date(run.range_start), days.calendar_date(run.range_end - 1))
        words = range_words(shown, self._context.formats.brief_date)
        whole = range_words(shown, self._context.formats.long_date)
        told = f"{whole}, {badge}" if badge else whole
        return Cell(words, aside=badge, colour="text2", tip=told, spoken=told)

    def _result(self, run: SyncRun) -> Cell:
        failures = "\n".join(f"{one.kind} {one.id}: {one.reason}" for one in run.failures)
        return Cell(chip=run_chip(run), tip=run.error_text or failures)
