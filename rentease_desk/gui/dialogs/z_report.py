"""A Z report as it is on paper: looked at, printed, or written as PDF or CSV."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.paper import Paper
from rentease_desk.domain.z_report import ZReport
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.sheet_dialog import SheetDialog
from rentease_desk.gui.printing import paint, picture, write_pdf
from rentease_desk.gui.saving import ask_where
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.widgets.basics import Button

_HEIGHT = 460
_DPI = 76.0


class ZReportDialog(SheetDialog):
    """``given_out`` carries a sentence about what became of it."""

    given_out = Signal(str)

    def __init__(self, context: Context, parent: QWidget, report: ZReport) -> None:
        title = context.tr("Z report {number}").format(number=report.number)
        super().__init__(context, parent, title, report.desk, _HEIGHT)
        self._report = report
        self._build()
        self._draw()

    def submit(self) -> None:
        """Print it, on a printer that is asked for."""
        self.choose_printer(self.print_on)

    def print_on(self, printer: QPrinter) -> None:
        """Print it on this printer. The spooler may take its time: it is waited for in a thread."""
        reports, report = self.context.services.z_reports, self._report

        def work() -> None:
            if not paint(reports.html(report), Paper.A4, printer):
                raise KnownError("drawer.not_printed", printer=printer.printerName())

        self._give_out(work, self.tr("Z report {number} is printed.").format(number=report.number))

    @Slot()
    def ask_pdf(self) -> None:
        """Ask where the PDF goes."""
        self._ask_file("pdf", "PDF (*.pdf)", self.write_pdf)

    @Slot()
    def ask_csv(self) -> None:
        """Ask where the CSV goes."""
        self._ask_file("csv", "CSV (*.csv)", self.write_csv)

    @Slot(str)
    def write_pdf(self, path: str) -> None:
        """Write it as a PDF."""
        reports, report = self.context.services.z_reports, self._report
        work = lambda: write_pdf(reports.html(report), Paper.A4, Path(path), report.title)  # noqa: E731 - a word
        self._give_out(work, self.tr("Written: {path}").format(path=path))

    @Slot(str)
    def write_csv(self, path: str) -> None:
        """Write it as a file of rows, with its control figures beside it."""
        reports, report = self.context.services.z_reports, self._report
        self._give_out(lambda: reports.csv(report, Path(path)), self.tr("Written: {path}").format(path=path))

    def _ask_file(self, ending: str, kind: str, write: Callable[[str], None]) -> None:
        name = f"z-report-{self._report.desk}-{self._report.number}.{ending}".replace("/", "-").replace(" ", "-")
        ask_where(self, self.tr("Save"), name, kind, write)

    def _give_out(self, work: Callable[[], object], words: str) -> None:
        self.set_busy(True)
        self.context.tasks.run(Lane.NETWORK, self, work, lambda _: self._done(words), self.fail)

    def _done(self, words: str) -> None:
        self.given_out.emit(words)
        self.accept()

    def _build(self) -> None:
        theme = self.context.theme
        self.body.addWidget(self.area)
        self.pdf = Button(theme, self.tr("Save PDF…"), icon="download", key="Ctrl+S")
        self.pdf.setShortcut("Ctrl+S")
        self.pdf.clicked.connect(self.ask_pdf)
        self.csv = Button(theme, self.tr("Save CSV…"))
        self.csv.clicked.connect(self.ask_csv)
        self.add_buttons(self.tr("Print"), self.pdf, self.csv, leave=self.tr("Close"))
        self.area.setFocus()

    def _draw(self) -> None:
        reports, report = self.context.services.z_reports, self._report

        def draw(dots: float) -> tuple[QImage, str]:
            return picture(reports.html(report), Paper.A4, _DPI * dots), reports.text(report)

        self.draw_sheet(draw)
