"""A report as it is on paper: looked at, printed, or written as PDF. What is seen is what is printed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.reporting import NAMES, Ask
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.sheet_dialog import SheetDialog
from rentease_desk.gui.paper_table import PaperTable, paper_table
from rentease_desk.gui.printing import write_pages
from rentease_desk.gui.saving import ask_where
from rentease_desk.gui.table_printing import paint_table, picture_table
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.basics import Button
from rentease_desk.gui.widgets.date_range import range_told

_HEIGHT = 460
_SHEET = 640
"""How wide the sheet is shown, pixels of the design."""


class PrintReportDialog(SheetDialog):
    """``given_out`` carries a sentence about what became of it."""

    given_out = Signal(str)

    def __init__(self, context: Context, parent: QWidget, ask: Ask) -> None:
        title = context.tr("Print: {report}").format(report=NAMES[ask.name].title)
        super().__init__(context, parent, title, range_told(ask.days, context), _HEIGHT)
        self._ask = ask
        self._table: PaperTable | None = None
        self._build()
        self._read()

    def submit(self) -> None:
        """Print it, on a printer that is asked for."""
        if self._table is not None:
            self.choose_printer(self.print_on)

    def print_on(self, printer: QPrinter) -> None:
        """Print it on this printer. The spooler may take its time: it is waited for in a thread."""
        table = self._table
        if table is None:
            return

        def work() -> None:
            if not paint_table(table, printer):
                raise KnownError("report.not_printed", printer=printer.printerName())

        self.set_busy(True)
        done = lambda _: self._done(self.tr("The report is printed."))  # noqa: E731 - a word
        self.context.tasks.run(Lane.NETWORK, self, work, done, self.fail)

    @Slot()
    def ask_pdf(self) -> None:
        """Ask where the PDF goes."""
        if self._table is not None:
            name = f"{self._ask.name.value}-{self._ask.days.first}-{self._ask.days.last}.pdf"
            ask_where(self, self.tr("Save"), name, "PDF (*.pdf)", self.write_pdf)

    @Slot(str)
    def write_pdf(self, path: str) -> None:
        """Write it as a PDF."""
        table = self._table
        if table is None:
            return
        self.set_busy(True)
        work = lambda: write_pages(Path(path), table.title, lambda writer: paint_table(table, writer))  # noqa: E731
        done = lambda _: self._done(self.tr("Written: {path}").format(path=path))  # noqa: E731 - a word
        self.context.tasks.run(Lane.READ, self, work, done, self.fail)

    def _done(self, words: str) -> None:
        self.given_out.emit(words)
        self.accept()

    def _build(self) -> None:
        self.body.addWidget(self.area)
        self.pdf = Button(self.context.theme, self.tr("Save PDF…"), icon="download", key="Ctrl+S")
        self.pdf.setShortcut("Ctrl+S")
        self.pdf.clicked.connect(self.ask_pdf)
        self.add_buttons(self.tr("Print"), self.pdf, leave=self.tr("Close"))
        self.area.setFocus()

    def _read(self) -> None:
        """Read the report once: what is looked at, printed and written is one moment of it."""
        reports, ask, formats = self.context.services.reports, self._ask, self.context.formats
        printed = self._printed()
        self.set_busy(True)
        work = lambda: paper_table(reports.sheet(ask), formats, printed)  # noqa: E731 - a word
        self.context.tasks.run(Lane.READ, self, work, self._show_table, self.fail)

    def _show_table(self, table: PaperTable) -> None:
        self._table = table
        self.set_busy(False)

        def draw(dots: float) -> tuple[QImage, str]:
            return picture_table(table, _SHEET * dots), table.text()

        self.draw_sheet(draw)

    def _printed(self) -> str:
        """When, and by whom."""
        formats, now = self.context.formats, self.context.now()
        name, day = self.context.services.desk.acting.actor, formats.dated(formats.local(now).date())
        return self.tr("Rentease Desk · printed {day}, {time} by {name}").format(
            day=day, time=formats.time(now), name=name
        )
