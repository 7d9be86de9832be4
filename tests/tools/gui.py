"""What tests of the window need: a desk with some bookings, made off the GUI thread, and ways to act like a person."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from rentease_desk.config import Config
from rentease_desk.domain.booking import BookingDraft, BookingStatus, Guest
from rentease_desk.domain.changes import Operator
from rentease_desk.domain.clock import RandomIds
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.domain.settings import Property
from rentease_desk.gui.dialogs.booking_dialog import BookingDialog
from rentease_desk.gui.dialogs.both_versions import BothVersionsDialog
from rentease_desk.gui.dialogs.desk_dialog import DeskDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.services.bookings import BookingService
from rentease_desk.services.bundle import Services
from rentease_desk.wiring import build
from tests.tools.clocks import SetClock

T = TypeVar("T")

NOON = 1_793_880_000
"""Thu 5 Nov 2026, 12:00 UTC, 13:00 in Trieste."""
DAY = 86_400
NEVER_OVER = 60_000
"""Milliseconds of a burst of keys that a test ends by itself, however slow the machine is."""


class DeskClock(SetClock):
    """Stands still until it is moved; what is measured by it passes truly."""

    def monotonic(self) -> float:
        """Seconds since an arbitrary start."""
        return time.monotonic()


def in_worker(work: Callable[[], T]) -> T:
    """Do something that may not be done on the GUI thread, and wait for it."""
    found: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            found.append(work())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, name="test-worker")
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return found[0]


@dataclass(frozen=True, slots=True)
class Hotel:
    """A desk at work: its services, its clock, where its database is, and the keys of its bookings by name."""

    services: Services
    clock: DeskClock
    address: str
    settings: Property
    pks: Mapping[str, int]

    def again(self, actor: str = "Paolo", desk: str = "Desk 2") -> Services:
        """The services of another desk on the same database. Close them."""
        return in_worker(lambda: open_services(self.address, self.clock, actor=actor, desk=desk))


def open_services(
    address: str,
    clock: SetClock,
    *,
    actor: str = "Elena",
    desk: str = "Desk 1",
    stripe_key: str | None = None,
    stripe_base: str = "https://api.stripe.com",
) -> Services:
    """Services as the wiring builds them, on any database. In a worker."""
    folder = Path(address.removeprefix("sqlite:///")).parent  # of PostgreSQL nothing lies there
    config = Config(folder, address, actor, desk, stripe_key, stripe_base)
    return build(config, clock=clock, ids=RandomIds())


SETTINGS = {
    "name": "Hotel Lanterna", "zone": "Europe/Rome", "language": "en_GB", "currency": "EUR", "reference_prefix": "LN-",
}  # fmt: skip


def fill(services: Services) -> dict[str, int]:
    """Settings and six bookings with a few payments, each telling something; returns their keys. In a worker."""
    services.settings.set(SETTINGS)
    pks = {name: services.bookings.add(draft).value.pk for name, draft in drafts().items()}
    for name, method, minor, days in (
        ("soren", "transfer", 15_000, 20), ("soren", "cash", 20_200, 2), ("fatima", "card", 76_300, 3),
        ("oliver", "cash", 31_200, 33), ("renata", "cash", 14_200, 1), ("haruto", "cash", 24_800, 1),
    ):  # fmt: skip
        currency = "jpy" if name == "haruto" else "eur"
        taken = PaymentDraft(
            f"{name}-{method}-{minor}", pks[name], method, Money(minor, currency), occurred_at=NOON - days * DAY
        )
        services.payments.take(taken)
    return pks


def drafts() -> dict[str, BookingDraft]:
    """The bookings by a short name."""
    plain = BookingDraft(Guest("?"), date(2026, 11, 1), date(2026, 11, 5), channel="Direct", adults=2)
    euro = lambda minor: Money(minor, "eur")  # noqa: E731 - a word
    return {
        "soren": replace(plain, guest=Guest("Søren Lindqvist", "soren@lindqvist.example", "+46 70 123"),
                         reference="LN-2017", room="206", total=euro(49_800)),
        "fatima": replace(plain, guest=Guest("Fatima El Mansouri", "fatima@mansouri.example"), reference="LN-1998",
                          room="203", departure=date(2026, 11, 7), total=euro(76_300)),
        "noor": replace(plain, guest=Guest("Noor van den Berg"), reference="LN-2050", room="101",
                        arrival=date(2026, 12, 20), departure=date(2026, 12, 22), total=euro(65_500)),
        "oliver": replace(plain, guest=Guest("Oliver Bennett"), reference="LN-2031", room="104",
                          arrival=date(2026, 10, 1), departure=date(2026, 10, 3), total=euro(31_200)),
        "renata": replace(plain, guest=Guest("Renata Cavalcanti"), reference="LN-1990", arrival=date(2026, 11, 10),
                          departure=date(2026, 11, 12), total=euro(10_000), status=BookingStatus.TENTATIVE),
        "haruto": replace(plain, guest=Guest("Haruto Nakamura"), reference="LN-2060", room="102",
                          arrival=date(2026, 11, 5), departure=date(2026, 11, 8), currency="jpy",
                          total=Money(50_000, "jpy")),
    }  # fmt: skip


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key where the keyboard is."""
    QTest.keyClick(_keyboard(), key, modifier)


def write(text: str) -> None:
    """Type where the keyboard is, a key at a time."""
    for letter in text:
        QTest.keyClicks(_keyboard(), letter)


def click(widget: QWidget, place: QPoint | None = None) -> None:
    """Press the left button of the mouse in the middle of a widget, or at a place of it."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place or widget.rect().center())


def _keyboard() -> QWidget:
    focus = QApplication.focusWidget() or QApplication.activeWindow()
    assert focus is not None, "the keyboard is nowhere"
    return focus


def every_dialog(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> Iterator[DeskDialog]:
    """Each dialog of the window, open. Close it before asking for the next."""
    deeds, payments = window.deeds, hotel.services.payments
    cash = in_worker(lambda: payments.similar(_cash(hotel)))[-1]
    for ask in (
        lambda: deeds.take_payment(hotel.pks["soren"]),
        deeds.new_booking,
        lambda: deeds.edit_booking(hotel.pks["noor"]),
        lambda: deeds.void_payment(cash),
        lambda: deeds.export_payments(window.pages.payments.query, 5),
    ):
        ask()
        yield open_dialog(qtbot)
    yield from _both_versions(qtbot, window, hotel)


def _both_versions(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> Iterator[DeskDialog]:
    """Paolo has saved what is being edited here."""
    window.deeds.edit_booking(hotel.pks["noor"])
    edited = open_dialog(qtbot)
    assert isinstance(edited, BookingDialog)
    paolo = BookingService(replace(hotel.services.desk, operator=Operator("Paolo", "Desk 2")))
    theirs = replace(edited.draft(), note="Late arrival, after 22:00", channel="Airbnb")
    in_worker(lambda: paolo.edit(hotel.pks["noor"], 1, theirs))
    edited.note.setPlainText("A room to the garden")
    edited.submit()
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), BothVersionsDialog))
    yield open_dialog(qtbot)
    edited.done(0)


def open_dialog(qtbot: QtBot) -> DeskDialog:
    """The dialog that is open, as soon as it is."""
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), DeskDialog))
    found = QApplication.activeModalWidget()
    assert isinstance(found, DeskDialog)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is found)  # the keyboard is there a moment later
    return found


def back_in(qtbot: QtBot, window: MainWindow) -> None:
    """The keyboard is in the window again: no dialog is open, and all work has come back."""
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.waitUntil(lambda: not window.context.tasks.busy)


def _cash(hotel: Hotel) -> PaymentDraft:
    return PaymentDraft("?", hotel.pks["soren"], "cash", Money(20_200, "eur"))
