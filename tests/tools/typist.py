"""Somebody at the keyboard: real key events where the keyboard is, every one of them counted."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.main_window import MainWindow


class Typist:
    """Presses a key, looks at what came of it, and presses the next. ``keys`` are those pressed so far.

    A key held together with Ctrl or Shift is one. Nothing but keys is used: no widget is asked, no field is set.
    """

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self._qtbot, self._window = qtbot, window
        self.keys: list[str] = []

    @property
    def count(self) -> int:
        """How many keys were pressed."""
        return len(self.keys)

    def press(self, *names: str) -> None:
        """Keys by the names that menus give them: ``press("Ctrl+K", "Down", "Return")``."""
        for name in names:
            keys = QKeySequence.fromString(name)[0]  # type: ignore[index]
            QTest.keyClick(self._keyboard(), keys.key(), keys.keyboardModifiers())
            self.keys.append(name)
            self._look()

    def write(self, text: str) -> None:
        """Letters, digits and signs, one key each."""
        for letter in text:
            QTest.keyClicks(self._keyboard(), letter)
            self.keys.append(letter)
        self._look()

    def _keyboard(self) -> QWidget:
        """Whatever has the keyboard; the window itself where no part of it does."""
        found = QApplication.focusWidget() or QApplication.activeWindow()
        assert found is not None, "the keyboard is nowhere"
        return found

    def _look(self) -> None:
        """Wait until all that the key asked for is there, and the keyboard is where a person sees it."""
        self._qtbot.waitUntil(lambda: not self._window.context.tasks.busy)
        modal = QApplication.activeModalWidget()
        if modal is None:
            self._window.activateWindow()
        wanted = modal if isinstance(modal, DeskDialog) else self._window
        self._qtbot.waitUntil(wanted.isActiveWindow)
        self._qtbot.waitUntil(lambda: not self._window.context.tasks.busy)
