"""The filtered list as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.exports import Preset
from rentease_desk.domain.lists import PaymentQuery
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.saving import ask_where
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.basics import Label
from rentease_desk.gui.widgets.date_range import range_told
from rentease_desk.gui.widgets.segments import Segments
from rentease_desk.gui.words import rows_told

if TYPE_CHECKING:
    from rentease_desk.services.exports import Exported


class ExportDialog(DeskDialog):
    """``exported`` carries what was written."""

    exported = Signal(object)

    def __init__(self, context: Context, parent: QWidget, query: PaymentQuery, rows: int) -> None:
        about = f"{context.tr('Payments')} · {range_told(query.days, context)}"
        super().__init__(context, parent, context.tr("Export view"), about)
        self._query = query
        self.preset = Segments(
            context.theme, ((Preset.EXCEL, self.tr("Excel")), (Preset.ISO, self.tr("ISO"))), self.tr("Format")
        )
        self.preset.chosen.connect(self._explain)
        self._told = Label(context.theme, tone="text2")
        self._told.setWordWrap(True)
        count = self.tr("Exactly what the list shows: {rows}, in its order, by business day.")
        self.body.addWidget(Label(context.theme, count.format(rows=rows_told(rows, context.formats))))
        self.body.addWidget(self.preset)
        self.body.addWidget(self._told)
        self.add_buttons(self.tr("Save file…"))
        self._explain()

    def submit(self) -> None:
        """Ask where to, then write."""
        name = f"payments-{self._query.days.first}-{self._query.days.last}.csv" if self._query.days else "payments.csv"
        ask_where(self, self.tr("Save file"), name, "CSV (*.csv)", self.write)

    @Slot(str)
    def write(self, path: str) -> None:
        """Write the file and its control figures."""
        self.set_busy(True, saving=True)
        exports, query, preset = self.context.services.exports, self._query, self.preset.value
        self.context.tasks.run(
            Lane.READ, self, lambda: exports.payments(query, Path(path), preset), self._done, self.fail
        )

    def _done(self, exported: Exported) -> None:
        self.exported.emit(exported)
        self.accept()

    @Slot()
    def _explain(self) -> None:
        if self.preset.value is Preset.EXCEL:
            text = self.tr("Opens in Excel with a double click, in the separators of the property's language.")
        else:
            text = self.tr("Comma, dot and ISO dates: for other programs.")
        control = self.tr("Beside it stands a file with the row count, the sums by currency and a checksum.")
        self._told.setText(f"{text} {control}")
