"""The desk at which cash is taken by real keys: how long from Enter until it is saved, and until the folio shows it.

With nothing running; while everything is synced; and while that sync waits for a Stripe that hangs.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable

import msgspec
from msgspec import Struct
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

gc.disable()  # as app.py does

from rentease_desk.config import from_environment  # noqa: E402
from rentease_desk.desktop import Desktop  # noqa: E402
from rentease_desk.domain.lists import BookingQuery, PaymentQuery  # noqa: E402
from rentease_desk.gui.dialogs.take_payment import TakePaymentDialog  # noqa: E402
from rentease_desk.gui.theme import application  # noqa: E402
from rentease_desk.practice.client import ControlAddress  # noqa: E402
from tests.tools.gui import in_worker  # noqa: E402
from tests.tools.sync_meter import EVERYTHING  # noqa: E402

TIMES = 25
"""So often cash is taken in each state."""
HANG_MS = 30_000
_BEGUN = 500
"""So many payments are in when the sync counts as begun."""
_PATIENCE = 20.0
_SETTLE = 2.0


class Took(Struct, frozen=True):
    """Milliseconds from Enter: until the desk knows that it is saved, and until the folio has painted it."""

    saved: list[float]
    seen: list[float]


class Told(Struct, frozen=True):
    """By state. ``synced``: how many of the payments were taken while the sync ran, in each of its two states."""

    idle: Took
    sync: Took
    hang: Took
    synced: tuple[int, int]


class Clerk(QObject):
    """Takes cash on one booking after the other."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop, self._window = desktop, desktop.window
        self._pks: list[int] = []

    def work(self) -> Told:
        """All three states."""
        services, today = self._window.context.services, self._window.context.today()
        self._pks = in_worker(lambda: list(services.bookings.keys(BookingQuery(today=today))))
        assert len(self._pks) >= 3 * TIMES + 1
        self._take()  # the dialog is imported
        self._rest(_SETTLE)
        idle, _ = self._measure()
        self._window.pages.sync.sync_days(EVERYTHING)
        self.wait(lambda: len(in_worker(lambda: services.payments.keys(PaymentQuery()))) > _BEGUN)
        sync, during = self._measure()
        in_worker(_hang)
        self._rest(_SETTLE)
        hang, hanging = self._measure()
        return Told(idle, sync, hang, (during, hanging))

    def wait(self, done: Callable[[], bool]) -> None:
        """Let the window work until something is true."""
        until = time.monotonic() + _PATIENCE
        while not done():
            assert time.monotonic() < until, "the desk did not get there"
            self._rest(0.002)

    def _rest(self, seconds: float) -> None:
        loop = QEventLoop()
        QTimer.singleShot(int(seconds * 1_000), loop.quit)
        loop.exec()

    def _measure(self) -> tuple[Took, int]:
        took, running = Took([], []), 0
        for _ in range(TIMES):
            saved, seen = self._take()
            took.saved.append(saved)
            took.seen.append(seen)
            running += self._window.pages.sync.is_running
        return took, running

    def _take(self) -> tuple[float, float]:
        """F9 and Enter on the folio of the next booking."""
        window, pk = self._window, self._pks.pop()
        window.open_folio(pk)
        window.activateWindow()
        folio = window.pages.folio
        self.wait(lambda: folio.folio is not None and folio.folio.booking.pk == pk)
        before = folio.model.rowCount()
        QTest.keyClick(folio.table, Qt.Key.Key_F9)
        self.wait(lambda: isinstance(QApplication.activeModalWidget(), TakePaymentDialog))
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, TakePaymentDialog)
        self._rest(0.1)
        saved: list[float] = []
        begun = time.perf_counter()
        dialog.taken.connect(lambda _payment: saved.append(time.perf_counter() - begun))
        loop = QEventLoop()
        folio.model.modelReset.connect(loop.quit)
        QTest.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Return)
        while folio.model.rowCount() == before:
            loop.exec()
        folio.table.viewport().repaint()
        seen = time.perf_counter() - begun
        folio.model.modelReset.disconnect(loop.quit)
        self.wait(lambda: bool(saved))
        return saved[0] * 1_000, seen * 1_000


def _hang() -> None:
    """From now on no answer of Stripe's comes for half a minute."""
    token = os.environ["RENTEASE_PRACTICE_TOKEN"]
    control = ControlAddress(os.environ["STRIPE_API_BASE"], token)
    control.post("faults", {"kind": "latency", "latency_ms": HANG_MS, "times": 10_000_000})


def main() -> None:
    """Open the desk of the environment, take cash, and print how long it took as JSON."""
    app = application()
    desktop = Desktop(app, from_environment(os.environ))
    clerk = Clerk(desktop)
    desktop.start()
    clerk.wait(lambda: desktop.context.is_ready and not desktop.tasks.busy)
    told = clerk.work()
    print(msgspec.json.encode(told).decode(), flush=True)
    os._exit(0)  # the sync waits for a Stripe that hangs


if __name__ == "__main__":
    main()
