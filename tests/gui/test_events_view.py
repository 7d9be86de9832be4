"""The page of Stripe's events: what it lists, what its keys do, and what may be copied."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu
from pytestqt.qtbot import QtBot

from rentease_desk.domain.errors import DatabaseError
from rentease_desk.domain.stripe_events import EventState, StoredEvent
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.dismiss_event import DismissEventDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.models.events_model import error_words, event_chip
from rentease_desk.services.sync.event_log import MAX_LISTED, EventLogService
from tests.gui.conftest import idle, show_window
from tests.tools.gui import NOON, Hotel, back_in, click, in_worker, open_dialog, press, write
from tests.tools.gui_events import Told, dead, keep

Key, Control, Shift = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)
ALL = ["newest", "strange", "faulty", "parked", "later", "paid", "payout", "gone", "given_up"]


@pytest.fixture
def happened(hotel: Hotel) -> None:
    """Events of every state."""
    events = (
        dead("newest", ago=100),
        dead("strange", ago=200, type="refund.updated", kind="refund", error="amount is None"),
        dead("faulty", ago=300, error="IntegrityError"),
        Told("parked", state=EventState.WAITING, ago=400, next_in=3_600, error="The key may not. Allow it."),
        Told("later", state=EventState.WAITING, ago=500, attempts=2, error="amount is None"),
        Told("paid", ago=600),
        Told("payout", type="payout.paid", kind="payout", ago=700, state=EventState.IGNORED),
        Told("gone", kind="customer", ago=800, state=EventState.GONE),
        Told("given_up", ago=900, state=EventState.DISMISSED, attempts=8, error="x is 1", reason="seen by Noor"),
    )
    in_worker(lambda: keep(hotel.services, NOON, *events))


@pytest.fixture
def listed(qtbot: QtBot, happened: None, context: Context) -> MainWindow:
    """The window, on its events."""
    window = show_window(qtbot, context, "today")
    press(Key.Key_4, Control)
    idle(qtbot, context)
    return window


def items(window: MainWindow) -> list[StoredEvent]:
    model = window.pages.events.model
    found = [model.item_at(row) for row in range(model.rowCount())]
    return [one for one in found if one is not None]


def names(window: MainWindow) -> list[str]:
    return [one.id.removeprefix("evt_") for one in items(window)]


def marked(window: MainWindow) -> str:
    event = window.pages.events.current_event
    return event.id.removeprefix("evt_") if event else ""


def choose(qtbot: QtBot, window: MainWindow, word: str) -> None:
    """Press a segment with the mouse, and go back to the list by keyboard."""
    buttons = window.pages.events.segments.findChildren(QAbstractButton)
    click(next(one for one in buttons if one.text() == word))
    idle(qtbot, window.context)
    window.pages.events.table.setFocus()


def mark(window: MainWindow, name: str) -> None:
    """Go down to a row by keyboard."""
    press(Key.Key_Home)
    for _ in range(window.pages.events.model.rowCount()):
        if marked(window) == name:
            return
        press(Key.Key_Down)
    raise AssertionError(f"no row of {name}")


def state_of(hotel: Hotel, name: str) -> StoredEvent:
    events = in_worker(hotel.services.events.latest)
    return next(one for one in events if one.id == f"evt_{name}")


def badge(window: MainWindow) -> str:
    names = (one.accessibleName() for one in window.rail.findChildren(QAbstractButton))
    return next(name for name in names if name.startswith("Events"))


# --- what is listed


@pytest.mark.parametrize(
    ("word", "found"),
    [("Needs a person", ALL[:3]), ("Waiting", ALL[3:5]), ("All", ALL)],
)
def test_a_segment_shows_its_events_newest_first(qtbot: QtBot, listed: MainWindow, word: str, found: list[str]) -> None:
    choose(qtbot, listed, word)
    assert names(listed) == found


def test_the_page_begins_with_what_needs_a_person_and_counts_the_rest(listed: MainWindow) -> None:
    assert names(listed) == ALL[:3]
    assert listed.pages.events.subtitle.text() == "3 for a person · 2 waiting · 9 in all"
    assert badge(listed) == "Events, 3 waiting"
    assert listed.pages.events.table.hasFocus()


def spoken(window: MainWindow, name: str) -> dict[str, str]:
    """What a screen reader says of a row, by column."""
    model = window.pages.events.model
    row = names(window).index(name)
    return {one.name: str(model.index(row, at).data(SPOKEN)) for at, one in enumerate(model.columns)}


def test_rows_say_time_object_outcome_and_error_in_words(qtbot: QtBot, listed: MainWindow) -> None:
    choose(qtbot, listed, "All")
    first = spoken(listed, "newest")
    assert first["time"] == "Thursday 5 November 2026, 12:58"  # in Trieste, where the hotel is
    assert (first["type"], first["object"], first["attempts"]) == ("payment_intent.succeeded", "Payment", "8")
    outcomes = {name: spoken(listed, name)["outcome"] for name in ALL}
    assert outcomes == {
        "newest": "Needs a person", "strange": "Needs a person", "faulty": "Needs a person",
        "parked": "Waits until 14:00", "later": "Waiting", "paid": "Handled", "payout": "Not needed",
        "gone": "Gone at Stripe", "given_up": "Dismissed",
    }  # fmt: skip
    assert spoken(listed, "strange")["error"] == "Cannot be understood: amount is missing."
    assert spoken(listed, "faulty")["error"] == "This program could not handle it (IntegrityError)."
    assert spoken(listed, "parked")["error"] == "The key may not. Allow it."
    assert spoken(listed, "given_up")["error"] == "seen by Noor"
    assert (spoken(listed, "payout")["object"], spoken(listed, "paid")["attempts"]) == ("Payout", "none")


def test_states_are_told_by_an_icon_each(listed: MainWindow) -> None:
    chips = [event_chip(state) for state in EventState]
    assert len({chip.word for chip in chips}) == len(EventState)
    theme = listed.context.theme
    assert all(not theme.icons.pixmap(one.icon, theme.colour("text"), 14).isNull() for one in chips)


@pytest.mark.parametrize(
    ("column", "order"),
    [
        ("type", ["newest", "faulty", "parked", "later", "paid", "gone", "given_up", "payout", "strange"]),
        ("attempts", ["parked", "paid", "payout", "gone", "later", "newest", "strange", "faulty", "given_up"]),
        ("time", ALL[::-1]),
    ],
)
def test_a_click_on_the_header_sorts(qtbot: QtBot, listed: MainWindow, column: str, order: list[str]) -> None:
    choose(qtbot, listed, "All")
    table = listed.pages.events.table
    at = [one.name for one in table.columns].index(column)
    place = QPoint(table.header.sectionViewportPosition(at) + 20, table.header.height() // 2)
    click(table.header.viewport(), place)
    idle(qtbot, listed.context)
    assert names(listed) == order


def test_an_empty_list_says_what_would_be_here(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    press(Key.Key_4, Control)
    idle(qtbot, window.context)
    empty = window.pages.events.empty
    assert empty.isVisible()
    assert "No events yet" in empty.accessibleName()
    in_worker(lambda: keep(hotel.services, NOON, Told("paid")))
    window.pages.events.reload()
    idle(qtbot, window.context)
    assert empty.accessibleName().startswith("Every event of Stripe was handled.")
    assert badge(window) == "Events"
    choose(qtbot, window, "Waiting")
    assert "Nothing waits" in empty.accessibleName()
    choose(qtbot, window, "All")
    assert not empty.isVisible()


def test_of_many_events_the_newest_are_shown_and_that_is_said(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    many = [dead(f"n{at:04}", ago=at) for at in range(MAX_LISTED + 5)]
    in_worker(lambda: keep(hotel.services, NOON, *many))
    press(Key.Key_4, Control)
    idle(qtbot, window.context)
    assert window.pages.events.model.rowCount() == MAX_LISTED
    assert window.foot.words == "Shown are the newest 1,000 of 1,005."
    assert badge(window) == "Events, 1005 waiting"
    press(Key.Key_End)
    qtbot.waitUntil(lambda: marked(window) == "n0999")  # its page is fetched when it is painted
    idle(qtbot, window.context)


def test_the_model_keeps_qts_rules(qtbot: QtBot, listed: MainWindow) -> None:
    tester = QAbstractItemModelTester(
        listed.pages.events.model, QAbstractItemModelTester.FailureReportingMode.Fatal, listed.pages.events
    )
    choose(qtbot, listed, "All")
    assert tester.model() is listed.pages.events.model


def test_what_a_row_has_no_room_for_stands_below(qtbot: QtBot, listed: MainWindow) -> None:
    choose(qtbot, listed, "All")
    mark(listed, "given_up")
    assert listed.pages.events.detail.isVisible()
    words = listed.pages.events.detail.words
    for part in ("evt_given_up", "pi_given_up", "seen by Noor", "8 attempts", "last error: x is 1"):
        assert part in words
    table = listed.pages.events.table
    assert table.viewport().rect().contains(table.visualRect(table.currentIndex()).center())


def test_times_follow_the_zone_of_the_property(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    in_worker(lambda: hotel.services.settings.set({"zone": "America/New_York"}))
    qtbot.waitUntil(lambda: "New_York" in listed.pages.events._basis.text())
    idle(qtbot, listed.context)
    assert spoken(listed, "newest")["time"] == "Thursday 5 November 2026, 06:58"


# --- what can be done


def test_r_lets_an_event_be_tried_again_and_marks_the_next(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    mark(listed, "strange")
    press(Key.Key_R)
    idle(qtbot, listed.context)
    tried = state_of(hotel, "strange")
    assert (tried.state, tried.attempts, tried.next_attempt_at) == (EventState.WAITING, 0, 0)
    assert "refund.updated will be tried again with the next sync." in listed.foot.words
    assert "No Stripe key" in listed.pages.events.banner.accessibleName()
    assert (names(listed), marked(listed)) == (["newest", "faulty"], "faulty")
    assert badge(listed) == "Events, 2 waiting"


def test_without_a_timer_it_is_said_that_nothing_polls(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    in_worker(lambda: hotel.services.settings.set({"sync_minutes": "0"}))
    qtbot.waitUntil(lambda: listed.context.settings.sync_minutes == 0)
    idle(qtbot, listed.context)
    mark(listed, "newest")
    press(Key.Key_R)
    idle(qtbot, listed.context)
    assert "The timer is off" in listed.foot.words


def test_shift_r_lets_all_be_tried_that_wait_or_need_a_person(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    press(Key.Key_R, Shift)
    idle(qtbot, listed.context)
    assert "5 events will be tried again" in listed.foot.words
    assert names(listed) == []
    assert in_worker(hotel.services.events.counts)[EventState.WAITING] == 5
    assert badge(listed) == "Events"
    assert state_of(hotel, "given_up").state is EventState.DISMISSED


def test_d_asks_for_a_reason_and_refuses_none(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    mark(listed, "newest")
    press(Key.Key_D)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, DismissEventDialog)
    write("  ")
    press(Key.Key_Return)
    field = dialog.form.fields["reason"]
    qtbot.waitUntil(lambda: "The reason is missing" in field.wrong)
    assert dialog.reason.hasFocus()
    assert state_of(hotel, "newest").state is EventState.DEAD
    write("paid by hand")
    press(Key.Key_Return)
    back_in(qtbot, listed)
    given_up = state_of(hotel, "newest")
    assert (given_up.state, given_up.reason) == (EventState.DISMISSED, "paid by hand")
    assert "payment_intent.succeeded is dismissed." in listed.foot.words
    assert (names(listed), marked(listed)) == (["strange", "faulty"], "strange")


def test_escape_dismisses_nothing(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    mark(listed, "newest")
    press(Key.Key_D)
    open_dialog(qtbot)
    write("no")
    press(Key.Key_Escape)
    back_in(qtbot, listed)
    assert state_of(hotel, "newest").state is EventState.DEAD


@pytest.mark.parametrize("key", [Key.Key_R, Key.Key_D])
def test_what_is_settled_stays_so_and_it_is_said(qtbot: QtBot, listed: MainWindow, hotel: Hotel, key: Qt.Key) -> None:
    choose(qtbot, listed, "All")
    mark(listed, "paid")
    press(key)
    idle(qtbot, listed.context)
    assert "This event is settled" in listed.foot.words
    assert QApplication.activeModalWidget() is None
    assert state_of(hotel, "paid").state is EventState.DONE
    assert not listed.pages.events.retry.isEnabled()
    assert not listed.pages.events.dismiss.isEnabled()


@pytest.mark.parametrize("key", [Key.Key_R, Key.Key_D, Key.Key_J])
def test_keys_without_a_row_say_what_to_do(qtbot: QtBot, listed: MainWindow, key: Qt.Key) -> None:
    press(Key.Key_R, Shift)
    idle(qtbot, listed.context)
    assert names(listed) == []
    press(key)
    assert "Mark an event first" in listed.foot.words
    assert QApplication.activeModalWidget() is None
    idle(qtbot, listed.context)


def test_letters_act_in_the_list_only(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    mark(listed, "newest")
    listed.pages.events.segments.findChildren(QAbstractButton)[0].setFocus()
    press(Key.Key_R)
    press(Key.Key_D)
    idle(qtbot, listed.context)
    assert QApplication.activeModalWidget() is None
    assert state_of(hotel, "newest").state is EventState.DEAD


def test_buttons_do_the_same_and_give_the_keyboard_back(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    mark(listed, "newest")
    click(listed.pages.events.retry)
    idle(qtbot, listed.context)
    assert state_of(hotel, "newest").state is EventState.WAITING
    assert listed.pages.events.table.hasFocus()
    click(listed.pages.events.retry_all)
    idle(qtbot, listed.context)
    assert names(listed) == []
    assert not listed.pages.events.retry.isEnabled()


def test_what_another_process_settled_is_said_and_the_list_is_read_again(
    qtbot: QtBot, listed: MainWindow, hotel: Hotel
) -> None:
    mark(listed, "newest")
    other = hotel.again()
    in_worker(lambda: other.events.dismiss("evt_newest", "seen"))
    other.close()
    press(Key.Key_R)
    qtbot.waitUntil(listed.pages.events.banner.isVisible)
    idle(qtbot, listed.context)
    assert "does not wait" in listed.pages.events.banner.accessibleName()
    assert "newest" not in names(listed)


def test_a_menu_of_the_row_holds_every_action_with_its_key(qtbot: QtBot, listed: MainWindow) -> None:
    mark(listed, "newest")
    table = listed.pages.events.table
    place = table.visualRect(table.currentIndex()).center()
    QApplication.sendEvent(table.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, place))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    entries = [(one.text(), one.shortcut().toString()) for one in menu.actions() if not one.isSeparator()]
    assert entries[:4] == [("Retry", "R"), ("Dismiss", "D"), ("Copy as JSON", "J"), ("Retry all", "Shift+R")]
    menu.close()
    idle(qtbot, listed.context)


def test_j_copies_what_may_be_sent_to_somebody(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    secret = "rk_live_" + "a1B2c3D4"
    error = f"email “noor@hotel.example” with {secret} is not known"
    told = dead("told", ago=1, error=error, state=EventState.DISMISSED, reason="Noor van den Berg called")
    in_worker(lambda: keep(hotel.services, NOON, told))
    choose(qtbot, listed, "All")
    mark(listed, "told")
    press(Key.Key_J)
    text = QGuiApplication.clipboard().text()
    found = json.loads(text)
    assert {name: found[name] for name in ("id", "type", "object", "object_id", "state", "attempts", "created")} == {
        "id": "evt_told", "type": "payment_intent.succeeded", "object": "payment_intent", "object_id": "pi_told",
        "state": "dismissed", "attempts": 8, "created": "2026-11-05T11:59:59Z",
    }  # fmt: skip
    assert not any(part in text for part in ("noor", "Noor", "hotel.example", secret))
    assert "is not known" in found["error"]
    assert "on the clipboard" in listed.foot.words


# --- what happens meanwhile


def test_a_sync_refreshes_the_list_and_keeps_the_marked_row(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    mark(listed, "faulty")
    in_worker(lambda: keep(hotel.services, NOON, dead("latest", ago=1)))
    in_worker(lambda: hotel.services.events.retry(["evt_strange"]))
    qtbot.waitUntil(lambda: names(listed) == ["latest", "newest", "faulty"])
    idle(qtbot, listed.context)
    assert marked(listed) == "faulty"


def test_another_segment_keeps_the_event_that_is_marked(qtbot: QtBot, listed: MainWindow) -> None:
    mark(listed, "faulty")
    choose(qtbot, listed, "All")
    assert marked(listed) == "faulty"
    choose(qtbot, listed, "Waiting")
    assert marked(listed) == ""
    assert not listed.pages.events.detail.isVisible()


def test_coming_back_to_the_page_reads_it_again(qtbot: QtBot, listed: MainWindow, hotel: Hotel) -> None:
    press(Key.Key_1, Control)
    other = hotel.again()
    in_worker(lambda: other.events.dismiss("evt_newest", "seen"))
    other.close()
    press(Key.Key_4, Control)
    idle(qtbot, listed.context)
    assert names(listed) == ["strange", "faulty"]


@pytest.mark.parametrize("part", ["latest", "counts"])
def test_a_log_that_cannot_be_read_is_a_sentence_and_comes_back(
    qtbot: QtBot, listed: MainWindow, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    with monkeypatch.context() as broken:

        def away(*_: object) -> None:
            raise DatabaseError("database.locked", seconds=5)

        broken.setattr(EventLogService, part, away)
        listed.pages.events.reload()
        qtbot.waitUntil(listed.pages.events.banner.isVisible)
        idle(qtbot, listed.context)
    assert names(listed) == ALL[:3]
    listed.pages.events.reload()
    idle(qtbot, listed.context)
    assert not listed.pages.events.banner.isVisible()


def test_columns_are_remembered(qtbot: QtBot, listed: MainWindow, context: Context) -> None:
    at = [one.name for one in listed.pages.events.table.columns].index("id")
    assert listed.pages.events.table.isColumnHidden(at)
    listed.pages.events.table.column_menu.actions()[at].trigger()
    listed.close()
    again = show_window(qtbot, context, "today")
    again.resize(1800, 900)
    again.go("events")
    idle(qtbot, context)
    assert not again.pages.events.table.isColumnHidden(at)


@pytest.mark.parametrize("error", ["", None])
def test_no_error_is_no_words(hotel: Hotel, happened: None, error: str | None) -> None:
    assert error_words(replace(state_of(hotel, "paid"), error=error)) == ""
