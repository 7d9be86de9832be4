"""Payments moved and split by keyboard: from the folio, its menu, and the page of unmatched payments."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rentease_desk.domain.parts import SplitDraft
from rentease_desk.gui.dialogs.move_payment import MovePaymentDialog
from rentease_desk.gui.dialogs.refund_payment import RefundPaymentDialog
from rentease_desk.gui.dialogs.split_payment import SplitPaymentDialog
from rentease_desk.gui.main_window import MainWindow
from tests.gui.conftest import idle
from tests.gui.test_folio_view import mark, open_folio, take, texts
from tests.tools.gui import Hotel, back_in, in_worker, open_dialog, press, write
from tests.tools.gui_stripe import Card
from tests.tools.homeless import Homeless, pay

Key = Qt.Key


@pytest.fixture
def soren(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> MainWindow:
    """A folio with 146.00 of cash, marked."""
    in_worker(lambda: take(hotel.services, hotel.pks["soren"], 14_600))
    open_folio(qtbot, window, hotel.pks["soren"])
    press(Key.Key_End)
    return window


def choose(qtbot: QtBot, dialog: MovePaymentDialog | SplitPaymentDialog, name: str) -> None:
    """Type a name, and wait until it is found."""
    write(name)
    qtbot.waitUntil(lambda: dialog.picker.booking is not None and name in dialog.picker.booking.guest.name)


def test_a_payment_is_moved_and_the_menu_of_its_line_takes_it_back(
    qtbot: QtBot, soren: MainWindow, hotel: Hotel
) -> None:
    press(Key.Key_M)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, MovePaymentDialog)
    choose(qtbot, dialog, "Fatima")
    assert dialog.save.text() == "Move €146.00 to LN-1998"
    press(Key.Key_Return)
    back_in(qtbot, soren)
    qtbot.waitUntil(lambda: texts(soren, "text")[-1] == "Moved to LN-1998 Cash")
    assert texts(soren, "balance")[-2:] == ["146.00", ""]
    mark(soren, "Moved to LN-1998 Cash")
    table = soren.pages.folio.table
    menu = table._row_menu(table.currentIndex())
    undo = next(one for one in menu.actions() if one.text() == "Undo move")
    undo.trigger()
    menu.deleteLater()
    qtbot.waitUntil(lambda: texts(soren, "text")[-1] == "Cash")
    assert texts(soren, "balance")[-1] == "0.00"
    idle(qtbot, soren.context)


def test_a_payment_is_split_by_keys_alone(qtbot: QtBot, soren: MainWindow, hotel: Hotel) -> None:
    press(Key.Key_S)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, SplitPaymentDialog)
    choose(qtbot, dialog, "Fatima")
    press(Key.Key_Return)
    write("46")
    assert "too much" in dialog._rest.text()
    assert not dialog.save.isEnabled()
    press(Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    write("100")
    assert dialog._rest.text() == "All of €146.00 has its place."
    press(Key.Key_Return)
    back_in(qtbot, soren)
    qtbot.waitUntil(lambda: texts(soren, "text")[-1] == "Moved to LN-1998 Cash")
    assert texts(soren, "payment")[-2:] == ["146.00", "−46.00"]
    assert texts(soren, "balance")[-1] == "46.00"
    open_folio(qtbot, soren, hotel.pks["fatima"])
    assert texts(soren, "text")[-1] == "Moved from LN-2017 Cash"
    assert texts(soren, "payment")[-1] == "46.00"


def test_a_refund_from_a_folio_is_of_the_part_there_and_from_the_list_it_is_asked(
    qtbot: QtBot, soren: MainWindow, hotel: Hotel
) -> None:
    """Fatima has 46.00 of 146.00; 26.00 go back on her folio, and 20.00 of hers from the list."""
    cash, homes = in_worker(lambda: _cash(hotel)), (hotel.pks["soren"], hotel.pks["fatima"])
    spread = SplitDraft("s", cash, ((homes[0], 10_000), (homes[1], 4_600)))
    in_worker(lambda: hotel.services.parts.split(spread))
    open_folio(qtbot, soren, homes[1])
    mark(soren, "Moved from LN-2017 Cash")
    press(Key.Key_R)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, RefundPaymentDialog)
    assert (dialog.amount.text(), "booking" in dialog.form.fields) == ("46.00", False)
    write("26")
    press(Key.Key_Tab)
    write("noise")
    press(Key.Key_Return)
    back_in(qtbot, soren)
    qtbot.waitUntil(lambda: texts(soren, "balance")[-1] == "−20.00")
    soren.go("payments")
    idle(qtbot, soren.context)
    rows = {one.uid: at for at in range(4) if (one := soren.pages.payments.model.item_at(at)) is not None}
    soren.pages.payments.table.setCurrentIndex(soren.pages.payments.model.index(rows["another"], 0))
    soren.pages.payments.table.setFocus()
    press(Key.Key_R)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, RefundPaymentDialog)
    assert dialog.amount.text() == ""
    press(Key.Key_Return)
    assert "spread over LN-2017, LN-1998" in dialog.form.fields["booking"].wrong
    press(Key.Key_End)
    assert dialog.form.fields["booking"].wrong == ""
    assert (dialog.booking.currentText(), dialog.amount.text()) == ("LN-1998 · €20.00 left", "20.00")
    press(Key.Key_Tab)
    press(Key.Key_Tab)
    write("noise")
    press(Key.Key_Return)
    back_in(qtbot, soren)
    idle(qtbot, soren.context)
    found = in_worker(lambda: hotel.services.parts.parts(cash))
    assert [(one.gross, one.back) for one in found.parts] == [(10_000, 0), (4_600, 4_600)]


def test_an_unmatched_payment_is_split_with_p(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    in_worker(lambda: pay(hotel.services.desk, Homeless(Card("lost", 9_000))))
    window.go("unmatched")
    idle(qtbot, window.context)
    press(Key.Key_P)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, SplitPaymentDialog)
    for name, amount in (("Fatima", "40"), ("Oliver", "50")):
        dialog.picker.edit.setFocus()
        choose(qtbot, dialog, name)
        press(Key.Key_Return)
        write(amount)
    press(Key.Key_Return)
    back_in(qtbot, window)
    qtbot.waitUntil(lambda: window.pages.unmatched.waiting.rowCount() == 0)
    found = in_worker(lambda: hotel.services.bookings.get(hotel.pks["oliver"]))
    assert found.totals.paid == 31_200 + 5_000
    press(Key.Key_U)
    qtbot.waitUntil(lambda: window.pages.unmatched.waiting.rowCount() == 1)
    idle(qtbot, window.context)
    found = in_worker(lambda: hotel.services.bookings.get(hotel.pks["oliver"]))
    assert found.totals.paid == 31_200


def test_what_cannot_be_moved_says_why(qtbot: QtBot, soren: MainWindow, hotel: Hotel) -> None:
    in_worker(lambda: hotel.services.payments.void(_cash(hotel), "typed twice"))
    qtbot.waitUntil(lambda: "Cash typed twice, voided" in texts(soren, "text"))
    mark(soren, "Cash typed twice, voided")
    press(Key.Key_M)
    qtbot.waitUntil(soren.pages.folio.banner.isVisible)
    assert "void payment cannot be moved" in soren.pages.folio.banner.accessibleName()
    assert QApplication.activeModalWidget() is None


def _cash(hotel: Hotel) -> int:
    return hotel.services.payments.find("another").pk
