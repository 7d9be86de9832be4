"""A database that is 100 ms away: the window goes on while it scrolls, searches and saves.

A ticker in the event loop tells how late it comes. That the window never asks the database itself is asserted by the
guards of all GUI tests; here, that 95 of 100 ticks come sooner than one round trip. The goal of 50 ms for the worst is
printed with what was measured, beside the same with no delay: on a busy machine both are late alike.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import quantiles

import pytest
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rentease_desk.domain.booking import BookingDraft, Guest
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.take_payment import TakePaymentDialog
from rentease_desk.gui.main_window import MainWindow
from tests.gui.conftest import show_window
from tests.tools.databases import PostgresqlMaker
from tests.tools.gui import NOON, DeskClock, back_in, in_worker, open_dialog, press, write
from tests.tools.outbox import FarDesk, begin, euro, open_far
from tests.tools.proxy import Proxy, proxy_to

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

ROUND_TRIP, GOAL = 0.1, 50
_BOOKINGS = 250
Key = Qt.Key


@pytest.fixture(scope="module")
def network(postgresql_maker: PostgresqlMaker) -> Iterator[Proxy]:
    with proxy_to(postgresql_maker.admin) as made:
        yield made


@pytest.fixture
def far(postgresql_maker: PostgresqlMaker, network: Proxy, tmp_path: Path) -> Iterator[FarDesk]:
    clock, first = DeskClock(NOON), date(2026, 11, 1)

    def make() -> FarDesk:
        services = open_far(tmp_path, network.address(postgresql_maker.copy()), clock)
        found = begin(services, clock)
        for number in range(_BOOKINGS):
            arrival = first + timedelta(days=number % 60)
            services.bookings.add(
                BookingDraft(Guest(f"Guest {number}"), arrival, arrival + timedelta(days=2), total=euro(100 + number))
            )
        return found

    made = in_worker(make)
    yield made
    network.delay = 0.0
    in_worker(made.services.close)


class Ticker(QObject):
    """Ticks every 5 ms; ``late``: by how many milliseconds each came late."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        """From now on."""
        self.late.clear()
        self._last = time.perf_counter()
        self._timer.start(5)

    def stop(self) -> list[float]:
        """Returns what was measured."""
        self._timer.stop()
        return list(self.late)

    def _tick(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, (now - self._last) * 1_000 - 5))
        self._last = now


class Person:
    """Works at the window."""

    def __init__(self, qtbot: QtBot, window: MainWindow, far: FarDesk) -> None:
        self._qtbot, self._window, self._far = qtbot, window, far
        self._taken = 0

    def scroll(self) -> None:
        """Through the list of bookings."""
        self._window.pages.bookings.table.setFocus()
        for _ in range(12):
            press(Key.Key_PageDown)
            self._qtbot.wait(20)
        self._rest()

    def search(self) -> None:
        """As somebody types."""
        press(Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        for letter in "guest 19":
            write(letter)
            self._qtbot.wait(30)
        self._rest()
        assert 1 < self._window.pages.bookings.model.rowCount() < _BOOKINGS
        self._window.pages.bookings.search.clear()
        self._rest()

    def save(self) -> None:
        """Take a transfer on a folio."""
        self._window.open_folio(self._far.soren.pk)
        self._rest()
        self._taken += 1
        press(Key.Key_F9)
        dialog = open_dialog(self._qtbot)
        assert isinstance(dialog, TakePaymentDialog)
        press(Key.Key_F3)
        dialog.amount.setText(f"{self._taken}.00")
        press(Key.Key_Return)
        self._qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None, timeout=30_000)
        self._rest()
        back_in(self._qtbot, self._window)
        assert self._window.pages.folio.model.rowCount() == self._taken + 1
        self._window.go("bookings")
        self._rest()

    def _rest(self) -> None:
        self._qtbot.waitUntil(lambda: not self._window.context.tasks.busy, timeout=30_000)


def test_the_window_goes_on_while_the_database_is_far(
    qtbot: QtBot, bare: Context, far: FarDesk, network: Proxy
) -> None:
    bare.attach(far.services, far.settings)
    window = show_window(qtbot, bare, "bookings")
    sys.setswitchinterval(0.001)  # as the program does
    ticker, person, found = Ticker(), Person(qtbot, window, far), dict[tuple[str, str], list[float]]()
    # To show a page or a dialog for the first time takes what it takes: the first round is not told.
    for what, delay in (("first", 0.0), ("no delay", 0.0), ("100 ms away", ROUND_TRIP)):
        network.delay = delay / 2
        for act in (person.scroll, person.search, person.save):
            ticker.start()
            act()
            found[what, act.__name__] = ticker.stop()
    print()
    for (what, name), late in found.items():
        p95, worst = quantiles(late, n=20)[18], max(late)
        reached = "reached" if worst <= GOAL else "MISSED"
        print(f"{name}, {what}: p95 {p95:.1f}, worst {worst:.1f} ms late, goal {GOAL} ms {reached}")
    away = [one for (what, _), late in found.items() if what == "100 ms away" for one in late]
    assert quantiles(away, n=20)[18] < ROUND_TRIP * 1_000
