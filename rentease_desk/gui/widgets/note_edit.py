"""A field of several lines, which gives back what was typed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class NoteEdit(QPlainTextEdit):
    """``enter_saves``: Enter is the dialog's, and Shift+Enter begins a line; else both begin one."""

    def __init__(self, *, enter_saves: bool = False) -> None:
        super().__init__()
        self._enter_saves = enter_saves
        self.setProperty("field", True)
        self.setTabChangesFocus(True)

    def text(self) -> str:
        """As it was typed or pasted; in Qt's own reading no-break spaces become ordinary ones."""
        return self.document().toRawText().replace("\u2029", "\n")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Shift+Enter begins a line as Enter does: Qt would write a character of its own there."""
        if event.key() not in _ENTER:
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.insertPlainText("\n")
            self.ensureCursorVisible()
        elif self._enter_saves:
            event.ignore()
        else:
            super().keyPressEvent(event)
