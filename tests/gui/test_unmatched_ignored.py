"""Payments that belong to no booking: ignored, looked at and taken back by keys, on the page and from the payments."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from rentease_desk.domain.payment import IgnoreDraft
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.ignore_payment import IgnorePaymentDialog
from rentease_desk.gui.dialogs.split_payment import SplitPaymentDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.services.matching import MatchingService
from rentease_desk.services.parts import PartService
from tests.gui.conftest import idle
from tests.gui.test_moving import choose
from tests.tools.gui import NEVER_OVER, Hotel, back_in, click, in_worker, open_dialog, press, write
from tests.tools.gui_unmatched import do, marked, open_queue, stored, told, waiting

Key = Qt.Key
Ask = Callable[[QtBot, MainWindow], None]


@pytest.fixture
def listed(qtbot: QtBot, hotel: Hotel, bare: Context) -> MainWindow:
    """The window, on the page; four payments wait."""
    return open_queue(qtbot, hotel, bare)


def begin(qtbot: QtBot, window: MainWindow) -> IgnorePaymentDialog:
    """The question, open."""
    press(Key.Key_I)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, IgnorePaymentDialog)
    return dialog


def ignore(qtbot: QtBot, window: MainWindow, reason: str = "web shop") -> None:
    """Ignore the marked payment by keys."""
    begin(qtbot, window)
    write(reason)
    press(Key.Key_Return)
    back_in(qtbot, window)
    window.pages.unmatched.list.setFocus()
    idle(qtbot, window.context)
    qtbot.waitUntil(lambda: not window.pages.unmatched.deeds.burst.isActive())


def ignore_elsewhere(hotel: Hotel, name: str, reason: str = "gift voucher") -> None:
    other = hotel.again()
    in_worker(lambda: other.matching.ignore(IgnoreDraft(f"there-{name}", stored(hotel, name).pk, reason)))
    other.close()


def test_i_asks_why_and_the_payment_leaves(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    ignore(qtbot, listed)
    found = stored(hotel, "noor").ignored
    assert found is not None
    assert (found.reason, found.actor) == ("web shop", "Elena")
    qtbot.waitUntil(lambda: marked(listed) == "pi_soren")
    assert waiting(listed) == ["pi_soren", "pi_usd", "pi_nobody"]
    assert listed.foot.words == "€655.00 waits for no booking any more: web shop. U takes it back."
    assert listed.rail._items["unmatched"].accessibleName() == "Unmatched, 3 waiting"
    do(qtbot, listed, Key.Key_U)
    assert stored(hotel, "noor").ignored is None
    assert (marked(listed), listed.foot.words) == ("pi_noor", "€655.00 waits for a booking again.")
    assert not listed.pages.unmatched.undo_button.isEnabled()


def split(qtbot: QtBot, window: MainWindow) -> None:
    """Ask by keys that the marked payment goes to two bookings."""
    press(Key.Key_P)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, SplitPaymentDialog)
    for name, amount in (("Fatima", "255"), ("Oliver", "400")):
        dialog.picker.edit.setFocus()
        choose(qtbot, dialog, name)
        press(Key.Key_Return)
        write(amount)
    press(Key.Key_Return)


def ask_ignored(qtbot: QtBot, window: MainWindow) -> None:
    begin(qtbot, window)
    write("web shop")
    press(Key.Key_Return)


@pytest.mark.parametrize(
    ("ask", "service", "deed"), [(ask_ignored, MatchingService, "ignore"), (split, PartService, "split")]
)
def test_the_mark_goes_on_though_the_list_is_read_before_the_answer(
    qtbot: QtBot, listed: MainWindow, monkeypatch: pytest.MonkeyPatch, ask: Ask, service: type, deed: str
) -> None:
    """What was written is told to the list at once; the answer to who wrote it may come later."""
    listed_again, real = threading.Event(), getattr(service, deed)

    def late(self: object, draft: object) -> object:
        saved = real(self, draft)
        assert listed_again.wait(10)
        return saved

    monkeypatch.setattr(service, deed, late)
    ask(qtbot, listed)
    try:
        qtbot.waitUntil(lambda: waiting(listed) == ["pi_soren", "pi_usd", "pi_nobody"])
        assert marked(listed) == "pi_soren"
    finally:
        listed_again.set()
    back_in(qtbot, listed)
    idle(qtbot, listed.context)
    assert marked(listed) == "pi_soren"
    do(qtbot, listed, Key.Key_U)
    assert marked(listed) == "pi_noor"
    assert not listed.pages.unmatched.deeds.own, "who takes it away from now on is somebody else"


def test_without_a_reason_nothing_is_ignored(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    dialog = begin(qtbot, listed)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: "A reason is missing" in dialog.form.fields["reason"].wrong)
    write("4242 4242 4242 4242")
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: "card number" in dialog.form.fields["reason"].wrong)
    press(Key.Key_Escape)
    back_in(qtbot, listed)
    assert stored(hotel, "noor").ignored is None


def test_v_shows_the_ignored_and_u_takes_one_back(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    ignore(qtbot, listed)
    ignore(qtbot, listed, "gift voucher")
    do(qtbot, listed, Key.Key_V)
    assert (waiting(listed), marked(listed)) == (["pi_noor", "pi_soren"], "pi_noor")
    assert "2 card payments that are ignored" in told(listed)
    assert "Ignored by Elena, Thu 5 Nov, 13:00: web shop" in told(listed)
    assert "Ignored by Elena" in listed.pages.unmatched.waiting.index(0).data(int(Qt.ItemDataRole.AccessibleTextRole))
    qtbot.waitUntil(lambda: "801.00\nEUR" in told(listed))
    assert not listed.pages.unmatched.accept_button.isVisible()
    assert listed.rail._items["unmatched"].accessibleName() == "Unmatched, 2 waiting"
    for key in (Key.Key_Return, Key.Key_1, Key.Key_P, Key.Key_I, Key.Key_S, Key.Key_F):
        do(qtbot, listed, key)
    assert listed.page == "unmatched"
    assert stored(hotel, "noor").booking_pk is None
    do(qtbot, listed, Key.Key_U)
    assert stored(hotel, "noor").ignored is None
    assert (waiting(listed), marked(listed)) == (["pi_soren"], "pi_soren")
    do(qtbot, listed, Key.Key_V)
    assert waiting(listed) == ["pi_noor", "pi_usd", "pi_nobody"]
    do(qtbot, listed, Key.Key_U)
    assert stored(hotel, "soren").ignored is None, "what was ignored here last, and is not taken back yet"
    assert not listed.pages.unmatched.undo_button.isEnabled()


def test_u_pressed_twice_in_one_burst_takes_back_one(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    ignore(qtbot, listed)
    ignore(qtbot, listed)
    do(qtbot, listed, Key.Key_V)
    listed.pages.unmatched.deeds.burst.setInterval(NEVER_OVER)
    press(Key.Key_U)
    idle(qtbot, listed.context)
    press(Key.Key_U)
    idle(qtbot, listed.context)
    QTest.simulateEvent(listed.pages.unmatched.list, True, Key.Key_U, Qt.KeyboardModifier.NoModifier, "u", True)
    idle(qtbot, listed.context)
    assert "S LINDQVIST was not taken back" in listed.foot.words
    assert stored(hotel, "soren").ignored is not None


def test_none_is_ignored(qtbot: QtBot, listed: MainWindow) -> None:
    click(listed.pages.unmatched.left.other)
    idle(qtbot, listed.context)
    assert "No payment is ignored" in told(listed)
    assert not listed.pages.unmatched.undo_button.isVisible()
    press(Key.Key_U)
    press(Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    idle(qtbot, listed.context)
    assert len(waiting(listed)) == 4, "who comes to the page sees what waits"


def test_who_comes_second_is_told(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    begin(qtbot, listed)
    ignore_elsewhere(hotel, "noor")
    write("web shop")
    press(Key.Key_Return)
    dialog = open_dialog(qtbot)
    qtbot.waitUntil(lambda: "Paolo said that it belongs to no booking" in dialog.banner.accessibleName())
    press(Key.Key_Escape)
    back_in(qtbot, listed)
    listed.pages.unmatched.reload()
    idle(qtbot, listed.context)
    assert listed.foot.words.startswith("€655.00 of Noor Vandenberg is ignored by now, says Paolo: gift voucher.")
    assert marked(listed) == ""
    found = stored(hotel, "noor").ignored
    assert found is not None
    assert found.reason == "gift voucher"


def test_one_that_finds_its_booking_leaves_the_ignored(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    ignore_elsewhere(hotel, "noor")
    do(qtbot, listed, Key.Key_V)
    assert marked(listed) == "pi_noor"
    in_worker(lambda: hotel.services.matching.assign(stored(hotel, "noor").pk, hotel.pks["noor"]))
    qtbot.waitUntil(lambda: waiting(listed) == [])
    idle(qtbot, listed.context)
    assert listed.foot.words.startswith("€655.00 of Noor Vandenberg is on LN-2050 by now.")


def test_from_the_payments(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    ignore_elsewhere(hotel, "soren")
    listed.go("payments")
    idle(qtbot, listed.context)
    view = listed.pages.payments
    next(one for one in view.states.menu().actions() if one.text() == "Ignored").trigger()
    idle(qtbot, listed.context)
    assert view.model.rowCount() == 1
    cell = view.model.index(0, 1).data(int(Qt.ItemDataRole.AccessibleTextRole))
    assert cell == "S LINDQVIST, Ignored by Paolo: gift voucher"
    view.table.setFocus()
    view.table.setCurrentIndex(view.model.index(0, 0))
    do(qtbot, listed, Key.Key_Return)
    qtbot.waitUntil(lambda: marked(listed) == "pi_soren")
    assert (listed.page, waiting(listed)) == ("unmatched", ["pi_soren"])


def test_the_smallest_window_has_room(qtbot: QtBot, listed: MainWindow) -> None:
    listed.resize(1024, 640)
    idle(qtbot, listed.context)
    assert listed.width() == 1024
    assert not listed.grab().isNull()
