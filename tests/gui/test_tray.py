"""What a window in the background tells: in the system's tray, if there is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from rentease_desk.domain.sync import RunOutcome
from rentease_desk.gui import notices
from rentease_desk.gui.context import Context
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.storage.sync_state import EVENTS
from tests.gui.conftest import idle, show_window
from tests.tools.gui import DAY, NOON, Hotel, in_worker
from tests.tools.gui_runs import NOOR, banner, end, heard, move
from tests.tools.problems import Trouble


class FakeTray(QObject):
    """A tray that notes what it shows."""

    messageClicked = Signal()  # noqa: N815 - Qt's name
    activated = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.shown: list[tuple[str, str, bool]] = []
        self.visible = False
        self.tip = ""

    def show(self) -> None:
        self.visible = True

    def hide(self) -> None:
        self.visible = False

    def setToolTip(self, tip: str) -> None:  # noqa: N802 - Qt's name
        self.tip = tip

    def showMessage(self, title: str, msg: str, icon: QIcon, msecs: int) -> None:  # noqa: N802 - Qt's name
        self.shown.append((title, msg, icon.isNull()))


@dataclass
class Away:
    """A window in the background of a system that has a tray."""

    qtbot: QtBot
    window: MainWindow
    trays: list[FakeTray]

    @property
    def tray(self) -> FakeTray:
        """The one that was made."""
        (made,) = self.trays
        return made

    def hear(self, story: Callable[[], object]) -> None:
        """Something happens, and the tray says so."""
        before = len(self.tray.shown) if self.trays else 0
        in_worker(story)
        self.qtbot.waitUntil(lambda: bool(self.trays) and len(self.tray.shown) > before)
        idle(self.qtbot, self.window.context)


@pytest.fixture
def away(qtbot: QtBot, opened: Context, monkeypatch: pytest.MonkeyPatch) -> Away:
    trays: list[FakeTray] = []

    def make(_icon: QIcon, parent: QObject) -> FakeTray:
        trays.append(FakeTray(parent))
        return trays[-1]

    monkeypatch.setattr(notices, "system_tray", make)
    window = show_window(qtbot, opened)
    monkeypatch.setattr(QApplication, "activeWindow", lambda: None)
    return Away(qtbot, window, trays)


def test_a_window_in_the_background_tells_in_the_tray(away: Away, trouble: Trouble, hotel: Hotel) -> None:
    assert away.trays == []  # in quiet times there is no icon
    away.hear(lambda: trouble.dispute(NOOR))
    assert away.tray.shown == [("A payment is disputed", "Answer in Stripe by Thu 12 Nov.", False)]
    assert (away.tray.visible, away.tray.tip) == (True, "A payment is disputed")
    assert banner(away.window) == ""
    end(hotel, RunOutcome.DONE)
    heard(away.qtbot, away.window.context)
    assert len(away.tray.shown) == 1


@pytest.mark.parametrize("reason", [None, QSystemTrayIcon.ActivationReason.Trigger])
def test_a_press_of_the_message_or_the_icon_leads_to_the_page(
    away: Away, trouble: Trouble, reason: QSystemTrayIcon.ActivationReason | None
) -> None:
    away.hear(lambda: trouble.dispute(NOOR))
    away.window.showMinimized()
    if reason is None:
        away.tray.messageClicked.emit()
    else:
        away.tray.activated.emit(reason)
    idle(away.qtbot, away.window.context)
    assert (away.window.page, away.window.isMinimized(), away.tray.visible) == ("follow_ups", False, False)
    press_again = away.tray.messageClicked.emit
    away.window.go("bookings")
    press_again()
    assert away.window.page == "bookings"


def test_the_right_button_of_the_mouse_asks_for_nothing(away: Away, trouble: Trouble) -> None:
    away.hear(lambda: trouble.dispute(NOOR))
    away.tray.activated.emit(QSystemTrayIcon.ActivationReason.Context)
    assert (away.window.page, away.tray.visible) == ("bookings", True)


def test_the_icon_goes_with_the_last_problem(away: Away, trouble: Trouble, hotel: Hotel) -> None:
    move(hotel, EVENTS, NOON - 26 * DAY)
    away.hear(lambda: end(hotel, RunOutcome.DONE))
    assert away.tray.tip == "The sync has a gap"
    move(hotel, EVENTS, NOON - 300)
    end(hotel, RunOutcome.DONE)
    heard(away.qtbot, away.window.context)
    assert not away.tray.visible


def test_without_a_tray_the_window_tells_in_the_background_too(
    qtbot: QtBot, opened: Context, trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: False)
    window = show_window(qtbot, opened)
    with monkeypatch.context() as behind:
        behind.setattr(QApplication, "activeWindow", lambda: None)
        in_worker(lambda: trouble.dispute(NOOR))
        qtbot.waitUntil(lambda: "disputed" in banner(window))
        idle(qtbot, opened)
