"""The provisional slip of cash that waits for the database: looked at, printed, or written as PDF."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.errors import KnownError
from rentease_desk.domain.outbox import Kept
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.sheet_dialog import SheetDialog
from rentease_desk.gui.printing import paint, picture, write_pdf
from rentease_desk.gui.saving import ask_where
from rentease_desk.gui.tasks import Lane
from rentease_desk.gui.tokens import Tone
from rentease_desk.gui.widgets.basics import Button
from rentease_desk.services.outbox import OutboxService

_HEIGHT = 380
_DPI = 76.0


class SlipDialog(SheetDialog):
    """``given_out`` carries a sentence about what became of it. It needs no database."""

    given_out = Signal(str)

    def __init__(self, context: Context, parent: QWidget, outbox: OutboxService, kept: Kept) -> None:
        amount = context.formats.money(kept.draft.amount)
        about = f"{kept.slip} · {kept.draft.reference} · {amount}"
        super().__init__(context, parent, context.tr("Provisional slip"), about, _HEIGHT)
        self._outbox, self._kept = outbox, kept
        self._settings, self._paper = context.settings, context.settings.receipt_paper
        self.body.addWidget(self.area)
        self.pdf = Button(context.theme, self.tr("Save PDF…"), icon="download", key="Ctrl+S")
        self.pdf.setShortcut("Ctrl+S")
        self.pdf.clicked.connect(self.ask_pdf)
        self.add_buttons(self.tr("Print"), self.pdf, leave=self.tr("Close"))
        self.area.setFocus()
        text = self.tr(
            "{amount} are kept at this desk. They are delivered when the database is back; then comes the receipt."
        )
        self.banner.tell(self.tr("It waits"), text.format(amount=amount), Tone.ATTENTION)
        self._draw()

    def submit(self) -> None:
        """Print it, on a printer that is asked for."""
        self.choose_printer(self.print_on)

    def print_on(self, printer: QPrinter) -> None:
        """Print it on this printer. The spooler may take its time: it is waited for in a thread."""

        def work() -> None:
            if not paint(self._html(), self._paper, printer):
                raise KnownError("receipt.not_printed", printer=printer.printerName())

        self._give_out(work, self.tr("Slip {slip} is printed.").format(slip=self._kept.slip))

    @Slot()
    def ask_pdf(self) -> None:
        """Ask where the PDF goes."""
        ask_where(self, self.tr("Save PDF"), f"slip-{self._kept.slip}.pdf", "PDF (*.pdf)", self.write_pdf)

    @Slot(str)
    def write_pdf(self, path: str) -> None:
        """Write it as a PDF."""
        work = lambda: write_pdf(self._html(), self._paper, Path(path), self._kept.slip)  # noqa: E731 - a word
        self._give_out(work, self.tr("Written: {path}").format(path=path))

    def _html(self) -> str:
        return self._outbox.slip_html(self._kept, self._settings, self._paper)

    def _give_out(self, work: Callable[[], object], words: str) -> None:
        self.set_busy(True)
        self.context.tasks.run(Lane.NETWORK, self, work, lambda _: self._done(words), self.fail)

    def _done(self, words: str) -> None:
        self.given_out.emit(words)
        self.accept()

    def _draw(self) -> None:
        outbox, kept, settings = self._outbox, self._kept, self._settings

        def draw(dots: float) -> tuple[QImage, str]:
            return picture(self._html(), self._paper, _DPI * dots), outbox.slip_text(kept, settings)

        self.draw_sheet(draw)
