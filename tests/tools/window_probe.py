"""The desk, telling when its window was painted, when its rows were, and how long each key of a search took."""

from __future__ import annotations

import gc
import os
import sys
import time

from PySide6.QtCore import QEventLoop, QObject, QTimer

gc.disable()  # as app.py does

from rentease_desk.config import from_environment  # noqa: E402
from rentease_desk.desktop import Desktop  # noqa: E402
from rentease_desk.gui.theme import application  # noqa: E402

_PATIENCE = 10_000
SEARCHES = ("muller", "HB-1193", "silva ana")


class Probe(QObject):
    """Watches the window; prints a line a milestone."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop = desktop
        desktop.window.painted.connect(lambda: print("painted", flush=True))
        desktop.window.pages.today.departures.model.modelReset.connect(self._loaded)

    def _loaded(self) -> None:
        self._desktop.window.pages.today.departures.model.modelReset.disconnect(self._loaded)
        QTimer.singleShot(0, self._tell_rows)

    def _tell_rows(self) -> None:
        self._desktop.window.pages.today.repaint()
        print("rows", flush=True)
        self._desktop.window.pages.bookings.model.reloaded.connect(self._listed)
        self._desktop.window.go("bookings")
        self._desktop.window.pages.bookings.reload()

    def _listed(self) -> None:
        self._desktop.window.pages.bookings.model.reloaded.disconnect(self._listed)
        QTimer.singleShot(0, self._search)

    def _search(self) -> None:
        from PySide6.QtTest import QTest

        view = self._desktop.window.pages.bookings
        for text in SEARCHES:
            if view.search.text():
                view.search.clear()
                self._settle()
            for at, letter in enumerate(text, start=1):
                begun = time.perf_counter()
                QTest.keyClicks(view.search, letter)
                self._settle()
                view.table.viewport().repaint()
                self._tell(text[:at], begun)
                if view.model.is_loading:
                    self._settle()
                    self._tell(f"{text[:at]}, to its last row", begun)
        self._desktop.window.close()

    def _tell(self, what: str, begun: float) -> None:
        print(f"{what.replace(' ', '_')} {(time.perf_counter() - begun) * 1000}", flush=True)

    def _settle(self) -> None:
        """Until the list that was asked for is there."""
        loop, late = QEventLoop(), QTimer()
        late.setSingleShot(True)
        late.timeout.connect(lambda: loop.exit(1))
        late.start(_PATIENCE)
        connection = self._desktop.window.pages.bookings.model.reloaded.connect(loop.quit)
        if loop.exec() != 0:
            raise TimeoutError("no answer came")
        self._desktop.window.pages.bookings.model.reloaded.disconnect(connection)


def main() -> int:
    """Open the desk of the environment, look at it, and close it."""
    app = application()
    desktop = Desktop(app, from_environment(os.environ))
    probe = Probe(desktop)
    desktop.start()
    status = app.exec()
    del probe
    return status if desktop.stop() else 1


if __name__ == "__main__":
    sys.exit(main())
