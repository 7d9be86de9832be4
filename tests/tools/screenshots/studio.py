"""A practice desk that is driven by keys, as at a desk, and photographed."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from rentease_desk.config import for_practice
from rentease_desk.desktop import Desktop
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.theme import Appearance

Pictures = Iterator[tuple[str, QWidget]]
"""The name of a picture, and what is to be seen on it."""
SIZE = (1440, 900)
SIZES = ((1280, 800), SIZE, (1920, 1080))
CTRL, SHIFT, ALT, NONE = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.NoModifier,
)
Key = Qt.Key
_PATIENCE = 60.0


class Shape(NamedTuple):
    """How a window is photographed: its size in pixels, its zoom in per cent, its colours."""

    size: tuple[int, int]
    zoom: int
    appearance: Appearance


class Studio:
    """A practice desk that is photographed."""

    def __init__(self, app: QApplication, data_dir: Path, size: tuple[int, int]) -> None:
        config = for_practice({"RENTEASE_DATA_DIR": str(data_dir)})
        self._desktop = Desktop(app, replace(config, actor="Elena Marchetti", desk="Desk 1"))
        self.window: MainWindow = self._desktop.window
        synced: list[bool] = []
        self.window.pages.sync.stood.connect(lambda state: synced.append(True) if state.last_success else None)
        self._desktop.start()
        self.wait(lambda: bool(synced))
        self.window.resize(*size)
        self.window.activateWindow()
        self.settle()

    def close(self) -> None:
        """End the desk and its practice server."""
        self.window.hide()
        self._desktop.stop()
        self.window.deleteLater()
        self._desktop.deleteLater()

    def wait(self, done: Callable[[], bool]) -> None:
        """Let the window work until something is true."""
        until = time.monotonic() + _PATIENCE
        while not done():
            if time.monotonic() > until:
                raise TimeoutError("the desk did not get there")
            let_pass(10)

    def settle(self) -> None:
        """Let all work come back, and be painted."""
        let_pass(30)
        self.wait(lambda: not self._desktop.tasks.busy)
        if QApplication.activeModalWidget() is None:
            self.window.activateWindow()
        let_pass(60)
        while self._desktop.tasks.busy:  # what was painted has asked for more
            self.wait(lambda: not self._desktop.tasks.busy)
            let_pass(60)

    def wear(self, appearance: Appearance) -> None:
        """Change the colours."""
        self.window.appearance_chosen.emit(appearance)
        self.settle()

    def go(self, page: str) -> None:
        """Another page, as it is when its rows have come."""
        self.window.go(page)
        self.settle()

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        """A key, where the keyboard is."""
        QTest.keyClick(QApplication.focusWidget() or self.top(), key, modifier)
        self.settle()

    def leave_folio(self) -> None:
        """Away with the folio: beside a list by the key that brought it, from its own page back to the list."""
        self.press(Key.Key_Escape if self.window.page == "folio" else Key.Key_Space)

    def write(self, text: str) -> None:
        """Letters, where the keyboard is."""
        QTest.keyClicks(QApplication.focusWidget() or self.top(), text)
        self.settle()

    def top(self) -> QWidget:
        """What a person looks at: the dialog that is open, or the window."""
        return QApplication.activeModalWidget() or self.window

    def shut(self) -> None:
        """Put away the dialog that is open, without doing anything."""
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            dialog.close()
            self.settle()

    def menu(self, name: str) -> QMenu:
        """A menu of the menu bar."""
        found = (action.menu() for action in self.window.menuBar().actions() if action.text().strip("&") == name)
        return next(menu for menu in found if isinstance(menu, QMenu))


def let_pass(milliseconds: int) -> None:
    """Let time pass. (``QTest.qWait`` keeps Python's lock, and the workers waiting.)"""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


@contextmanager
def studio_of(app: QApplication, shape: Shape) -> Iterator[Studio]:
    """A practice desk of this shape, as long as it is looked at."""
    with tempfile.TemporaryDirectory() as data_dir:
        studio = Studio(app, Path(data_dir), shape.size)
        try:
            studio.wear(shape.appearance)
            studio.window.context.theme.set_zoom(shape.zoom)
            studio.settle()
            yield studio
        finally:
            studio.close()
