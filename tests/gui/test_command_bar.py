"""The command bar by real keys: what is found, what Enter does and what not, and where the keyboard is afterwards."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rentease_desk.domain.booking import Booking
from rentease_desk.domain.errors import DatabaseError
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.models.items_model import ITEM_ROLE
from rentease_desk.gui.views.command_bar import CommandBar
from rentease_desk.services.bookings import BookingService
from tests.gui.conftest import idle, show_window
from tests.tools.gui import Hotel, back_in, click, open_dialog, press, write

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def ask(qtbot: QtBot, window: MainWindow, text: str) -> CommandBar:
    """Ctrl+K, a text, and its answer."""
    press(Key.Key_K, CTRL)
    bar = window.command_bar
    assert window.top.command.hasFocus()
    write(text)
    qtbot.waitUntil(lambda: bar.model.text == text)
    return bar


def titles(bar: CommandBar) -> list[str]:
    return [bar.model.index(row).data(ITEM_ROLE).title for row in range(bar.model.rowCount())]


@pytest.mark.parametrize(
    ("text", "guest"),
    [("ln-2017", "Søren Lindqvist"), ("SOREN lind", "Søren Lindqvist"), ("206", "Søren Lindqvist"),
     ("763.00", "Fatima El Mansouri"), ("@mansouri", "Fatima El Mansouri"), ("655", "Noor van den Berg")],
)  # fmt: skip
def test_a_booking_is_found_by_what_people_know_of_it(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, text: str, guest: str
) -> None:
    bar = ask(qtbot, window, text)
    assert titles(bar)[0] == guest
    press(Key.Key_Return)
    assert window.page == "folio"
    idle(qtbot, window.context)
    assert window.pages.folio.folio is not None
    assert window.pages.folio.folio.booking.guest.name == guest
    assert window.pages.folio.table.hasFocus()
    assert (window.top.command.text(), bar.panel.isVisible()) == ("", False)


def test_the_line_that_enter_would_take_is_said(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keyboard stays in the field, and so does a screen reader."""
    said: list[tuple[QObject, str, QAccessible.AnnouncementPoliteness]] = []

    def note(event: QAccessibleAnnouncementEvent) -> None:
        said.append((event.object(), event.message(), event.politeness()))

    monkeypatch.setattr(QAccessible, "updateAccessibility", note)
    field, politeness = window.top.command, QAccessible.AnnouncementPoliteness
    bar = ask(qtbot, window, "pay")
    count = bar.model.rowCount()
    first, second = (bar.model.words(one) for one in bar.model.items[:2])
    assert said[-1] == (field, f"{first}, 1 of {count}", politeness.Polite)
    press(Key.Key_Down)
    assert said[-1] == (field, f"{second}, 2 of {count}", politeness.Assertive)
    press(Key.Key_Up)
    assert said[-1] == (field, f"{first}, 1 of {count}", politeness.Assertive)
    write("zzz")
    qtbot.waitUntil(lambda: bar.model.text == "payzzz")
    assert said[-1][1] == "No booking and no action is found by “payzzz”."
    press(Key.Key_Escape)
    window.foot.say("It is saved.")
    assert said[-1][1] == "It is saved."


def test_an_action_is_done_by_its_name_with_the_keyboard_where_it_was(
    qtbot: QtBot, window: MainWindow, hotel: Hotel
) -> None:
    window.open_folio(hotel.pks["soren"])
    idle(qtbot, window.context)
    bar = ask(qtbot, window, "TAKE pay")
    marked = bar.panel.list.currentIndex().data(ITEM_ROLE)
    assert (marked.title, marked.about, marked.key) == ("Take payment", "Money", "F9")
    press(Key.Key_Return)
    assert window.pages.folio.table.hasFocus()
    dialog = open_dialog(qtbot)
    dialog.reject()
    back_in(qtbot, window)


def test_actions_of_submenus_are_found_and_those_that_cannot_be_done_are_not(qtbot: QtBot, window: MainWindow) -> None:
    chosen: list[object] = []
    window.appearance_chosen.connect(chosen.append)
    window.actions_["export"].setEnabled(False)
    bar = ask(qtbot, window, "export")
    assert titles(bar) == []
    assert "“export”" in bar.panel.told.text()
    press(Key.Key_Return)
    assert bar.panel.isVisible()
    press(Key.Key_Escape)
    assert "Dark" in titles(ask(qtbot, window, "appear dark"))
    press(Key.Key_Return)
    assert chosen == ["dark"]
    assert "Go to a booking, or do anything" not in titles(ask(qtbot, window, "do anything"))


def test_down_and_up_go_round_and_enter_takes_the_marked_one(qtbot: QtBot, window: MainWindow) -> None:
    bar = ask(qtbot, window, "ln-")
    count = bar.model.rowCount()
    assert count == 6
    press(Key.Key_Up)
    assert bar.panel.list.currentIndex().row() == count - 1
    press(Key.Key_Down)
    press(Key.Key_Down)
    second = titles(bar)[1]
    press(Key.Key_Return)
    idle(qtbot, window.context)
    assert window.pages.folio.folio is not None
    assert window.pages.folio.folio.booking.guest.name == second


def test_who_is_here_comes_before_who_comes_and_who_has_left(hotel: Hotel, window: MainWindow, qtbot: QtBot) -> None:
    bar = ask(qtbot, window, "ln-")
    names = titles(bar)
    assert set(names[:3]) == {"Søren Lindqvist", "Fatima El Mansouri", "Haruto Nakamura"}
    assert names[3:] == ["Renata Cavalcanti", "Noor van den Berg", "Oliver Bennett"]


class Slow:
    """A search whose answers wait until they are let through, by their text."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gates: dict[str, threading.Event] = {}
        self.begun: list[str] = []
        real, slow = BookingService.near, self

        def near(self: BookingService, text: str, today: date) -> tuple[Booking, ...]:
            slow.begun.append(text)
            assert slow.gates.setdefault(text, threading.Event()).wait(10)
            return real(self, text, today)

        monkeypatch.setattr(BookingService, "near", near)

    def let(self, text: str) -> None:
        self.gates.setdefault(text, threading.Event()).set()


def test_enter_never_takes_what_was_found_for_another_text(
    qtbot: QtBot, window: MainWindow, hotel: Hotel, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(monkeypatch)
    for text in ("n", "no", "noo"):
        slow.let(text)
    bar = ask(qtbot, window, "noo")
    assert titles(bar) == ["Noor van den Berg"]
    window.top.command.selectAll()
    write("rena")
    press(Key.Key_Return)
    assert (window.page, titles(bar)) == ("bookings", ["Noor van den Berg"])
    slow.let("r")
    slow.let("re")
    slow.let("ren")
    qtbot.waitUntil(lambda: "rena" in slow.begun)
    assert (window.page, titles(bar)) == ("bookings", ["Noor van den Berg"]), "late answers are nobody's"
    slow.let("rena")
    qtbot.waitUntil(lambda: window.page == "folio")
    idle(qtbot, window.context)
    assert window.pages.folio.booking_pk == hotel.pks["renata"], "the only one there is, for the text that stands there"


def test_enter_before_an_answer_of_several_takes_none(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(monkeypatch)
    press(Key.Key_K, CTRL)
    write("ln-")
    press(Key.Key_Return)
    for text in ("l", "ln", "ln-"):
        slow.let(text)
    bar = window.command_bar
    qtbot.waitUntil(lambda: bar.model.text == "ln-")
    idle(qtbot, window.context)
    assert (window.page, bar.panel.isVisible()) == ("bookings", True)


def test_escape_puts_the_keyboard_back(qtbot: QtBot, window: MainWindow) -> None:
    press(Key.Key_F, CTRL)
    assert window.pages.bookings.search.hasFocus()
    write("oli")
    bar = ask(qtbot, window, "sø")
    press(Key.Key_Escape)
    assert (bar.panel.isVisible(), window.top.command.text()) == (False, "")
    assert window.pages.bookings.search.hasFocus()
    assert window.pages.bookings.search.text() == "oli"


def test_the_mouse_opens_it_and_takes_a_line_and_elsewhere_it_closes(qtbot: QtBot, window: MainWindow) -> None:
    click(window.top.command)
    bar = window.command_bar
    write("sync now")
    qtbot.waitUntil(lambda: bar.model.text == "sync now")
    click(window.pages.bookings.search)
    assert (bar.panel.isVisible(), window.top.command.text()) == (False, "")
    click(window.top.command)
    write("events")
    qtbot.waitUntil(lambda: bar.model.text == "events")
    line = bar.panel.list.visualRect(bar.model.index(0))
    click(bar.panel.list.viewport(), line.center())
    assert window.page == "events"


def test_what_cannot_be_read_is_told_and_actions_are_there_all_the_same(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def near(*_: object) -> tuple[Booking, ...]:
        raise DatabaseError("database.unreachable", address="the server")

    monkeypatch.setattr(BookingService, "near", near)
    bar = ask(qtbot, window, "payments")
    assert bar.panel.told.text() == "the server does not answer."
    assert titles(bar)[0] == "Payments"
    press(Key.Key_Return)
    assert window.page == "payments"


def test_before_the_database_is_open_there_are_actions(qtbot: QtBot, bare: object, hotel: Hotel) -> None:
    window = show_window(qtbot, bare)  # type: ignore[arg-type]
    assert "command_bar" not in window.__dict__, "made when it is first used"
    bar = ask(qtbot, window, "larger")
    assert titles(bar) == ["Larger"]
    press(Key.Key_Escape)
    assert QApplication.focusWidget() is not window.top.command
