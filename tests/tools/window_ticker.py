"""The desk with a ticker in its event loop: how late it comes, with nothing to do and while everything is synced."""

from __future__ import annotations

import gc
import os
import sys
import time

import msgspec
from msgspec import Struct
from PySide6.QtCore import QObject, QTimer

gc.disable()  # as app.py does

from rentease_desk.config import from_environment  # noqa: E402
from rentease_desk.desktop import Desktop  # noqa: E402
from rentease_desk.gui.theme import application  # noqa: E402
from tests.tools.late import Ticker, Ticks  # noqa: E402
from tests.tools.sync_meter import EVERYTHING  # noqa: E402

_IDLE_MILLISECONDS = 3_000
_SETTLE_MILLISECONDS = 2_000


class Lateness(Struct, frozen=True):
    """The ticks with nothing running, and during the sync, which took so many seconds."""

    idle: Ticks
    busy: Ticks
    seconds: float


class Watch(QObject):
    """Waits for the window, ticks with nothing running, then during a sync of everything, and closes the window."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop, self._begun = desktop, 0.0
        self._ticker = Ticker()
        self._idle, self._busy = Ticks([], []), Ticks([], [])
        desktop.window.pages.bookings.model.reloaded.connect(self._loaded)

    @property
    def lateness(self) -> Lateness:
        """What was measured."""
        return Lateness(self._idle, self._busy, time.perf_counter() - self._begun)

    def _loaded(self) -> None:
        self._desktop.window.pages.bookings.model.reloaded.disconnect(self._loaded)
        QTimer.singleShot(_SETTLE_MILLISECONDS, self._be_idle)

    def _be_idle(self) -> None:
        self._desktop.window.go("sync")  # to show a page for the first time takes what it takes, sync or no sync
        QTimer.singleShot(_SETTLE_MILLISECONDS, self._tick_idly)

    def _tick_idly(self) -> None:
        self._ticker.start()
        QTimer.singleShot(_IDLE_MILLISECONDS, self._sync)

    def _sync(self) -> None:
        """As F5 does it, for all days."""
        window = self._desktop.window
        window.pages.sync.running.connect(self._running)
        self._idle, self._begun = self._ticker.stop(), time.perf_counter()
        self._ticker.start()
        window.pages.sync.sync_days(EVERYTHING)

    def _running(self, running: bool) -> None:
        if not running:
            self._busy = self._ticker.stop()
            self._desktop.window.close()


def main() -> int:
    """Open the desk of the environment, measure, and print the lateness as JSON."""
    app = application()
    desktop = Desktop(app, from_environment(os.environ))
    watch = Watch(desktop)
    desktop.start()
    status = app.exec()
    print(msgspec.json.encode(watch.lateness).decode(), flush=True)
    return status if desktop.stop() else 1


if __name__ == "__main__":
    sys.exit(main())
