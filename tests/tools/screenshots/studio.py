"""A practice desk that is driven by keys, as at a desk, and photographed."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from msgspec.structs import replace
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from rentease_desk.config import Config, for_practice
from rentease_desk.desktop import Desktop
from rentease_desk.gui.desk_choices import DeskChoices, write_choices
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.tasks import Tasks
from rentease_desk.gui.theme import Appearance
from rentease_desk.practice.handshake import Handshake

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
W_co = TypeVar("W_co", bound=QWidget, covariant=True)


class Shape(NamedTuple):
    """How a window is photographed: its size in pixels, its zoom in per cent, its colours."""

    size: tuple[int, int]
    zoom: int
    appearance: Appearance


class Hand(Generic[W_co]):
    """Keys and letters for a window and its dialogs. Each waits until all that it asked for has come."""

    def __init__(self, window: W_co, tasks: Tasks) -> None:
        self._window, self._tasks = window, tasks

    @property
    def window(self) -> W_co:
        """The window that it is for."""
        return self._window

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
        self.wait(lambda: not self._tasks.busy)
        if QApplication.activeModalWidget() is None:
            self.window.activateWindow()
        let_pass(60)
        while self._tasks.busy:  # what was painted has asked for more
            self.wait(lambda: not self._tasks.busy)
            let_pass(60)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        """A key, where the keyboard is."""
        QTest.keyClick(QApplication.focusWidget() or self.top(), key, modifier)
        self.settle()

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


class Studio(Hand[MainWindow]):
    """A practice desk that is photographed."""

    def __init__(self, app: QApplication, data_dir: Path, shape: Shape) -> None:
        config = for_practice({"RENTEASE_DATA_DIR": str(data_dir)})
        self._app, self.shape = app, shape
        self._desktop = self.desk(replace(config, actor="Elena Marchetti", desk="Desk 1"))
        super().__init__(self._desktop.window, self._desktop.tasks)
        synced: list[bool] = []
        self.window.pages.sync.stood.connect(lambda state: synced.append(True) if state.last_success else None)
        self._desktop.start()
        self.wait(lambda: bool(synced))
        self.window.resize(*shape.size)
        self.window.activateWindow()
        self.settle()

    def desk(self, config: Config) -> Desktop:
        """A desk of the studio's colours and zoom, not started yet."""
        write_choices(config.desk_file, DeskChoices(self.shape.appearance, self.shape.zoom))
        return Desktop(self._app, config)

    @property
    def stripe(self) -> Handshake:
        """How its practice server is reached."""
        opened = self._desktop._opened
        assert opened is not None
        assert opened.server is not None
        return opened.server.handshake

    def close(self) -> None:
        """End the desk and its practice server."""
        end(self._desktop)

    def go(self, page: str) -> None:
        """Another page, as it is when its rows have come."""
        self.window.go(page)
        self.settle()

    def leave_folio(self) -> None:
        """Away with the folio: beside a list by the key that brought it, from its own page back to the list."""
        self.press(Key.Key_Escape if self.window.page == "folio" else Key.Key_Space)

    def menu(self, name: str) -> QMenu:
        """A menu of the menu bar."""
        found = (action.menu() for action in self.window.menuBar().actions() if action.text().strip("&") == name)
        return next(menu for menu in found if isinstance(menu, QMenu))


def end(desktop: Desktop) -> None:
    """Close a desk, or its first run."""
    for window in (desktop.window, desktop.first_run):
        if window is not None:
            window.hide()
            window.deleteLater()
    desktop.stop()
    desktop.deleteLater()


def let_pass(milliseconds: int) -> None:
    """Let time pass. (``QTest.qWait`` keeps Python's lock, and the workers waiting.)"""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


@contextmanager
def studio_of(app: QApplication, shape: Shape) -> Iterator[Studio]:
    """A practice desk of this shape, as long as it is looked at."""
    with tempfile.TemporaryDirectory() as data_dir:
        studio = Studio(app, Path(data_dir), shape)
        try:
            yield studio
        finally:
            studio.close()
