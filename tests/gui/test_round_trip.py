"""A database that is far away: the window goes on while it scrolls, searches and saves.

Here an answer is under way for as long as the test likes, and meanwhile the window takes keys and paints. How late its
event loop comes at a round trip of 100 ms is measured in ``tests/benchmarks/test_window_far_away.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rentease_desk.domain.booking import BookingDraft, Guest
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.take_payment import TakePaymentDialog
from rentease_desk.gui.main_window import MainWindow
from tests.gui.conftest import idle, show_window
from tests.tools.databases import PostgresqlMaker
from tests.tools.gui import NOON, DeskClock, back_in, in_worker, open_dialog, press, write
from tests.tools.late import Ticker
from tests.tools.outbox import FarDesk, begin, euro, open_far
from tests.tools.proxy import Proxy, proxy_to

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

_BOOKINGS = 220
_TICKS = 40
Key = Qt.Key


@pytest.fixture(scope="module")
def network(postgresql_maker: PostgresqlMaker) -> Iterator[Proxy]:
    with proxy_to(postgresql_maker.admin) as made:
        yield made


@pytest.fixture(scope="module")
def far(
    postgresql_maker: PostgresqlMaker, network: Proxy, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FarDesk]:
    clock, first, folder = DeskClock(NOON), date(2026, 11, 5), tmp_path_factory.mktemp("far")

    def make() -> FarDesk:
        services = open_far(folder, network.address(postgresql_maker.copy()), clock)
        found = begin(services, clock)
        for number in range(_BOOKINGS):
            arrival = first + timedelta(days=number % 60)
            services.bookings.add(
                BookingDraft(Guest(f"Guest {number}"), arrival, arrival + timedelta(days=2), total=euro(100 + number))
            )
        return found

    made = in_worker(make)
    yield made
    in_worker(made.services.close)


@pytest.fixture
def window(qtbot: QtBot, bare: Context, far: FarDesk, network: Proxy) -> Iterator[MainWindow]:
    bare.attach(far.services, far.settings)
    yield show_window(qtbot, bare, "bookings")
    network.let_go()


@pytest.fixture
def goes_on(qtbot: QtBot, window: MainWindow) -> Callable[[], None]:
    """The event loop turns, many times, while an answer is under way."""
    ticker = Ticker()

    def look() -> None:
        assert window.context.tasks.busy
        ticker.start()
        qtbot.waitUntil(lambda: len(ticker.late) >= _TICKS)
        ticker.stop()
        assert window.context.tasks.busy, "nothing was asked for"

    return look


def test_scrolling(qtbot: QtBot, window: MainWindow, network: Proxy, goes_on: Callable[[], None]) -> None:
    table, model = window.pages.bookings.table, window.pages.bookings.model
    qtbot.waitUntil(lambda: model.rowCount() == _BOOKINGS + 1)
    idle(qtbot, window.context)
    table.setFocus()
    network.hold()
    press(Key.Key_End)
    last = table.currentIndex().row()
    assert (last, model.item_at(last)) == (_BOOKINGS, None)
    qtbot.waitUntil(lambda: window.context.tasks.busy)  # what is painted asks for its page
    goes_on()
    press(Key.Key_Home)
    assert table.currentIndex().row() == 0
    network.let_go()
    qtbot.waitUntil(lambda: model.item_at(last) is not None)
    idle(qtbot, window.context)


def test_searching(qtbot: QtBot, window: MainWindow, network: Proxy, goes_on: Callable[[], None]) -> None:
    view = window.pages.bookings
    press(Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    network.hold()
    write("guest 1")
    qtbot.waitUntil(lambda: window.context.tasks.busy)
    goes_on()
    write("9")
    assert view.search.text() == "guest 19"
    assert view.model.rowCount() == _BOOKINGS + 1  # what was read stays
    network.let_go()
    idle(qtbot, window.context)
    qtbot.waitUntil(lambda: view.model.rowCount() == 11)


def test_saving(qtbot: QtBot, window: MainWindow, far: FarDesk, network: Proxy, goes_on: Callable[[], None]) -> None:
    window.open_folio(far.soren.pk)
    idle(qtbot, window.context)
    press(Key.Key_F9)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, TakePaymentDialog)
    network.hold()
    press(Key.Key_Return)
    goes_on()
    assert not dialog.save.isEnabled()
    press(Key.Key_Escape)
    assert dialog.banner.accessibleName().startswith("It is being saved")
    network.let_go()
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    back_in(qtbot, window)
    assert [one.amount for one in in_worker(far.payments)] == [47_200]
