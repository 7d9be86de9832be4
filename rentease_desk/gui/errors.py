"""Known errors in the window's language; bugs as a dialog that can be copied, without secrets."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from datetime import date
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.errors import Explained, KnownError, titled
from rentease_desk.domain.money import Money
from rentease_desk.gui.formats import Formats

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

log = logging.getLogger(__name__)


def explained(error: KnownError, formats: Formats) -> Explained:
    """The error's sentences in the window's language, its money and dates as people read them; behind them those of
    what others met with ``beside`` it.
    """
    return _alone(error, formats).and_beside(_alone(one, formats) for one in error.beside)


def _alone(error: KnownError, formats: Formats) -> Explained:
    params = {name: _readable(value, formats) for name, value in error.params.items()}
    title, *others = (_translated(part).format(**params) for part in error.message)
    return Explained(titled(error, title), *others)


def _translated(text: str) -> str:
    return QCoreApplication.translate("KnownError", text) if text else ""


def _readable(value: object, formats: Formats) -> Any:
    if isinstance(value, Money):
        return formats.money(value)
    return formats.short_date(value) if isinstance(value, date) else value


class CrashReporter(QObject):
    """Shows exceptions that nobody expected, whichever thread they come from. The program goes on."""

    _caught = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = False
        self._caught.connect(self._show)

    def install(self) -> None:
        """Take over Python's hooks."""
        sys.excepthook = self._hook
        threading.excepthook = lambda told: self._report(told.exc_value)

    def report(self, error: BaseException) -> None:
        """Log an exception and show it. From any thread."""
        self._report(error)

    def _hook(self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if isinstance(error, KeyboardInterrupt):
            QCoreApplication.quit()
            return
        self._report(error)

    def _report(self, error: BaseException | None) -> None:
        if error is None:
            return
        log.error("a bug", exc_info=error)
        self._caught.emit(error)

    @Slot(object)
    def _show(self, error: BaseException) -> None:
        """One dialog at a time: a bug in a paint event would open hundreds."""
        if self._open:
            return
        self._open = True
        told = self.tr("This is a fault of the program, not of yours. What was saved is saved.")
        box = report_box(_active_window(), self.tr("Something went wrong"), told, report_text(error))
        box.destroyed.connect(self._closed)  # also where the dialog behind it takes it along
        box.open()

    @Slot()
    def _closed(self) -> None:
        self._open = False


def report_box(parent: QWidget | None, title: str, told: str, report: str) -> QMessageBox:
    """A message with a report that can be copied; Enter goes on with the work."""
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(title)
    box.setText(told)
    box.setInformativeText(_tr("The report below tells the developers what happened. It holds no keys."))
    box.setDetailedText(report)
    copy = box.addButton(_tr("Copy the report"), QMessageBox.ButtonRole.ActionRole)
    copy.clicked.disconnect()  # Qt would close the message
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report))
    go_on = box.addButton(_tr("Go on"), QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(go_on)
    box.setEscapeButton(go_on)
    return box


def _tr(text: str) -> str:
    return QCoreApplication.translate("CrashReporter", text)


def report_text(error: BaseException) -> str:
    """The exception as text that may be sent to somebody."""
    from rentease_desk.logs import redact

    return redact("".join(traceback.format_exception(error)))


def _active_window() -> QWidget | None:
    from PySide6.QtWidgets import QApplication

    return QApplication.activeWindow()
