"""The page of card payments without a booking: the whole queue by keys, and what happens meanwhile."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu
from pytestqt.qtbot import QtBot

from rentease_desk.domain.errors import DatabaseError
from rentease_desk.domain.matching import Suggestions
from rentease_desk.gui.context import Context
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.theme import Appearance
from rentease_desk.services.matching import MatchingService
from tests.gui.conftest import idle, show_window
from tests.tools.gui import NEVER_OVER, Hotel, click, in_worker, press, write
from tests.tools.gui_stripe import Card
from tests.tools.gui_unmatched import NOOR, chosen, do, found, marked, open_queue, stored, told, waiting
from tests.tools.homeless import Homeless, pay

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier
SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)


@pytest.fixture
def listed(qtbot: QtBot, hotel: Hotel, bare: Context) -> MainWindow:
    """The window, on the page; four payments wait."""
    return open_queue(qtbot, hotel, bare)


# --- what is shown


def test_the_latest_comes_first_with_its_candidates(listed: MainWindow) -> None:
    assert listed.page == "unmatched"
    assert waiting(listed) == ["pi_noor", "pi_soren", "pi_usd", "pi_nobody"]
    assert (marked(listed), chosen(listed)) == ("pi_noor", "LN-2050")
    assert "4 card payments without a booking" in told(listed)
    assert "1 of 4" in told(listed)
    assert "christmas room" in told(listed)
    assert "After accepting, Noor van den Berg owes €0.00 (655.00 − 655.00)" in told(listed)
    assert "802.23\nEUR" in told(listed)
    assert "9.00\nUSD" in told(listed)
    assert listed.pages.unmatched.accept_button.text() == "Accept LN-2050"
    assert listed.pages.unmatched.list.hasFocus()


def test_the_rail_counts_what_waits(listed: MainWindow) -> None:
    assert listed.rail._items["unmatched"].accessibleName() == "Unmatched, 4 waiting"
    assert listed.rail._items["payments"].accessibleName() == "Payments"


def test_rows_are_read_aloud(qtbot: QtBot, listed: MainWindow) -> None:
    view = listed.pages.unmatched
    qtbot.waitUntil(lambda: not view.waiting.wanted and not view.context.tasks.busy)
    words = view.waiting.index(0).data(SPOKEN)
    assert "Noor Vandenberg, €655.00, Wed 4 Nov" in words
    assert "strong" in words
    candidate = view.found.index(0).data(SPOKEN)
    for part in ("Noor van den Berg", "LN-2050", "room 101", "balance €655.00", "amount = balance", "same name"):
        assert part in candidate
    assert "no booking in USD" in view.waiting.index(2).data(SPOKEN)


def test_the_models_are_well_made(listed: MainWindow) -> None:
    for model in (listed.pages.unmatched.waiting, listed.pages.unmatched.found):
        tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
        model.show(list(model.items))  # type: ignore[arg-type]
        tester.deleteLater()


def test_every_control_has_a_name(listed: MainWindow) -> None:
    view = listed.pages.unmatched
    for one in (view.list, view.candidates, view.search, *view.right.findChildren(QAbstractButton)):
        assert one.accessibleName() or (isinstance(one, QAbstractButton) and one.text()), one


def test_it_is_painted_in_both_schemes_and_larger(qtbot: QtBot, listed: MainWindow) -> None:
    theme = listed.context.theme
    for appearance, zoom in ((Appearance.DARK, 100), (Appearance.LIGHT, 150)):
        theme.set_appearance(appearance)
        theme.set_zoom(zoom)
        idle(qtbot, listed.context)
        assert not listed.grab().isNull()
        assert listed.pages.unmatched.list.sizeHintForRow(0) == theme.px(76)


# --- keys


def test_enter_puts_it_on_the_best_booking_and_the_next_one_is_marked(
    qtbot: QtBot, listed: MainWindow, hotel: Hotel
) -> None:
    do(qtbot, listed, Key.Key_Return)
    assert stored(hotel, "noor").booking_reference == "LN-2050"
    assert (waiting(listed), marked(listed)) == (["pi_soren", "pi_usd", "pi_nobody"], "pi_soren")
    assert listed.foot.words == "€655.00 is on LN-2050 now. U takes it back."
    assert listed.rail._items["unmatched"].accessibleName() == "Unmatched, 3 waiting"
    assert chosen(listed) == "LN-2017"
    do(qtbot, listed, Key.Key_Enter)
    assert stored(hotel, "soren").booking_reference == "LN-2017"


def test_a_number_chooses_and_enter_accepts(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    press(Key.Key_Down)
    idle(qtbot, listed.context)
    assert marked(listed) == "pi_soren"
    second = found(listed)[1]
    press(Key.Key_2)
    assert chosen(listed) == second
    assert stored(hotel, "soren").booking_pk is None
    press(Key.Key_5)
    assert chosen(listed) in found(listed)
    press(Key.Key_2)
    do(qtbot, listed, Key.Key_Return)
    assert stored(hotel, "soren").booking_reference == second


def test_down_and_up_pass_over_payments(qtbot: QtBot, listed: MainWindow) -> None:
    for key, name in ((Key.Key_Down, "pi_soren"), (Key.Key_Down, "pi_usd"), (Key.Key_Up, "pi_soren")):
        do(qtbot, listed, key)
        assert marked(listed) == name
    click(listed.pages.unmatched.right.down)
    idle(qtbot, listed.context)
    assert marked(listed) == "pi_usd"
    assert "There is no booking in USD." in told(listed)
    click(listed.pages.unmatched.right.up)
    idle(qtbot, listed.context)
    assert marked(listed) == "pi_soren"
    assert listed.pages.unmatched.list.hasFocus()


def test_u_takes_back_one_after_the_other(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    do(qtbot, listed, Key.Key_U)
    assert listed.foot.words == "There is nothing to take back."
    do(qtbot, listed, Key.Key_Return)
    do(qtbot, listed, Key.Key_Return)
    assert waiting(listed) == ["pi_usd", "pi_nobody"]
    do(qtbot, listed, Key.Key_U)
    assert (stored(hotel, "soren").booking_pk, marked(listed)) == (None, "pi_soren")
    assert "it was on LN-2017" in listed.foot.words
    do(qtbot, listed, Key.Key_U)
    assert (stored(hotel, "noor").booking_pk, marked(listed)) == (None, "pi_noor")
    assert not listed.pages.unmatched.undo_button.isEnabled()


def test_s_searches_another_booking(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    press(Key.Key_S)
    assert listed.pages.unmatched.search.hasFocus()
    write("bennett")
    idle(qtbot, listed.context)
    assert found(listed) == ["LN-2031"]
    press(Key.Key_Return)
    assert listed.pages.unmatched.list.hasFocus()
    assert stored(hotel, "noor").booking_pk is None, "Enter in the search only goes back to the list"
    do(qtbot, listed, Key.Key_Return)
    assert stored(hotel, "noor").booking_reference == "LN-2031"
    assert not listed.pages.unmatched.search.isVisible()


def test_arrows_choose_in_the_search_and_escape_ends_it(qtbot: QtBot, listed: MainWindow) -> None:
    before = found(listed)
    press(Key.Key_S)
    write("ln-20")
    idle(qtbot, listed.context)
    many = found(listed)
    assert len(many) > 1
    press(Key.Key_Down)
    assert chosen(listed) == many[1]
    press(Key.Key_Up)
    assert chosen(listed) == many[0]
    do(qtbot, listed, Key.Key_Escape)
    assert (found(listed), listed.pages.unmatched.search.text()) == (before, "")
    assert listed.pages.unmatched.list.hasFocus()


def test_f_opens_the_folio_and_escape_comes_back(qtbot: QtBot, listed: MainWindow) -> None:
    do(qtbot, listed, Key.Key_F)
    assert listed.page == "folio"
    do(qtbot, listed, Key.Key_Escape)
    assert listed.page == "unmatched"


def test_enter_never_takes_the_booking_of_another_payment(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    """Keys come quicker than answers: what is still on the screen was found for the payment before."""
    press(Key.Key_Down)
    assert (marked(listed), chosen(listed)) == ("pi_soren", "")
    assert not listed.pages.unmatched.accept_button.isEnabled()
    do(qtbot, listed, Key.Key_Return)
    assert stored(hotel, "soren").booking_reference is None
    assert stored(hotel, "noor").booking_reference is None
    assert chosen(listed) == "LN-2017"
    do(qtbot, listed, Key.Key_Return)
    assert stored(hotel, "soren").booking_reference == "LN-2017"


def test_a_chosen_booking_stays_chosen_when_another_comes_before_it(
    qtbot: QtBot, listed: MainWindow, hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted, suggest = chosen(listed), MatchingService.suggest

    def turned(self: MatchingService, pk: int) -> Suggestions:
        found = suggest(self, pk)
        return replace(found, candidates=found.candidates[::-1])

    monkeypatch.setattr(MatchingService, "suggest", turned)
    listed.pages.unmatched.reload()
    idle(qtbot, listed.context)
    assert chosen(listed) == wanted != found(listed)[0]


def test_while_nobody_looks_at_it_nothing_is_read(
    qtbot: QtBot, listed: MainWindow, hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sync writes many pages."""
    qtbot.waitUntil(lambda: not listed.pages.unmatched.waiting.wanted)
    idle(qtbot, listed.context)
    asked: list[int] = []
    suggest = MatchingService.suggest

    def noted(self: MatchingService, pk: int) -> Suggestions:
        asked.append(pk)
        return suggest(self, pk)

    monkeypatch.setattr(MatchingService, "suggest", noted)
    listed.go("bookings")
    idle(qtbot, listed.context)
    in_worker(lambda: hotel.services.matching.assign(stored(hotel, "noor").pk, hotel.pks["noor"]))
    qtbot.waitUntil(lambda: listed.rail._items["unmatched"].accessibleName() == "Unmatched, 3 waiting")
    idle(qtbot, listed.context)
    assert asked == []
    listed.go("unmatched")
    idle(qtbot, listed.context)
    assert waiting(listed) == ["pi_soren", "pi_usd", "pi_nobody"]
    assert asked


def test_without_a_booking_enter_says_what_to_do(qtbot: QtBot, listed: MainWindow) -> None:
    press(Key.Key_Down)
    do(qtbot, listed, Key.Key_Down)
    do(qtbot, listed, Key.Key_Return)
    assert listed.foot.words == "There is no booking to put it on: S searches for one."


def test_ctrl_c_copies_the_marked_row(qtbot: QtBot, listed: MainWindow) -> None:
    press(Key.Key_C, Control)
    cells = QApplication.clipboard().text().split("\t")
    assert cells[:4] == ["Noor Vandenberg", "€655.00", "Wed 4 Nov, 13:00", "Mastercard •• 4444"]


def test_the_menu_of_a_row_tells_the_keys(qtbot: QtBot, listed: MainWindow) -> None:
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QContextMenuEvent

    view = listed.pages.unmatched.list
    place = QPoint(20, 20)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.viewport().mapToGlobal(place))
    QApplication.sendEvent(view.viewport(), event)
    qtbot.waitUntil(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert {"Accept", "Search", "Open folio", "Undo last", "Copy row\tCtrl+C"} <= {one.text() for one in menu.actions()}
    menu.close()


# --- meanwhile


def test_what_another_desk_assigns_leaves_the_list(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    press(Key.Key_Down)
    idle(qtbot, listed.context)
    other = hotel.again()
    try:
        in_worker(lambda: other.matching.assign(stored(hotel, "noor").pk, hotel.pks["noor"]))
        listed.context.look_for_others()
        qtbot.waitUntil(lambda: "pi_noor" not in waiting(listed))
        idle(qtbot, listed.context)
        assert marked(listed) == "pi_soren"
    finally:
        other.close()


def test_a_mark_whose_payment_found_a_home_at_another_desk_falls_on_none(
    qtbot: QtBot, listed: MainWindow, hotel: Hotel
) -> None:
    do(qtbot, listed, Key.Key_Down)
    assert marked(listed) == "pi_soren"
    assign_elsewhere(hotel, "soren", "soren")
    listed.context.look_for_others()
    qtbot.waitUntil(lambda: "pi_soren" not in waiting(listed))
    idle(qtbot, listed.context)
    assert marked(listed) == ""
    assert listed.foot.words == ("€146.00 of S LINDQVIST is on LN-2017 by now. ↑ or ↓ marks another payment.")
    listed.pages.unmatched.reload()
    do(qtbot, listed, Key.Key_Return)
    assert marked(listed) == ""
    assert {stored(hotel, name).booking_pk for name in ("noor", "usd", "nobody")} == {None}
    do(qtbot, listed, Key.Key_Down)
    assert marked(listed) == "pi_usd", "what stands in its place"
    assert listed.pages.unmatched.standing == ""


def test_enter_pressed_again_in_one_burst_assigns_one(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    listed.pages.unmatched.deeds.burst.setInterval(NEVER_OVER)
    press(Key.Key_Return)
    idle(qtbot, listed.context)
    assert (marked(listed), chosen(listed)) == ("pi_soren", "LN-2017")
    for _ in range(2):
        press(Key.Key_Return)
        idle(qtbot, listed.context)
        assert "S LINDQVIST was not assigned" in listed.foot.words
    QTest.simulateEvent(listed.pages.unmatched.list, True, Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
    idle(qtbot, listed.context)
    listed.pages.unmatched.deeds.burst.stop()  # as after a moment's pause
    QTest.simulateEvent(listed.pages.unmatched.list, True, Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
    idle(qtbot, listed.context)
    assert stored(hotel, "soren").booking_pk is None
    press(Key.Key_Return)
    idle(qtbot, listed.context)
    assert stored(hotel, "soren").booking_reference == "LN-2017"


def test_a_burst_goes_on_where_the_list_is_read_again_meanwhile(
    qtbot: QtBot, listed: MainWindow, hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    qtbot.waitUntil(lambda: not listed.pages.unmatched.waiting.wanted)
    listed.pages.unmatched.deeds.burst.setInterval(NEVER_OVER)
    asked: list[int] = []
    monkeypatch.setattr(listed.pages.unmatched.finding, "_ask", lambda pk, _kept=None: asked.append(pk))
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: marked(listed) == "pi_soren")
    listed.pages.unmatched.reload()
    idle(qtbot, listed.context)
    monkeypatch.undo()
    listed.pages.unmatched.finding.show(listed.pages.unmatched.current)
    idle(qtbot, listed.context)
    assert chosen(listed) == "LN-2017"
    press(Key.Key_Return)
    idle(qtbot, listed.context)
    assert "S LINDQVIST was not assigned" in listed.foot.words
    assert stored(hotel, "soren").booking_pk is None
    assert asked


def test_u_pressed_twice_in_one_burst_takes_back_one(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    do(qtbot, listed, Key.Key_Return)
    do(qtbot, listed, Key.Key_Return)
    listed.pages.unmatched.deeds.undo_burst.setInterval(NEVER_OVER)
    for _ in range(2):
        press(Key.Key_U)
        idle(qtbot, listed.context)
    assert stored(hotel, "soren").booking_pk is None
    assert stored(hotel, "noor").booking_reference == "LN-2050"
    assert "Press again" in listed.foot.words


def test_a_chosen_booking_that_is_suggested_no_more_leaves_none_chosen(
    qtbot: QtBot, listed: MainWindow, hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted, suggest = chosen(listed), MatchingService.suggest

    def without(self: MatchingService, pk: int) -> Suggestions:
        found = suggest(self, pk)
        return replace(found, candidates=[one for one in found.candidates if one.booking.reference != wanted])

    press(Key.Key_1)
    monkeypatch.setattr(MatchingService, "suggest", without)
    for _ in range(2):
        listed.pages.unmatched.reload()
        idle(qtbot, listed.context)
        do(qtbot, listed, Key.Key_Return)
        assert stored(hotel, "noor").booking_pk is None
        assert "a number chooses another" in listed.foot.words
    do(qtbot, listed, Key.Key_1)
    do(qtbot, listed, Key.Key_Return)
    assert stored(hotel, "noor").booking_reference not in {None, wanted}


def assign_elsewhere(hotel: Hotel, name: str, booking: str) -> None:
    other = hotel.again()
    in_worker(lambda: other.matching.assign(stored(hotel, name).pk, hotel.pks[booking]))
    other.close()


def test_who_comes_second_is_told(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    assign_elsewhere(hotel, "noor", "oliver")
    do(qtbot, listed, Key.Key_Return)
    assert "Paolo put this payment on LN-2031 meanwhile." in listed.pages.unmatched.banner.accessibleName()
    assert "pi_noor" not in waiting(listed)
    assert stored(hotel, "noor").booking_reference == "LN-2031"


def test_what_another_desk_refuses_leaves_ones_own_to_be_taken_back(
    qtbot: QtBot, listed: MainWindow, hotel: Hotel
) -> None:
    do(qtbot, listed, Key.Key_Return)
    assert stored(hotel, "noor").booking_reference == "LN-2050"
    assign_elsewhere(hotel, "soren", "oliver")
    do(qtbot, listed, Key.Key_Return)
    assert "Paolo put this payment on LN-2031 meanwhile." in listed.pages.unmatched.banner.accessibleName()
    do(qtbot, listed, Key.Key_U)
    assert stored(hotel, "noor").booking_pk is None
    assert stored(hotel, "soren").booking_reference == "LN-2031"


def test_a_search_is_kept_when_something_changes(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    press(Key.Key_S)
    write("bennett")
    idle(qtbot, listed.context)
    in_worker(lambda: pay(hotel.services.desk, Homeless(Card("new", 700, days_ago=0))))
    qtbot.waitUntil(lambda: len(waiting(listed)) == 5)
    idle(qtbot, listed.context)
    assert (marked(listed), found(listed), listed.pages.unmatched.search.text()) == ("pi_noor", ["LN-2031"], "bennett")


def test_a_new_payment_comes_by_itself(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    in_worker(lambda: pay(hotel.services.desk, Homeless(Card("new", 700, days_ago=0))))
    qtbot.waitUntil(lambda: waiting(listed)[0] == "pi_new")
    idle(qtbot, listed.context)
    assert marked(listed) == "pi_noor"


def test_when_all_have_a_home(qtbot: QtBot, hotel: Hotel, bare: Context) -> None:
    in_worker(lambda: pay(hotel.services.desk, NOOR))
    bare.attach(hotel.services, hotel.settings)
    window = show_window(qtbot, bare)
    press(Key.Key_U, Control)
    idle(qtbot, bare)
    do(qtbot, window, Key.Key_Shift)
    do(qtbot, window, Key.Key_Return)
    assert "Every card payment has a home" in told(window)
    assert window.pages.unmatched.left.empty.isVisible()
    do(qtbot, window, Key.Key_U)
    assert marked(window) == "pi_noor"
    assert not window.pages.unmatched.left.empty.isVisible()


def test_a_database_that_is_away_is_told(qtbot: QtBot, listed: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: object) -> None:
        raise DatabaseError("database.locked", seconds=5)

    with monkeypatch.context() as patch:
        patch.setattr(MatchingService, "waiting", away)
        listed.pages.unmatched.reload()
        idle(qtbot, listed.context)
    assert listed.pages.unmatched.banner.isVisible()
    listed.pages.unmatched.reload()
    idle(qtbot, listed.context)
    assert not listed.pages.unmatched.banner.isVisible()


# --- from the payments


def test_the_payments_without_a_booking_lead_here(qtbot: QtBot, listed: MainWindow) -> None:
    listed.go("payments")
    idle(qtbot, listed.context)
    view = listed.pages.payments
    assert not view.find_homes.isVisible()
    next(one for one in view.states.menu().actions() if one.text() == "Without a booking").trigger()
    idle(qtbot, listed.context)
    view.table.setFocus()
    view.table.setCurrentIndex(view.model.index(1, 0))
    do(qtbot, listed, Key.Key_Return)
    assert (listed.page, marked(listed)) == ("unmatched", "pi_soren")
    listed.go("payments")
    idle(qtbot, listed.context)
    click(view.find_homes)
    idle(qtbot, listed.context)
    assert listed.page == "unmatched"
