"""The journal in the window, and what happened to bookings and payments, asked for by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from rentease_desk.domain.verification import Head, parse_head
from rentease_desk.gui.dialogs.history import HistoryDialog
from rentease_desk.gui.dialogs.journal import JournalDialog
from rentease_desk.gui.main_window import MainWindow
from rentease_desk.services.journal import read_head_file
from tests.gui.conftest import idle
from tests.gui.test_folio_view import mark, open_folio
from tests.tools.gui import Hotel, back_in, in_worker, open_dialog, press, write

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def history(qtbot: QtBot, modifier: Qt.KeyboardModifier = CTRL) -> HistoryDialog:
    """Asked for by its key."""
    press(Key.Key_H, modifier)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, HistoryDialog)
    return dialog


@pytest.fixture
def journal(qtbot: QtBot, window: MainWindow) -> JournalDialog:
    press(Key.Key_J, CTRL)
    dialog = open_dialog(qtbot)
    assert isinstance(dialog, JournalDialog)
    return dialog


def verified(qtbot: QtBot, window: MainWindow, dialog: JournalDialog) -> str:
    """What the message says once Enter was pressed and all was looked at."""
    press(Key.Key_Return)
    idle(qtbot, window.context)
    qtbot.waitUntil(dialog.banner.isVisible)
    return dialog.banner.accessibleName()


def test_enter_verifies_and_a_head_of_before_is_compared(
    qtbot: QtBot, window: MainWindow, journal: JournalDialog, hotel: Hotel
) -> None:
    assert verified(qtbot, window, journal).startswith("All is as it was written. ")
    now = in_worker(hotel.services.journal.head).head
    assert str(now) in journal.head.text()
    write(str(Head(now.seq + 1, now.hash)))
    assert f"row {now.seq + 1} is missing" in verified(qtbot, window, journal)
    journal.known.selectAll()
    write("no head")
    press(Key.Key_Return)
    assert journal.form.fields["head"].wrong.startswith("This is no head")
    press(Key.Key_Escape)
    back_in(qtbot, window)


def test_what_was_changed_by_hand_is_named(
    qtbot: QtBot, window: MainWindow, journal: JournalDialog, hotel: Hotel
) -> None:
    def tamper() -> None:
        with hotel.services.desk.db.writing(hotel.services.desk.operator) as unit:
            unit.connection.execute(text("UPDATE guests SET name = 'Somebody' WHERE name LIKE 'S%'"))

    in_worker(tamper)
    told = verified(qtbot, window, journal)
    assert told.startswith("Something does not fit. Guest ")
    assert told.endswith("The name is another one.")
    press(Key.Key_Escape)
    back_in(qtbot, window)


def test_the_head_and_a_copy_are_written_to_files(
    qtbot: QtBot, window: MainWindow, journal: JournalDialog, tmp_path: Path
) -> None:
    journal.write_head(str(tmp_path / "head.json"))
    idle(qtbot, window.context)
    journal.write_copy(str(tmp_path / "journal.jsonl"))
    idle(qtbot, window.context)
    assert journal.banner.accessibleName().startswith("Written. ")
    found = read_head_file(tmp_path / "journal.jsonl")
    assert found == read_head_file(tmp_path / "head.json") == parse_head(journal.head.text().partition(": ")[2])
    journal.write_copy(str(tmp_path / "absent" / "journal.jsonl"))
    idle(qtbot, window.context)
    assert journal.banner.accessibleName().startswith("The file cannot be written")
    assert journal.save_copy.isEnabled()
    press(Key.Key_Escape)
    back_in(qtbot, window)


def test_escape_ends_the_walk_and_then_closes(qtbot: QtBot, window: MainWindow, journal: JournalDialog) -> None:
    journal.submit()
    assert journal.cancel is not None
    assert not journal.save_copy.isEnabled()
    press(Key.Key_Escape)
    assert not journal.is_closed
    idle(qtbot, window.context)
    assert journal.cancel is None
    press(Key.Key_Escape)
    back_in(qtbot, window)


def test_the_history_of_a_booking_and_of_a_payment(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    open_folio(qtbot, window, hotel.pks["soren"])
    dialog = history(qtbot)
    whats = [line.what for row in range(dialog.model.rowCount()) if (line := dialog.model.line_at(row)) is not None]
    assert whats[:3] == ["Guest entered", "Booking made", "Charged"]
    assert "Payment taken" in whats
    press(Key.Key_Up)
    press(Key.Key_Home)
    assert "Name: Søren Lindqvist" in dialog.detail.text()
    press(Key.Key_Return)
    copied = QGuiApplication.clipboard().text().splitlines()
    assert len(copied) == len(whats)
    assert "Guest entered\tName: Søren Lindqvist" in copied[0]
    press(Key.Key_Escape)
    back_in(qtbot, window)
    mark(window, "Cash")
    dialog = history(qtbot, CTRL | SHIFT)
    line = dialog.model.line_at(0)
    assert line is not None
    assert (line.what, dialog.model.rowCount()) == ("Payment taken", 1)
    press(Key.Key_Escape)
    back_in(qtbot, window)


def test_the_list_of_payments_tells_histories_too(qtbot: QtBot, window: MainWindow, hotel: Hotel) -> None:
    window.go("payments")
    idle(qtbot, window.context)
    window.pages.payments.table.setCurrentIndex(window.pages.payments.model.index(0, 0))
    for modifier, first in ((CTRL, "Guest entered"), (CTRL | SHIFT, "Payment taken")):
        dialog = history(qtbot, modifier)
        line = dialog.model.line_at(0)
        assert line is not None
        assert line.what == first
        press(Key.Key_Escape)
        back_in(qtbot, window)
    window.go("today")
    window.pages.today.setFocus()
    press(Key.Key_H, CTRL | SHIFT)
    assert "Mark a payment first." in window.foot.words
