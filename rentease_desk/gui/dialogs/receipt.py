"""A receipt as it will be printed: looked at, printed, or written as a PDF."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.paper import Paper
from rentease_desk.domain.receipts import Given, Medium, ReceiptDraft
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.sheet_dialog import SheetDialog
from rentease_desk.gui.printing import paint, picture, write_pdf
from rentease_desk.gui.saving import ask_where
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import Button, Label, row
from rentease_desk.gui.widgets.segments import Segments

_HEIGHT = 420
_DPI = {Paper.A4: 76.0, Paper.ROLL: 104.0}
"""So large a page is shown: a sheet as wide as the dialog, a roll as large as it is read in the hand."""
_PRINTERS = "receipt_printers"


class ReceiptDialog(SheetDialog):
    """``given_out`` carries the Given, and a sentence about what became of it.

    The number is given when it is printed or written: who closes the dialog has issued nothing. The identity of what is
    asked for is made here, so that a printer that failed and is tried again makes no copy of the first print.
    """

    given_out = Signal(object, str)

    def __init__(self, context: Context, parent: QWidget, of: tuple[int, int | None], shown: Given) -> None:
        super().__init__(context, parent, context.tr("Receipt"), _about(shown), _HEIGHT)
        self._of, self._shown = of, shown
        self._uids = {medium: context.services.desk.ids.uid() for medium in (Medium.PRINTER, Medium.PDF)}
        papers = ((Paper.A4, self.tr("A4")), (Paper.ROLL, self.tr("80 mm")))
        self.paper = Segments(context.theme, papers, self.tr("Paper"))
        self.paper.choose(context.settings.receipt_paper)
        self._hint = Label(context.theme, tone="text2")
        self._build()
        self.paper.chosen.connect(self._draw)
        self._tell_state()
        self._draw()

    def submit(self) -> None:
        """Print it: on the printer that was used for this paper last, or on one that is asked for."""
        name = self.context.state.read(_PRINTERS).get(self.paper.value.value)
        info = QPrinterInfo.printerInfo(name) if isinstance(name, str) else QPrinterInfo()
        if info.isNull():
            self.ask_printer()
        else:
            self.print_on(QPrinter(info, QPrinter.PrinterMode.HighResolution))

    @Slot()
    def ask_printer(self) -> None:
        """Ask which printer, then print."""
        self.choose_printer(self._chosen)

    def print_on(self, printer: QPrinter) -> None:
        """Print it on this printer. The spooler may take its time: it is waited for in a thread."""
        paper = self.paper.value

        def work(html: str) -> None:
            if not paint(html, paper, printer):
                raise KnownError("receipt.not_printed", printer=printer.printerName())

        printed = self.tr("Receipt {number} is printed.")
        self._give_out(Medium.PRINTER, paper, lambda _given, html: work(html), printed)

    @Slot()
    def ask_file(self) -> None:
        """Ask where the PDF goes."""
        receipt = self._shown.receipt
        label = self.context.today().isoformat() if receipt is None else receipt.label
        ask_where(self, self.tr("Save PDF"), f"receipt-{label}.pdf", "PDF (*.pdf)", self.write)

    @Slot(str)
    def write(self, path: str) -> None:
        """Write it as a PDF."""
        paper = self.paper.value

        def work(given: Given, html: str) -> None:
            write_pdf(html, paper, Path(path), f"{given.page.sheet.title} {given.page.number}")

        written = self.tr("Receipt {number} is written: {path}")
        self._give_out(Medium.PDF, paper, work, written.replace("{path}", path.replace("{", "{{").replace("}", "}}")))

    def _give_out(self, medium: Medium, paper: Paper, work: Callable[[Given, str], None], words: str) -> None:
        """First it is issued and noted as given out, as a write; then it is drawn, where nothing else waits."""
        self.set_busy(True, saving=True)
        receipts, draft = self.context.services.receipts, ReceiptDraft(self._uids[medium], *self._of, medium, paper)

        def issue() -> tuple[Given, str]:
            given = receipts.issue(draft).value
            return given, receipts.html(given.page, paper)

        def issued(found: tuple[Given, str]) -> None:
            given, html = found
            told = words.format(number=given.page.number)
            self.context.tasks.run(
                Lane.NETWORK, self, lambda: work(given, html), lambda _: self._done(given, told), self.fail
            )

        self.context.tasks.run(Lane.WRITE, self, issue, issued, self.fail)

    def _done(self, given: Given, told: str) -> None:
        self.given_out.emit(given, told)
        self.accept()

    def _chosen(self, printer: QPrinter) -> None:
        """From now on this one prints on this paper, unless it only wrote a file."""
        if printer.outputFormat() is QPrinter.OutputFormat.NativeFormat:
            kept = self.context.state.read(_PRINTERS)
            self.context.state.write(_PRINTERS, kept | {self.paper.value.value: printer.printerName()})
        self.print_on(printer)

    def _build(self) -> None:
        theme = self.context.theme
        self.body.addLayout(row(self.paper, None, self._hint))
        self.body.addWidget(self.area)
        self.pdf = Button(theme, self.tr("Save PDF…"), icon="download", key="Ctrl+S")
        self.pdf.setShortcut("Ctrl+S")
        self.pdf.clicked.connect(self.ask_file)
        self.other = Button(theme, self.tr("Other printer…"))
        self.other.clicked.connect(self.ask_printer)
        self.add_buttons(self.tr("Print"), self.pdf, self.other, leave=self.tr("Close"))
        self.area.setFocus()

    def _tell_state(self) -> None:
        if self._shown.receipt is None:
            self._hint.setText(self.tr("Gets its number when it is printed or saved."))
        elif self._shown.is_copy:
            text = self.tr("Receipt {number} was given out before: this one says that it is a copy.")
            self.banner.tell("", text.format(number=self._shown.page.number), Tone.NEUTRAL)

    @Slot()
    def _draw(self) -> None:
        receipts, page, paper = self.context.services.receipts, self._shown.page, self.paper.value

        def draw(dots: float) -> tuple[QImage, str]:
            return picture(receipts.html(page, paper), paper, _DPI[paper] * dots), receipts.text(page)

        self.draw_sheet(draw)


def _about(shown: Given) -> str:
    sheet = shown.page.sheet
    guest = next((one.value for one in sheet.rows if one.personal == "guest"), "")
    return " · ".join(part for part in (shown.page.number, guest, sheet.total.value) if part)
