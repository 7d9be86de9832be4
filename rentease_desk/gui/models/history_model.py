"""What happened to a booking or payment, a row an entry of the journal."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject

from rentease_desk.domain.history import HistoryLine
from rentease_desk.gui.context import Context
from rentease_desk.gui.history_words import details_told, tr
from rentease_desk.gui.models.cell import Cell, Column
from rentease_desk.gui.models.cell_model import CellModel


class HistoryModel(CellModel[HistoryLine]):
    """Oldest first, as it happened."""

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        self._context = context
        self._lines: Sequence[HistoryLine] = ()
        columns: tuple[Column[HistoryLine], ...] = (
            Column("at", tr("When"), 136, self._at),
            Column("who", tr("Who"), 164, _who),
            Column("what", tr("What"), 216, lambda line: Cell(tr(line.what), strong=True, tip=tr(line.what))),
            Column("details", tr("Details"), 300, self._details, stretch=True),
        )
        super().__init__(columns, parent)

    def show_lines(self, lines: Sequence[HistoryLine]) -> None:
        """Show others."""
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def line_at(self, row: int) -> HistoryLine | None:
        """The line in a row."""
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def count(self) -> int:
        """One each."""
        return len(self._lines)

    def cell_at(self, row: int, column: Column[HistoryLine]) -> Cell:
        """A cell."""
        return column.cell(self._lines[row])

    def text(self) -> str:
        """All of it, a line each, with tabulators."""
        cells = ((self.cell_at(row, column).plain for column in self.columns) for row in range(self.count()))
        return "\n".join("\t".join(row) for row in cells)

    def _at(self, line: HistoryLine) -> Cell:
        formats = self._context.formats
        full = f"{formats.long_date(formats.local(line.at).date())}, {formats.time(line.at)}"
        return Cell(formats.moment(line.at), tip=full, spoken=full)

    def _details(self, line: HistoryLine) -> Cell:
        told = details_told(line, self._context.formats)
        return Cell(told, colour="text2", tip="\n".join(told.split("; ")))


def _who(line: HistoryLine) -> Cell:
    return Cell(line.actor, aside=line.desk, tip=f"{line.actor}, {line.desk}")
