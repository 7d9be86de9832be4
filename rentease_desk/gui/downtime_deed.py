"""The downtime sheet, saved when somebody asks for it; each hour the desk saves it by itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.paper import Paper
from rentease_desk.gui.context import Context
from rentease_desk.gui.tasks import Lane

if TYPE_CHECKING:
    from rentease_desk.services.downtime import DowntimeService


class DowntimeDeed(QObject):
    """``told`` carries a sentence, ``refused`` a KnownError."""

    told = Signal(str)
    refused = Signal(object)

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context = context

    @Slot()
    def save(self) -> None:
        """Write it anew, and show it in whatever shows PDFs here."""
        if not self._context.is_ready:
            return
        downtime = self._context.services.downtime

        self._context.tasks.run(
            Lane.READ, self, lambda: save_sheet(downtime), self._saved, self.refused.emit, channel="downtime"
        )

    def _saved(self, path: Path) -> None:
        self.told.emit(self.tr("The downtime sheet is saved: {path}").format(path=path))
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def save_sheet(downtime: DowntimeService) -> Path:
    """Write the sheet as PDF, in a worker thread; an older one is replaced when it is whole. Raises KnownError."""
    from rentease_desk.gui.printing import write_pdf

    path = downtime.path("pdf")
    write_pdf(downtime.html(), Paper.A4, path, "Downtime sheet")
    return path
