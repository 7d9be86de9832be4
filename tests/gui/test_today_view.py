"""The day at the desk, by keys: who comes, stays and leaves, what is due, and what another desk did meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rentease_desk.domain.booking import BookingStatus
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.domain.stays import Deed
from rentease_desk.gui import burst
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.stay_dialog import StayDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.views.today_view import TodayView
from rentease_desk.gui.widgets.day_column import DayColumn
from tests.gui.conftest import idle, show_window
from tests.tools.busy_day import busy_day
from tests.tools.gui import NEVER_OVER, Hotel, back_in, click, in_worker, open_dialog, press

Key, Mod = Qt.Key, Qt.KeyboardModifier
AMARA, LUCIA, PRIYA, SOREN, MEHMET, INGRID = "LN-3001", "LN-3002", "LN-3007", "LN-3008", "LN-3009", "LN-3010"


@pytest.fixture
def pks(hotel: Hotel) -> dict[str, int]:
    return in_worker(lambda: busy_day(hotel.services))


@pytest.fixture
def today(qtbot: QtBot, context: Context, pks: dict[str, int]) -> TodayView:
    """The page that the window opens on."""
    return show_window(qtbot, context, "today").pages.today


def rows(shown: DayColumn) -> list[str]:
    """Guests and headings of a column."""
    return [item.title for item in shown.model.items]


def go_to(qtbot: QtBot, today: TodayView, pk: int) -> None:
    today.show_booking(pk)
    assert today.current_booking == pk
    idle(qtbot, today.context)


def window_of(today: TodayView) -> MainWindow:
    window = today.window()
    assert isinstance(window, MainWindow)
    return window


def status(hotel: Hotel, pk: int) -> BookingStatus:
    return in_worker(lambda: hotel.services.bookings.get(pk)).status


def test_three_columns_tell_who_and_how_much(qtbot: QtBot, today: TodayView) -> None:
    assert window_of(today).page == "today"
    assert today.home().hasFocus()
    assert rows(today.arrivals) == [
        "Oliver Bennett", "Giulia Conti", "Søren Lindqvist", "Fatima El Mansouri", "Mihály Szabó", "Yuki Tanaka",
        "Haruto Nakamura", "Amara Okafor",
        "Lucía Fernández Prieto", "Aoife Ní Bhriain",
    ]  # fmt: skip
    assert rows(today.in_house) == ["Tomasz Wiśniewski", "Priya Raghunathan"]
    assert rows(today.departures) == ["Kwame Mensah", "Søren Lindqvist", "Mehmet Yılmaz", "Ingrid Bjørnstad"]
    assert "not yet" in today.strip.sync.accessibleName()
    late = [item.text for item in today.arrivals.model.items[:3]]
    assert late == [f"expected since {day}" for day in ("Thu 1 Oct", "Sat 31 Oct", "Sun 1 Nov")]
    amara = today.arrivals.model.items[7]
    assert (amara.text, amara.chip.word if amara.chip else "") == ("3 nights to Sun 8 Nov", "€279.00 due")
    assert today.departures.due == (Money(14_600, "eur"),)
    assert {money.currency for money in today.arrivals.due} == {"eur", "jpy"}  # never added
    assert "Thursday 5 November" in today.about.text()
    assert "to give back €35.00" in today.departures._back.text()


def test_arrows_go_through_the_columns(qtbot: QtBot, today: TodayView) -> None:
    seen = []
    for key in (Key.Key_Down, Key.Key_Right, Key.Key_Down, Key.Key_Right, Key.Key_Right, Key.Key_Left, Key.Key_Left):
        press(key)
        assert today.home().hasFocus()
        seen.append(today.current_item.guest.name if today.current_item else "")
    assert seen == ["Giulia Conti", "Tomasz Wiśniewski", "Priya Raghunathan", "Kwame Mensah", "Kwame Mensah",
                    "Priya Raghunathan", "Giulia Conti"]  # fmt: skip


def test_a_payment_from_today_leaves_the_mark_where_it_is(
    qtbot: QtBot, today: TodayView, hotel: Hotel, pks: dict[str, int]
) -> None:
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Down, Key.Key_F9, Key.Key_Return):
        press(key)
        if key == Key.Key_F9:
            open_dialog(qtbot)
    back_in(qtbot, window_of(today))
    idle(qtbot, today.context)
    assert in_worker(lambda: hotel.services.bookings.get(pks[SOREN])).totals.balance == 0
    assert today.current_booking == pks[SOREN]
    assert not today.departures.due


def test_check_in_moves_the_mark_to_the_next_guest_and_ctrl_z_takes_it_back(
    qtbot: QtBot, today: TodayView, hotel: Hotel, pks: dict[str, int]
) -> None:
    go_to(qtbot, today, pks[AMARA])
    press(Key.Key_I)
    press(Key.Key_I)  # a second time before the answer: the same guest, and nothing more
    idle(qtbot, today.context)
    assert not today.banner.isVisible()
    assert status(hotel, pks[AMARA]) is BookingStatus.IN_HOUSE
    assert rows(today.arrivals)[-2:] == ["Arrived", "Amara Okafor"]
    assert today.current_booking == pks[LUCIA]
    assert "Amara Okafor is checked in" in window_of(today).foot.words
    press(Key.Key_Z, Mod.ControlModifier)
    idle(qtbot, today.context)
    assert status(hotel, pks[AMARA]) is BookingStatus.CONFIRMED
    assert today.current_booking == pks[AMARA]
    assert "Arrived" not in rows(today.arrivals)


def test_undo_that_comes_before_the_answer_undoes_that_deed(
    qtbot: QtBot, today: TodayView, hotel: Hotel, pks: dict[str, int]
) -> None:
    go_to(qtbot, today, pks[AMARA])
    press(Key.Key_I)
    idle(qtbot, today.context)
    press(Key.Key_Down)
    press(Key.Key_Up)
    assert today.current_booking == pks[LUCIA]
    press(Key.Key_I)
    press(Key.Key_Z, Mod.ControlModifier)
    idle(qtbot, today.context)
    assert status(hotel, pks[LUCIA]) is BookingStatus.CONFIRMED
    assert status(hotel, pks[AMARA]) is BookingStatus.IN_HOUSE


def test_a_guest_without_debt_leaves_at_once_and_one_with_is_asked_about(
    qtbot: QtBot, today: TodayView, hotel: Hotel, pks: dict[str, int]
) -> None:
    go_to(qtbot, today, pks[INGRID])
    press(Key.Key_O)
    idle(qtbot, today.context)
    assert rows(today.departures)[-2:] == ["Left", "Ingrid Bjørnstad"]
    go_to(qtbot, today, pks[SOREN])
    press(Key.Key_O)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, StayDialog)
    assert (dialog.amount.text(), dialog.pay.isVisible()) == ("€146.00", True)
    press(Key.Key_Escape)
    back_in(qtbot, window_of(today))
    assert status(hotel, pks[SOREN]) is BookingStatus.IN_HOUSE
    press(Key.Key_O)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, StayDialog)
    dialog.burst.stop()  # as after a moment's pause
    press(Key.Key_Return)
    back_in(qtbot, window_of(today))
    idle(qtbot, today.context)
    assert status(hotel, pks[SOREN]) is BookingStatus.DEPARTED


def test_who_leaves_early_is_asked_about_and_the_nights_are_told(
    qtbot: QtBot, today: TodayView, hotel: Hotel, pks: dict[str, int]
) -> None:
    go_to(qtbot, today, pks[PRIYA])
    press(Key.Key_O)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, StayDialog)
    assert not dialog.amount.isVisible()
    for words in ("leaves before Sun 8 Nov, 3 nights early", "Room 407 is free", "stay charged"):
        assert words in dialog.text.text()
    assert status(hotel, pks[PRIYA]) is BookingStatus.IN_HOUSE
    dialog.burst.stop()
    press(Key.Key_Return)
    back_in(qtbot, window_of(today))
    assert status(hotel, pks[PRIYA]) is BookingStatus.DEPARTED
    assert "Room 407: 3 nights free for others, still charged." in window_of(today).foot.words
    assert "7 of 16 rooms" in today.about.text()
    go_to(qtbot, today, pks["LN-3006"])
    press(Key.Key_O)
    owing = open_dialog(qtbot)
    assert isinstance(owing, StayDialog)
    assert (owing.amount.text(), owing.pay.isVisible()) == ("€302.00", True)
    assert "Room 406 is free" in owing.text.text()
    press(Key.Key_Escape)
    back_in(qtbot, window_of(today))


def test_an_enter_of_the_burst_that_asked_lets_nobody_go(
    qtbot: QtBot, today: TodayView, hotel: Hotel, pks: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(burst, "_PAUSE", NEVER_OVER)
    go_to(qtbot, today, pks[PRIYA])
    press(Key.Key_O)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, StayDialog)
    for key in (Key.Key_Return, Key.Key_Space, Key.Key_Enter):
        press(key)
        idle(qtbot, today.context)
        assert dialog.banner.accessibleName() == "Too soon. Nothing was done. Press again if meant."
    assert status(hotel, pks[PRIYA]) is BookingStatus.IN_HOUSE
    dialog.burst.stop()  # as after a moment's pause
    press(Key.Key_Return)
    back_in(qtbot, window_of(today))
    assert status(hotel, pks[PRIYA]) is BookingStatus.DEPARTED


def test_a_balance_that_changed_while_it_was_asked_about_is_asked_about_again(
    qtbot: QtBot, today: TodayView, hotel: Hotel, pks: dict[str, int]
) -> None:
    go_to(qtbot, today, pks[SOREN])
    press(Key.Key_O)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, StayDialog)
    in_worker(lambda: hotel.services.payments.take(PaymentDraft("late", pks[SOREN], "cash", Money(4_600, "eur"))))
    dialog.burst.stop()
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.amount.text() == "€100.00")
    assert status(hotel, pks[SOREN]) is BookingStatus.IN_HOUSE
    press(Key.Key_F9)
    back = open_dialog(qtbot)
    assert not isinstance(back, StayDialog)  # the payment is taken instead
    press(Key.Key_Escape)
    idle(qtbot, today.context)


@pytest.mark.parametrize(("key", "result"), [(Key.Key_N, BookingStatus.NO_SHOW), (Key.Key_X, BookingStatus.CANCELLED)])
def test_a_no_show_and_a_cancellation_are_asked_about(
    qtbot: QtBot, today: TodayView, hotel: Hotel, pks: dict[str, int], key: Qt.Key, result: BookingStatus
) -> None:
    go_to(qtbot, today, pks[AMARA])
    press(key, Mod.ControlModifier | Mod.ShiftModifier)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, StayDialog)
    assert "Room 404 is free" in dialog.text.text()
    assert ("€279.00 stays charged" in dialog.text.text()) is (result is BookingStatus.NO_SHOW)
    dialog.burst.stop()
    press(Key.Key_Return)
    back_in(qtbot, window_of(today))
    idle(qtbot, today.context)
    assert status(hotel, pks[AMARA]) is result
    assert "Amara Okafor" not in rows(today.arrivals)
    charged = "€279.00 stays charged: V on the folio takes it back." in window_of(today).foot.words
    assert charged is (result is BookingStatus.NO_SHOW)
    press(Key.Key_Z, Mod.ControlModifier)
    idle(qtbot, today.context)
    assert today.current_booking == pks[AMARA]


def test_what_cannot_be_done_is_a_sentence_on_the_page(qtbot: QtBot, today: TodayView, pks: dict[str, int]) -> None:
    go_to(qtbot, today, pks["LN-3005"])
    press(Key.Key_I)
    qtbot.waitUntil(today.banner.isVisible)
    assert "not confirmed" in today.banner.accessibleName()
    go_to(qtbot, today, pks[AMARA])
    press(Key.Key_I)
    idle(qtbot, today.context)
    assert not today.banner.isVisible()


def test_another_desk_is_seen_and_its_work_not_overrun(
    qtbot: QtBot, today: TodayView, hotel: Hotel, pks: dict[str, int]
) -> None:
    go_to(qtbot, today, pks[AMARA])
    other = hotel.again()
    in_worker(lambda: other.stays.do(Deed.NO_SHOW, pks[AMARA]))
    press(Key.Key_I)  # her row still stands here as she was
    qtbot.waitUntil(today.banner.isVisible)
    assert "Paolo" in today.banner.accessibleName()
    assert status(hotel, pks[AMARA]) is BookingStatus.NO_SHOW
    other.close()


def test_a_mark_whose_guest_went_at_another_desk_falls_on_nobody(
    qtbot: QtBot, today: TodayView, hotel: Hotel, pks: dict[str, int]
) -> None:
    window = window_of(today)
    go_to(qtbot, today, pks[AMARA])
    elsewhere(qtbot, today, hotel, Deed.NO_SHOW, pks[AMARA])
    assert "Amara Okafor" not in rows(today.arrivals)
    told = "Amara Okafor was called a no-show by Paolo at Desk 2. ↑ or ↓ marks another guest."
    assert window.foot.words.startswith(told)
    press(Key.Key_I)
    idle(qtbot, today.context)
    assert window.foot.words == "Mark a booking first."
    window.go("settings")
    window.go("today")  # the keyboard comes back, and the list is read again
    today.reload()
    idle(qtbot, today.context)
    assert today.home().hasFocus()
    assert today.current_booking is None
    press(Key.Key_I)
    idle(qtbot, today.context)
    assert {status(hotel, pks[one]) for one in (LUCIA, "LN-3004")} == {BookingStatus.CONFIRMED}
    assert today.standing.startswith(told)
    press(Key.Key_Down)
    assert today.current_booking == pks[LUCIA]
    assert today.standing == ""
    press(Key.Key_I)
    idle(qtbot, today.context)
    assert status(hotel, pks[LUCIA]) is BookingStatus.IN_HOUSE


def test_a_mark_goes_along_with_its_guest(qtbot: QtBot, today: TodayView, hotel: Hotel, pks: dict[str, int]) -> None:
    go_to(qtbot, today, pks[AMARA])
    elsewhere(qtbot, today, hotel, Deed.CHECK_IN, pks[AMARA])
    assert rows(today.arrivals)[-2:] == ["Arrived", "Amara Okafor"]
    assert today.current_booking == pks[AMARA]
    assert window_of(today).foot.words == "Amara Okafor was checked in by Paolo at Desk 2."
    press(Key.Key_I)
    qtbot.waitUntil(today.banner.isVisible)
    assert "in the house already" in today.banner.accessibleName()
    idle(qtbot, today.context)
    press(Key.Key_Right)
    press(Key.Key_Left)
    elsewhere(qtbot, today, hotel, Deed.CHECK_IN, pks[LUCIA])  # of whom nobody here is marked, nothing is told
    assert today.current_booking == pks[AMARA]
    assert "Lucía" not in window_of(today).foot.words


def test_a_list_that_is_read_before_the_answer_takes_the_deed_for_this_desks_own(
    qtbot: QtBot, today: TodayView, hotel: Hotel, pks: dict[str, int]
) -> None:
    go_to(qtbot, today, pks[AMARA])
    today.doing(pks[AMARA], under_way=True)
    in_worker(lambda: hotel.services.stays.do(Deed.CHECK_IN, pks[AMARA]))
    qtbot.waitUntil(lambda: today.current_booking == pks[LUCIA])
    today.doing(pks[AMARA], under_way=False)
    elsewhere(qtbot, today, hotel, Deed.NO_SHOW, pks[LUCIA])
    assert today.current_booking is None


def test_a_key_pressed_again_in_one_burst_is_not_about_the_next_guest(
    qtbot: QtBot, today: TodayView, hotel: Hotel, pks: dict[str, int]
) -> None:
    window = window_of(today)
    window.stays.burst.setInterval(NEVER_OVER)
    go_to(qtbot, today, pks[AMARA])
    press(Key.Key_I)
    qtbot.waitUntil(lambda: today.current_booking == pks[LUCIA])
    for _ in range(3):
        press(Key.Key_I)
        idle(qtbot, today.context)
        assert "nothing was done with Lucía Fernández Prieto" in window.foot.words
    assert status(hotel, pks[LUCIA]) is BookingStatus.CONFIRMED
    window.stays.burst.stop()  # as after a moment's pause
    press(Key.Key_I)  # who has looked means the one who is marked
    idle(qtbot, today.context)
    assert status(hotel, pks[LUCIA]) is BookingStatus.IN_HOUSE


def test_a_key_held_down_acts_once(qtbot: QtBot, today: TodayView, hotel: Hotel, pks: dict[str, int]) -> None:
    go_to(qtbot, today, pks[AMARA])
    window_of(today).stays.burst.setInterval(0)
    press(Key.Key_I)
    idle(qtbot, today.context)
    for _ in range(4):
        hold(Key.Key_I)
        idle(qtbot, today.context)
    assert status(hotel, pks[LUCIA]) is BookingStatus.CONFIRMED
    assert today.current_booking == pks[LUCIA]
    for _ in range(4):
        hold(Key.Key_N)  # nor does it look for a name
    assert today.current_booking == pks[LUCIA]
    hold(Key.Key_Up)
    assert today.current_booking != pks[LUCIA]


def test_a_double_click_on_check_in_is_one_guest(
    qtbot: QtBot, today: TodayView, hotel: Hotel, pks: dict[str, int]
) -> None:
    go_to(qtbot, today, pks[AMARA])
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: today.panel.stays.isVisible())
    idle(qtbot, today.context)
    window_of(today).stays.burst.setInterval(NEVER_OVER)
    click(today.panel.stays.deeds[Deed.CHECK_IN])
    idle(qtbot, today.context)
    assert today.current_booking == pks[LUCIA]
    click(today.panel.stays.deeds[Deed.CHECK_IN])
    idle(qtbot, today.context)
    assert status(hotel, pks[AMARA]) is BookingStatus.IN_HOUSE
    assert status(hotel, pks[LUCIA]) is BookingStatus.CONFIRMED


def test_ctrl_z_pressed_twice_in_one_burst_undoes_one(
    qtbot: QtBot, today: TodayView, hotel: Hotel, pks: dict[str, int]
) -> None:
    window_of(today).stays.undo_burst.setInterval(NEVER_OVER)
    for reference in (AMARA, LUCIA):
        go_to(qtbot, today, pks[reference])
        press(Key.Key_I)
        idle(qtbot, today.context)
    for _ in range(2):
        press(Key.Key_Z, Mod.ControlModifier)
    idle(qtbot, today.context)
    press(Key.Key_Z, Mod.ControlModifier)
    idle(qtbot, today.context)
    assert status(hotel, pks[LUCIA]) is BookingStatus.CONFIRMED
    assert status(hotel, pks[AMARA]) is BookingStatus.IN_HOUSE
    assert "Press again" in window_of(today).foot.words


def elsewhere(qtbot: QtBot, today: TodayView, hotel: Hotel, deed: Deed, pk: int) -> None:
    """Another desk does it, and this one has seen it."""
    other = hotel.again()
    in_worker(lambda: other.stays.do(deed, pk))
    other.close()
    today.context.look_for_others()
    idle(qtbot, today.context)


def hold(key: Qt.Key) -> None:
    """A key that is held down comes again by itself."""
    target = QApplication.focusWidget()
    assert target is not None
    text = chr(key).lower() if key < Key.Key_Escape else ""
    QTest.simulateEvent(target, True, key, Mod.NoModifier, text, True)


def test_enter_opens_the_folio_beside_and_it_has_the_deeds(
    qtbot: QtBot, today: TodayView, hotel: Hotel, pks: dict[str, int]
) -> None:
    go_to(qtbot, today, pks[AMARA])
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: today.panel.stays.isVisible())
    deeds = today.panel.stays.deeds
    assert [deed for deed, button in deeds.items() if button.isVisible()] == [Deed.CHECK_IN, Deed.NO_SHOW, Deed.CANCEL]
    click(deeds[Deed.CHECK_IN])
    idle(qtbot, today.context)
    assert status(hotel, pks[AMARA]) is BookingStatus.IN_HOUSE
    go_to(qtbot, today, pks[AMARA])
    qtbot.waitUntil(lambda: today.panel.stays.undo.text() == "Undo check-in")
    click(today.panel.stays.undo)
    idle(qtbot, today.context)
    assert status(hotel, pks[AMARA]) is BookingStatus.CONFIRMED
    today.home().setFocus()
    press(Key.Key_Return)
    assert window_of(today).page == "folio"
    idle(qtbot, today.context)
    press(Key.Key_Escape)
    assert (window_of(today).page, today.current_booking) == ("today", pks[AMARA])
    press(Key.Key_Escape)
    assert not today.is_panel_open
    idle(qtbot, today.context)


def test_letters_do_nothing_where_they_are_typed(
    qtbot: QtBot, today: TodayView, hotel: Hotel, pks: dict[str, int]
) -> None:
    window = window_of(today)
    window.go("bookings")
    press(Key.Key_F, Mod.ControlModifier)
    for key in (Key.Key_O, Key.Key_I):
        press(key)
    idle(qtbot, today.context)
    assert window.pages.bookings.search.text() == "oi"
    window.go("settings")
    press(Key.Key_I)
    idle(qtbot, today.context)
    assert QApplication.activeModalWidget() is None
    assert {status(hotel, pks[one]) for one in (AMARA, LUCIA)} == {BookingStatus.CONFIRMED}


@pytest.mark.parametrize("act", [Deed.CHECK_IN, Deed.CHECK_OUT])
def test_the_last_one_leaves_a_sentence(
    qtbot: QtBot, context: Context, hotel: Hotel, act: Deed, press_key: Callable[[Deed], None]
) -> None:
    reference = AMARA if act is Deed.CHECK_IN else INGRID
    for name in ("oliver", "soren", "fatima", "haruto"):
        in_worker(partial(hotel.services.stays.do, Deed.CANCEL, hotel.pks[name]))
    pks = in_worker(lambda: busy_day(hotel.services, frozenset({reference})))
    today = show_window(qtbot, context, "today").pages.today
    column = today.arrivals if act is Deed.CHECK_IN else today.departures
    other = today.departures if act is Deed.CHECK_IN else today.arrivals
    assert other.empty.isVisible()
    go_to(qtbot, today, pks[reference])
    press_key(act)
    idle(qtbot, context)
    words = "Nobody left to check in" if act is Deed.CHECK_IN else "Nobody left to check out"
    assert column._count.text() == words
    assert today.current_booking == pks[reference]


@pytest.fixture
def press_key() -> Callable[[Deed], None]:
    return lambda deed: press({Deed.CHECK_IN: Key.Key_I, Deed.CHECK_OUT: Key.Key_O}[deed])
