"""What the program tells of itself: its log, and a text for whoever looks for a fault."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Signal, Slot, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.errors import KnownError
from rentease_desk.gui.context import Context
from rentease_desk.gui.tasks import Lane
from rentease_desk.logs import LogEntry, read_log

if TYPE_CHECKING:
    from rentease_desk.gui.dialogs.log_viewer import LogViewer


class DiagnosisDeeds(QObject):
    """``told`` carries a sentence, ``refused`` a KnownError. They work before the database is open, too."""

    told = Signal(str)
    refused = Signal(object)

    def __init__(self, context: Context, window: QWidget, logs: str) -> None:
        super().__init__(window)
        self._context, self._window, self._logs = context, window, logs
        self.viewer: LogViewer | None = None

    @Slot()
    def show_log(self) -> None:
        """Show the log beside the window; once only."""
        from rentease_desk.gui.dialogs.log_viewer import LogViewer

        if self.viewer is None or not shiboken6.isValid(self.viewer):
            folder = self._logs
            self.viewer = LogViewer(self._context, self._window, lambda: read_entries(folder))
            self.viewer.copy_asked.connect(self.copy)
        self.viewer.show()
        self.viewer.raise_()
        self.viewer.activateWindow()

    @Slot()
    def copy(self) -> None:
        """Put what a technician needs to know on the clipboard; it holds no secret."""
        folder, more = self._logs, self._window_told()
        services = self._context.services if self._context.is_ready else None

        def work() -> str:
            from rentease_desk.services.diagnosis import closed_report

            log = read_entries(folder)
            return closed_report(log, more) if services is None else services.diagnosis.report(log, more)

        self._context.tasks.run(Lane.READ, self, work, self._copied, self.refused.emit, channel="diagnostics")

    def _window_told(self) -> dict[str, str]:
        screen, theme = self._window.screen(), self._context.theme
        size, platform = screen.size(), QGuiApplication.platformName()
        ratio = f"{screen.devicePixelRatio():g}"
        return {"Qt": f"{qVersion()}, {platform}, {size.width()}×{size.height()} at {ratio}", "Zoom": f"{theme.zoom} %"}

    def _copied(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.told.emit(self.tr("The diagnostics are on the clipboard. They hold no keys and no passwords."))


def read_entries(folder: str) -> list[LogEntry]:
    """The last entries of the log. Raises KnownError ``file.cannot_read``."""
    try:
        return read_log(Path(folder)) if folder else []
    except OSError as error:
        raise KnownError("file.cannot_read", path=folder, reason=error.strerror or error) from error
