"""The bookings list by keyboard and mouse: searching, filtering, sorting, scrolling, and the folio beside it."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from rentease_desk.domain.booking import BookingDraft, Guest
from rentease_desk.domain.errors import DatabaseError
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft
from rentease_desk.gui.context import Context
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.widgets.basics import Label
from rentease_desk.services.bookings import BookingService, add_booking
from tests.gui.conftest import idle, show_window
from tests.tools.databases import SqliteMaker
from tests.tools.gui import NOON, SETTINGS, DeskClock, Hotel, click, in_worker, open_services, press, write

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier
SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)
MANY = 320
PLAIN = BookingDraft(Guest("?"), date(2026, 11, 1), date(2026, 11, 6), currency="eur", total=Money(10_000, "eur"))


def guests(window: MainWindow) -> list[str]:
    """The guests in the list, in its order."""
    model = window.pages.bookings.model
    found = [model.item_at(row) for row in range(model.rowCount())]
    return [one.guest.name for one in found if one is not None]


def search(qtbot: QtBot, window: MainWindow, text: str) -> list[str]:
    press(Key.Key_F, Control)
    press(Key.Key_Backspace)
    write(text)
    idle(qtbot, window.context)
    return guests(window)


def choose(qtbot: QtBot, window: MainWindow, word: str) -> list[str]:
    """Take a saved filter with the mouse."""
    buttons = {one.text(): one for one in window.pages.bookings.views.findChildren(QToolButton)}
    click(buttons[word])
    idle(qtbot, window.context)
    return guests(window)


def sort(qtbot: QtBot, window: MainWindow, name: str) -> list[str]:
    """Click a title."""
    header, model = window.pages.bookings.table.header, window.pages.bookings.model
    at = [column.name for column in model.columns].index(name)
    click(header.viewport(), QPoint(header.sectionViewportPosition(at) + 20, header.height() // 2))
    idle(qtbot, window.context)
    return guests(window)


def add(hotel: Hotel, *drafts: BookingDraft) -> list[int]:
    return in_worker(lambda: [hotel.services.bookings.add(draft).value.pk for draft in drafts])


def pay(hotel: Hotel, name: str, minor: int) -> None:
    draft = PaymentDraft(f"{name} {minor}", hotel.pks[name], "cash", Money(minor, "eur"))
    in_worker(lambda: hotel.services.payments.take(draft))


def to_the_list(window: MainWindow) -> None:
    """The keyboard is on the first row."""
    window.pages.bookings.table.setFocus()
    press(Key.Key_Home)


# --- searching, filtering, sorting


@pytest.mark.parametrize("typed", ["muller", "MÜLLER", "Mu\N{COMBINING DIAERESIS}ller", "anna mull"])
def test_accents_and_case_are_the_same_on_both_sides(qtbot: QtBot, context: Context, hotel: Hotel, typed: str) -> None:
    add(hotel, replace(PLAIN, guest=Guest("Anna MULLER")), replace(PLAIN, guest=Guest("Jürgen Müller-Anna")))
    window = show_window(qtbot, context)
    QGuiApplication.clipboard().setText(typed)  # no keyboard of QTest has letters beyond Latin-1
    press(Key.Key_F, Control)
    press(Key.Key_V, Control)
    idle(qtbot, window.context)
    assert sorted(guests(window)) == ["Anna MULLER", "Jürgen Müller-Anna"]


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("All", ["Noor van den Berg", "Renata Cavalcanti", "Haruto Nakamura", "Fatima El Mansouri", "Søren Lindqvist",
                 "Oliver Bennett"]),
        ("Due today", ["Søren Lindqvist", "Haruto Nakamura"]),
        ("Nothing paid", ["Noor van den Berg"]),
        ("Overpaid", ["Renata Cavalcanti"]),
        ("Unconfirmed", ["Renata Cavalcanti"]),
    ],
)  # fmt: skip
def test_a_saved_filter(qtbot: QtBot, window: MainWindow, word: str, found: list[str]) -> None:
    assert choose(qtbot, window, word) == found
    assert window.pages.bookings.subtitle.text() == ("1 row" if len(found) == 1 else f"{len(found)} rows")


def test_a_mark_whose_row_went_elsewhere_falls_on_none(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    choose(qtbot, window, "Due today")
    window.pages.bookings.show_booking(hotel.pks["soren"])
    other = hotel.again()
    in_worker(lambda: other.payments.take(PaymentDraft("theirs", hotel.pks["soren"], "cash", Money(14_600, "eur"))))
    other.close()
    window.context.look_for_others()
    qtbot.waitUntil(lambda: guests(window) == ["Haruto Nakamura"])
    window.go("settings")
    window.go("bookings")  # the keyboard comes back
    assert window.pages.bookings.table.hasFocus()
    assert window.pages.bookings.current_booking is None
    press(Key.Key_I)
    assert "Mark a booking first" in window.foot.words
    press(Key.Key_Down)
    assert window.pages.bookings.current_booking == hotel.pks["haruto"]
    idle(qtbot, window.context)


def test_a_filter_holds_while_it_is_searched(qtbot: QtBot, window: MainWindow) -> None:
    choose(qtbot, window, "Due today")
    assert search(qtbot, window, "fatima") == []
    assert search(qtbot, window, "haruto") == ["Haruto Nakamura"]


def test_money_sorts_by_its_amount(qtbot: QtBot, window: MainWindow) -> None:
    """As text, 655 would stand before 65."""
    first = sort(qtbot, window, "balance")
    assert (first[0], first[-1]) == ("Renata Cavalcanti", "Noor van den Berg")
    assert sort(qtbot, window, "balance") == first[::-1]


def test_a_sorting_outlives_filters_searches_and_writes(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    by_name = sort(qtbot, window, "guest")
    assert by_name == sorted(by_name)
    choose(qtbot, window, "All")
    search(qtbot, window, "ln-")
    pay(hotel, "noor", 500)
    idle(qtbot, window.context)
    assert guests(window) == sorted(guests(window))
    assert len(guests(window)) == 6


# --- a long list


@pytest.fixture(scope="session")
def crowd(sqlite_maker: SqliteMaker, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with many bookings, to be copied."""
    path = tmp_path_factory.mktemp("crowd") / "desk.sqlite3"
    address = sqlite_maker.copy(path)

    def fill() -> None:
        services = open_services(address, DeskClock(NOON))
        services.settings.set(SETTINGS)
        settings = services.settings.get()
        with services.desk.writing() as unit:
            for at in range(MANY):
                first, last = PLAIN.arrival + timedelta(days=at), PLAIN.departure + timedelta(days=at)
                draft = replace(PLAIN, guest=Guest(f"Guest {at:03}"), arrival=first, departure=last)
                add_booking(unit, draft, settings, f"b{at}")
        services.close()

    in_worker(fill)
    return path


@pytest.fixture
def crowded(crowd: Path, hotel: Hotel, bare: Context, qtbot: QtBot) -> MainWindow:
    """A window with many bookings."""
    target = Path(hotel.address.removeprefix("sqlite:///"))
    in_worker(hotel.services.desk.db._engine.dispose)  # not closed for good: the same desk goes on with another file
    for leftover in target.parent.glob(f"{target.name}-*"):
        leftover.unlink()
    shutil.copyfile(crowd, target)
    bare.attach(hotel.services, hotel.settings)
    return show_window(qtbot, bare)


def test_rows_are_read_as_they_are_scrolled_to(qtbot: QtBot, crowded: MainWindow) -> None:
    view = crowded.pages.bookings
    assert view.subtitle.text() == f"{MANY} rows"
    assert view.model.item_at(MANY - 1) is None
    bar = view.table.verticalScrollBar()
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: view.model.item_at(MANY - 1) is not None)
    assert guests(crowded)[-1] == f"Guest {MANY - 1}"
    idle(qtbot, crowded.context)


def test_end_goes_to_the_last_booking_and_enter_opens_it(qtbot: QtBot, crowded: MainWindow) -> None:
    to_the_list(crowded)
    press(Key.Key_End)
    press(Key.Key_Return)
    idle(qtbot, crowded.context)
    assert (crowded.page, crowded.pages.folio.title.text()) == ("folio", f"Guest {MANY - 1}")
    press(Key.Key_Escape)
    idle(qtbot, crowded.context)
    assert crowded.pages.bookings.table.currentIndex().row() == MANY - 1


def test_page_keys_move_by_what_is_seen(qtbot: QtBot, crowded: MainWindow) -> None:
    to_the_list(crowded)
    table = crowded.pages.bookings.table
    press(Key.Key_PageDown)
    seen = table.viewport().height() // table.rowHeight(0)
    assert seen - 2 <= table.currentIndex().row() <= seen
    press(Key.Key_Down)
    press(Key.Key_PageUp)
    press(Key.Key_Up)
    assert table.currentIndex().row() == 0


# --- empty


def test_a_desk_without_bookings_says_how_they_come(
    qtbot: QtBot, bare: Context, sqlite_maker: SqliteMaker, tmp_path: Path
) -> None:
    services = in_worker(lambda: open_services(sqlite_maker.copy(tmp_path / "new.sqlite3"), DeskClock(NOON)))
    bare.attach(services, in_worker(services.settings.get))
    window = show_window(qtbot, bare)
    assert "Ctrl+N" in window.pages.bookings.empty.accessibleName()
    assert "No bookings now or to come" in window.pages.bookings.empty.accessibleName()
    choose(qtbot, window, "All")
    assert "No bookings yet" in window.pages.bookings.empty.accessibleName()
    choose(qtbot, window, "Overpaid")
    assert "Nothing found" in window.pages.bookings.empty.accessibleName()
    press(Key.Key_Return)
    press(Key.Key_Space)
    press(Key.Key_F9)
    assert window.page == "bookings"
    assert "Mark a booking first" in window.foot.words
    services.close()


# --- the folio beside


def words(window: MainWindow) -> str:
    """Everything that the folio beside the list says."""
    labels = [one for one in window.pages.bookings.panel.findChildren(Label) if one.isVisible()]
    return " | ".join(one.text() for one in labels)


def test_the_folio_beside_follows_the_mark(qtbot: QtBot, window: MainWindow) -> None:
    to_the_list(window)
    press(Key.Key_Space)
    idle(qtbot, window.context)
    assert "Søren Lindqvist" in words(window)
    assert "€146.00" in words(window)
    press(Key.Key_Down)
    idle(qtbot, window.context)
    assert "Fatima El Mansouri" in words(window)
    press(Key.Key_Space)
    assert not window.pages.bookings.panel.isVisible()


def test_the_folio_beside_follows_what_is_written(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    to_the_list(window)
    press(Key.Key_Space)
    idle(qtbot, window.context)
    pay(hotel, "soren", 4_600)
    qtbot.waitUntil(lambda: "€100.00" in words(window))
    idle(qtbot, window.context)


def test_a_row_that_is_filtered_away_takes_its_folio_along(qtbot: QtBot, window: MainWindow) -> None:
    to_the_list(window)
    press(Key.Key_Space)
    idle(qtbot, window.context)
    choose(qtbot, window, "Nothing paid")
    assert window.pages.bookings.current_booking is None
    assert "Søren Lindqvist" not in words(window)
    assert "Choose a row" in words(window)


def test_a_folio_that_cannot_be_read_leaves_no_other_guests_beside(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    to_the_list(window)
    press(Key.Key_Space)
    idle(qtbot, window.context)
    real = BookingService.folio
    monkeypatch.setattr(BookingService, "folio", locked)
    press(Key.Key_Down)
    qtbot.waitUntil(window.pages.bookings.banner.isVisible)
    assert "Søren Lindqvist" not in words(window)
    monkeypatch.setattr(BookingService, "folio", real)
    press(Key.Key_Space)
    press(Key.Key_Space)
    idle(qtbot, window.context)
    assert "Fatima El Mansouri" in words(window)


def locked(*_: object) -> None:
    raise DatabaseError("database.locked", seconds=5)


def test_where_there_is_no_room_beside_space_opens_the_folio(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    window.resize(1024, 640)
    to_the_list(window)
    press(Key.Key_Space)
    idle(qtbot, window.context)
    assert (window.page, window.pages.folio.booking_pk) == ("folio", hotel.pks["soren"])


# --- read aloud


def test_a_booking_is_read_aloud(qtbot: QtBot, window: MainWindow) -> None:
    model = window.pages.bookings.model
    texts = {column.name: str(model.index(0, at).data(SPOKEN)) for at, column in enumerate(model.columns)}
    assert texts == {
        "reference": "LN-2017", "guest": "Søren Lindqvist", "room": "206", "arrival": "Sunday 1 November 2026",
        "departure": "Thursday 5 November 2026", "nights": "4", "channel": "Direct", "total": "€498.00",
        "paid": "€352.00", "balance": "€146.00 late", "status": "Confirmed",
    }  # fmt: skip
