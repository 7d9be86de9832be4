"""A database that is far away: the window goes on while it scrolls, searches and saves.

Here an answer is under way for as long as the test likes, and meanwhile the window takes keys and paints. How late its
event loop comes at a round trip of 100 ms is measured in ``tests/benchmarks/test_window_far_away.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from rentease_desk.domain.booking import BookingDraft, Guest
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.take_payment import TakePaymentDialog
from tests.gui.conftest import idle, show_window
from tests.tools.databases import PostgresqlMaker
from tests.tools.gui import NOON, DeskClock, back_in, in_worker, open_dialog, press, write
from tests.tools.late import Ticker
from tests.tools.outbox import FarDesk, begin, euro, open_far
from tests.tools.proxy import Proxy, proxy_to

pytestmark = pytest.mark.long

_BOOKINGS = 220
_TICKS = 40
Key = Qt.Key


@pytest.fixture(scope="module")
def network(postgresql_maker: PostgresqlMaker) -> Iterator[Proxy]:
    with proxy_to(postgresql_maker.admin) as made:
        yield made


@pytest.fixture
def far(postgresql_maker: PostgresqlMaker, network: Proxy, tmp_path: Path) -> Iterator[FarDesk]:
    clock, address = DeskClock(NOON), postgresql_maker.copy()

    def make() -> FarDesk:
        near = open_far(tmp_path, address, clock)
        found = begin(near, clock)
        for number in range(_BOOKINGS):
            arrival = date(2026, 11, 5) + timedelta(days=number % 60)
            near.bookings.add(
                BookingDraft(Guest(f"Guest {number}"), arrival, arrival + timedelta(days=2), total=euro(100 + number))
            )
        near.close()
        return replace(found, services=open_far(tmp_path, network.address(address), clock))

    made = in_worker(make)
    yield made
    network.let_go()
    in_worker(made.services.close)


def test_the_window_goes_on_while_an_answer_is_under_way(
    qtbot: QtBot, bare: Context, far: FarDesk, network: Proxy
) -> None:
    bare.attach(far.services, far.settings)
    window, ticker = show_window(qtbot, bare, "bookings"), Ticker()
    bookings = window.pages.bookings

    def goes_on() -> None:
        """The event loop turns, many times, while somebody waits for an answer."""
        qtbot.waitUntil(lambda: bare.tasks.busy)
        ticker.start()
        qtbot.waitUntil(lambda: len(ticker.late) >= _TICKS)
        ticker.stop()
        assert bare.tasks.busy, "nothing was asked for"

    def answered() -> None:
        network.let_go()
        idle(qtbot, bare)

    # scrolling
    qtbot.waitUntil(lambda: bookings.model.rowCount() == _BOOKINGS + 1)
    idle(qtbot, bare)
    bookings.table.setFocus()
    network.hold()
    press(Key.Key_End)
    last = bookings.table.currentIndex().row()
    assert (last, bookings.model.item_at(last)) == (_BOOKINGS, None)
    goes_on()
    press(Key.Key_Home)
    assert bookings.table.currentIndex().row() == 0
    answered()
    assert bookings.model.item_at(last) is not None

    # searching
    press(Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    network.hold()
    write("guest 1")
    goes_on()
    write("9")
    assert bookings.search.text() == "guest 19"
    assert bookings.model.rowCount() == _BOOKINGS + 1  # what was read stays
    answered()
    assert 1 < bookings.model.rowCount() < _BOOKINGS

    # saving
    window.open_folio(far.soren.pk)
    idle(qtbot, bare)
    press(Key.Key_F9)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, TakePaymentDialog)
    network.hold()
    press(Key.Key_Return)
    goes_on()
    assert not dialog.save.isEnabled()
    press(Key.Key_Escape)
    assert dialog.banner.accessibleName().startswith("It is being saved")
    answered()
    back_in(qtbot, window)
    assert [one.amount for one in in_worker(far.payments)] == [47_200]
