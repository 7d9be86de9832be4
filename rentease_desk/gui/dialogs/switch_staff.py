"""Sitting down at the desk: who works from now on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from rentease_desk.domain.staff import Pin, Staff
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.pin_dialog import PinDialog
from rentease_desk.gui.tasks import Lane


class SwitchDialog(PinDialog):
    """``seated`` carries the Staff, with somebody at the desk. ``locked``: it is left by that only, or by ``left``."""

    seated = Signal(object)
    left = Signal()

    def __init__(self, context: Context, parent: QWidget, *, locked: bool, first: str = "") -> None:
        title = context.tr("The desk is locked") if locked else context.tr("Who works now?")
        super().__init__(context, parent, title, context.settings.name, context.staff.active, first)
        self._locked = locked
        self.begin(self.tr("Unlock") if locked else self.tr("Switch"), self.tr("Quit") if locked else "")

    def submit(self) -> None:
        """Look at the PIN."""
        service = self.context.services.staff

        def sit(name: str, pin: Pin) -> Staff:
            service.sign_in(name, pin)
            return service.read()

        self.ask(Lane.WRITE, sit, self._seated)

    def reject(self) -> None:
        """Of a locked desk this is the button that ends the program."""
        if self._locked:
            self.left.emit()
        else:
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape leaves no locked desk."""
        if not (self._locked and event.key() == Qt.Key.Key_Escape):
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """The cross of its window ends the program too, and so does whatever closes all windows."""
        if self._locked and self.isVisible():
            event.accept()
            self.left.emit()
        else:
            super().closeEvent(event)

    def _seated(self, staff: object) -> None:
        self.accept()
        self.seated.emit(staff)
