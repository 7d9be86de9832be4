"""The queue of card payments without a booking, in a window: four of them, and what a test looks at there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from rentease_desk.domain.payment import Payment
from rentease_desk.gui.context import Context
from rentease_desk.gui.main_window import MainWindow
from tests.gui.conftest import idle, show_window
from tests.tools.gui import Hotel, in_worker, press
from tests.tools.gui_stripe import Card
from tests.tools.homeless import Homeless, pay

NOOR = Homeless(Card("noor", 65_500, payer="Noor Vandenberg", days_ago=1), text="christmas room")
SOREN = Homeless(Card("soren", 14_600, payer="S LINDQVIST", days_ago=2), "soren@lindqvist.example", "not LN-2031")
NOBODY = Homeless(Card("nobody", 123, payer="", days_ago=300))
YEN = Homeless(Card("usd", 900, currency="usd", payer="H. Mori", days_ago=3))


def open_queue(qtbot: QtBot, hotel: Hotel, bare: Context) -> MainWindow:
    """The window, on the page; four payments wait."""
    in_worker(lambda: pay(hotel.services.desk, NOOR, SOREN, NOBODY, YEN))
    bare.attach(hotel.services, hotel.settings)
    window = show_window(qtbot, bare, "today")
    window.pages.unmatched.deeds.burst.setInterval(1)
    window.pages.unmatched.deeds.undo_burst.setInterval(1)
    press(Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    idle(qtbot, bare)
    return window


def waiting(window: MainWindow) -> list[str]:
    """The payments on the list, by Stripe's ids."""
    return [one.stripe_payment_id or "" for one in window.pages.unmatched.waiting.items]


def marked(window: MainWindow) -> str:
    """The marked one."""
    shown = window.pages.unmatched.current
    return (shown.stripe_payment_id or "") if shown else ""


def found(window: MainWindow) -> list[str]:
    """The bookings beside it."""
    return [one.booking.reference for one in window.pages.unmatched.found.items]


def chosen(window: MainWindow) -> str:
    """The one that Enter takes."""
    shown = window.pages.unmatched.chosen
    return shown.booking.reference if shown else ""


def stored(hotel: Hotel, name: str) -> Payment:
    """A payment as it is in the database."""
    return in_worker(lambda: hotel.services.matching.find(f"pi_{name}"))


def told(window: MainWindow) -> str:
    """All that is written on the page."""
    return "\n".join(one.text() for one in window.pages.unmatched.findChildren(QLabel) if one.isVisible())


def do(qtbot: QtBot, window: MainWindow, key: Qt.Key) -> None:
    """Press a key, and look at what came of it."""
    press(key)
    idle(qtbot, window.context)
    deeds = window.pages.unmatched.deeds
    qtbot.waitUntil(lambda: not deeds.burst.isActive() and not deeds.undo_burst.isActive())
