"""The lists of bookings and payments, as a person works with them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from rentease_desk.domain.exports import Preset
from rentease_desk.domain.money import Money
from rentease_desk.domain.payment import PaymentDraft, Source
from rentease_desk.gui.context import Context
from rentease_desk.gui.dialogs.export_view import ExportDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.gui.models.cell import CELL_ROLE
from rentease_desk.gui.widgets.choice import ChoiceButton
from rentease_desk.reports.csv_files import ISO
from rentease_desk.storage.migrations import VERSION_TABLE
from tests.gui.conftest import idle
from tests.tools.databases import behind
from tests.tools.gui import Hotel, in_worker, open_dialog, press, write

Key, Control = Qt.Key, Qt.KeyboardModifier.ControlModifier


def guests(window: MainWindow) -> list[str]:
    """The guests of the bookings list, in its order."""
    model = window.pages.bookings.model
    found = [model.item_at(row) for row in range(model.rowCount())]
    return [one.guest.name for one in found if one is not None]


def search(qtbot: QtBot, window: MainWindow, text: str) -> list[str]:
    press(Key.Key_F, Control)
    press(Key.Key_Backspace)
    write(text)
    idle(qtbot, window.context)
    return guests(window)


def test_the_list_opens_on_who_is_or_comes(window: MainWindow) -> None:
    assert guests(window) == ["Søren Lindqvist", "Fatima El Mansouri", "Haruto Nakamura", "Renata Cavalcanti",
                              "Noor van den Berg"]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("soren", ["Søren Lindqvist"]),
        ("LINDQVIST SØREN", ["Søren Lindqvist"]),
        ("ln-1998", ["Fatima El Mansouri"]),
        ("203 fatima", ["Fatima El Mansouri"]),
        ("fatima@mans", ["Fatima El Mansouri"]),
        ("oliver", ["Oliver Bennett"]),  # left a month ago: a search looks everywhere
        ("142.00", ["Renata Cavalcanti"]),
        ("nobody", []),
        ("%", []),
        ("_", []),
    ],
)
def test_search_is_blind_to_case_and_accents(qtbot: QtBot, window: MainWindow, typed: str, found: list[str]) -> None:
    assert search(qtbot, window, typed) == found


def test_enter_in_the_search_opens_the_one_that_was_found(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    press(Key.Key_F, Control)
    write("haruto")
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: window.page == "folio")
    idle(qtbot, window.context)
    assert window.pages.folio.booking_pk == hotel.pks["haruto"]


def test_nothing_found_says_so(qtbot: QtBot, window: MainWindow) -> None:
    search(qtbot, window, "zzz")
    assert window.pages.bookings.empty.isVisible()
    assert "No booking" in window.pages.bookings.empty.accessibleName()
    search(qtbot, window, "")
    assert not window.pages.bookings.empty.isVisible()


def test_folio_and_back_by_keyboard_keeps_the_place(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    window.pages.bookings.table.setFocus()
    press(Key.Key_Home)
    press(Key.Key_Down)
    press(Key.Key_Return)
    assert window.page == "folio"
    idle(qtbot, window.context)
    assert window.pages.folio.title.text() == "Fatima El Mansouri"
    press(Key.Key_Escape)
    assert window.page == "bookings"
    assert window.pages.bookings.current_booking == hotel.pks["fatima"]


def test_space_shows_the_folio_beside(qtbot: QtBot, window: MainWindow) -> None:
    window.pages.bookings.table.setFocus()
    press(Key.Key_Home)
    press(Key.Key_Space)
    idle(qtbot, window.context)
    assert window.pages.bookings.panel.isVisible()
    press(Key.Key_Escape)
    assert not window.pages.bookings.panel.isVisible()


def test_a_header_sorts_and_sorts_back(qtbot: QtBot, window: MainWindow) -> None:
    view = window.pages.bookings
    at = next(at for at, column in enumerate(view.model.columns) if column.name == "guest")
    for expected in (sorted, lambda names: sorted(names, reverse=True)):
        view.table.header.sectionClicked.emit(at)
        idle(qtbot, window.context)
        assert guests(window) == expected(guests(window))
    assert len(guests(window)) == 5


def test_another_desks_booking_comes_without_a_key(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    pk = hotel.pks["noor"]
    in_worker(lambda: hotel.services.payments.take(PaymentDraft("another", pk, "cash", Money(1_000, "eur"))))
    model = window.pages.bookings.model

    def paid() -> int:
        item = model.item_at(model.row_of(pk) or 0)
        return 0 if item is None else item.totals.paid

    qtbot.waitUntil(lambda: paid() == 1_000)
    idle(qtbot, window.context)


def test_a_database_that_outgrew_this_program_is_told_without_a_write(
    qtbot: QtBot, window: MainWindow, hotel: Hotel
) -> None:
    with behind(hotel.services.desk.db) as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    for is_told in (True, False):  # once
        window.context.look_for_others()
        idle(qtbot, window.context)
        assert window.banner.isVisible() is is_told
        window.banner.hide()
    assert window.banner.accessibleName().startswith("This database is of a newer Rentease Desk. It has version 9999")


# --- payments


def rows(window: MainWindow) -> list[tuple[str | None, str, int]]:
    model = window.pages.payments.model
    found = [model.item_at(row) for row in range(model.rowCount())]
    return [(one.guest, one.method, one.gross) for one in found if one is not None]


def test_payments_are_those_of_the_last_weeks(qtbot: QtBot, window: MainWindow) -> None:
    press(Key.Key_2, Control)
    idle(qtbot, window.context)
    assert len(rows(window)) == 5  # one is older than the days that the list opens on


def test_filters_narrow_the_list_and_its_totals(qtbot: QtBot, window: MainWindow) -> None:
    window.go("payments")
    idle(qtbot, window.context)
    view = window.pages.payments
    choose(view.methods, "Cash")
    idle(qtbot, window.context)
    found = rows(window)
    assert {method for _, method, _ in found} == {"cash"}
    assert sum(amount for guest, _, amount in found if guest != "Haruto Nakamura") == 34_400
    press(Key.Key_F, Control)
    write("renata")
    idle(qtbot, window.context)
    assert [guest for guest, _, _ in rows(window)] == ["Renata Cavalcanti"]


def choose(button: ChoiceButton, word: str) -> None:
    """Take an entry of a filter's menu."""
    next(action for action in button.menu().actions() if action.text() == word).trigger()


def test_a_manual_payment_is_read_aloud(qtbot: QtBot, window: MainWindow) -> None:
    window.go("payments")
    idle(qtbot, window.context)
    model = window.pages.payments.model
    texts = {
        column.name: str(model.index(0, at).data(Qt.ItemDataRole.AccessibleTextRole))
        for at, column in enumerate(model.columns)
    }
    assert "November" in texts["date"]
    assert texts["gross"] == "JP¥24,800"
    assert texts["status"]
    assert model.index(0, 0).data(CELL_ROLE).text


# --- export


def written(qtbot: QtBot, window: MainWindow, path: Path, preset: Preset) -> list[dict[str, str]]:
    """Export what the payments list shows, through the dialog; returns the lines of the file."""
    press(Key.Key_E, Control)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, ExportDialog)
    dialog.preset.choose(preset)
    dialog.write(str(path))
    qtbot.waitUntil(lambda: dialog.is_closed or dialog.banner.isVisible())
    assert dialog.is_closed, dialog.banner.accessibleName()
    idle(qtbot, window.context)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=ISO.separator if preset is Preset.ISO else ","))


def test_the_export_is_exactly_the_filtered_view(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    window.go("payments")
    idle(qtbot, window.context)
    choose(window.pages.payments.methods, "Cash")
    idle(qtbot, window.context)
    lines = written(qtbot, window, tmp_path / "cash.csv", Preset.ISO)
    shown = rows(window)
    assert [line["guest"] for line in lines] == [guest for guest, _, _ in shown]
    assert {line["method"].lower() for line in lines} == {"cash"}
    assert window.pages.payments.query.method == "cash"
    assert window.pages.payments.query.source is Source.MANUAL


def test_enter_asks_where_to(qtbot: QtBot, window: MainWindow, context: Context) -> None:
    window.go("payments")
    idle(qtbot, context)
    press(Key.Key_E, Control)
    dialog = open_dialog(qtbot)
    press(Key.Key_Return)
    qtbot.waitUntil(lambda: bool(dialog.findChildren(QFileDialog)))
    asked = dialog.findChildren(QFileDialog)[0]
    assert asked.selectedFiles()[0].endswith(".csv")
    asked.reject()
    dialog.reject()


def test_a_folder_that_cannot_be_written_is_told_and_leaves_nothing(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.go("payments")
    idle(qtbot, window.context)
    press(Key.Key_E, Control)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, ExportDialog)
    dialog.write(str(tmp_path / "nowhere" / "x.csv"))
    qtbot.waitUntil(dialog.banner.isVisible)
    assert "x.csv" in dialog.banner.accessibleName()
    assert list(tmp_path.rglob("*.csv")) == []
    dialog.reject()
