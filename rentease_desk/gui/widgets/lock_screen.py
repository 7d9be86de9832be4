"""What covers the window while nobody is at the desk: no guest and no amount shows through."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QMainWindow, QWidget

from rentease_desk.gui import tokens
from rentease_desk.gui.context import Context
from rentease_desk.gui.widgets.basics import Icon, Label, column, on_surface


class LockScreen(QWidget):
    """Lies over all of a window, its menus included, for as long as it is shown."""

    def __init__(self, context: Context, window: QMainWindow) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        on_surface(self, context.theme)
        self.setAutoFillBackground(True)
        self._name = Label(context.theme, "", size=tokens.LARGE, weight=QFont.Weight.DemiBold)
        told = Label(context.theme, self.tr("The desk is locked. Choose your name and type your PIN."), tone="text2")
        parts = (Icon(context.theme, "lock", "text2", 40), self._name, told)
        layout = column(None, *parts, None, spacing=12)
        for part in parts:
            layout.setAlignment(part, Qt.AlignmentFlag.AlignHCenter)
        self.setLayout(layout)
        window.installEventFilter(self)
        context.settings_changed.connect(self._show_name)
        self.hide()

    def cover(self) -> None:
        """Lie over the window."""
        self._show_name()
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Grow with the window."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._window.rect())
        return super().eventFilter(watched, event)

    @Slot()
    def _show_name(self) -> None:
        self._name.setText(self._context.settings.name)
