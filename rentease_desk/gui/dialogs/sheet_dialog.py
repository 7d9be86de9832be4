"""A sheet of paper: looked at, printed, or written to a file."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QFrame, QLabel, QScrollArea, QWidget

from rentease_desk.domain.errors import KnownError
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.tasks import Lane

_WIDTH = 720
_LEAST = 160


class SheetDialog(DeskDialog):
    """``area`` shows the ``sheet``, and has its text for screen readers."""

    def __init__(self, context: Context, parent: QWidget, title: str, about: str, height: int) -> None:
        """``height`` of the area, pixels of the design."""
        super().__init__(context, parent, title, about, _WIDTH)
        self.sheet, self.area = QLabel(), QScrollArea()
        self.sheet.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.area.setWidget(self.sheet)
        self.area.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.area.setFrameShape(QFrame.Shape.StyledPanel)
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.area.setAccessibleName(self.tr("Preview"))
        self.give(self.area, height, _LEAST)

    def draw_sheet(self, draw: Callable[[float], tuple[QImage, str]]) -> None:
        """Show what ``draw`` makes in a thread, given how many dots a pixel of the design has: a page, and its text."""
        ratio = self.devicePixelRatioF()
        dots = ratio * self.context.theme.zoom / 100
        self.context.tasks.run(
            Lane.READ, self, lambda: draw(dots), lambda found: self._show(*found, ratio), channel="draw"
        )

    def choose_printer(self, chosen: Callable[[QPrinter], None]) -> None:
        """Ask which printer, if there is one."""
        if not QPrinterInfo.availablePrinterNames():
            self.fail(KnownError("receipt.no_printer"))
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.accepted.connect(lambda: chosen(printer))
        QDialog.open(dialog)  # QPrintDialog's own wants the name of a slot

    def _show(self, image: QImage, text: str, ratio: float) -> None:
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(ratio)
        self.sheet.setPixmap(pixmap)
        self.sheet.resize(pixmap.deviceIndependentSize().toSize())
        self.area.setAccessibleDescription(text)
