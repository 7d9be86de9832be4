"""Desks side by side: what another one writes comes by itself, and takes nothing out of anybody's hands."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from rentease_desk.domain.booking import Guest
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.gui.dialogs.take_payment import TakePaymentDialog
from rentease_desk.gui.main_window import MainWindow
from tests.gui.conftest import idle
from tests.tools.gui import Hotel, back_in, drafts, in_worker, open_dialog, press, write

Key = Qt.Key


@pytest.fixture
def live(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> MainWindow:
    """A window that listens, with more bookings than fit."""
    in_worker(lambda: crowd(hotel))
    qtbot.waitUntil(lambda: window.pages.bookings.model.rowCount() > 30)
    hotel.services.live.start()
    qtbot.waitUntil(lambda: hotel.services.live.by is not None)
    idle(qtbot, window.context)
    return window


def crowd(hotel: Hotel) -> None:
    plain = drafts()["noor"]
    for at in range(30):
        hotel.services.bookings.add(replace(plain, guest=Guest(f"Guest {at}"), reference=f"G-{at}", room=f"9{at:02}"))


def paid(window: MainWindow, pk: int) -> str:
    model = window.pages.bookings.model
    row = model.row_of(pk)
    at = [column.name for column in model.columns].index("paid")
    return "" if row is None else str(model.index(row, at).data())


def test_what_comes_leaves_mark_scrolling_and_what_is_typed(qtbot: QtBot, live: MainWindow, hotel: Hotel) -> None:
    bookings = live.pages.bookings
    press(Key.Key_End)
    idle(qtbot, live.context)
    marked, place = bookings.current_booking, bookings.table.verticalScrollBar().value()
    assert marked is not None
    assert place > 0
    press(Key.Key_F9)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, TakePaymentDialog)
    write("12")
    typed = QApplication.focusWidget()
    assert isinstance(typed, QLineEdit)
    assert typed.text() == "12"
    other, pk = hotel.again(), hotel.pks["noor"]
    in_worker(lambda: other.payments.take(PaymentDraft("theirs", pk, "cash", Money(100, "eur"))))
    other.close()
    qtbot.waitUntil(lambda: paid(live, pk) == "1.00")
    idle(qtbot, live.context)
    assert dialog.isVisible()
    assert QApplication.focusWidget() is typed
    assert typed.text() == "12"
    press(Key.Key_Escape)
    back_in(qtbot, live)
    assert bookings.current_booking == marked
    assert bookings.table.verticalScrollBar().value() == place
