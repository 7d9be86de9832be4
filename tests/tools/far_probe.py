"""The desk, worked at by real keys while its event loop is listened to: scrolling, searching and saving, by turns."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable

import msgspec
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

gc.disable()  # as app.py does

from rentease_desk.config import from_environment  # noqa: E402
from rentease_desk.desktop import Desktop  # noqa: E402
from rentease_desk.domain.lists import BookingView  # noqa: E402
from rentease_desk.gui.dialogs.take_payment import TakePaymentDialog  # noqa: E402
from rentease_desk.gui.theme import application  # noqa: E402
from tests.tools.late import Ticker, Ticks  # noqa: E402

SEARCHES = ("muller", "silva ana", "hb-119")
Late = dict[str, Ticks]
"""By what was done."""
_PAGES = 15
_PATIENCE = 60.0
_IDLE, _SETTLE = 1_000, 6_000


class Person(QObject):
    """Works at the window."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._window, self._tasks = desktop.window, desktop.tasks
        self._ticker, self._taken = Ticker(), 0

    def work(self, rounds: int) -> Late:
        """All of it, and again so many rounds. To show a page or a dialog for the first time takes what it takes: it is
        apart.
        """
        bookings = self._window.pages.bookings
        self._window.go("bookings")
        bookings.views.choose(BookingView.ALL)
        bookings.views.chosen.emit(BookingView.ALL)
        self._rest()
        late: Late = {"nothing": self._measured(lambda: self._pause(_IDLE))}
        for number in range(rounds + 1):
            for act in (self._scroll, self._search, self._save):
                name = act.__name__.lstrip("_") if number else "first"
                late.setdefault(name, Ticks([], [])).extend(self._measured(act))
        return late

    def settle(self) -> None:
        """What the window does while nobody touches it is done."""
        self._pause(_SETTLE)

    def _measured(self, act: Callable[[], None]) -> Ticks:
        self._ticker.start()
        act()
        return self._ticker.stop()

    def _scroll(self) -> None:
        """Down the list, faster than the pages come, and to its end and beginning."""
        self._window.pages.bookings.table.setFocus()
        for key in (*[Qt.Key.Key_PageDown] * _PAGES, Qt.Key.Key_End, *[Qt.Key.Key_PageUp] * _PAGES, Qt.Key.Key_Home):
            self._press(key)
            self._pause(20)
        self._rest()

    def _search(self) -> None:
        """As somebody types."""
        for text in SEARCHES:
            self._press(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
            for letter in text:
                QTest.keyClicks(self._keyboard(), letter)
                self._pause(30)
            self._rest()
            assert self._window.pages.bookings.model.rowCount() > 0
        self._window.pages.bookings.search.clear()
        self._rest()

    def _save(self) -> None:
        """Take a transfer on the folio of the first booking, and go back."""
        pk = self._window.pages.bookings.model.key_at(0)
        assert pk is not None
        self._window.open_folio(pk)
        self._rest()
        self._taken += 1
        self._press(Qt.Key.Key_F9)
        self.wait(lambda: isinstance(QApplication.activeModalWidget(), TakePaymentDialog))
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, TakePaymentDialog)
        self._press(Qt.Key.Key_F3)
        dialog.amount.setText(f"{os.getpid() % 1_000 + 1}.{self._taken:02}")  # no run takes what another took
        self._press(Qt.Key.Key_Return)
        self.wait(lambda: QApplication.activeModalWidget() is None)
        self._rest()
        self._window.activateWindow()
        self.wait(self._window.isActiveWindow)
        self._window.go("bookings")
        self._rest()

    def wait(self, done: Callable[[], bool]) -> None:
        """Let the window work until something is true."""
        until = time.monotonic() + _PATIENCE
        while not done():
            assert time.monotonic() < until, "the desk did not get there"
            self._pause(2)

    def _rest(self) -> None:
        self.wait(lambda: not self._tasks.busy)

    def _press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self._keyboard(), key, modifier)

    def _keyboard(self) -> QWidget:
        focus = QApplication.focusWidget() or QApplication.activeWindow()
        assert focus is not None, "the keyboard is nowhere"
        return focus

    def _pause(self, milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()


def main() -> int:
    """Open the desk of the environment, work at it so many rounds, and print the lateness as JSON."""
    app = application()
    desktop = Desktop(app, from_environment(os.environ))
    person = Person(desktop)
    desktop.start()
    desktop.window.resize(1440, 900)
    person.wait(lambda: desktop.context.is_ready and not desktop.tasks.busy)
    person.settle()
    print(msgspec.json.encode(person.work(int(sys.argv[1]))).decode(), flush=True)
    return 0 if desktop.stop() else 1


if __name__ == "__main__":
    sys.exit(main())
