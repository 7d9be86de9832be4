"""The window around the pages: its keys, what it remembers, and what it says when the database is away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from rentease_desk.domain.errors import DatabaseError, KnownError
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.gui.context import Context
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.theme import Appearance
from rentease_desk.services.bookings import BookingService
from tests.gui.conftest import idle, show_window
from tests.tools.gui import Hotel, every_dialog, in_worker, press

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier
PAGES = ("today", "bookings", "tape", "payments", "folio", "sync", "events", "follow_ups", "settings")


@pytest.mark.parametrize(
    ("key", "page"),
    [
        (Key.Key_T, "today"),
        (Key.Key_6, "tape"),
        (Key.Key_2, "payments"),
        (Key.Key_3, "sync"),
        (Key.Key_4, "events"),
        (Key.Key_5, "follow_ups"),
        (Key.Key_Comma, "settings"),
        (Key.Key_1, "bookings"),
    ],
)
def test_keys_lead_to_pages(qtbot: QtBot, window: MainWindow, key: Qt.Key, page: str) -> None:
    window.go("folio" if page == "bookings" else "bookings")
    press(key, Control)
    assert window.page == page
    idle(qtbot, window.context)


def test_the_search_is_reached_from_everywhere(qtbot: QtBot, window: MainWindow) -> None:
    for page in ("settings", "sync", "bookings"):
        window.go(page)
        press(Key.Key_F, Control)
        assert window.page == "bookings"
        assert window.pages.bookings.search.hasFocus()
    idle(qtbot, window.context)


def test_keys_without_a_row_say_what_to_do(qtbot: QtBot, window: MainWindow) -> None:
    window.go("sync")
    press(Key.Key_F9)
    assert "Mark a booking first" in window.foot.words
    press(Key.Key_F2)
    assert "Mark a booking first" in window.foot.words
    idle(qtbot, window.context)


def test_a_window_comes_back_as_it_was(qtbot: QtBot, context: Context) -> None:
    first = show_window(qtbot, context)
    first.resize(1024, 700)  # Qt keeps what it restores on the screen, and this one is small
    at = next(at for at, column in enumerate(first.pages.bookings.model.columns) if column.name == "channel")
    first.pages.bookings.table.column_menu.actions()[at].trigger()
    hidden = first.pages.bookings.table.isColumnHidden(at)
    first.close()
    again = show_window_as_it_was(qtbot, context)
    assert (again.width(), again.height()) == (1024, 700)
    assert again.pages.bookings.table.isColumnHidden(at) is hidden is True


def show_window_as_it_was(qtbot: QtBot, context: Context) -> MainWindow:
    from rentease_desk.gui.surroundings import Surroundings

    window = MainWindow(context, Surroundings("Elena", "Desk 1", Appearance.LIGHT, "here"))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    idle(qtbot, context)
    return window


def test_zoom_by_keys_is_told_to_the_desk(qtbot: QtBot, window: MainWindow) -> None:
    with qtbot.waitSignal(window.zoom_chosen) as told:
        press(Key.Key_Plus, Control)
    assert told.args == [window.context.theme.zoom]
    assert window.context.theme.zoom > 100
    press(Key.Key_0, Control)
    assert window.context.theme.zoom == 100


def test_the_rail_counts_what_waits(qtbot: QtBot, window: MainWindow) -> None:
    names = [one.accessibleName() for one in window.rail.findChildren(QAbstractButton)]
    assert names == [
        "Today",
        "Bookings",
        "Tape chart",
        "Payments",
        "Unmatched",
        "Sync",
        "Events",
        "Follow up",
        "Drawer",
        "Reports",
        "Settings",
    ]


def test_it_is_shown_before_the_database_is_open_and_fills_then(qtbot: QtBot, bare: Context, hotel: Hotel) -> None:
    window = show_window(qtbot, bare)
    assert window.pages.bookings.model.rowCount() == 0
    for key in (Key.Key_F5, Key.Key_F9, Key.Key_N):
        press(key, Control if key == Key.Key_N else Qt.KeyboardModifier.NoModifier)
    for page in PAGES:
        window.go(page)
    window.go("bookings")
    bare.attach(hotel.services, hotel.settings)
    qtbot.waitUntil(lambda: window.pages.bookings.model.rowCount() == 5)
    idle(qtbot, bare)
    assert window.top.isVisible()


def test_a_database_that_is_away_is_a_sentence_and_comes_back(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = window.pages.bookings.model.rowCount()
    with monkeypatch.context() as broken:

        def away(*_: object) -> None:
            raise DatabaseError("database.locked", seconds=5)

        broken.setattr(BookingService, "keys", away)
        window.pages.bookings.reload()
        qtbot.waitUntil(window.pages.bookings.banner.isVisible)
        idle(qtbot, window.context)
    assert "database" in window.pages.bookings.banner.accessibleName().lower()
    assert window.pages.bookings.model.rowCount() == shown
    window.pages.bookings.reload()
    idle(qtbot, window.context)
    assert window.pages.bookings.model.rowCount() == shown


def test_an_error_that_no_page_takes_is_told_above_all(qtbot: QtBot, window: MainWindow) -> None:
    window.context.tasks.known_error.emit(KnownError("practice.gone", reason="it ended"))
    assert window.banner.isVisible()
    assert "it ended" in window.banner.accessibleName()


def test_a_payment_of_another_process_shows_at_once(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    window.open_folio(hotel.pks["noor"])
    idle(qtbot, window.context)
    draft = PaymentDraft("u", hotel.pks["noor"], "cash", Money(100, "eur"))
    in_worker(lambda: hotel.services.payments.take(draft))
    qtbot.waitUntil(lambda: window.pages.folio.model.rowCount() == 2)
    idle(qtbot, window.context)


# --- for those who cannot see it


def _nameless(root: QWidget) -> list[str]:
    kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QAbstractItemView, QPlainTextEdit)
    buddies = {label.buddy() for label in root.findChildren(QLabel)}
    found = []
    for kind in kinds:
        for one in root.findChildren(kind):
            inside = isinstance(one.parent(), QComboBox | QAbstractSpinBox | QMenu)
            text = one.text() if isinstance(one, QAbstractButton) else ""
            out = one.focusPolicy() == Qt.FocusPolicy.NoFocus or not one.isVisibleTo(root)
            hidden = one.objectName().startswith("qt_") or one.metaObject().className().startswith("QTableCorner")
            if not (one.accessibleName() or text or one in buddies or inside or hidden or out):
                found.append(
                    f"{type(one).__name__} in {type(one.parent()).__name__} {one.objectName()} {one.geometry()}"
                )
    return found


@pytest.mark.parametrize("page", PAGES)
def test_everything_on_a_page_has_a_name(qtbot: QtBot, window: MainWindow, hotel: Hotel, page: str) -> None:
    window.pages.folio.show_booking(hotel.pks["soren"])
    window.go(page)
    idle(qtbot, window.context)
    assert _nameless(window.page_of(page)) == []


def test_everything_in_a_dialog_has_a_name(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    for dialog in every_dialog(qtbot, window, hotel):
        assert _nameless(dialog) == []
        dialog.done(0)
    idle(qtbot, window.context)


@pytest.mark.parametrize("page", ["bookings", "payments", "sync", "events", "follow_ups", "settings"])
def test_tab_reaches_everything_and_comes_around(qtbot: QtBot, window: MainWindow, page: str) -> None:
    window.go(page)
    idle(qtbot, window.context)
    begun = window.focusWidget()
    seen: list[QWidget] = []
    for _ in range(80):
        press(Key.Key_Tab)
        focus = window.focusWidget()
        if focus is begun:
            break
        seen.append(focus)
    assert window.focusWidget() is begun
    assert len(seen) == len(set(seen)) >= 3


def test_what_another_desk_takes_shows_within_moments(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    window.open_folio(hotel.pks["noor"])
    idle(qtbot, window.context)
    other = hotel.again()
    draft = PaymentDraft("theirs", hotel.pks["noor"], "cash", Money(100, "eur"))
    in_worker(lambda: other.payments.take(draft))
    other.close()
    window.context.look_for_others()
    qtbot.waitUntil(lambda: window.pages.folio.model.rowCount() == 2)
    idle(qtbot, window.context)
